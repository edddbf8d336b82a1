"""``shelfwise evaluate inventory``: policies in a simulator, against the best simple ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.files import OutputFile
from shelfwise.cli.progress import progress_bar

if TYPE_CHECKING:
    from shelfwise.evaluation.inventory.drawing import Drawing

FIGURES = ("cost", "cost_half_width", "gap_percent", "gap_half_width", "fill_rate", "cycle_service", "seconds")
MEASURES = ("fill_rate", "cycle_service")


@click.command()
@options.config
@options.scenario
@click.option("--frontier", is_flag=True, help="Cost against service at targets of 90 to 99.5 %, beside the optimum.")
@click.option(
    "--measure", type=click.Choice(MEASURES), help="What the targets of --frontier are of.  [default: fill_rate]"
)
@click.option("--resilience", is_flag=True, help="What is left in 8 regions when 6 kinds of things go wrong.")
@click.option(
    "--plot", "plot_path", type=OutputFile(), help="Draw --frontier or --resilience into this .svg or .html file."
)
@click.option("--scenarios", type=click.IntRange(min=2), help="Runs of --resilience side by side.  [default: 20]")
@options.plugin_names
@options.json_file
def inventory(
    config: Path | None,
    scenario: Path,
    frontier: bool,
    measure: str | None,
    resilience: bool,
    scenarios: int | None,
    plot_path: Path | None,
    plugin_names: tuple[str, ...],
    json_path: Path | None,
) -> None:
    """Simulate plugins and tuned base-stock policies on the same demand."""
    if frontier and resilience:
        raise click.UsageError("--frontier and --resilience are two evaluations: give one of them")
    if measure is not None and not frontier:
        raise click.UsageError("--measure is of --frontier: give it too")
    if scenarios is not None and not resilience:
        raise click.UsageError("--scenarios is of --resilience: give it too")
    if plot_path is not None and not (frontier or resilience):
        raise click.UsageError("--plot draws --frontier or --resilience: give one of them too")
    _check_plot(plot_path)
    from shelfwise.cli.choice import build_many, options_of
    from shelfwise.config import load_config
    from shelfwise.evaluation.inventory import read_scenario

    settings = load_config(config)
    plugins = build_many("inventory", plugin_names, settings)
    shown = {"options": {name: options_of("inventory", name, settings) for name in plugins}}
    if frontier:
        _frontier(read_scenario(scenario), plugins, measure or MEASURES[0], plot_path, json_path, shown)
    elif resilience:
        _resilience(read_scenario(scenario), plugins, scenarios, plot_path, json_path, shown)
    else:
        _evaluate(read_scenario(scenario), plugins, json_path, shown)


def _evaluate(scenario: Any, plugins: dict[str, object], json_path: Path | None, shown: dict[str, Any]) -> None:
    from shelfwise.cli.evaluate.figures import by_plugin, tell
    from shelfwise.evaluation.inventory import evaluate
    from shelfwise.evaluation.inventory.evaluate import ALL_ITEMS

    with progress_bar("tuning the references") as progress:
        evaluation = evaluate(scenario, plugins, progress=progress)
    document = evaluation.to_json() | shown
    tell(document, json_path, by_plugin([row for row in document["rows"] if row["item_id"] == ALL_ITEMS], FIGURES))


def _frontier(
    scenario: Any,
    plugins: dict[str, object],
    measure: str,
    plot_path: Path | None,
    json_path: Path | None,
    shown: dict[str, Any],
) -> None:
    from shelfwise.cli.evaluate.figures import tell_with
    from shelfwise.cli.evaluate.inventory_tables import show_frontier
    from shelfwise.evaluation.inventory.frontier import DEFINITIONS
    from shelfwise.evaluation.inventory.frontier import frontier as cost_against_service
    from shelfwise.evaluation.inventory.frontier_plot import frontier_plot
    from shelfwise.types import ServiceMeasure

    with progress_bar("tuning") as progress:
        found = cost_against_service(scenario, plugins, measure=ServiceMeasure(measure), progress=progress)
    if plot_path is not None:
        _write_plot(plot_path, frontier_plot(found), DEFINITIONS)
    tell_with(found.to_json() | shown, json_path, lambda console: show_frontier(console, found))


def _resilience(
    scenario: Any,
    plugins: dict[str, object],
    scenarios: int | None,
    plot_path: Path | None,
    json_path: Path | None,
    shown: dict[str, Any],
) -> None:
    from shelfwise.cli.evaluate.figures import tell_with
    from shelfwise.cli.evaluate.inventory_tables import show_resilience
    from shelfwise.evaluation.inventory.resilience import DEFINITIONS, Plan
    from shelfwise.evaluation.inventory.resilience import resilience as struck
    from shelfwise.evaluation.inventory.resilience_plot import resilience_plot

    plan = Plan() if scenarios is None else Plan(scenarios=scenarios)
    with progress_bar("tuning the reference") as progress:
        found = struck(scenario, plugins, plan=plan, progress=progress)
    if plot_path is not None:
        _write_plot(plot_path, resilience_plot(found), DEFINITIONS)
    tell_with(found.to_json() | shown, json_path, lambda console: show_resilience(console, found))


def _check_plot(path: Path | None) -> None:
    if path is not None and path.suffix not in (".svg", ".html"):
        raise click.UsageError(f"--plot {path}: name a file that ends with .svg or .html")


def _write_plot(path: Path, drawing: Drawing, definitions: dict[str, str]) -> None:
    from shelfwise.cli.files import write_text

    write_text(path, drawing.svg() if path.suffix == ".svg" else drawing.page(definitions))
