"""What the framework adds to a call: ``python -m tests.benchmarks.overhead``.

Decide with plugins that do no work, beside a raw grpc.aio echo that takes and gives as many bytes, each server in a
process of its own and the client in this one, in turns, so that both see the same machine. Then the time of a health
check and of a storefront call while plans of pure Python run, which is the worst case for one interpreter.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import os
import platform
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import attrs
import grpc
import structlog
from grpc_health.v1 import health_pb2, health_pb2_grpc

from shelfwise.hookspecs import hookimpl
from shelfwise.serving_config import ServerConfig
from shelfwise.types import Deadline, DemandForecast, ForecastRequest
from shelfwise.wire import decision_to_proto, request_to_proto
from tests.benchmarks import noop

DECIDE = "/shelfwise.v1.DecisionService/Decide"
ROUNDS = 3
SEQUENTIAL_CALLS = 1500
SECONDS_IN_FLIGHT = 4.0
IN_FLIGHT = 16
HEAVY_SECONDS = 3.0

REQUESTS = {"storefront call": (noop.storefront_request, ">= 2500"), "plan of four stages": (noop.plan_request, "")}


@attrs.define(eq=False)
class BusyForecaster(noop.NoForecaster):
    """Computes in pure Python for as long as the heavy plan lasts."""

    @hookimpl
    def forecast(self, request: ForecastRequest, deadline: Deadline) -> DemandForecast:
        """Keep the interpreter busy, then answer what was ready before."""
        end = time.monotonic() + HEAVY_SECONDS
        while time.monotonic() < end and not deadline.expired:
            sum(range(1000))
        return noop.NoForecaster.forecast(self, request)


async def echo(answer_bytes: int) -> None:
    """Serve an echo of fixed size until killed."""
    answer = b"x" * answer_bytes

    async def decide(_body: bytes, _context: object) -> bytes:
        return answer

    server = grpc.aio.server()
    handler = grpc.unary_unary_rpc_method_handler(decide)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(DECIDE.split("/")[1], {"Decide": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(json.dumps({"event": "server.started", "address": f"127.0.0.1:{port}"}), file=sys.stderr, flush=True)
    await server.wait_for_termination()


def decide(*, busy: bool) -> None:
    """Serve the orchestrator, with plugins that do no work or a forecaster that does nothing else."""
    from shelfwise_server import serve

    if busy:
        noop.PLUGINS[noop.Stage.FORECASTER] = BusyForecaster
    serve(noop.noop_orchestrator(), ServerConfig(address="127.0.0.1:0", maximum_queued=1000))


@contextlib.asynccontextmanager
async def serving(*arguments: str) -> AsyncIterator[str]:
    """Run this program as a server in another process and give its address."""
    command = [sys.executable, "-m", "tests.benchmarks.overhead", *arguments]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert process.stderr is not None
    try:
        address = json.loads(await process.stderr.readline())["address"]
        drain = asyncio.create_task(process.stderr.read())
        yield address
    finally:
        process.kill()
        await drain
        await process.wait()


@contextlib.asynccontextmanager
async def served(*arguments: str) -> AsyncIterator[grpc.aio.Channel]:
    """Run this program as a server in another process and connect to it."""
    async with serving(*arguments) as address, grpc.aio.insecure_channel(address) as channel:
        yield channel


@attrs.frozen
class Figures:
    """One round of one server: milliseconds one after the other, and calls a second with many in flight."""

    p50: float
    p99: float
    per_second: float


async def measure(channel: grpc.aio.Channel, body: bytes, run: str) -> Figures:
    """Call a server, each call with a request id of its own."""
    call = channel.unary_unary(DECIDE)
    numbers = itertools.count()

    def one() -> Any:
        request_id = f"{run}{next(numbers):08d}".encode()
        return call(body + b"\x0a" + bytes([len(request_id)]) + request_id)

    for _ in range(200):
        await one()
    times = [await _milliseconds(one) for _ in range(SEQUENTIAL_CALLS)]
    done, end = 0, time.perf_counter() + SECONDS_IN_FLIGHT

    async def keep_calling() -> None:
        nonlocal done
        while time.perf_counter() < end:
            await one()
            done += 1

    started = time.perf_counter()
    await asyncio.gather(*(keep_calling() for _ in range(IN_FLIGHT)))
    per_second = done / (time.perf_counter() - started)
    return Figures(*_quantiles(times), per_second)


async def times_beside(plans: int) -> dict[str, list[float]]:
    """Return the milliseconds of health checks and of storefront calls, in turns, while so many busy plans run."""
    plan, page = (make().SerializeToString() for make in (_plan, _page))
    times: dict[str, list[float]] = {"health check": [], "storefront call": []}
    async with served("--serve", "busy") as channel:
        stub, call = health_pb2_grpc.HealthStub(channel), channel.unary_unary(DECIDE)
        await call(page)
        busy = [asyncio.ensure_future(call(plan)) for _ in range(plans)]
        await asyncio.sleep(0.2)
        end = time.monotonic() + HEAVY_SECONDS - 1.0
        while time.monotonic() < end:
            times["health check"].append(await _milliseconds(lambda: stub.Check(health_pb2.HealthCheckRequest())))
            await asyncio.sleep(0.01)
            times["storefront call"].append(await _milliseconds(lambda: call(page)))
            await asyncio.sleep(0.01)
        assert not any(each.done() for each in busy)
        for each in busy:
            each.cancel()
        await asyncio.gather(*busy, return_exceptions=True)
    return times


def _plan() -> Any:
    return request_to_proto(noop.plan_request())


def _page() -> Any:
    return request_to_proto(noop.storefront_request())


async def _milliseconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    await call()
    return (time.perf_counter() - started) * 1000


def _quantiles(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]


async def compare(make_request: Callable[[], Any]) -> tuple[Figures, Figures, int, int]:
    """Return the medians of Decide and of the echo over all rounds, and the bytes of request and answer."""
    request = make_request()
    body = request_to_proto(request).SerializeToString()
    answer = decision_to_proto(noop.noop_orchestrator().decide(request)).SerializeToString()
    rounds: dict[str, list[Figures]] = {"decide": [], "echo": []}
    async with served("--serve", "decide") as ours, served("--serve", "echo", str(len(answer))) as raw:
        for number in range(ROUNDS):
            for name, channel in (("decide", ours), ("echo", raw)):
                rounds[name].append(await measure(channel, body, f"{number}-"))
    ours_figures, raw_figures = (
        Figures(*(statistics.median(getattr(each, field.name) for each in found) for field in attrs.fields(Figures)))
        for found in rounds.values()
    )
    return ours_figures, raw_figures, len(body), len(answer)


async def report() -> None:
    """Measure and print."""
    machine = f"{platform.machine()}, {len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}"
    print(f"{machine}, load before {os.getloadavg()[0]:.2f}")
    print(f"median of {ROUNDS} rounds; client and server share the cores\n")
    for name, (make_request, target) in REQUESTS.items():
        ours, raw, request_bytes, answer_bytes = await compare(make_request)
        print(f"{name:26}{'target':>14}{'Decide':>9}{'echo':>9}   ({request_bytes} bytes in, {answer_bytes} out)")
        print(f"  p50, one at a time, ms  {'<= echo + 1.5':>14}{ours.p50:9.2f}{raw.p50:9.2f}")
        print(f"  p99, one at a time, ms  {'':>14}{ours.p99:9.2f}{raw.p99:9.2f}")
        print(f"  calls/s, {IN_FLIGHT} in flight   {target:>14}{ours.per_second:9.0f}{raw.per_second:9.0f}\n")
    for plans in (0, 1, 3):
        for name, times in (await times_beside(plans)).items():
            middle = statistics.median(times)
            print(f"{name:16}beside {plans} busy plans, ms: p50 {middle:6.2f}, worst {max(times):6.2f} of {len(times)}")
    print(f"\nload after {os.getloadavg()[0]:.2f}")


def main() -> None:
    """Run the benchmark."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asyncio.run(report())


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--serve", "echo", size]:
            asyncio.run(echo(int(size)))
        case ["--serve", kind]:
            decide(busy=kind == "busy")
        case _:
            main()
