"""Results by volatility class and by category."""

from __future__ import annotations

from shelfwise.cli.evaluate.forecaster_tables import show_groups
from tests.benchmarks import forecaster_data as data
from tests.benchmarks.forecaster_bench import Bench
from tests.benchmarks.forecaster_public import car_parts
from tests.benchmarks.forecaster_retail import retail

SAMPLE = {"horizon": 28, "origins": 3}


def classes(bench: Bench) -> None:
    """Tables by group for car parts, Online Retail, and the sample retailer, which alone has categories.

    What an earlier section has evaluated is not evaluated again.
    """
    studies = {"Car parts": car_parts(bench), "Online Retail": retail(bench)}
    quick = [one for one in bench.contestants if not one.slow]
    studies["Sample retailer"] = bench.compare("Sample retailer", data.sample_retailer(), SAMPLE, contestants=quick)
    for name, study in studies.items():
        if study is not None:
            print(f"\n{name} by group, classes by the record before the first origin")
            show_groups(bench.console, study.evaluations[0])
