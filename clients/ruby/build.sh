#!/bin/sh
# Generates the code of the contract beside the client in build/lib, checks, and packs build/shelfwise-VERSION.gem;
# build/ready says that all of it is done. Installs nothing, and ends with 3 where packages are missing. PROTO and BUILD
# name another contract and another folder to build in.
set -eu
cd "$(dirname "$0")"
. ../debian.sh

proto=${PROTO:-$PWD/../../proto}
build=${BUILD:-$PWD/build}
rm -rf "$build"
mkdir -p "$build/lib"
cp lib/shelfwise.rb shelfwise.gemspec "$build"
mv "$build/shelfwise.rb" "$build/lib"
grpc_tools_ruby_protoc --proto_path="$proto" --ruby_out="$build/lib" --grpc_out="$build/lib" shelfwise/v1/decision.proto

for file in lib/shelfwise.rb example/example.rb conformance/runner.rb; do
    warnings=$(ruby -wc "$file" 2>&1)
    if [ "$warnings" != "Syntax OK" ]; then
        echo "$file: $warnings" >&2
        exit 1
    fi
done
cd "$build"
gem build --silent shelfwise.gemspec
touch ready
