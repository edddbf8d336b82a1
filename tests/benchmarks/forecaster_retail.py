"""Online Retail by the day, 90 days ahead from rolling origins: all series, and some of them beside what is slow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.cli.evaluate.figures import grid
from shelfwise.cli.evaluate.forecaster_tables import show_differences
from shelfwise.dataset import Dataset
from shelfwise.evaluation.forecaster_comparison import ForecasterEvaluation
from shelfwise.evaluation.forecaster_intervals import estimates
from shelfwise.evaluation.forecaster_seeds import ForecasterSeedStudy
from tests.benchmarks import forecaster_data as data
from tests.benchmarks.forecaster_bench import COMPARED, Bench
from tests.benchmarks.forecaster_public import weights

__all__ = ["beside_slow", "retail"]

TITLE, PROTOCOL = "Online Retail, daily", {"horizon": 90, "origins": 7, "step": 10}
"""Ten days are three more than a week: each day ahead falls on each day of the week once."""
SOME = 200
"""Series that are enough to hold rows against estimators which are fitted to each of them."""
SPANS = (30, 60, 90)
"""Days over which errors are told."""


def retail(bench: Bench) -> ForecasterSeedStudy | None:
    """All series by all but the slow, some of them beside these, and the errors over 30, 60 and 90 days."""
    if data.missing(data.RETAIL):
        return None
    first = TITLE not in bench.studies
    quick = [one for one in bench.contestants if not one.slow]
    study = bench.compare(TITLE, data.online_retail(bench.most), PROTOCOL, contestants=quick)
    if first:
        weights(bench, study)
        _spans(bench, study.evaluations[0])
        some = beside_slow(bench)
        if some is not None:
            _cuts(bench, some)
    return study


def beside_slow(bench: Bench) -> ForecasterEvaluation | None:
    """Return the rows of all contestants over some of the series: the quick, which saw all, and then the slow."""
    slow = [one for one in bench.contestants if one.slow]
    if not slow:
        return None
    whole, quick = data.online_retail(bench.most), bench.studies[TITLE].evaluations[0]
    some = data.some_series(whole, SOME)
    alone = bench.compare(f"{TITLE}, some series", some, PROTOCOL, contestants=slow).evaluations[0]
    both = quick.among(_drawn(whole, some)).beside(alone)
    bench.keep(f"{TITLE}, some series, all rows", both.to_json())
    return both


def _drawn(whole: Dataset, some: Dataset) -> NDArray[np.bool_]:
    """Return which series of the whole are among some, items before nodes."""
    item = whole.items["item_id"].isin(some.items["item_id"]).to_numpy()
    selling = whole.nodes["node_id"][whole.nodes["node_id"].isin(whole.demand["node_id"])]
    node = selling.isin(some.demand["node_id"]).to_numpy()
    return (item[:, None] & node).ravel()


def _spans(bench: Bench, evaluation: ForecasterEvaluation) -> None:
    table = grid("", *(f"{metric}\n1 to {days}" for metric in ("wape", "wql", "bias") for days in SPANS))
    for row in evaluation.rows:
        figures = [estimates(row.scores.sums(steps=days)) for days in SPANS]
        table.add_row(row.plugin, *(f"{of[metric]:.3f}" for metric in ("wape", "wql", "bias") for of in figures))
    bench.console.print(f"\nerrors over days ahead, {evaluation.protocol['series']:,} series", style="italic")
    bench.console.print(table)


def _cuts(bench: Bench, evaluation: ForecasterEvaluation) -> None:
    """Print all rows beside the slow, and by how much the errors of these are cut over the first days."""
    _spans(bench, evaluation)
    print(f"trained on all series but for the slow rows, which saw these {evaluation.protocol['series']:,} alone")
    leader = bench.leader(evaluation)
    show_differences(bench.console, evaluation, leader, COMPARED)
    for name in (one.name for one in bench.contestants if one.slow):
        if name == leader or name not in {row.plugin for row in evaluation.rows}:
            continue
        for metric in ("wape", "wql"):
            cut = evaluation.cut(leader, name, metric, steps=SPANS[0])
            print(
                f"  {leader} cuts the {metric} of {name} over days 1 to {SPANS[0]} by {100 * cut.estimate:.1f} % "
                f"({100 * cut.low:.1f} to {100 * cut.high:.1f})"
            )
