"""Inventory: ``python -m tests.benchmarks.inventory [SECTION ...]``.

Every section prints what it measures and against what; the first line says on which machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from importlib import import_module
from pathlib import Path

SECTIONS = {
    "rate": ("inventory_rate", "rate"),
    "lost-sales": ("inventory_lost_sales", "lost_sales"),
    "serial": ("inventory_serial", "serial"),
    "heuristics": ("inventory_heuristics", "heuristics"),
    "frontier": ("inventory_frontier", "frontier"),
    "plan": ("inventory_plan", "whole_plan"),
    "learning": ("inventory_learning", "learning"),
    "laws": ("inventory_laws", "laws"),
    "random": ("inventory_random", "random_lead_times"),
    "network": ("inventory_network", "network"),
    "real": ("inventory_real", "real"),
    "speed": ("inventory_speed", "speed"),
}
"""By name, the file here and its function, which is imported when its turn comes: sections need different things."""


def main() -> int:
    """Run the sections named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.inventory")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    sections = parser.parse_args().sections
    if unknown := sorted(set(sections) - set(SECTIONS)):
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"inventory: {platform.machine()}, {os.cpu_count()} cores, load {load}, Python {platform.python_version()}")
    for name in sections or SECTIONS:
        module, function = SECTIONS[name]
        print(f"\n-- {name}", flush=True)
        started = time.perf_counter()
        getattr(import_module(f"tests.benchmarks.{module}"), function)()
        print(f"{name}: {time.perf_counter() - started:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main())
