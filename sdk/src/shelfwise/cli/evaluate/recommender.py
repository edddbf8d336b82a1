"""``shelfwise evaluate recommender``: what customers bought next, one item of each left out."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.progress import progress_bar

FIGURES = ("hit_rate", "ndcg", "recall", "coverage", "train_seconds", "recommend_seconds")


@click.command()
@click.option(
    "--sequences", type=options.existing_file, required=True, help="One customer a line: customer item item ..."
)
@click.option("--attributes", type=options.existing_file, help="JSON: item to a list of attributes.")
@click.option("--refit", is_flag=True, help="Train on the item before the last too, as in production.")
@options.plugin_names
@options.seed
@options.json_file
def recommender(
    sequences: Path,
    attributes: Path | None,
    *,
    refit: bool,
    plugin_names: tuple[str, ...],
    seed: int,
    json_path: Path | None,
) -> None:
    """Leave the last item of each customer out and look for it in slates of ten out of all items."""
    from shelfwise.cli.choice import build_many
    from shelfwise.cli.evaluate.figures import by_plugin, tell
    from shelfwise.evaluation.recommender import evaluate_recommender

    plugins = build_many("recommender", plugin_names)
    with progress_bar("reading") as progress:
        evaluation = evaluate_recommender(plugins, sequences, attributes, refit=refit, seed=seed, progress=progress)
    document = evaluation.to_json()
    tell(document, json_path, by_plugin(document["rows"], FIGURES))
