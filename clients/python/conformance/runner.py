# ruff: noqa: INP001 - a program, no package
"""Plays the golden cases through the client, or measures it: tests/clients/README.md has the protocol."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import grpc
from google.protobuf import json_format

from shelfwise.errors import ContractError, ShelfwiseError
from shelfwise.types import Decision, DecisionRequest
from shelfwise.v1.decision_pb2 import DecideRequest
from shelfwise.v1.decision_pb2_grpc import DecisionServiceStub
from shelfwise.wire import decision_to_json, decision_to_proto, request_from_proto
from shelfwise_client import Client, RetryPolicy

Decide = Callable[[DecisionRequest], Decision]


def arguments() -> argparse.Namespace:
    """Return what the program is told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", required=True)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--timeout", type=float)
    parser.add_argument("--attempts", type=int, default=RetryPolicy().attempts)
    parser.add_argument("--tls-certificate")
    parser.add_argument("--token")
    parser.add_argument("--maximum-message-mb", type=int, default=256)
    parser.add_argument("--latency", type=int)
    parser.add_argument("--case", type=Path)
    return parser.parse_args()


def connect(told: argparse.Namespace) -> Client:
    """Return the client that the arguments ask for."""
    return Client(
        told.target,
        tls_certificate=told.tls_certificate,
        token=told.token,
        timeout_seconds=told.timeout,
        maximum_message_mb=told.maximum_message_mb,
        retry=RetryPolicy(attempts=told.attempts),
    )


def play(decide: Decide, cases: Path, out: Path) -> None:
    """Put every case to the server, in the order of their names, and write what comes of it."""
    for path in sorted(cases.glob("*.request.binpb")):
        name = path.name.removesuffix(".request.binpb")
        try:
            decision = decide(request_from_proto(read(cases, name)))
        except ShelfwiseError as error:
            (out / f"{name}.error.json").write_text(json.dumps(described(error)), encoding="utf-8")
        else:
            (out / f"{name}.response.binpb").write_bytes(decision_to_proto(decision).SerializeToString())
            (out / f"{name}.response.json").write_text(decision_to_json(decision), encoding="utf-8")


def read(cases: Path, name: str) -> DecideRequest:
    """Return the request of a case, which must be the same in JSON and in binary."""
    message = json_format.Parse((cases / f"{name}.request.json").read_text(encoding="utf-8"), DecideRequest())
    if message != DecideRequest.FromString((cases / f"{name}.request.binpb").read_bytes()):
        sys.exit(f"{name}: the request is another one in JSON than in binary")
    return message


def described(error: ShelfwiseError) -> dict[str, Any]:
    """Return an error as the protocol wants it."""
    failure = error.__cause__
    violations = error.violations if isinstance(error, ContractError) else ()
    return {
        "reason": error.reason,
        "code": failure.code().name if isinstance(failure, grpc.RpcError) else "",
        "message": str(error),
        "violations": [attrs.asdict(violation) for violation in violations],
    }


def latency(decide: Decide, target: str, case: Path, calls: int) -> dict[str, list[float]]:
    """Return the microseconds of calls through the generated stub and through the client, in turns."""
    message = DecideRequest.FromString(case.read_bytes())
    message.request_id = ""
    request = request_from_proto(message)
    with grpc.insecure_channel(target) as channel:
        stub = DecisionServiceStub(channel)
        return interleaved({"stub_us": lambda: stub.Decide(message), "client_us": lambda: decide(request)}, calls)


def interleaved(ways: dict[str, Callable[[], object]], calls: int) -> dict[str, list[float]]:
    """Return the microseconds of each way, which take turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(calls):
        for name, call in ways.items():
            started = time.perf_counter()
            call()
            times[name].append((time.perf_counter() - started) * 1e6)
    return times


def main() -> None:
    """Do what the arguments say."""
    told = arguments()
    with connect(told) as client:
        if told.latency:
            print(json.dumps(latency(client.decide, told.target, told.case, told.latency)))  # noqa: T201
        else:
            play(client.decide, told.cases, told.out)


if __name__ == "__main__":
    main()
