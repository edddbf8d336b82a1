#!/bin/sh
# Generates the code of the contract, and builds build/shelfwise-client.jar, the example and the conformance runner;
# build/ready says that all of it is done. Installs nothing, and ends with 3 where packages are missing. PROTO and BUILD
# name another contract and another folder to build in.
set -eu
cd "$(dirname "$0")"
. ../debian.sh

proto=${PROTO:-$PWD/../../proto}
build=${BUILD:-$PWD/build}
rpc=/usr/share/gocode/src/github.com/gogo/googleapis # the one Debian package that has google/rpc/*.proto
rm -rf "$build"
mkdir -p "$build/generated" "$build/rpc"
protoc --proto_path="$proto" --java_out="$build/generated" --plugin=protoc-gen-grpc-java=/usr/bin/grpc_java_plugin \
    --grpc-java_out="$build/generated" shelfwise/v1/decision.proto
protoc --proto_path="$rpc" --java_out="$build/rpc" google/rpc/status.proto google/rpc/error_details.proto

libraries=$(for name in grpc-api grpc-context grpc-core grpc-netty grpc-protobuf grpc-protobuf-lite grpc-stub protobuf \
    protobuf-util gson guava jsr305 error_prone_annotations geronimo-annotation-1.3-spec perfmark-api netty-buffer netty-codec \
    netty-codec-http netty-codec-http2 netty-codec-socks netty-common netty-handler netty-handler-proxy netty-resolver netty-transport \
    netty-tcnative netty-transport-native-unix-common; do
    printf %s "/usr/share/java/$name.jar:"
done)
# Generated code is compiled as it comes; libraries name annotations that Debian leaves out, hence -classfile.
compile() { javac --release 17 -proc:none -encoding UTF-8 -classpath "$build/google-rpc.jar:$build/shelfwise-client.jar:$libraries" "$@"; }
pack() { jar --create --file "$build/$1.jar" -C "$build/$1-classes" .; }
compile -nowarn -d "$build/google-rpc-classes" $(find "$build/rpc" -name '*.java')
pack google-rpc
compile -nowarn -d "$build/shelfwise-client-classes" $(find "$build/generated" -name '*.java')
pack shelfwise-client
compile -Xlint:all,-classfile -Werror -d "$build/shelfwise-client-classes" src/com/shelfwise/client/*.java
pack shelfwise-client
compile -Xlint:all,-classfile -Werror -d "$build/programs" example/Example.java conformance/Conformance.java

# Debian's netty speaks HTTP/2 over TLS by OpenSSL alone, and looks for its library under another name than Debian's.
mkdir "$build/native"
cp "$(dpkg-query --listfiles libnetty-tcnative-jni | grep '\.so$')" "$build/native/libnetty_tcnative.so"
launcher() {
    cat >"$build/$1" <<END
#!/bin/sh
exec java -Djava.library.path="$build/native" \\
    -classpath "$build/programs:$build/shelfwise-client.jar:$build/google-rpc.jar:$libraries" $2 "\$@"
END
    chmod +x "$build/$1"
}
launcher example Example
launcher conformance Conformance
touch "$build/ready"
