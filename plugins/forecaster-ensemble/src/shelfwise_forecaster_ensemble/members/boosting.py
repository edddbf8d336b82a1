"""Gradient-boosted trees over lags, levels, prices, promotions and the calendar, direct for each stretch ahead."""

from __future__ import annotations

import json
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types import Deadline, Progress
from shelfwise_forecaster_ensemble.beyond import less_sure
from shelfwise_forecaster_ensemble.features import Features, Places
from shelfwise_forecaster_ensemble.interrupts import held_back
from shelfwise_forecaster_ensemble.members.counts import Bins
from shelfwise_forecaster_ensemble.outlook import LEVELS, Outlook
from shelfwise_forecaster_ensemble.panel import Panel
from shelfwise_forecaster_ensemble.threads import threads

if TYPE_CHECKING:
    from catboost import CatBoost

__all__ = ["Boosting", "BoostingSettings"]

_STRETCHES = (7, 28)
"""Periods ahead after which another model takes over."""
_ROWS = 100_000
"""Rows of features held at a time while forecasting."""
_FEWEST = 100
"""Rows that a model is worth."""
_TEXT = "boosting.json"
_OCCASION = ("model_guid", "train_finish_time")
"""What CatBoost writes of the occasion, blanked so that equal models are equal files."""


@attrs.frozen
class BoostingSettings:
    """How much to learn from and how long; see CatBoost's documentation for the rest.

    ``half_life`` is the periods after which a row of the past counts half.
    """

    rows: int = 100_000
    trees: int = 300
    depth: int = 6
    learning_rate: float = 0.03
    half_life: float = 60.0


@attrs.frozen(eq=False, slots=False)
class Trees:
    """A model as it is ``kept``, in CatBoost's own format, whose bytes change each time that CatBoost writes it."""

    kept: bytes

    @classmethod
    def of(cls, model: CatBoost) -> Trees:
        """Return a model that was just fitted, without what tells of the occasion."""
        for told in _OCCASION:
            model.get_metadata()[told] = ""
        with TemporaryDirectory() as directory:
            path = Path(directory) / "model.cbm"
            model.save_model(str(path))
            return cls(path.read_bytes())

    @cached_property
    def model(self) -> CatBoost:
        """The model, ready to be asked."""
        from catboost import CatBoost

        return CatBoost().load_model(blob=self.kept)


@attrs.frozen
class _InTime:
    """What CatBoost asks after each tree whether to go on: not past the deadline, nor once interrupted."""

    deadline: Deadline
    interrupts: list[int]

    def after_iteration(self, _info: object) -> bool:
        return not (self.interrupts or self.deadline.expired)


@attrs.frozen(eq=False)
class Boosting:
    """Trees (CatBoost: Prokhorenkova et al. 2018) with two heads for each stretch ahead.

    Where the level is low and units are whole, classes of counts, whose probabilities give the quantiles. Elsewhere the
    mean and the variance of the logarithm of one plus demand relative to the level, under a normal likelihood (Duan et
    al. 2020, NGBoost). Either head is None where the record has too little for it.
    """

    counts: tuple[Trees | None, ...]
    ratios: tuple[Trees | None, ...]
    edges: tuple[int, ...]
    bins: Bins

    @classmethod
    def fit(
        cls,
        panel: Panel,
        horizon: int,
        settings: BoostingSettings,
        *,
        whole: bool,
        seed: int,
        progress: Progress,
        deadline: Deadline,
    ) -> Boosting | None:
        """Learn to forecast up to ``horizon`` periods ahead from every origin of a panel; None from too short a one.

        Each model has the same share of the time until the ``deadline``, and so many trees as it grew by then.
        """
        features = Features.of(panel)
        generator = np.random.default_rng(seed)
        edges = (0, *(edge for edge in _STRETCHES if edge < horizon), horizon)
        drawn = [_drawn(panel, first, last, settings.rows, generator) for first, last in pairwise(edges)]
        low = [features.low(places) if whole else np.zeros(len(places), bool) for places in drawn]
        units = [panel.units[places.row, places.target] for places in drawn]
        bins = Bins.of(np.concatenate([some[few] for some, few in zip(units, low, strict=True)]))
        counts, ratios = [], []
        for number, (places, few, sold) in enumerate(zip(drawn, low, units, strict=True)):
            progress("forecaster: boosting", number, len(drawn))
            rows = features.rows(places)
            weight = 0.5 ** ((panel.known - places.origin) / settings.half_life)
            relative = np.log1p(sold) - features.base(places)
            models = 2 * (len(drawn) - number)
            due = deadline.share(1 / models)
            counts.append(_fitted(rows, bins.code(sold), weight, few, "MultiClass", settings, seed, due))
            due = deadline.share(1 / (models - 1))
            ratios.append(_fitted(rows, relative, weight, ~few, "RMSEWithUncertainty", settings, seed, due))
        told = all(count is not None or ratio is not None for count, ratio in zip(counts, ratios, strict=True))
        return cls(tuple(counts), tuple(ratios), edges, bins) if told else None

    def outlook(self, panel: Panel) -> Outlook:
        """Return how demand is distributed in the periods ahead of a panel."""
        features, places = Features.ahead(panel), Places.ahead(panel)
        mean = np.zeros(len(places), dtype=np.float32)
        quantiles = np.zeros((len(places), len(LEVELS)), dtype=np.float32)
        stretch = np.searchsorted(self.edges[1:-1], places.step, side="right")
        low = features.low(places)
        for number, (count, ratio) in enumerate(zip(self.counts, self.ratios, strict=True)):
            as_count = (low | (ratio is None)) & (count is not None)
            for which, told, trees in ((as_count, self._of_counts, count), (~as_count, self._of_ratios, ratio)):
                chosen = np.flatnonzero(which & (stretch == number))
                if trees is not None and chosen.size:
                    for some in np.array_split(chosen, 1 + chosen.size // _ROWS):
                        mean[some], quantiles[some] = told(trees, features, places.take(some))
        shape = (panel.series, panel.horizon)
        spread = less_sure(quantiles.reshape(*shape, len(LEVELS)), panel.step, self.edges[-1])
        return Outlook.of(mean.reshape(shape), spread)

    def _of_counts(
        self, trees: Trees, features: Features, places: Places
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        chance = np.zeros((len(places), self.bins.first.size))
        # A bin that no row of the sample fell into is none of the model's classes.
        chance[:, np.asarray(trees.model.classes_, dtype=np.int64)] = trees.model.predict(
            features.rows(places), prediction_type="Probability", thread_count=threads()
        )
        return self.bins.means(chance), self.bins.quantiles(chance)

    def _of_ratios(
        self, trees: Trees, features: Features, places: Places
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        from scipy.special import ndtri

        rows = features.rows(places)
        found = trees.model.predict(rows, prediction_type="RMSEWithUncertainty", thread_count=threads())
        centre, variance = found[:, 0] + features.base(places), found[:, 1]
        spread = np.sqrt(variance)[:, None] * ndtri(LEVELS)
        return np.expm1(centre + 0.5 * variance), np.expm1(centre[:, None] + spread)

    def ready(self) -> None:
        """Read the models now rather than when they are first asked."""
        for trees in (*self.counts, *self.ratios):
            if trees is not None:
                _ = trees.model

    def save(self, directory: Path) -> None:
        """Write the models in CatBoost's own format, and the bins."""
        for name, models in (("counts", self.counts), ("ratios", self.ratios)):
            for number, trees in enumerate(models):
                if trees is not None:
                    (directory / f"{name}-{number}.cbm").write_bytes(trees.kept)
        text = json.dumps({"edges": self.edges, "bins": self.bins.to_json()})
        (directory / _TEXT).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> Boosting:
        """Read what :meth:`save` wrote."""
        text = json.loads((directory / _TEXT).read_text(encoding="utf-8"))
        edges = tuple(text["edges"])

        def stored(name: str) -> tuple[Trees | None, ...]:
            files = [directory / f"{name}-{number}.cbm" for number in range(len(edges) - 1)]
            return tuple(Trees(file.read_bytes()) if file.exists() else None for file in files)

        found = cls(stored("counts"), stored("ratios"), edges, Bins(**text["bins"]))
        found.ready()
        return found


def _fitted(
    rows: NDArray[np.float32],
    target: NDArray[Any],
    weight: NDArray[np.float64],
    chosen: NDArray[np.bool_],
    loss: str,
    settings: BoostingSettings,
    seed: int,
    deadline: Deadline,
) -> Trees | None:
    from catboost import CatBoost

    if chosen.sum() < _FEWEST or np.unique(target[chosen]).size < 2:
        return None
    model = CatBoost(
        {
            "loss_function": loss,
            "iterations": settings.trees,
            "depth": settings.depth,
            "learning_rate": settings.learning_rate,
            "l2_leaf_reg": 5.0,
            "rsm": 0.5,
            "border_count": 64,
            "bootstrap_type": "Bernoulli",
            "subsample": 0.7,
            "random_seed": seed,
            "thread_count": threads(),
            "allow_writing_files": False,
            "logging_level": "Silent",
        }
    )
    with held_back() as interrupts:
        in_time = _InTime(deadline, interrupts)
        model.fit(rows[chosen], target[chosen], sample_weight=weight[chosen], callbacks=[in_time])
    return Trees.of(model)


def _drawn(panel: Panel, first: int, last: int, most: int, generator: np.random.Generator) -> Places:
    """Return places of the past, drawn at random: seen from any origin with a record, about a period that tells."""
    recorded = panel.mask.cumsum(axis=1)
    row, target = np.nonzero(panel.mask)
    kept = []
    for _ in range(min(1 + most // max(row.size, 1), last - first)):
        chosen = generator.permutation(row.size)[:most]
        step = generator.integers(first, last, chosen.size)
        origin = target[chosen] - step
        told = (origin > 0) & (recorded[row[chosen], np.maximum(origin - 1, 0)] > 0)
        kept.append((row[chosen][told], origin[told], step[told]))
    places = Places(*(np.concatenate(columns) for columns in zip(*kept, strict=True))) if kept else Places.none()
    return places.take(np.sort(generator.permutation(len(places))[:most]))
