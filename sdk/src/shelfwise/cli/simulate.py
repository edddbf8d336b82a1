"""``shelfwise simulate``: the same shop run in different ways, in worlds of a scenario."""

from __future__ import annotations

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.files import OutputFile
from shelfwise.cli.progress import progress_bar

if TYPE_CHECKING:
    from shelfwise.twin.experiment import Experiment
    from shelfwise.types import Progress

GROUPS = ("core", "links", "all")
"""Arms by one word: classic, siloed and integrated; those with each link alone too; and all but each link as well."""
_DEFAULT_ARMS = ("core",)
_TRIAL_WEEKS = 4


@click.command()
@click.option("--scenario", default="baseline", show_default=True, help="Name of a scenario, or a file in TOML.")
@click.option("--worlds", type=click.IntRange(min=2), default=4, show_default=True, help="How many worlds.")
@click.option("--first-world", type=click.IntRange(min=0), default=0, show_default=True, help="Number of the first.")
@click.option("--weeks", type=click.IntRange(min=1), help="Weeks of the run.  [default: the scenario's]")
@click.option(
    "--arms",
    type=options.Names(),
    default=_DEFAULT_ARMS,
    help="Arms by name (siloed@0.95 for a fill rate, siloed~0.1 for a share of random slots), or core, links, all.  "
    "[default: core]",
)
@click.option("--trial", is_flag=True, help="Try coordinated slates within one shop, beside the truth of the twin.")
@click.option(
    "--resilience", is_flag=True, help="Strike each supplier and warehouse with 6 kinds of disruptions: a map of them."
)
@options.config
@click.option("--workers", type=click.IntRange(min=1), help="Worlds run at a time.  [default: one a core]")
@options.json_file
@click.option("--report", type=OutputFile(), help="Write a page with plots into this .html file.")
@click.option(
    "--beside",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Show the results of this JSON file on the page too; may be given several times.",
)
def simulate(
    scenario: str,
    worlds: int,
    first_world: int,
    weeks: int | None,
    arms: tuple[str, ...],
    trial: bool,
    resilience: bool,
    config: Path | None,
    workers: int | None,
    json_path: Path | None,
    report: Path | None,
    beside: tuple[Path, ...],
) -> None:
    """Run a shop with and without coordination in simulated worlds, and tell what it is worth.

    Worlds that are finished are kept beside the JSON file, so that the same command goes on where it was interrupted.
    """
    from shelfwise.cli import simulation_tables as tables
    from shelfwise.cli.evaluate.figures import tell_with
    from shelfwise.cli.files import STANDARD_OUTPUT, write_text
    from shelfwise.config import load_config
    from shelfwise.configured_plugins import build_plugins
    from shelfwise.twin.experiment import QUICK_CONFIG, Experiment
    from shelfwise.twin.page import read_document, render
    from shelfwise.twin.scenario_file import parse_scenario, scenario_text

    if trial and resilience:
        raise click.UsageError("--trial and --resilience are two studies: give one of them")
    if trial and report is not None:
        raise click.UsageError("--report draws arms and disruptions: leave it out with --trial")
    if resilience and arms != _DEFAULT_ARMS:
        raise click.UsageError("--resilience is of siloed and integrated: leave --arms out")
    if report is not None and json_path is not None and report.resolve() == json_path.resolve():
        raise click.UsageError("--json and --report are two files: give them two names")
    if beside and report is None:
        raise click.UsageError("--beside adds to a page: give --report too")
    text = scenario_text(scenario)
    parsed = parse_scenario(text, repr(scenario), weeks)
    if trial and parsed.weeks < _TRIAL_WEEKS:
        raise click.UsageError(f"--trial needs {_TRIAL_WEEKS} weeks or more, two of them on and two off: give --weeks")
    build_plugins(load_config(config))  # what cannot be used is told before a world is drawn
    others = [read_document(file) for file in beside]
    settings = QUICK_CONFIG if config is None else config.read_text(encoding="utf-8")
    experiment = Experiment(text, settings, () if trial else _named(arms), first_world, weeks)
    study = _disruptions if resilience else _trials if trial else _arms
    with TemporaryDirectory() as passing, progress_bar("worlds") as progress:
        keep = json_path is not None and json_path != STANDARD_OUTPUT
        folder = Path(f"{json_path}.worlds") if keep else Path(passing)
        told = study(experiment, worlds, folder, workers or os.cpu_count() or 1, progress)
    if report is not None:
        write_text(report, render(told, others))
    show = tables.show_resilience if resilience else tables.show_trials if trial else tables.show_arms
    tell_with(told, json_path, lambda console: show(console, told))


def _arms(experiment: Experiment, worlds: int, folder: Path, workers: int, progress: Progress) -> dict[str, Any]:
    """Run arms side by side."""
    from shelfwise.twin.comparison import compare
    from shelfwise.twin.experiment import run
    from shelfwise.twin.report import document
    from shelfwise.twin.scenario_file import parse_scenario

    started = time.perf_counter()
    scenario = parse_scenario(experiment.scenario, "of the experiment", experiment.weeks)
    found = run(experiment, worlds, folder, workers=workers, progress=progress)
    compared = compare(found, scenario.primary, scenario.seed)
    return document(scenario, experiment, compared, found, time.perf_counter() - started)


def _trials(experiment: Experiment, worlds: int, folder: Path, workers: int, progress: Progress) -> dict[str, Any]:
    """Try coordinated slates within one shop."""
    from shelfwise.twin.experiment import run
    from shelfwise.twin.report import trial_document
    from shelfwise.twin.scenario_file import parse_scenario

    started = time.perf_counter()
    scenario = parse_scenario(experiment.scenario, "of the experiment", experiment.weeks)
    found = run(experiment, worlds, folder, workers=workers, progress=progress)
    return trial_document(scenario, experiment, found, time.perf_counter() - started)


def _disruptions(experiment: Experiment, worlds: int, folder: Path, workers: int, progress: Progress) -> dict[str, Any]:
    """Let something go wrong in every place."""
    from shelfwise.twin.report import resilience_document
    from shelfwise.twin.resilience import strike_everywhere

    started = time.perf_counter()
    found = strike_everywhere(experiment, worlds, folder, workers=workers, progress=progress)
    return resilience_document(found, experiment.config, time.perf_counter() - started)


def _named(arms: tuple[str, ...]) -> tuple[str, ...]:
    """Spell out groups of arms; a name that there is not is wrong use."""
    import re

    from shelfwise.errors import ConfigError
    from shelfwise.twin.arms import ARMS, INFORMED, INTEGRATED, SILOED, arm_named

    groups = {
        "core": ["classic", SILOED, INTEGRATED],
        "links": [name for name in ARMS if not name.startswith("without_") and name != INFORMED],
        "all": list(ARMS),
    }
    names = [name for word in arms for name in groups.get(word, [word])]
    try:
        found = dict.fromkeys(arm_named(name).name for name in names)
    except ConfigError as error:
        raise click.UsageError(f"{error}; groups of arms are {', '.join(GROUPS)}") from error
    order = list(ARMS)
    return tuple(sorted(found, key=lambda name: order.index(re.split("[@~]", name)[0])))
