"""Routers: ``python -m tests.benchmarks.router [SECTION ...] [--seconds S ...] [--every N --first N] [--only NAME]``.

The families of public instances - the X set (up to 250 customers, or all), Solomon's, several depots, mixed fleets,
several trips - planned by the plugin, PyVRP, OR-Tools and VROOM on their own and the baseline in turn, each in as many
CPU seconds; and what is left of short deadlines. Every plan is checked independently.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from pathlib import Path

SECTIONS = {
    "x-250": [0.5, 10.0],
    "x": [60.0],
    "solomon": [0.3, 10.0],
    "depots": [60.0],
    "fleets": [60.0],
    "trips": [60.0],
    "retail": [5.0, 30.0, 60.0],
    "small": [60.0],
    "dispatch": [10.0],
    "deadlines": [0.05, 0.1, 0.2, 0.5, 1.0, 2.0],
}
"""By name, the budgets in seconds."""


def main() -> int:
    """Run the sections named on the command line, or all."""
    from tests.benchmarks.router_deadlines import deadlines
    from tests.benchmarks.router_families import family
    from tests.benchmarks.router_retail import dispatch, retail, small

    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.router", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--seconds", type=float, nargs="+", help="other budgets")
    parser.add_argument("--every", type=int, default=1, help="every so manieth instance")
    parser.add_argument("--first", type=int, default=0, help="the instance to begin with, counted from 0")
    parser.add_argument("--days", type=int, default=3, help="days of each size of a retailer")
    parser.add_argument("--only", nargs="+", help="some of the contestants")
    options = parser.parse_args()
    if unknown := sorted(set(options.sections) - set(SECTIONS)):
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"router: {platform.machine()}, {os.cpu_count()} cores, load {load}, Python {platform.python_version()}")
    for name in options.sections or SECTIONS:
        print(f"\n-- {name}", flush=True)
        started, budgets = time.perf_counter(), options.seconds or SECTIONS[name]
        if name == "deadlines":
            deadlines(budgets)
        elif name == "retail":
            retail(budgets, days=options.days, only=options.only)
        elif name == "small":
            small()
        elif name == "dispatch":
            dispatch()
        else:
            family(name, budgets, first=options.first, every=options.every, only=options.only)
        print(f"{name}: {time.perf_counter() - started:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main())
