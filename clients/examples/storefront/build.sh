#!/bin/sh
# Builds the shop in dist/, and the client that it uses first; build/ready says that it is done. Ends with 3 where Node or its
# packages cannot be had.
set -eu
cd "$(dirname "$0")"

client=../../typescript
[ -e "$client/build/ready" ] || "$client/build.sh"
if ! [ node_modules/.package-lock.json -nt package-lock.json ] || ! [ node_modules/.package-lock.json -nt "$client/build/ready" ]; then
    npm ci --ignore-scripts --no-progress >&2 || exit 3
fi
rm -rf dist build
node_modules/.bin/tsc
mkdir -p build
touch build/ready
