#!/bin/sh
# Generates the code of the contract, checks, and builds build/example and build/conformance; build/ready says that all of it
# is done. Installs nothing, and ends with 3 where packages are missing. PROTO and BUILD name another contract and
# another folder to build in.
set -eu
cd "$(dirname "$0")"
. ../debian.sh

proto=${PROTO:-$PWD/../../proto}
build=${BUILD:-$PWD/build}
module=github.com/shelfwise/shelfwise
rm -rf "$build"
mkdir -p "$build/gopath/src/$module/clients"
ln -s "$PWD" "$build/gopath/src/$module/clients/go"
protoc --proto_path="$proto" --go_out="$build/gopath/src" --go-grpc_out="$build/gopath/src" shelfwise/v1/decision.proto

unformatted=$(gofmt -l ./*.go example conformance)
if [ -n "$unformatted" ]; then
    echo "not as gofmt writes it:" $unformatted >&2
    exit 1
fi
export GO111MODULE=off CGO_ENABLED=0 GOPATH="$build/gopath:/usr/share/gocode"
go vet "$module/clients/go" "$module/clients/go/example" "$module/clients/go/conformance"
go build -o "$build/example" "$module/clients/go/example"
go build -o "$build/conformance" "$module/clients/go/conformance"
touch "$build/ready"
