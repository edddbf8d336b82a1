"""The report's orders: the dearest first, each with its lines and their reasons."""

from __future__ import annotations

import attrs
import numpy as np

from shelfwise.report.formats import count, day, money, number, percent, short_day, words
from shelfwise.report.limits import Limits
from shelfwise.report.names import Names
from shelfwise.types import Decision, Order, OrderLines


@attrs.frozen
class Line:
    """One line of an order; ``limits`` says what kept the quantity from the unconstrained one."""

    item_id: str
    name: str
    quantity: str
    unconstrained: str
    safety_stock: str
    cover: str
    fill_rate: str
    stock_out_on: str
    cost: str
    if_skipped: str
    constraint: str
    reason: str


@attrs.frozen
class Sheet:
    """One order."""

    order_id: str
    source: str
    target: str
    place_on: str
    arrives_on: str
    units: str
    cost: str
    fixed_cost: str
    lines: tuple[Line, ...]
    line_total: int


@attrs.frozen
class Orders:
    """The orders shown and what all of them come to."""

    sheets: tuple[Sheet, ...]
    total: int
    summary: str


def orders(decision: Decision, names: Names, limits: Limits) -> Orders | None:
    """Lay out the largest orders, or None where nothing is ordered."""
    if not decision.orders:
        return None
    largest = sorted(decision.orders, key=lambda order: (-order.cost, order.order_id))[: limits.orders]
    units = sum(float(order.lines.quantity.sum()) for order in decision.orders)
    lines = sum(len(order.lines) for order in decision.orders)
    cost = money(sum(order.cost for order in decision.orders), decision.currency)
    whole = f"{count(len(decision.orders), 'order')} with {count(lines, 'line')}: {number(units, 0)} units for {cost}"
    sheets = tuple(_sheet(order, decision.currency, names, limits) for order in largest)
    return Orders(sheets, len(decision.orders), whole)


def _sheet(order: Order, currency: str, names: Names, limits: Limits) -> Sheet:
    dearest = np.argsort(-order.lines.cost, kind="stable")[: limits.lines]
    return Sheet(
        order_id=order.order_id,
        source=order.from_node_id,
        target=order.to_node_id,
        place_on=day(order.place_on),
        arrives_on=day(order.arrives_on),
        units=number(float(order.lines.quantity.sum()), 0),
        cost=money(order.cost, currency),
        fixed_cost=money(order.fixed_cost, currency) if order.fixed_cost else "",
        lines=tuple(_line(order.lines, int(row), currency, names) for row in dearest),
        line_total=len(order.lines),
    )


def _line(lines: OrderLines, row: int, currency: str, names: Names) -> Line:
    def column(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
        return float(values[row]) if len(values) > row else float("nan")

    def text(values: tuple[str, ...]) -> str:
        return values[row] if len(values) > row else ""

    cover = f"{number(column(lines.cover_days_before))} → {number(column(lines.cover_days_after))}"
    return Line(
        item_id=lines.item_ids[row],
        name=names.item(lines.item_ids[row]),
        quantity=number(column(lines.quantity)),
        unconstrained=number(column(lines.unconstrained_quantity)),
        safety_stock=number(column(lines.safety_stock)),
        cover=cover,
        fill_rate=percent(column(lines.expected_fill_rate)),
        stock_out_on=short_day(lines.stock_out_on[row].item() if len(lines.stock_out_on) > row else None),
        cost=money(column(lines.cost), currency),
        if_skipped=money(column(lines.cost_if_skipped), currency),
        constraint=words(text(lines.binding_constraints)),
        reason=text(lines.reasons),
    )
