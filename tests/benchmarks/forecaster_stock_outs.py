"""What stock-outs do to forecasts that know of them, and to forecasts that do not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from shelfwise.cli.evaluate.figures import grid
from shelfwise.dataset import Dataset
from shelfwise.evaluation.forecaster import evaluate
from shelfwise.evaluation.forecaster_comparison import ForecasterEvaluation
from shelfwise.evaluation.forecaster_intervals import differences, estimates
from shelfwise.evaluation.forecaster_stock_outs import hide_stock_record, inject_stock_outs
from tests.benchmarks import forecaster_data as data
from tests.benchmarks.forecaster_bench import Bench, machine
from tests.benchmarks.forecaster_contestants import Contestant
from tests.benchmarks.titles import SHARED_PARTS

PROTOCOL = {"horizon": 28, "origins": 3}
FIGURES = ("bias", "wape", "wql")
RECORDS = ("full stock", "in_stock given", "in_stock hidden")


def stock_outs(bench: Bench) -> None:
    """Half of 58 items sell nothing in a fifth of their days; scored against the demand that there was."""
    if data.missing(data.SKU58):
        return
    truth = data.sku58(bench.most)
    made = inject_stock_outs(truth, seed=0)
    records = dict(zip(RECORDS, (truth, made.record, hide_stock_record(made.record)), strict=True))
    contestants = bench.among("ensemble", "equal", "boosting", "lstm", "temporal", "baseline", "ETS")
    print(
        f"\n== Stock-outs: {machine()}\n{len(made.affected)} items of sku58, {made.affected.sum()} of them out of "
        f"stock in {100 * made.share:.0f} % of their days; figures of these, against their true demand; horizon "
        f"{PROTOCOL['horizon']}, {PROTOCOL['origins']} origins; {SHARED_PARTS}"
    )
    evaluations = {name: _evaluated(bench, contestants, truth, record) for name, record in records.items()}
    sums = {
        (name, row.plugin): row.scores.sums(made.affected)
        for name, evaluation in evaluations.items()
        for row in evaluation.rows
    }
    complete = [
        row.plugin for row in evaluations[RECORDS[0]].rows if all((name, row.plugin) in sums for name in RECORDS)
    ]
    table = grid("", *(f"{figure}\n{name}" for figure in FIGURES for name in RECORDS), "train s")
    document = {}
    for plugin in complete:
        figures = {name: estimates(sums[name, plugin]) for name in RECORDS}
        document[plugin] = {name: {figure: of[figure] for figure in FIGURES} for name, of in figures.items()}
        cells = (f"{figures[name][figure]:.3f}" for figure in FIGURES for name in RECORDS)
        table.add_row(plugin, *cells, f"{evaluations[RECORDS[1]].row(plugin).train_seconds:.1f}")
    bench.console.print(table)
    for plugin in complete:
        change = differences(sums[RECORDS[1], plugin], sums[RECORDS[2], plugin], bench.seeds[0])
        bias, wape = change["bias"], change["wape"]
        print(
            f"  {plugin}: knowing of stock-outs moves the bias by {bias.estimate:+.3f} ({bias.low:+.3f} to "
            f"{bias.high:+.3f}) and the wape by {wape.estimate:+.3f} ({wape.low:+.3f} to {wape.high:+.3f})"
        )
    bench.keep("stock-outs", {"share": made.share, "protocol": PROTOCOL, "seed": bench.seeds[0], "rows": document})


def _evaluated(
    bench: Bench, contestants: Sequence[Contestant], truth: Dataset, record: Dataset
) -> ForecasterEvaluation:
    seed = bench.seeds[0]
    with TemporaryDirectory() as parts:
        return evaluate(
            truth,
            bench.made(contestants, PROTOCOL["horizon"], seed),
            record=record,
            seed=seed,
            failed=bench.fail,
            checkpoints=Path(parts),
            **PROTOCOL,
        )
