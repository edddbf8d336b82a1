"""The plan's own objective: the contribution that is expected of a plan until the next orders can help, in currency.

One yardstick for every pass, so that a coordinated plan can be compared with the siloed one: the margin of all demand,
the extra units of the plan's slates included, less the margin of what is expected to be lost, the cost of holding
stock, the fixed and transport cost of orders, and the cost of routes.

What today's decisions can no longer help or can still leave to tomorrow's is not held against them, nor in their
favour: of each item the demand counts until the next purchase could reach the customers (lead times plus review). A
sale is lost where a node runs out before its next order could arrive, or the whole network before the next purchase
could; what orders cost is charged as far as it is for that time. Slates of later days are still to be made. Lost and
left-over units are those of normal demand (the standard loss function; Snyder and Shen, Fundamentals of Supply Chain
Theory, appendix C.3.1).
"""

from __future__ import annotations

import math

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.coordination.ordering_cost import LASTING_DAYS, ordering_cost
from shelfwise.types import DemandForecast, Recommendations, ReplenishmentPlan, State

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class Belief:
    """Demand as every pass is judged by, without any exposure: mean and variance per item, node and day."""

    forecast: DemandForecast
    variance: Floats

    @classmethod
    def of(cls, forecast: DemandForecast) -> Belief:
        """Take each day's variance from the distance of its outermost quantiles, and the days as independent."""
        from scipy.special import ndtri

        levels = np.asarray(forecast.levels)
        low, high = int(levels.argmin()), int(levels.argmax())
        if low == high:
            return cls(forecast, np.array(forecast.mean))
        width = float(ndtri(levels[high]) - ndtri(levels[low]))
        return cls(forecast, ((forecast.quantiles[high] - forecast.quantiles[low]) / width) ** 2)


def contribution(
    state: State,
    belief: Belief,
    recommendations: Recommendations | None,
    replenishment: ReplenishmentPlan | None,
    holding_rate_per_year: float,
    review_days: int = 1,
) -> float:
    """Return the expected contribution of a plan before routes, in currency."""
    forecast = belief.forecast
    items, nodes = state.items.index.positions(forecast.items), state.nodes.index.positions(forecast.nodes)
    margin, unit_cost = state.items.margin[items], state.items.unit_cost[items]
    demand = forecast.mean
    if recommendations is not None and recommendations.exposure is not None:
        category = state.items.category_codes[items]
        demand = demand + recommendations.exposure.caused_units(forecast.items, forecast.nodes, category, demand)
    supply = _supply(state, replenishment, forecast.horizon_days)[items]
    soon, in_all = np.zeros(state.on_hand.shape), np.zeros(state.on_hand.shape)
    in_all[np.ix_(items, nodes)] = demand.mean(axis=2) * LASTING_DAYS
    windows = _Windows.of(state, items, nodes, review_days, forecast.horizon_days)

    mean, variance = (_until(daily, windows.of_nodes) for daily in (demand, belief.variance))
    soon[np.ix_(items, nodes)] = mean
    short_at_nodes = _short_and_left(mean, variance, supply[:, nodes])[0].sum(axis=1)
    mean, variance = (_until(daily.sum(axis=1), windows.of_network) for daily in (demand, belief.variance))
    short_in_network, left = _short_and_left(mean, variance, supply.sum(axis=1))

    lost = np.maximum(short_at_nodes, short_in_network)
    held = windows.of_network * (left + np.minimum(mean, supply.sum(axis=1)) / 2)
    total = float((margin * (mean - lost)).sum())
    total -= holding_rate_per_year / 365 * float((unit_cost * held).sum())
    if replenishment is None:
        return total
    soon_in_network = np.zeros(len(state.items.index))
    soon_in_network[items] = mean
    before = _supply(state, None, forecast.horizon_days)
    return total - ordering_cost(state, replenishment, before, soon, in_all, soon_in_network)


@attrs.frozen(eq=False)
class _Windows:
    """Days until the next order could help: by item and selling node (items, nodes), and for the network (items,)."""

    of_nodes: NDArray[np.int64]
    of_network: NDArray[np.int64]

    @classmethod
    def of(
        cls, state: State, items: NDArray[np.int64], selling: NDArray[np.int64], review_days: int, horizon_days: int
    ) -> _Windows:
        """Count an item's lanes of its own before those for every item; the longest to a node counts."""
        lanes, nodes = state.lanes, np.arange(len(state.nodes.index))
        bought = np.isin(lanes.from_node, state.nodes.index.positions(state.nodes.supplier_ids))
        longest = _longest(state, np.ones(len(bought), bool))[np.ix_(items, selling)]
        purchase = _longest(state, bought)[np.ix_(items, nodes)].max(axis=1, initial=0.0)
        transfer = _longest(state, ~bought)[np.ix_(items, nodes)].max(axis=1, initial=0.0)
        windows = (np.ceil(days).astype(np.int64) + review_days for days in (longest, purchase + transfer))
        return cls(*(np.minimum(days, horizon_days) for days in windows))


def _longest(state: State, chosen: NDArray[np.bool_]) -> Floats:
    """Return the longest of the lead times of chosen lanes, 0 where there is none, of shape (items, nodes)."""
    lanes = state.lanes
    days = np.zeros(state.on_hand.shape)
    general, own = np.flatnonzero(chosen & (lanes.item < 0)), np.flatnonzero(chosen & (lanes.item >= 0))
    for lane in general.tolist():
        days[:, lanes.to_node[lane]] = np.maximum(days[:, lanes.to_node[lane]], lanes.lead_time_days[lane])
    days[lanes.item[own], lanes.to_node[own]] = 0.0
    np.maximum.at(days, (lanes.item[own], lanes.to_node[own]), lanes.lead_time_days[own])
    return days


def _until(daily: Floats, days: NDArray[np.int64]) -> Floats:
    """Return the sums of the first ``days`` along the last axis of ``daily``."""
    total = np.cumsum(daily, axis=-1)
    return np.asarray(np.take_along_axis(total, np.maximum(days, 1)[..., None] - 1, axis=-1)[..., 0])


def _supply(state: State, plan: ReplenishmentPlan | None, horizon_days: int) -> Floats:
    """Units that are or arrive at each node within the horizon, less those moved away; of shape (items, nodes)."""
    supply = np.array(state.on_hand)
    last = np.datetime64(state.starts_on) + horizon_days
    timely, orders = state.open_orders.arrives_on < last, state.open_orders
    np.add.at(supply, (orders.item[timely], orders.node[timely]), orders.quantity[timely])
    for order in plan.orders if plan else ():
        rows = state.items.index.positions(order.lines.item_ids)
        if np.datetime64(order.arrives_on) < last:
            supply[rows, state.nodes.index.position(order.to_node_id)] += order.lines.quantity
        supply[rows, state.nodes.index.position(order.from_node_id)] -= order.lines.quantity
    return np.maximum(supply, 0.0)


def _short_and_left(mean: Floats, variance: Floats, supply: Floats) -> tuple[Floats, Floats]:
    """Return E[(D - supply)+] and E[(supply - D)+] for normal demand D."""
    from scipy.special import ndtr

    sd = np.sqrt(np.maximum(variance, 1e-12))
    z = (supply - mean) / sd
    left = np.clip(sd * (np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi) + z * ndtr(z)), 0.0, supply)
    return np.clip(left + mean - supply, 0.0, mean), left
