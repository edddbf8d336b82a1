"""Forecasters are tuned from rolling origins whose forecasts end before the evaluation's first origin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.dataset.digest import dataset_digest
from shelfwise.errors import DataError
from shelfwise.evaluation.forecaster import DECILES, train_and_forecast
from shelfwise.evaluation.forecaster_metrics import ForecastScores, levels_needed
from shelfwise.evaluation.forecaster_origins import Backtest
from shelfwise.tuning.objective import Watch
from shelfwise.types import ForecastRequest

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["ForecasterObjective"]


@attrs.frozen(eq=False)
class ForecasterObjective:
    """Weighted quantile loss at the deciles, a series a unit."""

    backtest: Backtest
    seed: int = 0
    metric = "wql"
    maximize = False
    definition = "weighted quantile loss: twice the pinball loss over the sum of units, mean over the deciles"

    @classmethod
    def of_dataset(
        cls,
        dataset: Dataset,
        *,
        horizon: int,
        origins: int,
        step: int | None = None,
        gap: int = 0,
        season_length: int | None = None,
        known_prices: bool = False,
        seed: int = 0,
    ) -> ForecasterObjective:
        """Take the arguments of :func:`~shelfwise.evaluation.forecaster.evaluate`, and only what they do not score.

        The data ends where the evaluation's first origin stands. There are as many origins as in the evaluation, or
        as many as what is left allows.

        Raises:
            DataError: what is left is too short for a single origin.
        """
        shape: dict[str, Any] = {
            "horizon": horizon,
            "step": horizon if step is None else step,
            "gap": gap,
            "known_prices": known_prices,
        }
        test = Backtest.over(dataset, origins=origins, season_length=season_length, **shape)
        known = dataset.before(datetime.combine(test.days[0], time(), UTC))
        room = (test.cuts[0] - horizon - gap - 2) // shape["step"] + 1
        if room < 1:
            raise DataError(
                f"demand: the {test.cuts[0]} periods before the evaluation's first origin leave no room for a "
                f"validation with horizon {horizon} and gap {gap}; give fewer --origins"
            )
        backtest = Backtest.over(known, origins=min(origins, room), season_length=test.season_length, **shape)
        return cls(backtest, seed)

    @property
    def protocol(self) -> Mapping[str, Any]:
        """Which forecasts are scored."""
        backtest = self.backtest
        return {
            "horizon": backtest.horizon,
            "origins": [day.isoformat() for day in backtest.days],
            "gap": backtest.gap,
            "known_prices": backtest.known_prices,
            "levels": list(DECILES),
            "series": len(backtest.items) * len(backtest.nodes),
            "seed": self.seed,
            "data": dataset_digest(backtest.dataset),
        }

    def score(self, plugin: object, watch: Watch) -> NDArray[np.float64]:
        """Return the loss of each series over the mean units of a series, so that their mean is the metric."""
        backtest, scores = self.backtest, ForecastScores(DECILES)
        days = backtest.gap + backtest.horizon
        request = ForecastRequest(backtest.items.ids, backtest.nodes.ids, days, levels_needed(DECILES), seed=self.seed)
        units = np.zeros(0)
        for number, origin in enumerate(backtest):
            watch.progress("origins", number, len(backtest.cuts))
            answer, _ = train_and_forecast("candidate", plugin, request, origin, watch.progress)
            shape = (len(origin.units), backtest.horizon)
            mean = answer.mean[..., backtest.gap :].reshape(shape)
            quantiles = answer.quantiles[..., backtest.gap :].reshape(-1, *shape)
            scores.add(origin.units, origin.mask, mean, quantiles, origin.scale)
            loss, sold = scores.losses()
            units = loss / max(float(sold.mean()), 1e-12)
            if number + 1 < len(backtest.cuts):
                watch.so_far(number, float(units.mean()))
        return units
