"""Forecasters on public data: ``python -m tests.benchmarks.forecaster [SECTION ...]``.

Every installed forecaster is found by its entry point and runs with its defaults, the same on every data set but for
how far ahead it is told to look; beside them stand estimators of sktime, each with its specification and a limit on
the time of a training, and references. Nothing is tuned on what is scored: what a training chooses, it chooses on its
own past. A contestant that fails is printed, the others go on, and the exit status is 1 in the end.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

from tests.benchmarks.forecaster_bench import Bench, machine
from tests.benchmarks.forecaster_classes import classes
from tests.benchmarks.forecaster_contestants import HISTORY, chosen, everybody
from tests.benchmarks.forecaster_horizon import horizon
from tests.benchmarks.forecaster_promotion import promotion
from tests.benchmarks.forecaster_public import car_parts, orange_juice
from tests.benchmarks.forecaster_retail import retail
from tests.benchmarks.forecaster_scale import scale
from tests.benchmarks.forecaster_stock_outs import stock_outs

SECTIONS = {
    "orange-juice": orange_juice,
    "car-parts": car_parts,
    "retail": retail,
    "horizon": horizon,
    "classes": classes,
    "stock-outs": stock_outs,
    "promotion": promotion,
    "scale": scale,
}
LIMIT_MINUTES = 30.0


def main() -> int:
    """Run the sections named on the command line, or all; return 1 if any contestant failed."""
    bench, sections = _read()
    print(f"{machine()}, seeds {', '.join(map(str, bench.seeds))}; {_versions()}")
    print(f"contestants: {', '.join(one.name for one in bench.contestants)}")
    if bench.given:
        print(f"options for whoever has them: {dict(bench.given)}")
    for section in sections:
        SECTIONS[section](bench)
    if bench.failures:
        print(f"\nfailed: {', '.join(sorted(set(bench.failures)))}")
    return 1 if bench.failures else 0


def _read() -> tuple[Bench, list[str]]:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.forecaster")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--plugins", help="contestants, separated by commas, instead of all or those of a section")
    parser.add_argument("--seeds", default="0", help="seeds, separated by commas")
    parser.add_argument("--preset", help="for whoever has presets, instead of its default")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="an option for whoever has it")
    parser.add_argument("--series", type=int, default=0, help="at most so many series of each data set, for a trial")
    parser.add_argument("--minutes", type=float, default=LIMIT_MINUTES, help="limit of a training of sktime's")
    parser.add_argument("--json", type=Path, help="folder for the figures as JSON and the plot of the horizon")
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.sections) - set(SECTIONS)):
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    contestants = everybody(60 * arguments.minutes)
    try:
        if arguments.plugins:
            contestants = chosen(contestants, arguments.plugins.split(","))
        given = dict(_option(text) for text in arguments.set)
    except ValueError as error:
        parser.error(str(error))
    if arguments.preset:
        given["preset"] = arguments.preset
    print(f"sktime: at most {arguments.minutes:g} minutes a training and the last {HISTORY} periods")
    bench = Bench(
        tuple(contestants),
        tuple(map(int, arguments.seeds.split(","))),
        given,
        arguments.json,
        arguments.series,
        bool(arguments.plugins),
    )
    return bench, arguments.sections or list(SECTIONS)


def _option(text: str) -> tuple[str, Any]:
    """Read ``name=value``, the value being JSON or else text."""
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--set {text}: write NAME=VALUE")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


def _versions() -> str:
    present = packages_distributions()
    names = ("numpy", "torch", "catboost", "sktime", "statsforecast")
    return ", ".join(f"{name} {version(name)}" for name in names if name in present)


if __name__ == "__main__":
    sys.exit(main())
