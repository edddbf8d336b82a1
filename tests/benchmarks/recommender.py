"""Recommenders on public data and their speed: ``python -m tests.benchmarks.recommender [SECTION ...]``.

Every installed recommender is found by its entry point and runs with its defaults, the same on every data set: chosen
on validation items and earlier weeks, never on what is scored here. Figures come with 95 % intervals for the first
seed, and as means with standard deviations over all; where the first recommender loses is printed too.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable
from importlib.metadata import entry_points, packages_distributions, version
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs
from rich.console import Console

from shelfwise.cli.evaluate.recommender_tables import show_evaluation, show_seeds
from shelfwise.cli.files import write_json
from shelfwise.dataset import DataConfig, read_dataset
from shelfwise.evaluation.recommender_cold_customers import cold_customers
from shelfwise.evaluation.recommender_cold_items import cold_items
from shelfwise.evaluation.recommender_seeds import SeedStudy, evaluate_seeds
from shelfwise.evaluation.recommender_task import RecommenderTask
from shelfwise.plugins import build, group_of
from tests.benchmarks.recommender_data import (
    BEAUTY,
    BEAUTY_PUBLISHED,
    RETAIL,
    TA_FENG,
    TA_FENG_PUBLISHED,
    beauty_task,
    missing,
    retail_task,
    ta_feng_task,
)
from tests.benchmarks.recommender_speed import speed
from tests.benchmarks.recommender_value import contribution
from tests.benchmarks.recommender_without_popularity import WithoutPopularity
from tests.benchmarks.titles import SHARED_PARTS, slug

KNOWN = ("hybrid", "transformer", "ncf", "neighbours", "markov", "content", "popular", "als", "bpr", "baseline")
"""Recommenders of this project, the one first that the others are held against."""
SWITCH = "popularity_features"
"""An option whose ``false`` makes another row: in a 5-core data set such features exploit how the set was made."""

LEGS = "legs"
"""An option that names the parts of a blend: dropping each makes the rows of an ablation."""

TaskOf = Callable[[int], RecommenderTask]


@attrs.frozen
class Bench:
    """What is compared, with which seeds, and where the figures are kept, and the parts that plugins are made of."""

    plugins: tuple[str, ...]
    seeds: tuple[int, ...]
    json: Path | None
    parts: Path | None

    def contestants(self) -> dict[str, object]:
        """Build every recommender anew, those with popularity features without them too."""
        made = {name: build("recommender", name).plugin for name in self.plugins}
        for name in self.plugins:
            if getattr(made[name], SWITCH, False):
                made[f"{name}, no popularity"] = build("recommender", name, {SWITCH: False}).plugin
        if "baseline" in made:
            made["baseline, no popularity"] = WithoutPopularity()
        return made

    def ablated(self) -> dict[str, object]:
        """Build the first recommender anew: whole, without each of its legs, without corrections, and ungated."""
        first = self.plugins[0]
        whole = build("recommender", first).plugin
        made = {first: whole}
        for leg in getattr(whole, LEGS, ()):
            rest = [other for other in getattr(whole, LEGS) if other != leg]
            made[f"{first}, no {leg}"] = build("recommender", first, {LEGS: rest}).plugin
        for option in ("rerank", "gate"):
            if hasattr(whole, option):
                made[f"{first}, no {option}"] = build("recommender", first, {option: False}).plugin
        return made

    def compare(self, title: str, task_of: TaskOf, published: str = "", *, ablate: bool = False) -> None:
        """Evaluate all contestants on a task, and the first without each of its parts, and print their tables.

        The parts are left out with the first seed alone.
        """
        with TemporaryDirectory() as temporary:
            parts = (self.parts or Path(temporary)) / slug(title)
            self._show(title, evaluate_seeds(task_of, self.contestants, self.seeds, checkpoints=parts))
            if published:
                print(f"\npublished {published}", flush=True)
            if ablate:
                study = evaluate_seeds(task_of, self.ablated, self.seeds[:1], checkpoints=parts)
                self._show(f"{title}, one part left out", study)

    def _show(self, title: str, study: SeedStudy) -> None:
        print(f"\n{title}; {SHARED_PARTS}")
        console = Console(markup=False, emoji=False, highlight=False, width=140)
        show_evaluation(console, study.evaluations[0], self.plugins[0])
        if len(self.seeds) > 1:
            show_seeds(console, study, self.plugins[0])
        print(f"load {os.getloadavg()[0]:.1f}", flush=True)
        if self.json is not None:
            self.json.mkdir(parents=True, exist_ok=True)
            write_json(self.json / f"{slug(title)}.json", study.to_json())


def beauty(bench: Bench) -> None:
    """Leave one out on Beauty, legs fitted without validation items: with attributes, and part by part."""
    _beauty(bench, refit=False, attributes=True)


def beauty_bare(bench: Bench) -> None:
    """The same without attributes."""
    _beauty(bench, refit=False, attributes=False)


def beauty_refitted(bench: Bench) -> None:
    """Leave one out on Beauty, fitted on validation items too, with attributes."""
    _beauty(bench, refit=True, attributes=True)


def beauty_refitted_bare(bench: Bench) -> None:
    """The same without attributes."""
    _beauty(bench, refit=True, attributes=False)


def _beauty(bench: Bench, *, refit: bool, attributes: bool) -> None:
    if missing(BEAUTY):
        return
    name = f"Beauty, {'refitted' if refit else 'train only'}, {'with' if attributes else 'without'} attributes"
    task = beauty_task(refit=refit, attributes=attributes)
    bench.compare(name, task, BEAUTY_PUBLISHED, ablate=attributes and not refit)


def ta_feng(bench: Bench) -> None:
    """The next basket on Ta-Feng, repeats included."""
    if not missing(TA_FENG):
        bench.compare("Ta-Feng, next basket", ta_feng_task, TA_FENG_PUBLISHED)


def retail(bench: Bench) -> None:
    """The first basket of the last weeks of Online Retail, repeats included."""
    if not missing(RETAIL):
        bench.compare("Online Retail, split by time", retail_task())


def cold_beauty(bench: Bench) -> None:
    """Customers without a history, and items without interactions, a tenth of each, on Beauty."""
    if not missing(BEAUTY):
        _cold(bench, "Beauty", beauty_task(refit=True, attributes=True))


def cold_retail(bench: Bench) -> None:
    """The same on Online Retail."""
    if not missing(RETAIL):
        _cold(bench, "Online Retail", retail_task())


def _cold(bench: Bench, name: str, task_of: TaskOf) -> None:
    bench.compare(f"{name}, cold customers", lambda seed: cold_customers(task_of(seed), seed=seed))
    bench.compare(f"{name}, cold items", lambda seed: cold_items(task_of(seed), seed=seed))


def value(bench: Bench) -> None:
    """What the weight of a sale's contribution does to what is bought and earned."""
    if not missing(RETAIL):
        contribution(bench.plugins, read_dataset(DataConfig(), RETAIL))


def serving(bench: Bench) -> None:
    """One customer with filters and rules, and a batch, on one thread."""
    speed(bench.plugins, bench.json)


SECTIONS = {
    "beauty": beauty,
    "beauty-bare": beauty_bare,
    "beauty-refitted": beauty_refitted,
    "beauty-refitted-bare": beauty_refitted_bare,
    "ta-feng": ta_feng,
    "retail": retail,
    "cold-beauty": cold_beauty,
    "cold-retail": cold_retail,
    "value": value,
    "speed": serving,
}


def main() -> None:
    """Run the sections named on the command line, or all."""
    arguments = _arguments()
    installed = [point.name for point in entry_points(group=group_of("recommender"))]
    names = arguments.plugins.split(",") if arguments.plugins else [*KNOWN, *sorted(set(installed) - set(KNOWN))]
    bench = Bench(
        tuple(name for name in names if name in installed),
        tuple(map(int, arguments.seeds.split(","))),
        arguments.json,
        arguments.parts,
    )
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, seeds {arguments.seeds}; {_versions()}")
    for name in names:
        if name not in installed:
            print(f"{name}: skipped, no such recommender is installed")
    for section in arguments.sections or SECTIONS:
        SECTIONS[section](bench)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.recommender")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--plugins", help="names of recommenders, separated by commas; the first is held against all")
    parser.add_argument("--seeds", default="0,1,2", help="seeds, separated by commas")
    parser.add_argument("--json", type=Path, help="folder for the figures as JSON")
    parser.add_argument(
        "--parts",
        type=Path,
        help="folder of fitted parts for a next run, whose times leave them out; remove it when the parts change",
    )
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.sections) - set(SECTIONS)):
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    return arguments


def _versions() -> str:
    present = packages_distributions()
    names = ("numpy", "scipy", "torch", "implicit")
    return ", ".join(f"{name} {version(name)}" for name in names if name in present)


if __name__ == "__main__":
    main()
