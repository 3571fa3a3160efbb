#!/usr/bin/env bash
# Lints the OpenAPI document in both versions. Any finding, warnings included, is a failure.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
install_tools
write_documents

into=$work/lint
rm -rf "$into"
mkdir -p "$into"
cp "$work"/openapi-3.?.json "$here/lint/redocly.yaml" "$into/"
sed "s#TOOLS#$tools#" "$here/lint/spectral.yaml" >"$into/spectral.yaml"
for document in openapi-3.1.json openapi-3.0.json; do
  sed -e '/^#/d' -e "s#^DOCUMENT#$document#" "$here/lint/ignore.yaml"
done >"$into/.redocly.lint-ignore.yaml"
cd "$into"

say 'openapi-spec-validator'
openapi-spec-validator openapi-3.0.json openapi-3.1.json

say 'Both versions mean the same'
python3 "$here/lint/equal.py" openapi-3.1.json openapi-3.0.json

for document in openapi-3.1.json openapi-3.0.json; do
  say "Redocly, $document"
  # Warnings count as well, so look at the list and not at the exit status alone.
  "$modules/redocly" lint --config redocly.yaml --format=json --max-problems 1000 "$document" >redocly.json 2>redocly.log ||
    [ -s redocly.json ] || { cat redocly.log >&2; fail 'Redocly does not run'; }
  python3 - <<'PYTHON'
import json
problems = json.load(open("redocly.json"))["problems"]
problems = [problem for problem in problems if not problem.get("ignored")]
for problem in problems:
    print(problem["severity"], problem["ruleId"], problem["location"][0].get("pointer"), problem["message"])
raise SystemExit(1 if problems else 0)
PYTHON

  say "Spectral with the OWASP rules, $document"
  "$modules/spectral" lint --ruleset spectral.yaml --fail-severity hint "$document"
done
