#!/usr/bin/env bash
# Uses the pages of a running demonstration in Chromium. Usage: browser.sh [folder for the screenshots]
source "$(dirname "${BASH_SOURCE[0]}")/../contract/lib.sh"
screenshots=${1:-$work/browser}
mkdir -p "$screenshots"
install_tools
if ! command -v chromium >/dev/null; then
  say 'Install Chromium'
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive quietly apt-get install -y -qq chromium
fi
start_server
say "Chromium, $API"
# The script finds its library beside itself: imports look at no variable.
cp "$root/tests/browser/browser.mjs" "$tools/browser.mjs"
node "$tools/browser.mjs" "$API" "$screenshots"
