"""The published protocols."""

from __future__ import annotations

from shelfwise.evaluation.forecaster_seeds import ForecasterSeedStudy
from tests.benchmarks import forecaster_data as data
from tests.benchmarks.forecaster_bench import Bench


def orange_juice(bench: Bench) -> None:
    """The published twelve rounds; learned weights against equal ones, paired over series."""
    if data.missing(data.ORANGE_JUICE):
        return
    protocol = data.protocol_of(data.ORANGE_JUICE, bench.most)
    study = bench.compare("Orange juice", protocol.dataset, protocol.arguments, published=data.ORANGE_JUICE_PUBLISHED)
    weights(bench, study)


def car_parts(bench: Bench) -> ForecasterSeedStudy | None:
    """The published protocol: twelve months of spare parts from one origin."""
    if data.missing(data.CAR_PARTS):
        return None
    protocol = data.protocol_of(data.CAR_PARTS, bench.most)
    study = bench.compare("Car parts", protocol.dataset, protocol.arguments, published=data.CAR_PARTS_PUBLISHED)
    weights(bench, study)
    return study


def weights(bench: Bench, study: ForecasterSeedStudy) -> None:
    """Print by how much learned weights are better than equal ones, with each seed."""
    for evaluation in study.evaluations:
        rows = {row.plugin for row in evaluation.rows}
        equal = next((one.name for one in bench.contestants if one.key == "equal"), None)
        learned = bench.leader(evaluation)
        if equal not in rows or learned == equal:
            continue
        for metric in ("mape_relative", "wape", "wql"):
            found = evaluation.difference(learned, equal, metric)
            verdict = "better" if found.high < 0 else "worse" if found.low > 0 else "neither better nor worse"
            print(
                f"  seed {evaluation.seed}: learned weights are {verdict} than equal ones by {metric}: "
                f"{found.estimate:+.4f} ({found.low:+.4f} to {found.high:+.4f})"
            )
