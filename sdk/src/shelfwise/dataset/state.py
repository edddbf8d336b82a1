"""The tables of a data set as the state that plugins see."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset.breaks import breaks_on
from shelfwise.dataset.schema import TABLES
from shelfwise.dataset.tables import records, with_new_columns
from shelfwise.dataset.weekdays import weekday_flags
from shelfwise.dataset.words import words_in
from shelfwise.types import (
    Calendar,
    Customers,
    Delivery,
    Index,
    Items,
    Lanes,
    NodeKind,
    Nodes,
    OpenOrders,
    Promotion,
    State,
    Vehicle,
)

REFERENCE_TABLES = ("items", "customers", "nodes", "lanes", "stock", "promotions", "calendar", "vehicles", "deliveries")
"""The tables that make up a state: all but the history."""


def state_from_tables(
    tables: dict[str, pd.DataFrame], *, as_of: datetime, currency: str, assumptions: tuple[str, ...]
) -> State:
    """Return the state that complete tables describe at ``as_of``.

    Columns that did not exist yet when a table was written are as if they had been left out.
    """
    tables = {name: with_new_columns(table, TABLES[name]) for name, table in tables.items()}
    items, nodes = _items(tables["items"]), _nodes(tables["nodes"])
    lanes = _lanes(tables["lanes"], items.index, nodes.index)
    on_hand, open_orders = _stock(tables["stock"], items.index, nodes.index, lanes, as_of)
    customers, people = tables["customers"], ("zone", "consent", "node_id", "latitude", "longitude")
    return State(
        as_of=as_of,
        currency=currency,
        items=items,
        nodes=nodes,
        lanes=lanes,
        on_hand=on_hand,
        open_orders=open_orders,
        customers=Customers(Index(tuple(customers["customer_id"])), **_columns(customers, *people)),
        promotions=_promotions(tables["promotions"]),
        calendar=_calendar(tables["calendar"]),
        vehicles=_vehicles(tables["vehicles"], as_of),
        deliveries=_deliveries(tables["deliveries"]),
        assumptions=assumptions,
    )


def _columns(frame: pd.DataFrame, *names: str) -> dict[str, Any]:
    return {name: frame[name].to_numpy() for name in names}


def _items(items: pd.DataFrame) -> Items:
    names = ("description", "category", "brand", "price", "unit_cost", "pack_size", "minimum_order", "supplier_id")
    return Items(Index(tuple(items["item_id"])), **_columns(items, *names, "volume_l", "weight_kg", "shelf_life_days"))


def _nodes(nodes: pd.DataFrame) -> Nodes:
    kinds = np.empty(len(nodes), dtype=object)
    kinds[:] = [NodeKind(kind) for kind in nodes["kind"]]
    return Nodes(Index(tuple(nodes["node_id"])), kinds, **_columns(nodes, "latitude", "longitude", "capacity"))


def _lanes(lanes: pd.DataFrame, items: Index, nodes: Index) -> Lanes:
    names = ("lead_time_days", "lead_time_sd_days", "fixed_cost", "unit_cost", "minimum", "maximum")
    return Lanes(
        nodes.positions(lanes["from_node"]),
        nodes.positions(lanes["to_node"]),
        items.positions(lanes["item_id"]),
        **_columns(lanes, *names),
        order_weekdays=weekday_flags(lanes["order_weekdays"]),
    )


def _stock(
    stock: pd.DataFrame, items: Index, nodes: Index, lanes: Lanes, as_of: datetime
) -> tuple[NDArray[np.float64], OpenOrders]:
    item, node = items.positions(stock["item_id"]), nodes.positions(stock["node_id"])
    on_hand = np.zeros((len(items), len(nodes)))
    np.maximum.at(on_hand, (item, node), stock["on_hand"].to_numpy(np.float64))
    ordered = (stock["on_order"] > 0).to_numpy(bool)
    arrives = stock["arrives_on"].to_numpy("datetime64[D]")[ordered]
    unknown = np.isnat(arrives)
    if unknown.any():
        wait = np.zeros(len(nodes))
        np.maximum.at(wait, lanes.to_node, np.ceil(lanes.lead_time_days))
        today = np.datetime64(as_of.date(), "D")
        arrives[unknown] = (today + np.maximum(wait, 1.0).astype(np.int64))[node[ordered][unknown]]
    quantity = stock["on_order"].to_numpy(np.float64)[ordered]
    return on_hand, OpenOrders(item[ordered], node[ordered], quantity, arrives)


def _promotions(promotions: pd.DataFrame) -> tuple[Promotion, ...]:
    return tuple(
        Promotion(
            row.item_id,
            row.starts_on.date(),
            row.ends_on.date(),
            row.node_id,
            _optional(row.price),
            _optional(row.expected_uplift),
            advertised=bool(row.advertised),
        )
        for row in records(promotions)
    )


def _calendar(calendar: pd.DataFrame) -> Calendar:
    ordered = calendar.sort_values("date", kind="stable")
    covariates = {name: ordered[name] for name in ordered.columns if name != "date"}
    return Calendar(ordered["date"].to_numpy("datetime64[D]"), covariates)


def _vehicles(vehicles: pd.DataFrame, as_of: datetime) -> tuple[Vehicle, ...]:
    day = as_of.date() + timedelta(days=1)

    def moment(clock: str) -> datetime:
        return datetime.combine(day, time.fromisoformat(clock), UTC)

    return tuple(
        Vehicle(
            row.vehicle_id,
            row.node_id,
            _optional(row.capacity),
            _optional(row.capacity_kg),
            _optional(row.capacity_l),
            row.fixed_cost,
            row.cost_per_km,
            row.cost_per_hour,
            row.speed_kmh,
            moment(row.shift_start),
            moment(row.shift_end),
            words_in(row.skills),
            _optional(row.max_distance_km),
            _optional(row.max_minutes),
            _whole(row.max_stops),
            int(row.max_trips),
            row.reload_minutes,
            bool(row.ends_anywhere),
            breaks_on(day, row.breaks),
        )
        for row in records(vehicles)
    )


def _deliveries(deliveries: pd.DataFrame) -> tuple[Delivery, ...]:
    return tuple(
        Delivery(
            row.delivery_id,
            row.node_id,
            row.zone,
            _optional(row.latitude),
            _optional(row.longitude),
            row.quantity,
            row.weight_kg,
            row.volume_l,
            _moment(row.window_start),
            _moment(row.window_end),
            row.service_minutes,
            _optional(row.skip_cost),
            row.order_id,
            bool(row.pickup),
            words_in(row.skills),
            int(row.priority),
            _optional(row.late_cost_per_hour),
            _moment(row.released_at),
        )
        for row in records(deliveries)
    )


def _optional(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None


def _whole(number: float) -> int | None:
    return int(number) if np.isfinite(number) else None


def _moment(stamp: Any) -> datetime | None:
    return None if pd.isna(stamp) else stamp.to_pydatetime().replace(tzinfo=UTC)


__all__ = ["REFERENCE_TABLES", "state_from_tables"]
