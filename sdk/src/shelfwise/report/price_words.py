"""What is scarce, in words for the terminal and the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shelfwise.report.formats import money
from shelfwise.types import Decision

_SHOWN = 5
_LEAST = 0.005
"""Below it a price would be written as nothing."""


def scarce_in_words(decision: Decision, described: Callable[[str], str] = str) -> Iterator[tuple[str, str, str]]:
    """Yield the dearest of what has a price: what it is, its price, and why it has one; then how many more there are.

    ``described`` gives the words for an item's id.
    """
    signals, currency = decision.signals, decision.currency
    prices = signals.prices
    worth = (prices.unit_value + prices.unit_price).tolist()
    columns = prices.item_ids, prices.node_ids, worth, prices.unit_price.tolist()
    stock = [row for row in zip(*columns, strict=True) if row[2] >= _LEAST]
    for item_id, node_id, value, asked in stock[:_SHOWN]:
        why = "slates ask for more than can be promised" if asked > 0 else "it may run out before the next order"
        yield f"{described(item_id)} at {node_id}", f"{money(value, currency)} a unit", why
    if len(stock) > _SHOWN:
        yield f"and {len(stock) - _SHOWN:,} more", "", ""
    for node_id, price in zip(prices.vehicle_node_ids, prices.delivery_price.tolist(), strict=True):
        yield f"vehicles at {node_id}", f"{money(price, currency)} a delivery", "they cannot carry all deliveries"
    if signals.budget_price > 0:
        yield "the budget", money(signals.budget_price, currency), f"saved by one more {currency or 'unit of money'}"
