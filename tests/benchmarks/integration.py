"""What coordination is worth: ``python -m tests.benchmarks.integration [SECTION ...] [--worlds N ...]``.

Scenarios of the twin, each in worlds that nothing was tuned on (from number 1,000): classic, siloed, integrated, each
link alone and the bound of perfect information, paired by world. ``speed`` is one year of a larger shop with the
baselines, ``moments`` the market beside public data. Finished worlds are kept in ``out/integration``, so that an
interrupted run goes on.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sys
import time
from pathlib import Path

from shelfwise.config import parse_config
from shelfwise.twin.arms import ARMS, INFORMED
from shelfwise.twin.comparison import compare
from shelfwise.twin.experiment import Experiment, run
from shelfwise.twin.life import Life
from shelfwise.twin.scenario import Operation, People, Range, Scenario, Supply
from shelfwise.twin.scenario_file import parse_scenario, scenario_names, scenario_text
from shelfwise.twin.world import World
from tests.benchmarks.integration_moments import moments

SECTIONS = (*scenario_names(), "speed", "moments")
REPORTING = 1000
"""Number of the first world for reports: those below are for building and calibrating."""
CONFIG = "[router.options]\nrounds_per_delivery = 1\n"
FIGURES = (
    "profit_per_customer_year",
    "latent_service",
    "stock_out_rate",
    "holding_per_unit",
    "cost_per_delivery",
    "on_time",
    "slate_hit",
    "mape_30_days",
    "retention_90_days",
)


def main() -> int:
    """Run the scenarios named on the command line, or baseline, scarce supply and the speed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.integration", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--worlds", type=int, default=4, help="worlds a scenario, 4 by default")
    parser.add_argument("--weeks", type=int, default=8, help="weeks a world, 8 by default")
    parser.add_argument("--arms", nargs="+", help="some of the arms; siloed is always one")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="worlds at a time")
    options = parser.parse_args()
    sections = options.sections or ["moments", "baseline", "scarce-supply", "speed"]
    if unknown := sorted(set(sections) - set(SECTIONS)):
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join([*scenario_names(), 'speed'])}")
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"integration: {platform.machine()}, {os.cpu_count()} cores, load {load}, Python {platform.python_version()}")
    for name in sections:
        started = time.perf_counter()
        if name == "speed":
            speed()
        elif name == "moments":
            moments()
        else:
            scenario(name, options.worlds, options.weeks, options.arms, options.workers)
        print(f"{name}: {time.perf_counter() - started:.0f} s", flush=True)
    return 0


def scenario(name: str, worlds: int, weeks: int, arms: list[str] | None, workers: int) -> None:
    """Print the figures of every arm, and what each is worth against siloed."""
    text = f"weeks = {weeks}\n{scenario_text(name)}"
    primary = parse_scenario(text, name).primary
    chosen = [arm for arm in ARMS if not arm.startswith("without_")] if arms is None else ["siloed", *arms]
    asked = Experiment(text, CONFIG, tuple(arm for arm in ARMS if arm in chosen), REPORTING)
    folder = Path("out") / "integration" / f"{name}-{asked.digest}"
    found = compare(run(asked, worlds, folder, workers=workers), primary)
    print(f"\n-- {name}: {worlds} worlds of {weeks} weeks, from world {REPORTING}")
    print(f"{'':26}" + "".join(f"{arm[:18]:>19}" for arm in found.mean))
    for figure in FIGURES:
        print(f"{figure:26}" + "".join(f"{table[figure].estimate:19.4g}" for table in found.mean.values()))
    print(f"{primary}, difference to siloed (95 % interval), p after Holm:")
    for arm, table in found.difference.items():
        one = table[primary]
        print(f"  {arm:24}{one.estimate:+9.2f}  ({one.low:+.2f} to {one.high:+.2f})  p {found.adjusted[arm]:.3f}")
    if found.interaction is not None:
        one = found.interaction
        print(f"  {'together less singles':24}{one.estimate:+9.2f}  ({one.low:+.2f} to {one.high:+.2f})")
    if found.closed is not None:
        one = found.closed
        print(f"  share of the way to {INFORMED}: {one.estimate:.0%} ({one.low:.0%} to {one.high:.0%})")


def speed() -> None:
    """Print what a year of 500 items, 5,000 customers and 4 warehouses takes with the baselines, planned weekly."""
    shop = Scenario(
        "speed",
        weeks=52,
        range=Range(items=500),
        people=People(customers=5_000),
        supply=Supply(warehouses=4),
        operation=Operation(plan_every_days=7, learn_every_days=91),
    )
    config = parse_config({"router": {"options": {"rounds_per_delivery": 0}}})
    for name in ("classic", "siloed"):
        wall, cpu = time.perf_counter(), time.process_time()
        life = Life.begin(World.draw(shop, REPORTING))
        life.until(shop.last_day, ARMS[name].retailer(shop, config, None))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"speed, {name}: a year and its history in {wall:.0f} s ({cpu:.0f} CPU s), {peak:.2f} GB", flush=True)


if __name__ == "__main__":
    sys.exit(main())
