#!/usr/bin/env bash
# All checks of the contract, with a time limit for each. Usage: run.sh [--long]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

part() {
  local limit=$1 start=$SECONDS
  shift
  timeout "$limit" "$@" || { echo "FAILED: $* (status $?; 124 is the time limit of $limit s)" >&2; exit 1; }
  printf '   %s: %s s\n' "$*" $((SECONDS - start))
}

part 420 lint/lint.sh
part 300 changes/changes.sh
# The first run compiles a generator, and what the clients need.
part 1200 sdk/sdk.sh python typescript rust progenitor
part 120 webhooks/webhooks.sh
if [ "${1:-}" = --long ]; then
  part 9000 fuzz/fuzz.sh --long
else
  part 900 fuzz/fuzz.sh
fi
