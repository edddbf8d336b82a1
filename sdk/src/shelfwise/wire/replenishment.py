"""Replenishment: the request, and the orders of the answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shelfwise.types import Order, OrderLines, ReplenishRequest, ServiceMeasure
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire.columns import read_column
from shelfwise.wire.reading import Reading
from shelfwise.wire.words import Words
from shelfwise.wire.writing import Writing

SERVICE_MEASURES = Words(pb.ServiceMeasure, ServiceMeasure)
MICROS = 1_000_000
AMOUNTS = (
    "quantity",
    "unconstrained_quantity",
    "safety_stock",
    "cover_days_before",
    "cover_days_after",
    "expected_fill_rate",
)
"""The columns of an order's lines that are plain numbers."""


def read_replenish(message: pb.ReplenishRequest, reading: Reading) -> ReplenishRequest:
    """Read what is asked of the inventory stage."""
    measure = message.service_measure
    return ReplenishRequest(
        item_ids=message.item_ids,
        node_ids=message.node_ids,
        service_target=message.service_target if message.HasField("service_target") else None,
        service_measure=reading.word(SERVICE_MEASURES, measure, "service_measure")
        if measure
        else ServiceMeasure.CYCLE_SERVICE,
        budget=reading.money(message.budget, "budget") if message.HasField("budget") else None,
        review_days=message.review_days if message.HasField("review_days") else 1,
    )


def write_replenish(message: pb.ReplenishRequest, request: ReplenishRequest, writing: Writing) -> None:
    """Write what is asked of the inventory stage."""
    message.item_ids.extend(request.item_ids)
    message.node_ids.extend(request.node_ids)
    if request.service_target is not None:
        message.service_target = request.service_target
    message.service_measure = SERVICE_MEASURES.number[request.service_measure]
    if request.budget is not None:
        writing.money(message.budget, request.budget, "budget")
    message.review_days = writing.whole(request.review_days, "review_days")


def read_order(message: pb.Order, reading: Reading) -> Order:
    """Read an order."""
    lines = message.lines
    columns = {name: read_column(getattr(lines, name), np.float64) for name in AMOUNTS}
    return Order(
        order_id=message.order_id,
        from_node_id=message.from_node_id,
        to_node_id=message.to_node_id,
        place_on=reading.day(message.place_on, "place_on"),
        arrives_on=reading.day(message.arrives_on, "arrives_on"),
        lines=OrderLines(
            item_ids=lines.item_ids,
            cost=read_column(lines.cost_micros, np.float64) / MICROS,
            binding_constraints=lines.binding_constraints,
            reasons=lines.reasons,
            stock_out_on=_read_days(lines.stock_out_on, reading),
            cost_if_skipped=read_column(lines.cost_if_skipped_micros, np.float64) / MICROS,
            **columns,
        ),
        fixed_cost=reading.money(message.fixed_cost, "fixed_cost"),
    )


def write_order(message: pb.Order, order: Order, writing: Writing) -> None:
    """Write an order."""
    message.order_id = order.order_id
    message.from_node_id = order.from_node_id
    message.to_node_id = order.to_node_id
    message.place_on = order.place_on.isoformat()
    message.arrives_on = order.arrives_on.isoformat()
    lines = message.lines
    lines.SetInParent()
    lines.item_ids.extend(order.lines.item_ids)
    for name in AMOUNTS:
        getattr(lines, name).extend(getattr(order.lines, name).tolist())
    lines.cost_micros.extend(_micros(order.lines.cost))
    lines.binding_constraints.extend(order.lines.binding_constraints)
    lines.reasons.extend(order.lines.reasons)
    days = order.lines.stock_out_on
    lines.stock_out_on.extend(np.where(np.isnat(days), "", days.astype(str)).tolist())
    lines.cost_if_skipped_micros.extend(_micros(order.lines.cost_if_skipped))
    writing.money(message.fixed_cost, order.fixed_cost, "fixed_cost")


def _read_days(days: Sequence[str], reading: Reading) -> NDArray[np.datetime64]:
    """Read a column of days, of which some may be empty."""
    read = [reading.day(day, f"lines.stock_out_on[{row}]") if day else None for row, day in enumerate(days)]
    return np.asarray(read, dtype="datetime64[D]")


def _micros(amounts: NDArray[np.float64]) -> list[int]:
    whole: list[int] = np.rint(amounts * MICROS).astype(np.int64).tolist()
    return whole
