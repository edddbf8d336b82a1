"""The plan's own objective: the contribution that is expected of a plan, in currency over the forecast's horizon.

One yardstick for every pass, so that a coordinated plan can be compared with the siloed one: the margin of all demand,
the extra units of the plan's slates included, less the margin of what is expected to be lost, the cost of holding
stock, the fixed and transport cost of orders, and the cost of routes.

What today's orders can no longer help or can still leave to tomorrow's is not held against them: a sale is lost where
a node runs out before its next order could arrive (lead time plus review), or the whole network before the next
purchase could; what orders cost is charged as far as it is for that time. Lost and left-over units are those of normal
demand (the standard loss function; Snyder and Shen, Fundamentals of Supply Chain Theory, appendix C.3.1).
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
    """Return the expected contribution of a plan before routes, in currency over the belief's horizon."""
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
    days = _Windows.of(state, nodes, review_days, forecast.horizon_days)

    short_at_nodes = np.zeros(len(items))
    for column, node in enumerate(nodes):
        window = slice(0, days.of_nodes[column])
        mean, variance = demand[:, column, window].sum(axis=1), belief.variance[:, column, window].sum(axis=1)
        short_at_nodes += _short_and_left(mean, variance, supply[:, node])[0]
        soon[items, node] = mean
    window = slice(0, days.of_network)
    mean, variance = demand[:, :, window].sum(axis=(1, 2)), belief.variance[:, :, window].sum(axis=(1, 2))
    short_in_network, left = _short_and_left(mean, variance, supply.sum(axis=1))

    lost = np.maximum(short_at_nodes, short_in_network)
    held = left + np.minimum(mean, supply.sum(axis=1)) / 2
    total = float((margin * (demand.sum(axis=(1, 2)) - lost)).sum())
    total -= holding_rate_per_year / 365 * days.of_network * float((unit_cost * held).sum())
    if replenishment is None:
        return total
    soon_in_network = np.zeros(len(state.items.index))
    soon_in_network[items] = mean
    before = _supply(state, None, forecast.horizon_days)
    return total - ordering_cost(state, replenishment, before, soon, in_all, soon_in_network)


@attrs.frozen(eq=False)
class _Windows:
    """Days until the next order could help: per selling node by its own lanes, and for the network by purchases."""

    of_nodes: NDArray[np.int64]
    of_network: int

    @classmethod
    def of(cls, state: State, selling: NDArray[np.int64], review_days: int, horizon_days: int) -> _Windows:
        lanes = state.lanes
        bought = np.isin(lanes.from_node, state.nodes.index.positions(state.nodes.supplier_ids))

        def longest(chosen: NDArray[np.bool_]) -> float:
            return float(lanes.lead_time_days[chosen].max(initial=0.0))

        of_nodes = [math.ceil(longest(lanes.to_node == node)) + review_days for node in selling]
        of_network = math.ceil(longest(bought) + longest(~bought)) + review_days
        return cls(np.minimum(of_nodes, horizon_days), min(of_network, horizon_days))


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
