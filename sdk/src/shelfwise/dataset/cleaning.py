"""From raw events to clean ones: every rule counts what it touches."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset.cancellations import take_back
from shelfwise.dataset.config import Cleaning
from shelfwise.dataset.quality import QualityLog
from shelfwise.types import EventKind

_PURCHASE, _RETURN = EventKind.PURCHASE.value, EventKind.RETURN.value


def clean_events(events: pd.DataFrame, cleaning: Cleaning, log: QualityLog) -> pd.DataFrame:
    """Return the events that are demand or interest, sorted by time, with positive quantities.

    Fees, corrections of stock and unit errors are put aside; a purchase that was taken back within
    ``cleaning.cancellation_days`` is undone together with what took it back; a return of anything else stays as an
    event of kind ``return``. Unknown customers stay, with an empty id.
    """
    if events.empty:
        return events
    events = _without_fees(events, cleaning, log)
    events = _with_returns(events, cleaning)
    events = _without_corrections(events, cleaning, log)
    if cleaning.drop_duplicates:
        events = _aside(
            events, events.duplicated().to_numpy(bool), "duplicate", "equals an earlier row", "item_id", log
        )
    events = events.iloc[np.argsort(events["time"].to_numpy(), kind="stable")]
    events = take_back(events, cleaning.cancellation_days, log)
    events = _without_unit_errors(events, cleaning, log)
    unknown = (events["customer_id"] == "").to_numpy(bool)
    units = events["quantity"].to_numpy(np.float64)[unknown].sum()
    log.note("events", "unknown_customer", "kept without a customer", np.count_nonzero(unknown), units)
    return events


def _aside(
    events: pd.DataFrame, wrong: NDArray[np.bool_], rule: str, text: str, column: str, log: QualityLog
) -> pd.DataFrame:
    if not wrong.any():
        return events
    log.put_aside("events", rule, text, events[wrong], column)
    return events[~wrong]


def _without_fees(events: pd.DataFrame, cleaning: Cleaning, log: QualityLog) -> pd.DataFrame:
    if not cleaning.item_id_pattern:
        return events
    codes, ids = pd.factorize(events["item_id"])
    real = re.compile(cleaning.item_id_pattern)
    fee = np.array([real.fullmatch(item_id) is None for item_id in ids], dtype=bool)[codes]
    return _aside(events, fee, "not_an_item", "fees, postage, samples and the like, not items", "item_id", log)


def _with_returns(events: pd.DataFrame, cleaning: Cleaning) -> pd.DataFrame:
    """Make quantities positive, and what was a negative purchase, or has a cancelled session, a return."""
    quantity = events["quantity"].to_numpy(np.float64)
    kind = events["kind"].to_numpy(object)
    back = (quantity < 0) & (kind == _PURCHASE)
    if cleaning.cancellation_prefix:
        back |= _starts(events["session_id"], cleaning.cancellation_prefix) & (kind == _PURCHASE)
    if not back.any() and not (quantity < 0).any():
        return events
    return events.assign(kind=np.where(back, _RETURN, kind), quantity=np.abs(quantity))


def _starts(texts: pd.Series[Any], prefix: str) -> NDArray[np.bool_]:
    codes, values = pd.factorize(texts)
    return np.array([value.startswith(prefix) for value in values], dtype=bool)[codes]


def _without_corrections(events: pd.DataFrame, cleaning: Cleaning, log: QualityLog) -> pd.DataFrame:
    traded = events["kind"].isin([_PURCHASE, _RETURN]).to_numpy(bool)
    price, quantity = events["price"].to_numpy(np.float64), events["quantity"].to_numpy(np.float64)
    free = (price <= 0) if cleaning.drop_nonpositive_price else (price < 0)
    text = "no price paid: corrections of stock, gifts and write-offs"
    nothing = quantity == 0
    events = _aside(events, traded & free, "no_price", text, "price", log)
    return _aside(events, nothing[~(traded & free)], "no_quantity", "quantity 0", "quantity", log)


def _without_unit_errors(events: pd.DataFrame, cleaning: Cleaning, log: QualityLog) -> pd.DataFrame:
    bought = (events["kind"] == _PURCHASE).to_numpy(bool)
    quantity = events["quantity"].to_numpy(np.float64)
    codes, ids = pd.factorize(events["item_id"])
    median = pd.Series(quantity[bought]).groupby(codes[bought]).median().reindex(range(len(ids))).to_numpy(np.float64)
    with np.errstate(invalid="ignore"):
        error = bought & ((quantity > cleaning.maximum_quantity) | (quantity > cleaning.outlier_factor * median[codes]))
    text = f"more than {cleaning.outlier_factor:g} times the item's median quantity, taken for a unit error"
    if np.isfinite(cleaning.maximum_quantity):
        text = f"more than {cleaning.maximum_quantity:g} units or {text}"
    return _aside(events, error, "unit_error", text, "quantity", log)


__all__ = ["clean_events"]
