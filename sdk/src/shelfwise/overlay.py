"""Lay what a request says is live over the state of the last training."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import attrs
import numpy as np

from shelfwise.types import DecisionRequest, Live, OpenOrders, State, Vehicle


def overlay(state: State, request: DecisionRequest) -> State:
    """Return the state at the request's moment, with its stock, open orders and promotions; ids must be known."""
    live = request.live
    changes: dict[str, Any] = {}
    if request.as_of is not None:
        changes["as_of"] = request.as_of
        changes["vehicles"] = _moved(state, request.as_of)
    if live.stock is not None:
        changes["on_hand"] = _stock(state, live)
    if live.open_orders is not None:
        changes["open_orders"] = OpenOrders(
            item=state.items.index.positions(live.open_orders.item_ids),
            node=state.nodes.index.positions(live.open_orders.node_ids),
            quantity=live.open_orders.quantity,
            arrives_on=live.open_orders.arrives_on,
        )
    if live.promotions:
        changes["promotions"] = (*state.promotions, *live.promotions)
    return attrs.evolve(state, **changes) if changes else state


def _moved(state: State, as_of: datetime) -> tuple[Vehicle, ...]:
    """Return the vehicles with shifts and breaks, which recur daily, on the first day of a plan made at ``as_of``."""
    days = timedelta(days=(as_of.date() - state.as_of.date()).days)
    return tuple(
        attrs.evolve(
            vehicle,
            shift_start=vehicle.shift_start and vehicle.shift_start + days,
            shift_end=vehicle.shift_end and vehicle.shift_end + days,
            breaks=[
                attrs.evolve(pause, earliest=pause.earliest + days, latest=pause.latest + days)
                for pause in vehicle.breaks
            ],
        )
        for vehicle in state.vehicles
    )


def _stock(state: State, live: Live) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    assert live.stock is not None
    on_hand = state.on_hand.copy()
    rows = state.items.index.positions(live.stock.item_ids)
    columns = state.nodes.index.positions(live.stock.node_ids)
    on_hand[rows, columns] = live.stock.on_hand
    return on_hand


def staleness(state: State, as_of: datetime | None) -> str:
    """Say that a request looks further ahead or back than the data supports; empty where it does not."""
    if as_of is None:
        return ""
    days = (as_of - state.as_of).total_seconds() / 86400
    if days > 7:
        return f"the model's data ends {days:.0f} days before as_of; train again with recent data"
    if days < -1:
        return f"as_of lies {-days:.0f} days before the end of the model's data; the answer may know the future"
    return ""
