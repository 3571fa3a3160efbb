"""The Python client of openapi-python-client: sign in, read pages and problems, change, meet a later version."""

import os
from uuid import UUID

from customer_profile_api_client import AuthenticatedClient, Client
from customer_profile_api_client.api.auth import login_user
from customer_profile_api_client.api.users import create_user, get_user, list_users, update_user
from customer_profile_api_client.models import Login, NewUser, Problem, SignedIn, User, UserPage, UserPatch


def sign_in(address: str) -> AuthenticatedClient:
    login = Login(email="agent@utopia-travel.example", password="utopia-sunrise-42")
    signed_in = login_user.sync(client=Client(base_url=address), body=login)
    assert isinstance(signed_in, SignedIn), signed_in
    return AuthenticatedClient(base_url=address, token=signed_in.access_token)


client = sign_in(os.environ["API"])
vera = create_user.sync(client=client, body=NewUser(first_name="Vera", email="vera.second@mail.example", phone="+46701234567"))
assert isinstance(vera, User), vera

page = list_users.sync(client=client, limit=2)
assert isinstance(page, UserPage) and page.has_more and page.next_cursor, page
second = list_users.sync(client=client, limit=2, cursor=page.next_cursor)
assert isinstance(second, UserPage) and second.data[0].id not in {user.id for user in page.data}

changed = update_user.sync(vera.id, client=client, body=UserPatch(phone=None, title="Dr"))
assert isinstance(changed, User) and changed.phone is None and changed.title == "Dr", changed

missing = get_user.sync(UUID("01920000-0000-7000-8000-00000000ffff"), client=client)
assert isinstance(missing, Problem) and missing.status == 404, missing
taken = create_user.sync(client=client, body=NewUser(first_name="V", email="vera.second@mail.example"))
assert isinstance(taken, Problem) and taken.code == "email_taken", taken
wrong = create_user.sync(client=client, body=NewUser(first_name="", email="nobody"))
assert isinstance(wrong, Problem) and {field.pointer for field in wrong.errors} == {"/first_name", "/email"}, wrong

later = get_user.sync(vera.id, client=sign_in(os.environ["API_OF_TOMORROW"]))
assert isinstance(later, User) and later.role == "of_tomorrow", later
