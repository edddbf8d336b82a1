"""The plan's own objective: the contribution that is expected of a plan over its horizon, in currency.

One yardstick for every pass, so that a coordinated plan can be compared with the siloed one: the margin of expected
sales, less holding of what is left, fixed and transport cost of orders, and the cost of routes.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types import DemandForecast, Exposure, Recommendations, ReplenishmentPlan, RoutePlan, State


@attrs.frozen(eq=False)
class Belief:
    """Demand as every pass is judged by: without any exposure, arrays of shape (items, nodes), over the horizon."""

    forecast: DemandForecast
    mean: NDArray[np.float64]
    sd: NDArray[np.float64]

    @classmethod
    def of(cls, forecast: DemandForecast) -> Belief:
        """Sum a forecast over its days, taking the days as independent."""
        levels = np.asarray(forecast.levels)
        low, high = int(levels.argmin()), int(levels.argmax())
        from scipy.special import ndtri

        width = float(ndtri(levels[high]) - ndtri(levels[low])) if high != low else 0.0
        spread = (forecast.quantiles[high] - forecast.quantiles[low]) / width if width else np.sqrt(forecast.mean)
        return cls(forecast, forecast.mean.sum(axis=2), np.sqrt((spread**2).sum(axis=2)))


def contribution(
    state: State,
    belief: Belief,
    recommendations: Recommendations | None,
    replenishment: ReplenishmentPlan | None,
    holding_rate_per_year: float,
) -> float:
    """Return the expected contribution of a plan before routes, in currency over the belief's horizon."""
    forecast = belief.forecast
    items = state.items.index.positions(forecast.items)
    nodes = state.nodes.index.positions(forecast.nodes)
    exposure = recommendations.exposure if recommendations else None
    demand = belief.mean + extra_units(exposure, forecast).sum(axis=2)
    supply = _supply(state, replenishment, forecast.horizon_days)[np.ix_(items, nodes)]
    sold, left = _expected_sales(demand, np.maximum(belief.sd, 1e-9), supply)
    margin, unit_cost = state.items.margin[items, None], state.items.unit_cost[items, None]
    holding = holding_rate_per_year / 365 * forecast.horizon_days * unit_cost * (left + sold / 2)
    total = float((sold * margin).sum() - holding.sum())
    if replenishment is not None:
        total -= sum(order.fixed_cost for order in replenishment.orders) + _transport(state, replenishment)
    return total


def route_cost(routing: RoutePlan) -> float:
    """Return the cost of a route plan in currency.

    A skipped delivery is charged the average cost of a route, as if a vehicle of its own had to follow.
    """
    if not routing.routes:
        return 0.0
    return routing.cost * (1 + len(routing.skipped) / len(routing.routes))


def extra_units(exposure: Exposure | None, forecast: DemandForecast) -> NDArray[np.float64]:
    """Return the exposure's extra units on the axes of a forecast, of shape (items, nodes, days)."""
    units = np.zeros(forecast.mean.shape)
    if exposure is None:
        return units
    items, nodes = forecast.items.positions(exposure.items), forecast.nodes.positions(exposure.nodes)
    days = min(forecast.horizon_days, exposure.extra_units.shape[2])
    keep_items, keep_nodes = np.flatnonzero(items >= 0), np.flatnonzero(nodes >= 0)
    units[np.ix_(items[keep_items], nodes[keep_nodes], np.arange(days))] = exposure.extra_units[
        np.ix_(keep_items, keep_nodes, np.arange(days))
    ]
    return units


def _supply(state: State, plan: ReplenishmentPlan | None, horizon_days: int) -> NDArray[np.float64]:
    """Units that each node can sell within the horizon, of shape (items, nodes): on hand, arriving, less moved away."""
    supply = np.array(state.on_hand)
    last = np.datetime64(state.starts_on) + horizon_days
    timely = state.open_orders.arrives_on < last
    np.add.at(
        supply,
        (state.open_orders.item[timely], state.open_orders.node[timely]),
        state.open_orders.quantity[timely],
    )
    for order in plan.orders if plan else ():
        rows = state.items.index.positions(order.lines.item_ids)
        if np.datetime64(order.arrives_on) < last:
            supply[rows, state.nodes.index.position(order.to_node_id)] += order.lines.quantity
        supply[rows, state.nodes.index.position(order.from_node_id)] -= order.lines.quantity
    return np.maximum(supply, 0.0)


def _expected_sales(
    mean: NDArray[np.float64], sd: NDArray[np.float64], supply: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return E[min(D, supply)] and E[(supply - D)+] for normal demand D, by the standard loss function."""
    from scipy.special import ndtr

    z = (supply - mean) / sd
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    left = sd * (density + z * ndtr(z))
    left = np.clip(left, 0.0, supply)
    return supply - left, left


def _transport(state: State, plan: ReplenishmentPlan) -> float:
    """Cost of the lines beyond the purchase value of their items, in currency."""
    suppliers = state.nodes.supplier_ids
    cost = 0.0
    for order in plan.orders:
        rows = state.items.index.positions(order.lines.item_ids)
        goods = float((order.lines.quantity * state.items.unit_cost[rows]).sum())
        cost += float(order.lines.cost.sum()) - (goods if order.from_node_id in suppliers else 0.0)
    return cost
