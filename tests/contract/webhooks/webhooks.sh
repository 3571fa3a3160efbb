#!/usr/bin/env bash
# A receiver that checks signatures with the published library gets what happens in the demonstration.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
install_tools
start_server

say 'standardwebhooks for Python'
quietly python3 "$here/webhooks/receiver.py" "$API"
