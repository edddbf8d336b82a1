"""What each client adds to a call, beside its own generated stub: ``python -m tests.benchmarks.clients``.

One server, in a process of its own, with plugins that do no work. Each language calls it in a process of its own, one
after the other, through stub and client in turns, so that both see the same machine. The first calls warm up. The
variable LANGUAGES chooses.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from shelfwise.wire import request_to_proto
from tests.benchmarks import noop
from tests.benchmarks.overhead import serving

if TYPE_CHECKING:
    from client_runners import Runner

REQUESTS = {"storefront call": (noop.storefront_request, 2000), "plan of four stages": (noop.plan_request, 500)}
WARM_UP = 5
"""One call in so many is for warming up."""


async def times(runner: Runner, address: str, case: Path, calls: int) -> dict[str, np.ndarray]:
    """Return the microseconds of the calls of one language, by the way they were made."""
    arguments = ("--target", address, "--latency", str(calls), "--case", case)
    done = await asyncio.to_thread(runner.run, *arguments)
    if done.returncode != 0:
        raise SystemExit(f"{runner.name}: {done.stderr}")
    return {name: np.asarray(each)[calls // WARM_UP :] for name, each in json.loads(done.stdout).items()}


def row(measured: dict[str, np.ndarray]) -> str:
    """Return median and 95th percentile of stub and client, and what the client adds to each."""
    stub, client = (np.quantile(measured[key], (0.5, 0.95)) / 1000 for key in ("stub_us", "client_us"))
    cells = (stub[0], client[0], client[0] - stub[0], stub[1], client[1], client[1] - stub[1])
    return "".join(f"{cell:10.2f}" for cell in cells)


async def report() -> None:
    """Measure and print."""
    from client_runners import runners

    machine = f"{platform.machine()}, {len(os.sched_getaffinity(0))} cores"
    print(f"{machine}, load before {os.getloadavg()[0]:.2f}; milliseconds of one call at a time")
    async with serving("--serve", "decide") as address:
        for title, (make, calls) in REQUESTS.items():
            print(f"\n{title}, {calls - calls // WARM_UP} calls each way")
            print(f"  {'':14}{'p50: stub':>10}{'client':>10}{'added':>10}{'p95: stub':>10}{'client':>10}{'added':>10}")
            with tempfile.TemporaryDirectory() as folder:
                case = Path(folder) / "request.binpb"
                case.write_bytes(request_to_proto(make()).SerializeToString())
                for runner in runners():
                    line = runner.missing or row(await times(runner, address, case, calls))
                    print(f"  {runner.name:14}{line}", flush=True)
    print(f"\nload after {os.getloadavg()[0]:.2f}")


def main() -> None:
    """Run the benchmark."""
    asyncio.run(report())


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    main()
