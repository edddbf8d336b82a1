"""``shelfwise tune recommender``: what customers bought before what the evaluation looks for."""

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
@click.option("--sequences", type=options.existing_file, help="One customer a line: customer item item ...")
@click.option("--attributes", type=options.existing_file, help="JSON: item to a list of attributes.")
@click.option("--refit", is_flag=True, help="Hold nothing of the sequences out, as in production.")
@click.option("--data", type=options.existing_folder, help="Folder with the retailer's tables.")
@options.config
@click.option("--split-days", type=click.IntRange(min=1), help="Days of --data to predict, and after them the test's.")
@click.option("--baskets", type=options.existing_file, help="Gzipped JSON: customer to a list of past baskets.")
@click.option("--future", type=options.existing_file, help="The same with the baskets of the test.")
@click.option("--customers", type=click.IntRange(min=1), help="Customers to score, drawn by the seed.  [default: all]")
@search_options
def recommender(
    *,
    sequences: Path | None,
    attributes: Path | None,
    refit: bool,
    data: Path | None,
    config: Path | None,
    split_days: int | None,
    baskets: Path | None,
    future: Path | None,
    customers: int | None,
    **search: Unpack[Search],
) -> None:
    """Tune a recommender by the NDCG@10 of what customers bought before what the evaluation looks for.

    Give what `shelfwise evaluate recommender` is given. With --sequences the last item of each customer, which is the
    test, is left out of sight and the one before is predicted; with --data it is the first basket of each customer in
    the --split-days before the last --split-days; with --baskets the last of the past baskets.
    """
    from shelfwise.cli.configuration import configuration
    from shelfwise.dataset import read_dataset
    from shelfwise.tuning.recommender import RecommenderObjective

    if sum(path is not None for path in (sequences, data, baskets)) != 1:
        raise click.UsageError("give one of --sequences, --data with --split-days, and --baskets with --future")
    for names, right in (
        ("--data and --split-days", (data is None) == (split_days is None)),
        ("--baskets and --future", (baskets is None) == (future is None)),
        ("--attributes and --sequences", attributes is None or sequences is not None),
        ("--refit and --sequences", not refit or sequences is not None),
    ):
        if not right:
            raise click.UsageError(f"{names} go together")
    settings, _ = configuration(config, data)
    seed = search["seed"]

    def read(progress: Progress) -> Objective:
        if sequences is not None:
            return RecommenderObjective.of_sequences(sequences, attributes, refit=refit, customers=customers, seed=seed)
        if baskets is not None and future is not None:
            return RecommenderObjective.of_baskets(baskets, future, customers=customers, seed=seed)
        assert data is not None
        assert split_days is not None
        dataset = read_dataset(settings.data, data, progress)
        return RecommenderObjective.of_dataset(dataset, days=split_days, customers=customers, seed=seed)

    run("recommender", settings, read, search)
