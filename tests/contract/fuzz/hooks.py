"""What schemathesis has to know of the service."""

import json
import os

import schemathesis

OWN = set(filter(None, os.environ.get("OWN_IDS", "").split(",")))
ROLE = os.environ.get("ROLE", "")
# The ids of the examples, and those of the records that stand for them, where there is no demonstration.
STAND_INS = json.loads(os.environ.get("STAND_INS", "{}"))
MISSING = "01920000-0000-7000-8000-00000000ffff"

# Rules that a schema can say: nothing that the document allows is refused for one of these.
SAYABLE = {
    "required", "not_nullable", "unknown_field", "unknown_parameter", "duplicate_field", "duplicate_parameter", "empty",
    "wrong_type", "too_long", "out_of_range", "too_few", "too_many", "malformed_json",
}
# Except: a passport and an identity card take either the lines or the fields, a check either people or a group, a rule of entry
# what its kind needs; a user who signs in needs an address; and the limit of members is lowered by a setting. too_short is not
# there, because white space around a text does not count.
UNSAYABLE = {
    ("create_passport", "required"), ("create_identity_card", "required"), ("check_documents", "required"),
    ("create_entry_rule", "required"), ("update_entry_rule", "required"), ("create_user", "required"),
    ("put_user_by_external_id", "required"), ("create_group", "too_many"),
}


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    # What is to be no text, in a request that is to be refused, is JSON: a line as well.
    return {"data": (value if isinstance(value, str) else json.dumps(value)).encode("utf-8", "replace")}


@schemathesis.hook
def before_call(context, case, kwargs):
    # White space around the value of a header field is no part of it (RFC 9110 §5.5), and the client sends none.
    for name, value in list((case.headers or {}).items()):
        case.headers[name] = value.strip() if isinstance(value, str) else value
    for name, value in list((case.path_parameters or {}).items()):
        value = STAND_INS.get(value, value)
        # Staff who change or remove themselves could not go on, nor anybody whose session is ended.
        is_session = "/sessions/" in case.path
        if value in OWN and case.method != "GET" and (ROLE != "customer" or is_session):
            value = MISSING
        case.path_parameters[name] = value
    if STAND_INS and isinstance(case.body, (dict, list)):
        text = json.dumps(case.body)
        for example, real in STAND_INS.items():
            text = text.replace(example, real)
        case.body = json.loads(text)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    message = str(failure.message)
    # A condition that cannot be read is none (RFC 9110 §13.1.2): the worst that comes of it is a full answer.
    if "If-None-Match" in message:
        return False
    # White space around a text is dropped before its length is counted (docs/API-DESIGN.md, Conventions).
    return not ("String larger than maxLength" in message and has_space_around(case.body))


def has_space_around(value):
    if isinstance(value, dict):
        return any(has_space_around(member) for member in value.values())
    if isinstance(value, list):
        return any(has_space_around(item) for item in value)
    return isinstance(value, str) and value != value.strip()


@schemathesis.check
def refused_for_a_reason_that_no_schema_can_say(context, response, case):
    if case.meta is None or case.meta.generation.mode != schemathesis.GenerationMode.POSITIVE:
        return
    if response.status_code not in (400, 422):
        return
    problem = response.json()
    operation = case.operation.definition.raw.get("operationId")
    codes = {problem.get("code")} | {error.get("code") for error in problem.get("errors", [])}
    wrong = {code for code in codes & SAYABLE if (operation, code) not in UNSAYABLE}
    assert not wrong, f"The document allows this, and the service refuses it as {sorted(wrong)}: {problem.get('errors')}"
