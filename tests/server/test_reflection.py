"""Reflection: a generic client finds the service and its messages."""

import threading

import grpc
import pytest
from google.protobuf import descriptor_pb2
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from serving_fakes import LONG, config

from shelfwise_server import running


def asked(connect, address, **request):
    """Return the answer to one reflection request."""
    stub = reflection_pb2_grpc.ServerReflectionStub(connect(address))
    return next(stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(**request)]), timeout=LONG))


def test_lists_the_services(fake, serving, connect):
    """Decision, health and reflection services are listed."""
    answer = asked(connect, serving(fake), list_services="")

    assert {service.name for service in answer.list_services_response.service} == {
        "shelfwise.v1.DecisionService",
        "grpc.health.v1.Health",
        "grpc.reflection.v1alpha.ServerReflection",
    }


def test_describes_the_service(fake, serving, connect):
    """The service's file descriptor has the messages of Decide."""
    answer = asked(connect, serving(fake), file_containing_symbol="shelfwise.v1.DecisionService")

    files = [
        descriptor_pb2.FileDescriptorProto.FromString(each)
        for each in answer.file_descriptor_response.file_descriptor_proto
    ]
    assert "DecideRequest" in {message.name for file in files for message in file.message_type}


def test_unknown_symbol(fake, serving, connect):
    """A symbol that does not exist is an error in the answer, and the stream goes on."""
    answer = asked(connect, serving(fake), file_containing_symbol="shelfwise.v2.Nothing")

    assert answer.error_response.error_code == 5


@pytest.mark.parametrize("how", ["cancel", "timeout", "shutdown"])
def test_stream_that_is_broken_off(how, fake, connect):
    """A reflection stream that is cancelled, late, or still open when the server goes, ends with that code."""
    open_end = threading.Event()

    def questions():
        if how == "timeout":
            open_end.wait(LONG)
        yield reflection_pb2.ServerReflectionRequest(list_services="")
        open_end.wait(LONG)

    with running(fake, config()) as address:
        stub = reflection_pb2_grpc.ServerReflectionStub(connect(address))
        stream = stub.ServerReflectionInfo(questions(), timeout=LONG if how != "timeout" else 0.05)
        if how != "timeout":
            assert next(stream).list_services_response.service
        if how == "cancel":
            stream.cancel()
        if how != "shutdown":
            with pytest.raises(grpc.RpcError):
                next(stream)
    if how == "shutdown":
        with pytest.raises(grpc.RpcError):
            next(stream)

    open_end.set()
    expected = {"cancel": "CANCELLED", "timeout": "DEADLINE_EXCEEDED"}
    assert stream.code().name in {expected.get(how, "UNAVAILABLE"), expected.get(how, "CANCELLED")}
