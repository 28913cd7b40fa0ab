#!/usr/bin/env bash
# Runs the command line from a checkout of this repository, built at the first call: for pre-commit and the GitHub Action.
set -euo pipefail
checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
if [ ! -f "$checkout/dist/cli.js" ]; then
  (cd "$checkout" && npm ci && npm run build) >&2
fi
exec node "$checkout/dist/cli.js" "$@"
