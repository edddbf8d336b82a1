"""From kept forecasts to the answer of a request: the right periods, plans, quantiles and parts."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.series import Expected, Plans, answer, demand_quantiles, groups_of, reference_prices
from shelfwise.types import DemandForecast, Exposure, ForecastRequest, Index, State
from shelfwise_forecaster_sktime.forecasts import Forecasts, between_levels
from shelfwise_forecaster_sktime.learned import Learned

__all__ = ["Asked", "serve", "understand"]

_FURTHEST = 1500
"""Periods after the data beyond which the last season is repeated."""


@attrs.frozen(eq=False)
class Asked:
    """What a request asks of what was learned, one row a series, items before nodes.

    ``records`` is -1 for series without training; ``expected`` is what is normal for each; ``days`` begin the periods
    that are asked for, ``phase`` is their place in the season and ``columns`` their number after the data.
    """

    series: NDArray[np.int64]
    records: NDArray[np.int64]
    expected: Expected
    days: NDArray[np.datetime64]
    phase: NDArray[np.int64]
    columns: NDArray[np.int64]

    @property
    def reach(self) -> int:
        """How many periods after the data have to be forecast."""
        return int(self.columns.max(initial=-1)) + 1


def understand(known: Learned, request: ForecastRequest, state: State) -> Asked:
    """Return what a request asks; moments before the end of the data have the forecast of the first season after it."""
    item, node = known.items.positions(request.item_ids), known.nodes.positions(request.node_ids)
    group = np.where(item >= 0, known.group[item], groups_of(request.item_ids, known.groups, state))
    items, nodes = np.repeat(item, len(node)), np.tile(node, len(item))
    trained = (items >= 0) & (nodes >= 0)
    series = np.where(trained, items * len(known.nodes) + nodes, -1)
    count = len(known.items) * len(known.nodes)
    records = series if request.use_in_stock else np.append(known.records.face_value(count), -1)[series]
    norms = known.norms if request.use_in_stock else known.naive_norms
    days, phase = known.cadence.ahead(np.datetime64(state.starts_on), request.horizon_days)
    columns = known.cadence.number(days) - int(known.cadence.number(np.array([known.cadence.last]))[0]) - 1
    season = known.cadence.season_length
    columns = np.where(columns < 0, columns % season, columns)
    late = _FURTHEST - season
    columns = np.where(columns >= _FURTHEST, late + (columns - late) % season, columns)
    alike = norms.likeness.of(request.item_ids, group, state)
    expected = norms.expected(items, nodes, np.repeat(group, len(node)), np.repeat(alike, len(node)))
    return Asked(series, records, expected, days, phase, columns)


def serve(
    known: Learned,
    asked: Asked,
    forecasts: Forecasts,
    request: ForecastRequest,
    state: State,
    exposure: Exposure | None,
) -> DemandForecast:
    """Return the answer of a request from the ``forecasts`` of its records, row by row.

    A plan moves the mean as the estimator's means at the corners say, bilinear between them: exact for an effect that
    is linear in promotion and log price. The uplift that a planner states takes the place of both.
    """
    fitted = forecasts.fitted[:, None]
    normal = asked.expected.level[:, None] * asked.expected.season[:, asked.phase]
    plain = np.where(fitted, np.maximum(forecasts.mean[:, asked.columns], 0.0), normal)
    level = np.repeat(asked.expected.level[:, None], len(asked.columns), axis=1)
    base = np.where(fitted, _season_means(forecasts.mean, known.cadence.season_length)[:, asked.columns], level)
    quantiles = between_levels(forecasts.quantiles[..., asked.columns], request.quantiles)
    rest = np.flatnonzero(~forecasts.fitted)
    spread = asked.expected.spread[rest, None]
    quantiles[:, rest] = demand_quantiles(normal[rest], spread, request.quantiles, whole=known.whole)
    priced = moved = plain
    if state.promotions:
        plans = _plans(known, asked, request, state)
        stated = np.isfinite(plans.uplift)
        at_price, at_both = _moved(known, asked, forecasts, plans)
        priced = np.where(stated, plain, np.maximum(plain + at_price, 0.0))
        moved = np.where(stated, plain * np.where(stated, plans.uplift, 1.0), np.maximum(plain + at_both, 0.0))
        quantiles = np.where(stated, quantiles * np.where(stated, plans.uplift, 1.0), quantiles + (moved - plain))
    parts = {"base": base, "season": plain - base, "price": priced - plain, "promotion": moved - priced}
    return answer(request, state, mean=moved, quantiles=quantiles, parts=parts, exposure=exposure)


def _plans(known: Learned, asked: Asked, request: ForecastRequest, state: State) -> Plans:
    """Return the plans of the request's series, shape (rows, periods)."""
    items, nodes = Index(request.item_ids), Index(request.node_ids)
    plans = Plans.of(
        state,
        items,
        nodes,
        asked.days,
        step_days=known.cadence.step_days,
        reference_price=reference_prices(known.reference_price, (known.items, known.nodes), (items, nodes), state),
        typical_cut=known.typical_cut,
    )
    shape = (len(asked.series), len(asked.days))
    return Plans(plans.promoted.reshape(shape), plans.log_price.reshape(shape), plans.uplift.reshape(shape))


def _moved(
    known: Learned, asked: Asked, forecasts: Forecasts, plans: Plans
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return by how much prices move the means, and prices and promotions together, shape (rows, periods) each."""
    plain = forecasts.mean[:, asked.columns].astype(np.float64)
    at_promotion, at_price, at_both = (forecasts.corner(place)[:, asked.columns] - plain for place in range(3))
    planned = (plans.promoted > 0) | (plans.log_price != 0)
    price = np.where(planned, plans.log_price - np.append(known.records.plain, 0.0)[asked.series][:, None], 0.0)
    share = price / np.append(known.records.cut, np.inf)[asked.series][:, None]
    by_price = share * at_price
    together = at_both - at_promotion - at_price
    fitted = forecasts.fitted[:, None]
    both = by_price + plans.promoted * at_promotion + share * plans.promoted * together
    return np.where(fitted, by_price, 0.0), np.where(fitted, both, 0.0)


def _season_means(mean: NDArray[np.float32], season: int) -> NDArray[np.float64]:
    """Return the mean of each season of a forecast in each of its periods, the last whole one's where one is cut."""
    plain = np.maximum(mean, 0.0).astype(np.float64)
    periods = plain.shape[1]
    span = min(season, periods)
    whole = periods // span
    means = plain[:, : whole * span].reshape(len(plain), whole, span).mean(axis=2)
    out: NDArray[np.float64] = means[:, np.minimum(np.arange(periods) // span, whole - 1)]
    return out
