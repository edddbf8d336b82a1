#!/bin/sh
# Generates the code of the contract, type-checks, and builds: dist/ (the package, for import and for require), build/example
# and build/conformance. It takes what package-lock.json names from npm, and ends with 3 where it cannot. PROTO and BUILD
# name another contract and another folder to build in.
set -eu
cd "$(dirname "$0")"

if ! node --version 2>/dev/null | grep -Eq '^v(2[0-9]|[3-9][0-9])\.'; then
    echo "cannot build here: this needs Node 20 or later, with npm" >&2
    exit 3
fi
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --ignore-scripts --no-progress >&2 || exit 3
fi
proto=$(realpath "${PROTO:-../../proto}")
if [ -n "${BUILD:-}" ]; then
    mkdir -p "$BUILD"
    cp -R package.json tsconfig*.json buf.gen.yaml proto src example conformance "$BUILD"
    ln -sfn "$PWD/node_modules" "$BUILD/node_modules"
    cd "$BUILD"
fi
export PATH="$PWD/node_modules/.bin:$PATH"
rm -rf src/generated dist build
buf generate proto
buf generate "$proto"
tsc
tsc --project tsconfig.commonjs.json
echo '{"type": "commonjs"}' >dist/commonjs/package.json
tsc --project tsconfig.programs.json
node --eval 'require("shelfwise-client").connect("127.0.0.1:1").close()'
npm pack --silent --pack-destination build >/dev/null
touch build/ready
