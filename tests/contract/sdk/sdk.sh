#!/usr/bin/env bash
# Generates clients from the OpenAPI document, compiles them strictly, and uses them against a running server.
# Usage: sdk.sh [python] [typescript] [rust] [progenitor]; without arguments the first two.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
install_tools
write_documents

into=$work/sdk
document=$work/openapi-3.1.json
mkdir -p "$into"
[ $# -gt 0 ] || set -- python typescript

generate() {
  rm -rf "${into:?}/$2"
  quietly openapi-generator-cli generate -g "$1" -i "$document" -o "$into/$2" --additional-properties "$3"
}

# Names that a generator makes up where a schema has none.
no_invented_names() {
  local found
  found=$(grep -rIoEh '\b[A-Za-z0-9_]*(_inner|Inner|OneOf|AnyOf|AllOf|Inline)[A-Za-z0-9_]*\b' "$@" \
    --include='*.py' --include='*.ts' --include='*.rs' --exclude-dir=client --exclude-dir=core | sort -u || true)
  [ -z "$found" ] || fail "invented names: $found"
}

start() {
  [ -z "$server" ] || return 0
  start_server
  python3 "$here/sdk/tomorrow.py" "$API" "$document" >"$work/tomorrow.address" &
  tomorrow=$!
  trap 'kill "$tomorrow" 2>/dev/null; stop_server' EXIT
  for _ in $(seq 50); do
    API_OF_TOMORROW=$(cat "$work/tomorrow.address")
    [ -z "$API_OF_TOMORROW" ] || break
    sleep 0.1
  done
  export API_OF_TOMORROW
}

python() {
  say 'Python: openapi-generator, openapi-python-client'
  generate python python packageName=customer_profile
  rm -rf "$into/openapi-python-client"
  quietly openapi-python-client generate --path "$document" --output-path "$into/openapi-python-client"
  no_invented_names "$into/python/customer_profile" "$into/openapi-python-client"
  cp "$here"/sdk/journeys/*.py "$into/"
  (
    cd "$into"
    export MYPYPATH=python:openapi-python-client PYTHONPATH=python:openapi-python-client
    quietly mypy --cache-dir mypy -p customer_profile --disable-error-code import-untyped
    quietly mypy --cache-dir mypy -p customer_profile_api_client
    # Types of what this client takes are good enough for the strictest check.
    quietly mypy --cache-dir mypy --strict openapi_python_client.py
    start
    quietly python3 openapi_generator.py
    quietly python3 openapi_python_client.py
  )
}

typescript() {
  say 'TypeScript: openapi-typescript, hey-api, openapi-generator typescript-fetch'
  generate typescript-fetch typescript-fetch supportsES6=true
  rm -rf "$into/hey-api" "$into/journeys" "$into/build"
  quietly "$modules/openapi-typescript" "$document" -o "$into/openapi-typescript.d.ts"
  quietly "$modules/openapi-ts" -i "$document" -o "$into/hey-api"
  no_invented_names "$into/hey-api" "$into/typescript-fetch" "$into/openapi-typescript.d.ts"
  ln -sfn "$tools/node_modules" "$into/node_modules"
  mkdir -p "$into/journeys"
  cp "$here"/sdk/journeys/*.ts "$into/journeys/"
  cp "$here/sdk/tsconfig.json" "$into/"
  (
    cd "$into"
    quietly "$modules/tsc" -p .
    start
    for journey in openapi_fetch hey_api typescript_fetch; do
      quietly node "build/journeys/$journey.js"
    done
  )
}

rust() {
  say 'Rust: openapi-generator'
  generate rust rust-client packageName=customer-profile-client,library=reqwest
  no_invented_names "$into/rust-client"
  rm -rf "$into/rust"
  cp -r "$here/sdk/journeys/rust" "$into/rust"
  mv "$into/rust-client" "$into/rust/client"
  (
    cd "$into/rust"
    CARGO_TARGET_DIR=$work/sdk-target quietly cargo build --locked
    start
    quietly "$work/sdk-target/debug/journey"
  )
}

progenitor() {
  say 'Rust: progenitor, from OpenAPI 3.0'
  local version=0.15.1
  local program=$tools/progenitor-$version/bin/cargo-progenitor
  [ -x "$program" ] ||
    CARGO_TARGET_DIR=$work/progenitor-target quietly cargo install --locked --root "$tools/progenitor-$version" "cargo-progenitor@$version"
  rm -rf "$into/progenitor"
  # It knows one body for what succeeds (github.com/oxidecomputer/progenitor/issues/344) and one media type for what is
  # sent: a registration that waits for a mail, which has no body, and the rows of an import are left out.
  jq 'del(.paths["/v1/auth/register"].post.responses["202"], .paths["/v1/imports/{id}/rows"])' "$work/openapi-3.0.json" >"$work/progenitor.json"
  quietly "$program" progenitor -i "$work/progenitor.json" -o "$into/progenitor" -n customer-profile-progenitor -v 0.1.0
  no_invented_names "$into/progenitor"
  printf '\n[workspace]\n' >>"$into/progenitor/Cargo.toml"
  (cd "$into/progenitor" && CARGO_TARGET_DIR=$work/sdk-target quietly cargo check)
}

for part; do
  "$part"
done
