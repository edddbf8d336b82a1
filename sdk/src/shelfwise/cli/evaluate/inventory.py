"""``shelfwise evaluate inventory``: policies in a simulator, against the best simple ones."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.progress import progress_bar

FIGURES = ("cost", "cost_half_width", "gap_percent", "gap_half_width", "fill_rate", "cycle_service", "seconds")


@click.command()
@options.config
@click.option("--scenario", type=options.existing_file, required=True, help="Scenario in TOML.")
@options.plugin_names
@options.json_file
def inventory(config: Path | None, scenario: Path, plugin_names: tuple[str, ...], json_path: Path | None) -> None:
    """Simulate plugins and tuned base-stock policies on the same demand."""
    from shelfwise.cli.choice import build_many, options_of
    from shelfwise.cli.evaluate.figures import by_plugin, tell
    from shelfwise.config import load_config
    from shelfwise.evaluation.inventory import evaluate, read_scenario
    from shelfwise.evaluation.inventory.evaluate import ALL_ITEMS

    settings = load_config(config)
    plugins = build_many("inventory", plugin_names, settings)
    with progress_bar("tuning the references") as progress:
        evaluation = evaluate(read_scenario(scenario), plugins, progress=progress)
    document = evaluation.to_json() | {"options": {name: options_of("inventory", name, settings) for name in plugins}}
    tell(document, json_path, by_plugin([row for row in document["rows"] if row["item_id"] == ALL_ITEMS], FIGURES))
