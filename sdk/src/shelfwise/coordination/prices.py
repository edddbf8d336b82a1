"""Prices of what the stages share: stock that is scarce, vehicles that are full, and money to buy with.

From pass to pass they rise where more is asked for than there is and fall where there is slack: dual ascent by
subgradient steps (Fisher 1981, "The Lagrangian Relaxation Method for Solving Integer Programming Problems", section 3).
The price of the budget comes from the inventory stage: where one more unit of money would save p, a unit that is sold
costs p times what it costs to buy another. That is what the next unit to buy is worth where it is bought (Hadley and
Whitin 1963, section 6-3), so it does not come on top of the value of a unit in the outlook, but is the least of it.
"""

from __future__ import annotations

from collections import Counter

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.coordination.promises import GONE, promisable_units, promised_units
from shelfwise.coordination.signals import Signals
from shelfwise.types import (
    Delivery,
    DeliveryCosts,
    Recommendations,
    ReplenishmentPlan,
    RoutePlan,
    ShadowPrices,
    SkipReason,
    State,
    StockOutlook,
)

FULL = frozenset({SkipReason.CAPACITY, SkipReason.STOPS, SkipReason.DISTANCE, SkipReason.SHIFT})
"""Why a delivery is skipped that one more vehicle might make."""


@attrs.frozen(eq=False)
class Prices:
    """What comes on top of the stages' own signals.

    ``stock`` in currency per unit, of shape (items, nodes) on the axes of the stock outlook, None at first;
    ``vehicles`` in currency per delivery, by the node that it would leave from; ``budget`` is what one more unit of
    money saves, and ``replacement``, of shape (items, 1), what the next unit of each item therefore costs.
    """

    stock: NDArray[np.float64] | None = None
    vehicles: dict[str, float] = attrs.field(factory=dict)
    budget: float = 0.0
    replacement: NDArray[np.float64] | None = None

    def on(self, signals: Signals) -> Signals:
        """Return signals with these prices added."""
        outlook, costs = signals.stock_outlook, signals.delivery_costs
        if outlook is not None and self.stock is not None:
            outlook = attrs.evolve(outlook, unit_value=self._value(outlook) + self.stock)
        if costs is not None and self.vehicles:
            more = np.array([self.vehicles.get(node, 0.0) for node in costs.nodes])
            costs = attrs.evolve(costs, marginal_cost=costs.marginal_cost + more)
        return Signals(outlook, costs)

    def after(
        self,
        recommendations: Recommendations | None,
        replenishment: ReplenishmentPlan | None,
        routing: RoutePlan | None,
        deliveries: tuple[Delivery, ...],
        signals: Signals,
        state: State,
        step: float,
    ) -> Prices:
        """Return the prices after a pass that came to these slates, orders, routes of ``deliveries`` and signals.

        ``step``, from 0 to 1, is the share of a full step, which is the margin of an item, or the mean cost of a
        delivery from a node: by so much a price rises where twice as much is asked for as there is. That of the budget
        moves by that share towards what it is now.
        """
        stock, vehicles, budget, replacement = self.stock, self.vehicles, self.budget, self.replacement
        outlook, costs = signals.stock_outlook, signals.delivery_costs
        if recommendations is not None and outlook is not None:
            rows = state.items.index.positions(outlook.items)
            rise = step * _positive(state.items.margin[rows])[:, None] * _excess(recommendations, outlook)
            stock = np.maximum((0.0 if stock is None else stock) + rise, 0.0)
            budget += step * ((replenishment.budget_price if replenishment else 0.0) - budget)
            replacement = budget * np.nan_to_num(state.items.unit_cost[rows])[:, None]
        if routing is not None and costs is not None:
            vehicles = {
                node: max(vehicles.get(node, 0.0) + step * mean * full, 0.0)
                for node, mean, full in zip(costs.nodes, _mean(costs), _full(routing, deliveries, costs), strict=True)
            }
        return Prices(stock, vehicles, budget, replacement)

    def report(self, outlook: StockOutlook | None) -> ShadowPrices:
        """Return what has a price above zero, beside the value that the outlook gives a unit; the dearest first."""
        vehicles = sorted((-price, name) for name, price in self.vehicles.items() if price > 0)
        report = ShadowPrices(
            vehicle_node_ids=[name for _, name in vehicles],
            delivery_price=np.array([-price for price, _ in vehicles]),
        )
        if outlook is None:
            return report
        value = self._value(outlook)
        price = np.zeros(value.shape) if self.stock is None else self.stock
        item, node = np.nonzero(value + price)
        order = np.argsort(-(value + price)[item, node], kind="stable")
        item, node = item[order], node[order]
        return attrs.evolve(
            report,
            item_ids=outlook.items.take(item),
            node_ids=outlook.nodes.take(node),
            unit_price=price[item, node],
            unit_value=value[item, node],
        )

    def _value(self, outlook: StockOutlook) -> NDArray[np.float64]:
        """Return what a unit is worth by the outlook, what the next one costs at the least."""
        return outlook.unit_value if self.replacement is None else np.maximum(outlook.unit_value, self.replacement)


def _excess(recommendations: Recommendations, outlook: StockOutlook) -> NDArray[np.float64]:
    """Return how far what is asked for exceeds what can be promised, from -1 to 1, of shape (items, nodes).

    Asked for is what the slates promise, and in proportion what they would have, had it not been promised to others.
    """
    if recommendations.exposure is None:
        return np.zeros(outlook.available_to_promise.shape)
    shown = Counter(item.item_id for slate in recommendations.slates for item in slate.items)
    withheld = Counter(
        item.item_id for slate in recommendations.slates for item in slate.withheld if item.reason.code == GONE.code
    )
    pressure = np.array([1.0 + withheld[item] / shown[item] if shown[item] else 1.0 for item in outlook.items])
    asked = promised_units(recommendations.exposure, outlook) * pressure[:, None]
    available = np.maximum(promisable_units(recommendations.exposure, outlook), 1e-9)
    return np.asarray(np.clip(asked / available - 1.0, -1.0, 1.0))


def _full(routing: RoutePlan, deliveries: tuple[Delivery, ...], costs: DeliveryCosts) -> list[float]:
    """Return for each node the share of its deliveries that no vehicle could carry, -1 where all were carried."""
    left = {skipped.delivery_id for skipped in routing.skipped if skipped.reason in FULL}
    shares = []
    for node in costs.nodes:
        own = [delivery.delivery_id in left for delivery in deliveries if delivery.node_id in ("", node)]
        shares.append(sum(own) / len(own) if any(own) else -1.0)
    return shares


def _mean(costs: DeliveryCosts) -> list[float]:
    """Return the mean cost of a delivery from each node, over the zones that it reaches."""
    known = np.isfinite(costs.marginal_cost)
    total = np.where(known, costs.marginal_cost, 0.0).sum(axis=0)
    return (total / np.maximum(known.sum(axis=0), 1)).tolist()  # type: ignore[no-any-return]


def _positive(margin: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the margins, the mean of those above zero where one is not."""
    earning = margin[margin > 0]
    return np.where(margin > 0, margin, float(earning.mean()) if earning.size else 1.0)
