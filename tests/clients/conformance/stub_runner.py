"""A runner with the generated stub alone, of whatever contract is on the path: ``stub_runner.py`` plays, no more."""

import argparse
import json
from pathlib import Path

import grpc
from google.protobuf import json_format
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from shelfwise.v1 import decision_pb2, decision_pb2_grpc

parser = argparse.ArgumentParser()
for name in ("target", "cases", "out"):
    parser.add_argument(f"--{name}", required=True)
told = parser.parse_args()

with grpc.insecure_channel(told.target) as channel:
    stub = decision_pb2_grpc.DecisionServiceStub(channel)
    for path in sorted(Path(told.cases).glob("*.request.binpb")):
        stem = Path(told.out) / path.name.removesuffix(".request.binpb")
        try:
            answer = stub.Decide(decision_pb2.DecideRequest.FromString(path.read_bytes()))
        except grpc.RpcError as failure:
            info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
            for detail in rpc_status.from_call(failure).details:
                detail.Unpack(info) or detail.Unpack(bad)
            violations = [{"field": each.field, "description": each.description} for each in bad.field_violations]
            lines = "\n".join(f"{each.field}: {each.description}" for each in bad.field_violations)
            error = {"reason": info.reason, "code": failure.code().name, "violations": violations}
            error["message"] = lines or failure.details()
            stem.with_name(f"{stem.name}.error.json").write_text(json.dumps(error))
        else:
            stem.with_name(f"{stem.name}.response.binpb").write_bytes(answer.SerializeToString())
            stem.with_name(f"{stem.name}.response.json").write_text(json_format.MessageToJson(answer))
