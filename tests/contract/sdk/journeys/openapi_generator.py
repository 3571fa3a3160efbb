"""A day at the agency with the Python client of openapi-generator."""

import datetime
import os

from customer_profile import ApiClient, Configuration
from customer_profile.api import auth_api, groups_api, loyalties_api, loyalty_programs_api, passports_api, users_api
from customer_profile.exceptions import ApiException, ConflictException, NotFoundException
from customer_profile.models import (
    Login, NewGroup, NewGroupMember, NewLoyalty, NewPassport, NewUser, PassportPatch, Problem, Sex, UserPatch,
)

MISSING = "01920000-0000-7000-8000-00000000ffff"


def sign_in(address):
    client = ApiClient(Configuration(host=address))
    login = Login(email="agent@utopia-travel.example", password="utopia-sunrise-42")
    client.configuration.access_token = auth_api.AuthApi(client).login_user(login).access_token
    return client


client = sign_in(os.environ["API"])
users = users_api.UsersApi(client)
passports = passports_api.PassportsApi(client)

# Add a customer with a passport, a membership and a group.
vera = users.create_user(NewUser(
    email="vera.python@mail.example", first_name="Vera", last_name="Sandgren", phone="+46 70 123 45 67",
    date_of_birth=datetime.date(1988, 2, 29)))
nils = users.create_user(NewUser(first_name="Nils", last_name="Sandgren"))
passport = passports.create_passport(NewPassport(
    user_id=vera.id, issuing_country="UTO", passport_number="PY 704-2001", surname="Sandgren", given_names="Vera",
    date_of_birth=datetime.date(1988, 2, 29), sex=Sex.F, expiry_date=datetime.date(2035, 3, 2)))
assert passport.masked and passport.passport_number.endswith("2001"), passport
program = loyalty_programs_api.LoyaltyProgramsApi(client).list_loyalty_programs().data[0]
card = loyalties_api.LoyaltiesApi(client).create_loyalty(NewLoyalty(
    user_id=vera.id, program_id=program.id, membership_number="PY2026017"))
assert card.user_id == vera.id
group = groups_api.GroupsApi(client).create_group(NewGroup(name="Sandgren family (Python)", members=[
    NewGroupMember(user_id=vera.id), NewGroupMember(user_id=nils.id)]))
assert len(group.members) == 2, group

# Page through a list.
ids, cursor = [], None
while True:
    page = users.list_users(limit=2, cursor=cursor)
    ids += [user.id for user in page.data]
    if not page.has_more:
        break
    cursor = page.next_cursor
assert len(ids) == len(set(ids)) > 4 and {vera.id, nils.id} <= set(ids), ids

# Change one field, clear another, leave the rest.
assert vera.phone == "+46701234567"
vera = users.update_user(vera.id, UserPatch(phone=None, title="Dr"), if_match=f'"{vera.version}"')
assert vera.phone is None and vera.title == "Dr" and vera.email == "vera.python@mail.example", vera


# Read what went wrong.
def problem(call, status, code, kind=ApiException):
    try:
        call()
    except kind as refused:
        assert refused.status == status, refused
        problem = Problem.from_json(refused.body)
        assert problem.code == code and problem.request_id, problem
        return problem
    raise AssertionError(f"{status} {code} expected")


problem(lambda: users.get_user(MISSING), 404, "not_found", NotFoundException)
problem(lambda: users.create_user(NewUser(email="VERA.python@mail.example", first_name="V")), 409, "email_taken", ConflictException)
wrong = problem(lambda: passports.update_passport(passport.id, PassportPatch(
    issue_date=datetime.date(2036, 1, 1), date_of_birth=datetime.date(2150, 1, 1))), 422, "invalid_fields")
assert {field.pointer for field in wrong.errors} >= {"/issue_date", "/date_of_birth"}, wrong

# Read what a later version of the service answers.
later = users_api.UsersApi(sign_in(os.environ["API_OF_TOMORROW"]))
assert later.get_user(vera.id).role == "of_tomorrow"
assert later.get_user_profile(vera.id).passports[0].status == "of_tomorrow"
