"""What coordination is worth: ``python -m tests.benchmarks.integration [SECTION ...] [--worlds N ...]``.

Scenarios of the twin, each in worlds that nothing was tuned on (from number 3,000): classic, siloed, integrated, each
link alone and the bound of perfect information, paired by world. ``speed`` is one year of a larger shop with the
baselines, ``moments`` the market beside public data, ``exposure`` what slates cause. Finished worlds are kept in
``out/integration``, so that an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import re
import resource
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from shelfwise.config import parse_config
from shelfwise.errors import ConfigError
from shelfwise.evaluation.report import Interval, bootstrap_difference, bootstrap_mean
from shelfwise.twin.arms import ARMS, INFORMED, INTEGRATED, SILOED, arm_named
from shelfwise.twin.comparison import SAMPLES, compare
from shelfwise.twin.experiment import QUICK_CONFIG, Experiment, run
from shelfwise.twin.investment import returns
from shelfwise.twin.life import Life
from shelfwise.twin.scenario import Operation, People, Range, Scenario, Supply
from shelfwise.twin.scenario_file import parse_scenario, scenario_names, scenario_text
from shelfwise.twin.world import World
from shelfwise.types import Link
from tests.benchmarks.integration_exposure import lift
from tests.benchmarks.integration_moments import moments

SECTIONS = (*scenario_names(), "speed", "moments", "exposure")
CALIBRATION, REPORTING = 3, 3000
"""How many worlds fill rates are chosen in, and the number of the first world for reports: none is below it."""
RATES = 0.9, 0.95, 0.98, 0.995
"""Fill rates that an arm may plan for, beside what costs least by its own reckoning."""
FORECAST = "only_forecast"
STUDY = ("classic", SILOED, *(f"{SILOED}~{share}" for share in (0.1, 0.2, 0.3)))
"""Arms of a study of slates alone."""
STUDIED = ("conversion", "order_value", "click_through", "session_length", "slate_hit", "visits_per_customer_year")
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
    "plan_nervousness",
)


def main() -> int:
    """Run the scenarios named on the command line, or baseline, scarce supply and the speed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.integration", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--worlds", type=_count, default=4, help="worlds a scenario, 4 by default")
    parser.add_argument("--weeks", type=int, default=8, help="weeks a world, 8 by default")
    parser.add_argument("--arms", nargs="+", help="some of the arms; siloed is always one")
    parser.add_argument("--service", action="store_true", help="compare at the best service of each arm, and at equal")
    parser.add_argument("--workers", type=_count, default=os.cpu_count() or 1, help="worlds at a time")
    options = parser.parse_args()
    sections = options.sections or ["moments", "baseline", "scarce-supply", "speed"]
    if unknown := sorted(set(sections) - set(SECTIONS)):
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    try:
        for name in set(sections) & set(scenario_names()):
            parse_scenario(scenario_text(name), name, options.weeks)
        for arm in options.arms or ():
            arm_named(arm)
    except ConfigError as error:
        parser.error(str(error))
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"integration: {platform.machine()}, {os.cpu_count()} cores, load {load}, Python {platform.python_version()}")
    for name in sections:
        started = time.perf_counter()
        if name == "speed":
            speed()
        elif name == "moments":
            moments()
        elif name == "exposure":
            text = scenario_text("baseline")
            shop = parse_scenario(text, "baseline", options.weeks)
            lift(
                shop, parse_config(tomllib.loads(QUICK_CONFIG)), list(range(REPORTING, REPORTING + options.worlds)), 0.1
            )
        elif options.service:
            at_best_service(name, options.worlds, options.weeks, options.workers)
        else:
            scenario(name, options.worlds, options.weeks, options.arms, options.workers)
        print(f"{name}: {time.perf_counter() - started:.0f} s", flush=True)
    return 0


def _count(text: str) -> int:
    """Return a number of things, of which there is one at least."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, got {number}")
    return number


def scenario(name: str, worlds: int, weeks: int, arms: list[str] | None, workers: int) -> None:
    """Print the figures of every arm, and what each is worth against siloed."""
    text = scenario_text(name)
    shop = parse_scenario(text, name, weeks)
    primary, study = shop.primary, shop.operation.slates_only
    usual = STUDY if study else [arm for arm in ARMS if not arm.startswith("without_")]
    chosen = usual if arms is None else ["siloed", *arms]
    order = list(ARMS)
    asked = tuple(sorted(dict.fromkeys(chosen), key=lambda arm: order.index(re.split("[@~]", arm)[0])))
    told = _run(name, Experiment(text, QUICK_CONFIG, asked, REPORTING, weeks), worlds, workers)
    found = compare(told, primary)
    other = sum(world["choice"] == "attribute" for world in told)
    print(f"\n-- {name}: {worlds} worlds of {weeks} weeks, from world {REPORTING}; {other} choose by attribute")
    print(f"{'':26}" + "".join(f"{arm[:18]:>19}" for arm in found.mean))
    for figure in STUDIED if study else FIGURES:
        print(f"{figure:26}" + "".join(f"{table[figure].estimate:19.4g}" for table in found.mean.values()))
    print(f"{primary}, difference to siloed (95 % interval), p after Holm:")
    for arm, table in found.difference.items():
        one = table[primary]
        print(f"  {arm:24}{one.estimate:+9.4g}  ({one.low:+.4g} to {one.high:+.4g})  p {found.adjusted[arm]:.4f}")
    if INTEGRATED in found.difference:
        ours = _column(told, INTEGRATED, primary)
        for arm in found.difference:
            if arm == FORECAST or arm.startswith("without_"):
                theirs = _column(told, arm, primary)
                _tell(f"{INTEGRATED} less {arm}", bootstrap_difference(ours, theirs, samples=SAMPLES))
        by_attribute = np.array([world["choice"] == "attribute" for world in told])
        gain = ours - _column(told, SILOED, primary)
        for choice, rows in (("attribute", by_attribute), ("logit", ~by_attribute)):
            if rows.any():
                _tell(f"integrated, {choice} worlds", bootstrap_mean(gain[rows], samples=SAMPLES))
        back = returns(found.difference[INTEGRATED][primary], shop.operation)
        one, when = back.first_year, back.payback_weeks
        print(f"  return in the first year {one.estimate:.0%} ({one.low:.0%} to {one.high:.0%})", end=", ")
        print(
            f"paid back in {when.estimate:.0f} weeks ({when.low:.0f} to {when.high:.0f}), at the costs of the scenario"
        )
        singles = [_column(told, arm, primary) for arm in found.difference if arm.startswith("only_")]
        if singles:
            rest = gain - sum(column - _column(told, SILOED, primary) for column in singles)
            _tell(f"gain less those of {len(singles)} of {len(Link)} links", bootstrap_mean(rest, samples=SAMPLES))
    if found.closed is not None:
        one = found.closed
        print(f"  share of the way to {INFORMED}: {one.estimate:.0%} ({one.low:.0%} to {one.high:.0%})")


def _tell(words: str, one: Interval) -> None:
    print(f"  {words:38}{one.estimate:+9.4g}  ({one.low:+.4g} to {one.high:+.4g})")


def at_best_service(name: str, worlds: int, weeks: int, workers: int) -> None:
    """Print what integration is worth where either arm plans for the service that earns it most, and at equal service.

    The rates are chosen in calibration worlds. At equal service the siloed arm is taken where, in the same world, its
    latent service would be that of the integrated one, on the line through its rates.
    """
    text = scenario_text(name)
    primary = parse_scenario(text, name, weeks).primary
    rated = {base: (base, *(f"{base}@{rate}" for rate in RATES)) for base in (SILOED, INTEGRATED)}
    asked = Experiment(text, QUICK_CONFIG, rated[SILOED] + rated[INTEGRATED], weeks=weeks)
    found = _run(name, asked, CALIBRATION, workers)
    best = {base: max(arms, key=lambda arm: _column(found, arm, primary).mean()) for base, arms in rated.items()}
    print(f"\n-- {name}: chosen in {CALIBRATION} calibration worlds: {best[SILOED]}, {best[INTEGRATED]}", flush=True)
    told = _run(
        name, Experiment(text, QUICK_CONFIG, (*rated[SILOED], best[INTEGRATED]), REPORTING, weeks), worlds, workers
    )
    ours, theirs = _column(told, best[INTEGRATED], primary), _column(told, best[SILOED], primary)
    service = _column(told, best[INTEGRATED], "latent_service")
    lines = [np.array([_column(told, arm, of) for arm in rated[SILOED]]).T for of in ("latent_service", primary)]
    same = np.array([_on_line(*row) for row in zip(service, *lines, strict=True)])
    for words, other in (("each at its best service", theirs), ("siloed at equal latent service", same)):
        one = bootstrap_difference(ours, other, samples=SAMPLES)
        print(
            f"  {words:34}{one.estimate:+9.2f}  ({one.low:+.2f} to {one.high:+.2f}) of {other.mean():.2f}", flush=True
        )
    print(f"  latent service {service.mean():.3f}; of siloed by rate {lines[0].mean(axis=0).round(3).tolist()}")


def _on_line(service: float, services: np.ndarray, values: np.ndarray) -> float:
    """Return the value at a service on the line through points, at its ends beyond them."""
    order = np.argsort(services, kind="stable")
    return float(np.interp(service, services[order], values[order]))


def _column(worlds: list[dict[str, Any]], arm: str, figure: str) -> np.ndarray:
    return np.array([world["arms"][arm]["figures"][figure] for world in worlds])


def _run(name: str, asked: Experiment, worlds: int, workers: int) -> list[dict[str, Any]]:
    return run(asked, worlds, Path("out") / "integration" / f"{name}-{asked.digest}", workers=workers)


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
        gc.collect()
        gc.freeze()
        life.until(shop.last_day, ARMS[name].retailer(shop, config, None))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"speed, {name}: a year and its history in {wall:.0f} s ({cpu:.0f} CPU s), {peak:.2f} GB", flush=True)


if __name__ == "__main__":
    sys.exit(main())
