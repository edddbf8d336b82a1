"""``shelfwise tune recommender``: the item before the last of each customer, or baskets before the last weeks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.tune.search import Search, run, search_options

if TYPE_CHECKING:
    from shelfwise.hookspecs import Progress
    from shelfwise.tuning import Objective


@click.command()
@options.config
@click.option("--sequences", type=options.existing_file, help="One customer a line: customer item item ...")
@click.option("--attributes", type=options.existing_file, help="JSON: item to a list of attributes.")
@click.option("--refit", is_flag=True, help="Hold nothing of --sequences out, as in production.")
@click.option("--data", type=options.existing_folder, help="Folder with the retailer's tables.")
@click.option(
    "--days",
    type=click.FloatRange(min=0, min_open=True),
    default=28.0,
    show_default=True,
    help="Days of --data to predict; as many after them are left for the test.",
)
@click.option("--customers", type=click.IntRange(min=1), help="Customers to score, drawn by the seed.  [default: all]")
@search_options
def recommender(
    config: Path | None,
    sequences: Path | None,
    attributes: Path | None,
    *,
    refit: bool,
    data: Path | None,
    days: float,
    customers: int | None,
    **search: Unpack[Search],
) -> None:
    """Tune a recommender by NDCG@10 on what customers bought next.

    With --sequences the last item of each customer, which is the test, is left out of sight and the one before is
    predicted. With --data it is the first basket of each customer in the --days before the last --days.
    """
    from shelfwise.cli.configuration import configuration
    from shelfwise.config import load_config
    from shelfwise.dataset import read_dataset
    from shelfwise.tuning.recommender import RecommenderObjective

    if (sequences is None) == (data is None):
        raise click.UsageError("give either --sequences or --data")
    settings = load_config(config) if data is None else configuration(config, data)[0]
    seed = search["seed"]

    def read(progress: Progress) -> Objective:
        if sequences is not None:
            return RecommenderObjective.of_sequences(sequences, attributes, refit=refit, customers=customers, seed=seed)
        assert data is not None
        dataset = read_dataset(settings.data, data, progress)
        return RecommenderObjective.of_dataset(dataset, days=days, customers=customers, seed=seed)

    run("recommender", settings, read, search)
