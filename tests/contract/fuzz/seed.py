"""Fills an empty service with the records that the examples of the document speak of; prints the ids, as JSON.

Usage: seed.py ADDRESS ADMIN_EMAIL PASSWORD
"""

import json
import sys
import urllib.request

address, email, password = sys.argv[1:]
token = None


def post(path, body):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(address + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def example(number):
    return f"01920000-0000-7000-8000-{number:012}"


token = post("/v1/auth/login", {"email": email, "password": password})["access_token"]
agent = post("/v1/users", {"email": "agent@utopia-travel.example", "password": password, "first_name": "Jonas", "role": "agent"})
anna = post("/v1/users", {"email": "anna.eriksson@mail.example", "password": password, "first_name": "Anna", "last_name": "Eriksson"})
child = post("/v1/users", {"first_name": "Elin", "last_name": "Eriksson"})
friend = post("/v1/users", {"first_name": "Maria", "last_name": "Garcia"})
passport = post("/v1/passports", {
    "user_id": anna["id"], "issuing_country": "UTO", "passport_number": "L898902C3", "surname": "Eriksson",
    "given_names": "Anna", "date_of_birth": "1974-08-12", "sex": "F", "expiry_date": "2034-04-15"})
program = post("/v1/loyalty-programs", {"supplier": "Utopia Airways", "name": "Skies", "type": "airline", "tiers": [{"name": "Senator"}]})
loyalty = post("/v1/loyalties", {"user_id": anna["id"], "program_id": program["id"], "membership_number": "992003145"})
group = post("/v1/groups", {"name": "Eriksson family", "members": [{"user_id": person["id"]} for person in (anna, child, friend)]})
client = post("/v1/clients", {"name": "Booking tool", "scopes": ["users:read"]})
print(json.dumps({
    example(2): agent["id"], example(3): anna["id"], example(4): child["id"], example(6): friend["id"], example(101): passport["id"],
    example(201): program["id"], example(301): loyalty["id"], example(401): group["id"], example(501): client["id"],
}))
