"""The baseline forecaster as a plugin: options, life cycle, and a forecast put together from what was learned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np

from shelfwise.baselines.forecaster.learned import Learned
from shelfwise.baselines.forecaster.model import fit
from shelfwise.baselines.forecaster.plans import planned_factors
from shelfwise.baselines.forecaster.rows import look_up
from shelfwise.hookspecs import Progress, hookimpl
from shelfwise.series import answer, demand_quantiles, read_history, without_slips
from shelfwise.types import DemandForecast, Exposure, ForecastRequest, State
from shelfwise.types.ranges import TUNE, Choice, Integers

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["BaselineForecaster"]

_OPTIONAL = attrs.validators.optional


@attrs.define(eq=False)
class BaselineForecaster:
    """A seasonal moving average with negative binomial quantiles, every part of it shrunk toward its like.

    ``mean = level x season x price effect x promotion effect + exposure``. The level is an exponentially weighted
    mean over periods in stock; its ``half_life``, in periods, is chosen on the last windows of the history where it
    is None. ``season_length``, in periods, is 7 for daily data and 1 (no season) otherwise where it is None. No more
    than the last ``history_periods`` are looked at. On weekly or monthly tables a "day" of the forecast is a period.
    """

    half_life: float | None = attrs.field(
        default=None,
        validator=_OPTIONAL(attrs.validators.gt(0.0)),
        metadata={TUNE: Choice(None, 3.0, 7.0, 14.0, 28.0, 56.0, 112.0)},
    )
    season_length: int | None = attrs.field(default=None, validator=_OPTIONAL(attrs.validators.ge(1)))
    history_periods: int = attrs.field(
        default=730, validator=attrs.validators.ge(1), metadata={TUNE: Integers(28, 1095, log=True)}
    )
    _learned: Learned | None = attrs.field(init=False, default=None)

    @hookimpl
    def train(self, dataset: Dataset, progress: Progress) -> None:
        """Learn from the demand table, once leaving out periods without stock and once taking them at face value."""
        history = without_slips(read_history(dataset, periods=self.history_periods, season_length=self.season_length))
        progress("forecaster", 1, 3)
        in_stock = fit(history, use_in_stock=True, half_life=self.half_life)
        progress("forecaster", 2, 3)
        naive = fit(history, use_in_stock=False, half_life=self.half_life) if history.censored else in_stock
        self._learned = Learned(
            items=history.items,
            nodes=history.nodes,
            groups=history.groups,
            group=history.group,
            cadence=history.cadence,
            reference_price=history.reference_price,
            whole=history.whole,
            in_stock=in_stock,
            naive=naive,
        )
        progress("forecaster", 3, 3)

    @hookimpl
    def forecast(self, request: ForecastRequest, state: State, exposure: Exposure | None) -> DemandForecast | None:
        """Forecast the items and nodes of the request, in its order; None before training."""
        known = self._learned
        if known is None:
            return None
        model = known.in_stock if request.use_in_stock else known.naive
        rows = look_up(known, model, request, state)
        days, phase = known.cadence.ahead(np.datetime64(state.starts_on), request.horizon_days)
        price, promotion = planned_factors(state, rows, days, known.cadence.step_days, model.effects.typical_cut)
        base = np.repeat(rows.expected.level[:, None], len(days), axis=1)
        seasoned = base * rows.expected.season[:, phase]
        priced = seasoned * price
        mean = priced * promotion
        quantiles = demand_quantiles(mean, rows.expected.spread[:, None], request.quantiles, whole=known.whole)
        parts = {"base": base, "season": seasoned - base, "price": priced - seasoned, "promotion": mean - priced}
        return answer(request, state, mean=mean, quantiles=quantiles, parts=parts, exposure=exposure)

    @hookimpl
    def save(self, directory: Path) -> None:
        """Write what was learned, if anything was."""
        if self._learned is not None:
            self._learned.save(directory)

    @hookimpl
    def load(self, directory: Path) -> None:
        """Read what :meth:`save` wrote."""
        self._learned = Learned.load(directory)
