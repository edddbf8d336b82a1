"""``shelfwise simulate``: the same shop run in different ways, in worlds of a scenario."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.files import OutputFile
from shelfwise.cli.progress import progress_bar

if TYPE_CHECKING:
    from rich.console import Console

    from shelfwise.twin.comparison import Comparison
    from shelfwise.twin.experiment import Experiment
    from shelfwise.twin.scenario import Scenario

GROUPS = ("core", "links", "all")
"""Arms by one word: classic, siloed and integrated; those with each link alone too; and all but each link as well."""
SHOWN = (
    "profit_per_customer_year",
    "latent_service",
    "cost_per_delivery",
    "on_time",
    "slate_hit",
    "wape_30_days",
    "retention_90_days",
    "order_value",
)


@click.command()
@click.option("--scenario", default="baseline", show_default=True, help="Name of a scenario, or a file in TOML.")
@click.option("--worlds", type=click.IntRange(min=2), default=4, show_default=True, help="How many worlds.")
@click.option("--first-world", type=click.IntRange(min=0), default=0, show_default=True, help="Number of the first.")
@click.option("--weeks", type=click.IntRange(min=1), help="Weeks of the run.  [default: the scenario's]")
@click.option(
    "--arms",
    type=options.Names(),
    default=("core",),
    help="Arms by name (siloed@0.95 for a fill rate, siloed~0.1 for a share of random slots), or core, links, all.  "
    "[default: core]",
)
@click.option("--trial", is_flag=True, help="Try coordinated slates within one shop, beside the truth of the twin.")
@options.config
@click.option("--workers", type=click.IntRange(min=1), help="Worlds run at a time.  [default: one a core]")
@options.json_file
@click.option("--report", type=OutputFile(), help="Write a page with plots into this .html file.")
def simulate(
    scenario: str,
    worlds: int,
    first_world: int,
    weeks: int | None,
    arms: tuple[str, ...],
    trial: bool,
    config: Path | None,
    workers: int | None,
    json_path: Path | None,
    report: Path | None,
) -> None:
    """Run a shop with and without coordination in simulated worlds, and tell what it is worth.

    Worlds that are finished are kept beside the JSON file, so that the same command goes on where it was interrupted.
    """
    import time

    from shelfwise.cli.files import STANDARD_OUTPUT
    from shelfwise.config import load_config
    from shelfwise.configured_plugins import build_plugins
    from shelfwise.twin.experiment import QUICK_CONFIG, Experiment, run
    from shelfwise.twin.scenario_file import parse_scenario, scenario_text

    if trial and report is not None:
        raise click.UsageError("--report draws arms: leave it out with --trial")
    text = scenario_text(scenario)
    parsed = parse_scenario(text, repr(scenario), weeks)
    if trial and parsed.weeks < _TRIAL_WEEKS:
        raise click.UsageError(f"--trial needs {_TRIAL_WEEKS} weeks or more, two of them on and two off: give --weeks")
    build_plugins(load_config(config))  # what cannot be used is told before a world is drawn
    settings = QUICK_CONFIG if config is None else config.read_text(encoding="utf-8")
    experiment = Experiment(text, settings, () if trial else _named(arms), first_world, weeks)
    started = time.perf_counter()
    with TemporaryDirectory() as passing, progress_bar("worlds") as progress:
        keep = json_path is not None and json_path != STANDARD_OUTPUT
        folder = Path(f"{json_path}.worlds") if keep else Path(passing)
        found = run(experiment, worlds, folder, workers=workers or os.cpu_count() or 1, progress=progress)
    tell = _tell_trial if trial else _tell_arms
    tell(parsed, experiment, found, time.perf_counter() - started, json_path, report)


def _tell_arms(
    scenario: Scenario,
    experiment: Experiment,
    worlds: list[dict[str, Any]],
    seconds: float,
    json_path: Path | None,
    report: Path | None,
) -> None:
    from shelfwise.cli.evaluate.figures import tell_with
    from shelfwise.cli.files import write_text
    from shelfwise.twin.comparison import compare
    from shelfwise.twin.report import document, render

    compared = compare(worlds, scenario.primary, scenario.seed)
    told = document(scenario, experiment, compared, worlds, seconds)
    if report is not None:
        write_text(report, render(scenario, compared, told))
    tell_with(told, json_path, lambda console: _show(console, compared, len(worlds)))


def _tell_trial(
    scenario: Scenario,
    experiment: Experiment,
    worlds: list[dict[str, Any]],
    seconds: float,
    json_path: Path | None,
    _: Path | None,
) -> None:
    from shelfwise.cli.evaluate.figures import grid, tell_with
    from shelfwise.twin.report import trial_document

    told = trial_document(scenario, experiment, worlds, seconds)
    lines = grid("trial by", "truth", "estimate", "bias", "from", "to", "coverage", "p < .05")
    for row in told["rows"]:
        amounts = [row["truth"]["estimate"], row["estimate"]["estimate"], *row["bias"].values()]
        shares = [row["coverage"], row["found"]]
        lines.add_row(
            row["design"], *(_written(one, "+.3f") for one in amounts), *(_written(one, ".0%") for one in shares)
        )
    tell_with(told, json_path, lambda console: console.print(lines))


def _written(value: float | None, how: str) -> str:
    return "-" if value is None else f"{value:{how}}"


_TRIAL_WEEKS = 4


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
        found = [arm_named(name).name for name in dict.fromkeys(names)]
    except ConfigError as error:
        raise click.UsageError(f"{error}, and the groups {', '.join(GROUPS)}") from error
    order = list(ARMS)
    return tuple(sorted(found, key=lambda name: order.index(re.split("[@~]", name)[0])))


def _show(console: Console, compared: Comparison, worlds: int) -> None:
    from shelfwise.cli.evaluate.figures import grid

    lines = grid("", *(name.replace("_", " ") for name in SHOWN))
    for arm, table in compared.mean.items():
        lines.add_row(arm, *(f"{table[name].estimate:,.4g}" for name in SHOWN))
    console.print(lines)
    console.print(f"\n{compared.primary}: difference to siloed over {worlds} worlds, 95 % interval, p after Holm")
    lines = grid("", "difference", "from", "to", "p")
    for arm, table in compared.difference.items():
        found: Any = table[compared.primary]
        p = f"{compared.adjusted[arm]:.4f}"
        lines.add_row(arm, f"{found.estimate:+,.2f}", f"{found.low:+,.2f}", f"{found.high:+,.2f}", p)
    console.print(lines)
    if compared.interaction is not None:
        both = compared.interaction
        ends = f"{both.low:+,.2f} to {both.high:+,.2f}"
        console.print(f"all links together less the sum of each alone: {both.estimate:+,.2f} ({ends})")
    if compared.closed is not None:
        part = compared.closed
        ends = f"{part.low:.0%} to {part.high:.0%}"
        console.print(f"of the way from siloed to perfect information integration goes {part.estimate:.0%} ({ends})")
