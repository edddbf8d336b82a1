"""What is live: stock, open orders, promotions and events that override the record."""

from __future__ import annotations

import numpy as np

from shelfwise.types import Live, OpenOrderLines, Promotion, StockLevels
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire.columns import read_column
from shelfwise.wire.reading import Reading
from shelfwise.wire.recommendation import read_event, write_event
from shelfwise.wire.writing import Writing

FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""The years 1 to 9999, in days since 1970-01-01."""


def _read_stock(message: pb.StockLevels, _reading: Reading) -> StockLevels:
    return StockLevels(message.item_ids, message.node_ids, read_column(message.on_hand, np.float64))


def _write_stock(message: pb.StockLevels, stock: StockLevels, _writing: Writing) -> None:
    message.SetInParent()
    message.item_ids.extend(stock.item_ids)
    message.node_ids.extend(stock.node_ids)
    message.on_hand.extend(stock.on_hand.tolist())


def _read_open_orders(message: pb.OpenOrderLines, _reading: Reading) -> OpenOrderLines:
    days = read_column(message.arrives_on, np.int64)
    return OpenOrderLines(
        item_ids=message.item_ids,
        node_ids=message.node_ids,
        quantity=read_column(message.quantity, np.float64),
        arrives_on=days.astype("datetime64[D]"),
    )


def _write_open_orders(message: pb.OpenOrderLines, orders: OpenOrderLines, writing: Writing) -> None:
    message.SetInParent()
    message.item_ids.extend(orders.item_ids)
    message.node_ids.extend(orders.node_ids)
    message.quantity.extend(orders.quantity.tolist())
    days = orders.arrives_on.astype(np.int64)
    wrong = np.flatnonzero((days < FIRST_DAY) | (days > LAST_DAY))
    for row in wrong[:1]:
        writing.add(f"arrives_on[{row}]", f"must be a day of the years 1 to 9999, got {orders.arrives_on[row]}")
    if not len(wrong):
        message.arrives_on.extend(days.tolist())


def _read_promotion(message: pb.Promotion, reading: Reading) -> Promotion:
    return Promotion(
        item_id=message.item_id,
        starts_on=reading.day(message.starts_on, "starts_on"),
        ends_on=reading.day(message.ends_on, "ends_on"),
        node_id=message.node_id,
        price=reading.money(message.price, "price") if message.HasField("price") else None,
        expected_uplift=message.expected_uplift if message.HasField("expected_uplift") else None,
        advertised=message.advertised if message.HasField("advertised") else True,
    )


def _write_promotion(message: pb.Promotion, promotion: Promotion, writing: Writing) -> None:
    message.item_id = promotion.item_id
    message.starts_on = promotion.starts_on.isoformat()
    message.ends_on = promotion.ends_on.isoformat()
    message.node_id = promotion.node_id
    if promotion.price is not None:
        writing.money(message.price, promotion.price, "price")
    if promotion.expected_uplift is not None:
        message.expected_uplift = promotion.expected_uplift
    if not promotion.advertised:
        message.advertised = False


def read_live(message: pb.Live, reading: Reading) -> Live:
    """Read what is live."""
    given = message.HasField
    return Live(
        stock=reading.part("stock", _read_stock, message.stock) if given("stock") else None,
        open_orders=reading.part("open_orders", _read_open_orders, message.open_orders)
        if given("open_orders")
        else None,
        promotions=reading.rows("promotions", _read_promotion, message.promotions),
        events=reading.rows("events", read_event, message.events),
    )


def write_live(message: pb.Live, live: Live, writing: Writing) -> None:
    """Write what is live."""
    if live.stock is not None:
        writing.part("stock", _write_stock, message.stock, live.stock)
    if live.open_orders is not None:
        writing.part("open_orders", _write_open_orders, message.open_orders, live.open_orders)
    writing.rows("promotions", _write_promotion, message.promotions, live.promotions)
    writing.rows("events", write_event, message.events, live.events)
