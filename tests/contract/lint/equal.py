"""Says whether the document in OpenAPI 3.0 means what the one in 3.1 means: it has the same operations, and each of its schemas
takes and refuses what the schema of the same name does. Usage: equal.py openapi-3.1.json openapi-3.0.json"""

import copy
import itertools
import json
import sys

import jsonschema_rs
from openapi_schema_validator import OAS30Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
# What is put in the place of each value: something of each type, at the edges that schemas speak of.
VALUES = [None, True, 0, -1, 1.5, 10**12, "", "x", "x" * 5000, "2030-02-28", [], [None], ["x"] * 200, {}, {"x": 1}]


def main(newer, older):
    newer, older = (json.load(open(path)) for path in (newer, older))
    older = as_generators_read(older)
    for what in (operations, names):
        if what(newer) != what(older):
            sys.exit(f"{what.__name__} differ: {sorted(what(newer) ^ what(older))}")
    checked, differ = 0, []
    taken = set()
    verdicts = Verdicts(newer, older)
    for name in sorted(newer["components"]["schemas"]):
        for value in itertools.chain(*map(variants, samples(newer, {"$ref": "#/components/schemas/" + name}))):
            checked += 1
            one, other = verdicts.of(name, value)
            if one:
                taken.add(name)
            if one != other:
                differ.append(f"{name}: 3.1 {one}, 3.0 {other}: {json.dumps(value)[:300]}")
    untaken = sorted(set(newer["components"]["schemas"]) - taken)
    if untaken:
        differ.append(f"no value is taken by {untaken}, so that nothing was compared")
    print(f"   {checked} values, {len(newer['components']['schemas'])} schemas, {len(operations(newer))} operations")
    if differ:
        sys.exit("\n".join(differ[:40]))


class Verdicts:
    """Whether a schema takes a value, in both documents."""

    def __init__(self, newer, older):
        self.newer = newer
        self.older = older
        self.registry = Registry().with_resource("urn:older", DRAFT202012.create_resource(older))
        self.validators = {}

    def of(self, name, value):
        if name not in self.validators:
            reference = "#/components/schemas/" + name
            schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **self.newer, "$ref": reference}
            newer = jsonschema_rs.Draft202012Validator(schema, validate_formats=False)
            older = OAS30Validator({"$ref": "urn:older" + reference}, registry=self.registry)
            self.validators[name] = newer, older
        newer, older = self.validators[name]
        return newer.is_valid(value), older.is_valid(value)


def as_generators_read(thing):
    """By the letter of OpenAPI 3.0.3 `nullable` does nothing beside `allOf`; every generator takes it for what it says. The form
    that is right by the letter, an alternative of null, makes generators invent names."""
    if isinstance(thing, list):
        return [as_generators_read(it) for it in thing]
    if not isinstance(thing, dict):
        return thing
    read = {name: as_generators_read(it) for name, it in thing.items()}
    if read.get("nullable") is True and "allOf" in read:
        return {"anyOf": [{"nullable": True, "enum": [None]}, read]}
    return read


def operations(document):
    """Method, path, parameters, bodies and answers of all operations."""
    found = set()
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            operation = item[method]
            parameters = [resolved(document, it) for it in item.get("parameters", []) + operation.get("parameters", [])]
            bodies = resolved(document, operation.get("requestBody", {})).get("content", {})
            answers = [
                (status, media)
                for status, answer in operation["responses"].items()
                for media in resolved(document, answer).get("content", {}) or [""]
            ]
            found.add(
                (
                    method,
                    path,
                    operation["operationId"],
                    tuple(sorted((it["in"], it["name"], it.get("required", False)) for it in parameters)),
                    tuple(sorted(bodies)),
                    tuple(sorted(answers)),
                )
            )
    return found


def names(document):
    """Names of all components."""
    return {(kind, name) for kind, components in document["components"].items() for name in components}


def resolved(document, thing):
    while "$ref" in thing:
        target = document
        for step in thing["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        thing = target
    return thing


def samples(document, schema, depth=0):
    """Values that the schema should take: the first of each alternative."""
    schema = resolved(document, schema)
    for word in ("examples", "enum"):
        if schema.get(word):
            return [schema[word][0]]
    if "const" in schema:
        return [schema["const"]]
    alternatives = schema.get("oneOf") or schema.get("anyOf")
    if alternatives:
        return [value for it in alternatives for value in samples(document, it, depth)]
    if "allOf" in schema:
        parts = [samples(document, it, depth)[0] for it in schema["allOf"]]
        return [dict(itertools.chain(*(part.items() for part in parts)))] if isinstance(parts[0], dict) else parts[:1]
    types = schema.get("type")
    kind = types[0] if isinstance(types, list) else types
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        required = schema.get("required", [])
        wanted = {name: it for name, it in properties.items() if depth < 6 or name in required}
        return [{name: samples(document, it, depth + 1)[0] for name, it in wanted.items()}]
    if kind == "array":
        return [samples(document, schema.get("items", {}), depth + 1)[:1] * max(1, schema.get("minItems", 0))]
    if kind == "string":
        text = {"date": "2030-01-31", "date-time": "2030-01-31T10:00:00Z", "uuid": "0198c5a0-0000-7000-8000-000000000000"}
        return [text.get(schema.get("format"), "x" * max(1, schema.get("minLength", 1)))]
    return [{"integer": schema.get("minimum", 1), "number": 1.5, "boolean": True}.get(kind)]


def variants(value):
    """The value, and the same with one thing changed: in the first two levels, where each schema has its own fields."""
    yield value
    yield from VALUES
    if isinstance(value, dict):
        yield {**value, "no_such_field": 1}
        for name in value:
            yield {key: it for key, it in value.items() if key != name}
            for other in VALUES:
                yield {**copy.copy(value), name: other}
    if isinstance(value, list) and value:
        for other in VALUES:
            yield [other]


if __name__ == "__main__":
    main(*sys.argv[1:])
