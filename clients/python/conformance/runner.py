# ruff: noqa: INP001 - a program, no package
"""Plays the golden cases through the client, or measures it: tests/clients/README.md has the protocol."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import attrs
import grpc
from google.protobuf import json_format

from shelfwise.errors import ContractError, ShelfwiseError
from shelfwise.types import Decision, DecisionRequest
from shelfwise.v1.decision_pb2 import DecideRequest
from shelfwise.v1.decision_pb2_grpc import DecisionServiceStub
from shelfwise.wire import decision_to_json, decision_to_proto, request_from_proto
from shelfwise_client import AsyncClient, Client, RetryPolicy

Decide = Callable[[DecisionRequest], Decision]
Stub = Callable[[DecideRequest], object]
T = TypeVar("T")


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
    parser.add_argument("--asynchronous", action="store_true", help="through the asynchronous client")
    return parser.parse_args()


def options(told: argparse.Namespace) -> dict[str, Any]:
    """Return how the client is to be connected."""
    return {
        "tls_certificate": told.tls_certificate,
        "token": told.token,
        "timeout_seconds": told.timeout,
        "maximum_message_mb": told.maximum_message_mb,
        "retry": RetryPolicy(attempts=told.attempts),
    }


@contextmanager
def synchronous(told: argparse.Namespace) -> Iterator[tuple[Decide, Stub]]:
    """Give the two ways of calling: through the client, and through the generated stub."""
    with Client(told.target, **options(told)) as client, grpc.insecure_channel(told.target) as channel:
        yield client.decide, DecisionServiceStub(channel).Decide


@contextmanager
def asynchronous(told: argparse.Namespace) -> Iterator[tuple[Decide, Stub]]:
    """Give the same of the asynchronous client, each call run to its end in one event loop."""

    async def opened() -> tuple[AsyncClient, grpc.aio.Channel]:
        return AsyncClient(told.target, **options(told)), grpc.aio.insecure_channel(told.target)

    with asyncio.Runner() as loop:
        client, channel = loop.run(opened())
        stub = DecisionServiceStub(channel)
        yield lambda request: loop.run(client.decide(request)), lambda message: loop.run(_awaited(stub.Decide(message)))
        loop.run(client.close())
        loop.run(channel.close(None))


async def _awaited(call: Awaitable[T]) -> T:
    return await call


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


def latency(decide: Decide, stub: Stub, case: Path, calls: int) -> dict[str, list[float]]:
    """Return the microseconds of calls through the generated stub and through the client, in turns."""
    message = DecideRequest.FromString(case.read_bytes())
    message.request_id = ""
    request = request_from_proto(message)
    return interleaved({"stub_us": lambda: stub(message), "client_us": lambda: decide(request)}, calls)


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
    with (asynchronous if told.asynchronous else synchronous)(told) as (decide, stub):
        if told.latency:
            print(json.dumps(latency(decide, stub, told.case, told.latency)))  # noqa: T201
        else:
            play(decide, told.cases, told.out)


if __name__ == "__main__":
    main()
