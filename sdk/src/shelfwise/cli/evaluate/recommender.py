"""``shelfwise evaluate recommender``: what customers bought next, by leave-one-out, by time, or by basket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.progress import progress_bar

if TYPE_CHECKING:
    from shelfwise.evaluation.recommender_task import RecommenderTask
    from shelfwise.hookspecs import Progress


class Seeds(click.ParamType[tuple[int, ...]]):
    """Whole numbers from 0 on, separated by commas."""

    name = "n[,n]"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """Split the numbers and refuse one that is none, or stands there twice."""
        if isinstance(value, tuple):
            return value
        words = [word.strip() for word in str(value).split(",")]
        if not all(word.isdecimal() for word in words) or len(set(words)) < len(words):
            self.fail(f"{value!r} is not a list of distinct numbers from 0 on, separated by commas", param, ctx)
        return tuple(map(int, words))


@attrs.frozen
class _Source:
    """Where the customers come from; exactly one of ``sequences``, ``data`` and ``baskets`` is given."""

    sequences: Path | None
    attributes: Path | None
    refit: bool
    data: Path | None
    config: Path | None
    split_days: int | None
    baskets: Path | None
    future: Path | None

    def check(self) -> None:
        """Raise a usage error that says what to give, or what not to."""
        if sum(path is not None for path in (self.sequences, self.data, self.baskets)) != 1:
            raise click.UsageError("give one of --sequences, --data with --split-days, and --baskets with --future")
        needs = (
            ("--attributes", self.attributes is not None, "--sequences", self.sequences is not None),
            ("--refit", self.refit, "--sequences", self.sequences is not None),
            ("--split-days", self.split_days is not None, "--data", self.data is not None),
            ("--data", self.data is not None, "--split-days", self.split_days is not None),
            ("--future", self.future is not None, "--baskets", self.baskets is not None),
            ("--baskets", self.baskets is not None, "--future", self.future is not None),
        )
        for option, given, needed, there in needs:
            if given and not there:
                raise click.UsageError(f"{option} goes with {needed}")

    def tasks(self, progress: Progress) -> Callable[[int], RecommenderTask]:
        """Return what makes the task of a seed; files that are large are read once for all seeds."""
        from shelfwise.evaluation.baskets import predict_basket
        from shelfwise.evaluation.recommender_task import next_basket
        from shelfwise.evaluation.sequences import leave_one_out

        if (sequences := self.sequences) is not None:
            return lambda seed: leave_one_out(sequences, self.attributes, refit=self.refit, seed=seed)
        if (baskets := self.baskets) is not None and (future := self.future) is not None:
            return lambda seed: predict_basket(baskets, future, seed=seed)
        from shelfwise.cli.configuration import configuration
        from shelfwise.dataset import read_dataset

        assert self.data is not None
        assert self.split_days is not None
        settings, _ = configuration(self.config, self.data)
        dataset = read_dataset(settings.data, self.data, progress)
        days = self.split_days
        midnight = datetime.combine(dataset.as_of.date(), time(), UTC)
        split = midnight + timedelta(days=1 - days)
        return lambda seed: next_basket(dataset, split, days=days, seed=seed)


@click.command()
@click.option("--sequences", type=options.existing_file, help="One customer a line: customer item item ...")
@click.option("--attributes", type=options.existing_file, help="JSON: item to a list of attributes.")
@click.option("--refit", is_flag=True, help="Train on the item before the last too, as in production.")
@click.option("--data", type=options.existing_folder, help="Folder with the retailer's tables.")
@options.config
@click.option("--split-days", type=click.IntRange(min=1), help="Learn from what was before the last so many days.")
@click.option("--baskets", type=options.existing_file, help="Gzipped JSON: customer to a list of past baskets.")
@click.option("--future", type=options.existing_file, help="The same with the basket to predict.")
@click.option(
    "--cold",
    type=click.Choice(("customers", "items")),
    help="Forget a tenth of the customers, or the interactions of a tenth of the items, and measure on these.",
)
@options.plugin_names
@options.seed
@click.option("--seeds", type=Seeds(), help="Instead of --seed: one evaluation each, with the spread of all figures.")
@options.json_file
def recommender(
    sequences: Path | None,
    attributes: Path | None,
    *,
    refit: bool,
    data: Path | None,
    config: Path | None,
    split_days: int | None,
    baskets: Path | None,
    future: Path | None,
    cold: str | None,
    plugin_names: tuple[str, ...],
    seed: int,
    seeds: tuple[int, ...] | None,
    json_path: Path | None,
) -> None:
    """Look for what customers bought next in slates of ten out of all items, beside best sellers.

    With --sequences the last item of each customer is left out, with --data the first basket of the last days is
    predicted from what was before, repeats included, and with --baskets that of another file. The first plugin is
    the one of which it is said where it loses.
    """
    from shelfwise.cli.choice import build_many, options_of
    from shelfwise.cli.configuration import configuration
    from shelfwise.cli.evaluate.figures import tell_with
    from shelfwise.cli.evaluate.recommender_tables import show_evaluation, show_seeds
    from shelfwise.evaluation.recommender_cold_customers import cold_customers
    from shelfwise.evaluation.recommender_cold_items import cold_items
    from shelfwise.evaluation.recommender_seeds import evaluate_seeds

    source = _Source(sequences, attributes, refit, data, config, split_days, baskets, future)
    source.check()
    settings, _ = configuration(config, data)
    build_many("recommender", plugin_names, settings)
    chill = {"customers": cold_customers, "items": cold_items}.get(cold or "")
    with progress_bar("reading") as progress:
        task_of = source.tasks(progress)

        def make(number: int) -> RecommenderTask:
            task = task_of(number)
            return chill(task, seed=number) if chill else task

        study = evaluate_seeds(
            make, lambda: build_many("recommender", plugin_names, settings), seeds or (seed,), progress=progress
        )
    used = {"options": {name: options_of("recommender", name, settings) for name in plugin_names}}
    if seeds is None:
        evaluation = study.evaluations[0]
        tell_with(evaluation.to_json() | used, json_path, lambda to: show_evaluation(to, evaluation, plugin_names[0]))
    else:
        tell_with(study.to_json() | used, json_path, lambda to: show_seeds(to, study, plugin_names[0]))
