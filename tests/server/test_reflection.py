"""Reflection: a generic client finds the service and its messages."""

from google.protobuf import descriptor_pb2
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from serving_fakes import LONG


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
