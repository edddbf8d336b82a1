"""Daily demand per item and node from purchase events."""

from __future__ import annotations

import numpy as np
import pandas as pd

from shelfwise.types import EventKind

_LEAST_SHARE = 0.5


def demand_from_events(events: pd.DataFrame) -> pd.DataFrame:
    """Return the demand table of the purchases: one row per day, item and node on which something was sold.

    ``units`` adds up quantities; ``price`` is the mean price paid per unit, in currency, NaN where unknown.
    Returns do not count: they come back to the stock, they do not lower demand.
    """
    sold = events[(events["kind"] == EventKind.PURCHASE.value).to_numpy(bool)]
    days = sold["time"].to_numpy("datetime64[D]")
    items, item_ids = pd.factorize(sold["item_id"])
    nodes, node_ids = pd.factorize(sold["node_id"])
    day_numbers = days.astype(np.int64)
    first = day_numbers.min(initial=0)
    key = ((day_numbers - first) * max(len(item_ids), 1) + items) * max(len(node_ids), 1) + nodes
    cells, group = np.unique(key, return_inverse=True)
    quantity, price = sold["quantity"].to_numpy(np.float64), sold["price"].to_numpy(np.float64)
    priced = ~np.isnan(price)
    units = np.bincount(group, weights=quantity, minlength=len(cells))
    priced_units = np.bincount(group[priced], weights=quantity[priced], minlength=len(cells))
    revenue = np.bincount(group[priced], weights=(quantity * price)[priced], minlength=len(cells))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_price = revenue / priced_units
    cells, node = np.divmod(cells, max(len(node_ids), 1))
    day, item = np.divmod(cells, max(len(item_ids), 1))
    return pd.DataFrame(
        {
            "date": (day + first).astype("datetime64[D]").astype("datetime64[us]"),
            "item_id": np.asarray(item_ids, dtype=object)[item],
            "node_id": np.asarray(node_ids, dtype=object)[node],
            "units": units,
            "price": mean_price,
            "on_promotion": np.zeros(len(units), dtype=bool),
            "in_stock": np.ones(len(units), dtype=bool),
        }
    )


def shortfall(demand: pd.DataFrame, events: pd.DataFrame) -> str:
    """Return in words how a demand table falls short of the events that it stands for, or nothing where it does not.

    It does if, over the days of the events, it spans less than half of these days or holds less than half of the
    units that were bought.
    """
    sold = demand_from_events(events)
    if sold.empty:
        return ""
    first, last = sold["date"].min(), sold["date"].max()
    beside = demand[demand["date"].between(first, last).to_numpy(bool)]
    days = (last - first).days + 1
    spanned = 0 if beside.empty else (beside["date"].max() - beside["date"].min()).days + 1
    units, bought = beside["units"].sum(), sold["units"].sum()
    if spanned >= _LEAST_SHARE * days and units >= _LEAST_SHARE * bought:
        return ""
    return (
        f"The demand table spans {spanned:,} of the {days:,} days of the events and holds {units:,.0f} units where"
        f" these have {bought:,.0f} bought: it is taken at its word; without it the events would be the demand."
    )


__all__ = ["demand_from_events", "shortfall"]
