#!/usr/bin/env bash
# Calls every operation as administrator, agent and customer, on SQLite and on PostgreSQL, with requests that follow the
# document and requests that break it (schemathesis): nothing may answer what the document does not say.
# Usage: fuzz.sh [sqlite|postgres] [admin|agent|customer] [--long]
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

databases=() roles=() long=
for argument; do
  case $argument in
    sqlite | postgres) databases+=("$argument") ;;
    admin | agent | customer) roles+=("$argument") ;;
    --long) long=yes ;;
    *) fail "unknown argument $argument" ;;
  esac
done
[ ${#roles[@]} -gt 0 ] || roles=(admin agent customer)
if [ ${#databases[@]} -eq 0 ]; then
  databases=(sqlite)
  [ -z "${TEST_POSTGRES_URL:-}" ] || databases+=(postgres)
fi
# The cases that follow from the document one by one take less than a minute each; random ones and whole sequences of calls
# are for the long run.
how=(--phases examples,coverage)
[ -z "$long" ] || how=(--phases examples,coverage,fuzzing,stateful --max-examples 100 --max-time 1200)

install_tools
write_documents
# schemathesis keeps notes where it runs.
cd "$work"
readonly password=utopia-sunrise-42
# No limits that a run of thousands of requests from one address would meet, sign-ins that outlive it, and no wait for events
# that is longer than the patience of the client.
settings=(EVENTS_MAX_WAIT=1 FAILED_SIGN_INS_PER_ADDRESS=0 REVEALS_PER_HOUR=0 REQUESTS_PER_MINUTE=0 ACCESS_TOKEN_TTL=36000 HASH_THREADS=2)

sign_in() {
  python3 - "$API" "$1" "$password" <<'PYTHON'
import base64, json, sys, urllib.request
address, email, password = sys.argv[1:]
body = json.dumps({"email": email, "password": password}).encode()
request = urllib.request.Request(address + "/v1/auth/login", body, {"Content-Type": "application/json"})
token = json.load(urllib.request.urlopen(request))["access_token"]
claims = token.split(".")[1]
claims = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
print(token, ",".join(value for value in claims.values() if isinstance(value, str) and len(value) == 36))
PYTHON
}

# The name is such that .ci/run removes the database too.
readonly scratch=customer_profile_test_contract_$$
remove_database() {
  psql -w "$TEST_POSTGRES_URL" -qc "DROP DATABASE IF EXISTS $scratch WITH (FORCE)" 2>/dev/null
}

clean_up() {
  stop_server
  [[ " ${databases[*]} " != *" postgres "* ]] || remove_database
}

# An empty database of its own on the server of TEST_POSTGRES_URL.
start_on_postgres() {
  remove_database
  psql -w "$TEST_POSTGRES_URL" -qc "CREATE DATABASE $scratch"
  command=serve start_server "${settings[@]}" DATABASE_URL="${TEST_POSTGRES_URL%/*}/$scratch" \
    DATA_DIR="$work/data" ADMIN_EMAIL=admin@utopia-travel.example ADMIN_PASSWORD=$password ALLOW_SPECIMEN=true
  STAND_INS=$(python3 "$here/fuzz/seed.py" "$API" admin@utopia-travel.example $password)
}

run() {
  local database=$1 role=$2 email token
  say "$role on $database"
  STAND_INS={}
  rm -rf "$work/data"
  if [ "$database" = postgres ]; then start_on_postgres; else start_server "${settings[@]}"; fi
  case $role in
    customer) email=anna.eriksson@mail.example ;;
    *) email=$role@utopia-travel.example ;;
  esac
  read -r token OWN_IDS <<<"$(sign_in "$email")"
  export STAND_INS OWN_IDS ROLE=$role PYTHONPATH=$here/fuzz SCHEMATHESIS_HOOKS=hooks
  local report=$work/fuzz-$database-$role.txt failed=
  schemathesis --config-file "$here/fuzz/schemathesis.toml" run "$work/openapi-3.1.json" --url "$API" \
    -H "Authorization: Bearer $token" "${how[@]}" --workers 2 --continue-on-failure --warnings off --no-color >"$report" 2>&1 || failed=yes
  grep -E '^  [0-9]+ generated|^=.* in [0-9.]+s' "$report" || true
  # If the sign-in had ended on the way, the rest would have been refused and looked fine.
  curl -sf "$API/v1/me" -H "Authorization: Bearer $token" | grep -q "\"role\":\"$role\"" || fail 'the sign-in did not last'
  # Requests that are no HTTP are refused before the service sees them.
  ! grep -E 'panicked|ERROR' "$work/server.log" | grep -v 'request parse error' || fail 'the log has errors'
  stop_server
  [ "$database" != postgres ] || remove_database
  if [ "$failed" ]; then
    sed -n '/= FAILURES =/,$p' "$report" | cut -c1-600 | head -n 150
    fail "$role on $database; all of it is in $report"
  fi
}

for database in "${databases[@]}"; do
  for role in "${roles[@]}"; do
    run "$database" "$role"
  done
done
