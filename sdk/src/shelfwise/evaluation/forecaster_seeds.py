"""The same evaluation of forecasters with several seeds: what of a figure is the plugin, and what is luck."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from shelfwise.evaluation.forecaster import evaluate
from shelfwise.evaluation.forecaster_comparison import ForecasterEvaluation
from shelfwise.evaluation.forecaster_metrics import DEFINITIONS
from shelfwise.evaluation.recommender_seeds import Spread, with_seed
from shelfwise.evaluation.report import envelope

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["ForecasterSeedStudy", "evaluate_seeds"]


@attrs.frozen(eq=False)
class ForecasterSeedStudy:
    """One evaluation per seed; what no seed changes has a row in the first alone."""

    evaluations: tuple[ForecasterEvaluation, ...]

    @property
    def plugins(self) -> tuple[str, ...]:
        """The names of the rows."""
        return tuple(row.plugin for row in self.evaluations[0].rows)

    def spread(self, plugin: str, metric: str) -> Spread:
        """Return a metric of one plugin over the seeds with which it has a row."""
        rows = [row for one in self.evaluations for row in one.rows if row.plugin == plugin]
        return Spread.of([row.metrics[metric].estimate for row in rows])

    def to_json(self) -> dict[str, Any]:
        """Return the spreads, and the evaluation of each seed in full under ``evaluations``."""
        first = self.evaluations[0]
        document = envelope(
            "forecaster",
            seed=first.seed,
            seconds=sum(evaluation.seconds for evaluation in self.evaluations),
            rows=[
                {"plugin": row.plugin} | {name: attrs.asdict(self.spread(row.plugin, name)) for name in row.metrics}
                for row in first.rows
            ],
            definitions=DEFINITIONS | {"standard_deviation": "of the figure over the seeds"},
            protocol=first.protocol | {"seeds": [evaluation.seed for evaluation in self.evaluations]},
        )
        return document | {"evaluations": [evaluation.to_json() for evaluation in self.evaluations]}


def evaluate_seeds(
    dataset: Dataset, make_plugins: Callable[[int], Mapping[str, object]], seeds: Sequence[int], **arguments: Any
) -> ForecasterSeedStudy:
    """Run :func:`~shelfwise.evaluation.forecaster.evaluate` with each seed, on the plugins made for that seed.

    The seed decides the resampling and whatever plugins do with an option ``seed``. ``arguments`` are those of
    ``evaluate``, ``checkpoints`` among them: no two seeds, and no two origins, share any.

    Raises:
        DataError: The data is too short for so many origins.
        PluginError: A plugin gave no answer or one that breaks the contract.
    """
    evaluations = []
    for seed in seeds:
        plugins = {name: with_seed(plugin, seed) for name, plugin in make_plugins(seed).items()}
        evaluations.append(evaluate(dataset, plugins, seed=seed, **arguments))
    return ForecasterSeedStudy(tuple(evaluations))
