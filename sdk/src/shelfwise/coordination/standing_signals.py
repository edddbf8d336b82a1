"""The signals that stand between two plans: what a storefront call ranks by, overlaid with the live stock."""

from __future__ import annotations

import attrs
import numpy as np

from shelfwise.coordination.signals import Signals, updated
from shelfwise.types import DeliveryCosts, Index, State, StockLevels, StockOutlook


@attrs.frozen(eq=False)
class StandingSignals:
    """Signals of the last plan for every item at every selling node, and the stock that they were made with."""

    outlook: StockOutlook
    delivery_costs: DeliveryCosts | None
    on_hand: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    plan_id: str = ""

    @classmethod
    def of_stock(cls, state: State) -> StandingSignals:
        """Return what the stock alone says: it can be promised, it is there or not, and one more unit has no price."""
        on_hand = state.on_hand[:, state.nodes.selling]
        outlook = StockOutlook(
            items=state.items.index,
            nodes=Index(state.nodes.selling_ids),
            available_to_promise=on_hand,
            in_stock_probability=(on_hand > 0).astype(float),
            unit_value=np.zeros(on_hand.shape),
        )
        return cls(outlook, None, state.on_hand)

    def after(
        self, outlook: StockOutlook | None, costs: DeliveryCosts | None, state: State, plan_id: str
    ) -> StandingSignals:
        """Return these signals with those of a new plan in place of the old, item by item, where it has any."""
        if outlook is None and costs is None:
            return self
        merged = self.outlook if outlook is None else updated(self.outlook, outlook)
        return StandingSignals(merged, costs or self.delivery_costs, state.on_hand, plan_id)

    def overlaid(self, live: StockLevels | None, state: State) -> Signals:
        """Return the signals with what has been sold or has arrived since, by the live stock of a request."""
        if live is None:
            return Signals(self.outlook, self.delivery_costs)
        rows = state.items.index.positions(live.item_ids)
        columns = state.nodes.index.positions(live.node_ids)
        change = np.zeros_like(self.on_hand)
        change[rows, columns] = live.on_hand - self.on_hand[rows, columns]
        change = change[:, state.nodes.selling]
        available = np.maximum(self.outlook.available_to_promise + change, 0.0)
        probability = np.where(available > 0, self.outlook.in_stock_probability, 0.0)
        probability = np.where((available > 0) & (self.outlook.available_to_promise <= 0), 1.0, probability)
        outlook = attrs.evolve(self.outlook, available_to_promise=available, in_stock_probability=probability)
        return Signals(outlook, self.delivery_costs)
