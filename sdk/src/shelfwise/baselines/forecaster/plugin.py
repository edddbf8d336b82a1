"""The baseline forecaster as a plugin: options, life cycle, and a forecast put together from what was learned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.forecaster.history import read_history
from shelfwise.baselines.forecaster.learned import Learned
from shelfwise.baselines.forecaster.model import fit
from shelfwise.baselines.forecaster.plans import planned_factors
from shelfwise.baselines.forecaster.quantiles import demand_quantiles
from shelfwise.baselines.forecaster.rows import look_up
from shelfwise.hookspecs import Progress, hookimpl
from shelfwise.types import DemandForecast, Exposure, ForecastRequest, Index, State
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
        history = read_history(dataset, periods=self.history_periods, season_length=self.season_length)
        category = dict(zip(dataset.items["item_id"], dataset.items["category"], strict=True))
        names = [str(category.get(item, "")) for item in history.items]
        groups = Index(sorted(set(names)))
        group = groups.positions(names)
        progress("forecaster", 1, 3)
        in_stock = fit(history, group, use_in_stock=True, half_life=self.half_life)
        progress("forecaster", 2, 3)
        censored = bool((history.observed & ~history.in_stock).any())
        naive = fit(history, group, use_in_stock=False, half_life=self.half_life) if censored else in_stock
        whole = bool((history.units == np.rint(history.units)).all())
        self._learned = Learned(
            items=history.items,
            nodes=history.nodes,
            groups=groups,
            group=group,
            cadence=history.cadence,
            reference_price=history.reference_price,
            whole=whole,
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
        shape = (len(request.item_ids), len(request.node_ids), request.horizon_days)
        rows = look_up(known, model, request, state)
        days, phase = known.cadence.ahead(np.datetime64(state.starts_on), request.horizon_days)
        price, promotion = planned_factors(state, rows, days, known.cadence.step_days, model.effects.typical_cut)
        base = np.repeat(rows.level[:, None], len(days), axis=1)
        seasoned = base * rows.season[:, phase]
        priced = seasoned * price
        mean = priced * promotion
        extra = _extra_units(exposure, request)
        quantiles = demand_quantiles(mean, rows.spread[:, None], request.quantiles, whole=known.whole)
        quantiles += extra
        parts = {
            "base": base,
            "season": seasoned - base,
            "price": priced - seasoned,
            "promotion": mean - priced,
            "exposure": extra,
        }
        return DemandForecast(
            items=Index(request.item_ids),
            nodes=Index(request.node_ids),
            starts_on=state.starts_on,
            levels=request.quantiles,
            mean=(mean + extra).reshape(shape),
            quantiles=quantiles.reshape(len(request.quantiles), *shape),
            parts={name: part.reshape(shape) for name, part in parts.items()},
        )

    @hookimpl
    def save(self, directory: Path) -> None:
        """Write what was learned, if anything was."""
        if self._learned is not None:
            self._learned.save(directory)

    @hookimpl
    def load(self, directory: Path) -> None:
        """Read what :meth:`save` wrote."""
        self._learned = Learned.load(directory)


def _extra_units(exposure: Exposure | None, request: ForecastRequest) -> NDArray[np.float64]:
    """Return the exposure's extra units in the order of the request, 0 where it says nothing."""
    extra = np.zeros((len(request.item_ids), len(request.node_ids), request.horizon_days))
    if exposure is not None:
        item, node = exposure.items.positions(request.item_ids), exposure.nodes.positions(request.node_ids)
        days = min(request.horizon_days, exposure.extra_units.shape[2])
        known = (item >= 0)[:, None] & (node >= 0)
        extra[..., :days] = np.where(known[..., None], exposure.extra_units[np.ix_(item, node)][..., :days], 0.0)
    return extra.reshape(-1, request.horizon_days)
