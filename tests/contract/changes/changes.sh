#!/usr/bin/env bash
# Compares the document with that of the last release (docs/released/openapi.json): what breaks callers fails, unless the
# section Unreleased of CHANGELOG.md says so in an entry that begins with **Breaking**.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
install_tools

into=$work/changes
mkdir -p "$into"
now=$root/docs/openapi.json
before=$root/docs/released/openapi.json

# Whether nothing that callers of $1 rely on is missing from $2.
compatible() {
  "$modules/optic" diff "$1" "$2" --check >"$into/optic.txt" 2>&1
}

say 'The check sees what breaks callers'
python3 - "$now" "$into" <<'PYTHON'
import copy, json, sys
document, into = json.load(open(sys.argv[1], encoding="utf-8")), sys.argv[2]
# A part of the document will do, and is compared in seconds.
document["paths"] = {path: document["paths"][path] for path in ("/v1/users", "/v1/groups")}
def write(name, change):
    changed = copy.deepcopy(document)
    change(changed)
    json.dump(changed, open(f"{into}/{name}.json", "w", encoding="utf-8"))
write("before", lambda it: None)
schemas = lambda it: it["components"]["schemas"]
write("added-field", lambda it: schemas(it)["User"]["properties"].update(nickname={"type": "string", "description": "x"}))
write("removed-field", lambda it: schemas(it)["User"]["properties"].pop("phone"))
write("required-field", lambda it: schemas(it)["NewUser"]["required"].append("last_name"))
write("removed-operation", lambda it: it["paths"]["/v1/groups"].pop("get"))
write("narrower-enum", lambda it: schemas(it)["Role"]["enum"].remove("agent"))
PYTHON
compatible "$into/before.json" "$into/added-field.json" || fail 'a field that is added counts as breaking'
for broken in removed-field required-field removed-operation narrower-enum; do
  ! compatible "$into/before.json" "$into/$broken.json" || fail "optic does not see: $broken"
done

if [ ! -e "$before" ]; then
  say 'Nothing has been released: there is no docs/released/openapi.json to compare with'
  exit 0
fi
say 'Since the last release'
if ! compatible "$before" "$now"; then
  cat "$into/optic.txt"
  sed -n '/^## \[Unreleased\]/,/^## \[[0-9]/p' "$root/CHANGELOG.md" | grep -q '^- \*\*Breaking\*\*' ||
    fail 'the document breaks callers of the last release, and CHANGELOG.md does not say **Breaking**'
fi
