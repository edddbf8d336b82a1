"""Items and customers made complete from what the events and the demand say of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset.config import Defaults
from shelfwise.types import EventKind
from shelfwise.types.state import UNCATEGORISED

Assume = Callable[[str], None]
"""Takes note of one assumption, a sentence."""

_RECENT = np.timedelta64(90, "D")
_LEAST_AMOUNT = 1e-6
"""The millionth of the currency unit, to which amounts of money are rounded."""
ONLY_ZONE = "everywhere"


def complete_items(
    items: pd.DataFrame,
    events: pd.DataFrame,
    demand: pd.DataFrame,
    given: frozenset[str],
    supplier_ids: tuple[str, ...],
    defaults: Defaults,
    assume: Assume,
) -> pd.DataFrame:
    """Return one row per item of the catalogue, the events and the demand, nothing unknown but attributes.

    ``given`` names the columns that the items table came with; it is empty where there is no such table.
    """
    known = pd.Index(items["item_id"])
    seen = pd.Index(pd.unique(np.concatenate([events["item_id"].to_numpy(object), demand["item_id"].to_numpy(object)])))
    new = seen.difference(known, sort=True)
    if not given:
        assume("There is no items table: the items are those of the events and the demand.")
    elif len(new):
        assume(f"{len(new):,} items of the events or the demand are not in the items table and were added.")
    out = items.set_index("item_id").reindex(known.append(new)).rename_axis("item_id").reset_index()
    ids = out["item_id"]
    out["description"] = _filled(out["description"], ids, _commonest(events, "item_id", "description"), ids)
    out["category"] = _filled(out["category"], ids, _commonest(events, "item_id", "category"), UNCATEGORISED)
    out["brand"] = out["brand"].fillna("").to_numpy(object)
    _complete_prices(out, events, demand, defaults, assume)
    _complete_supply(out, given, supplier_ids, assume)
    return out


def _complete_prices(
    out: pd.DataFrame, events: pd.DataFrame, demand: pd.DataFrame, defaults: Defaults, assume: Assume
) -> None:
    missing = out["price"].isna().to_numpy(bool)
    if missing.any():
        paid = _recent_median(events, demand).reindex(out["item_id"]).to_numpy(np.float64)
        out["price"] = out["price"].to_numpy(np.float64, copy=True)
        out.loc[missing, "price"] = paid[missing]
        derived = int(np.count_nonzero(missing & ~np.isnan(paid)))
        if derived:
            assume(
                f"The price of {derived:,} items is the median paid in the last {_RECENT.astype(int)} days they sold."
            )
        unknown = out["price"].isna()
        if unknown.any():
            assume(f"The price of {int(unknown.sum()):,} items is unknown and taken as {defaults.price:g}.")
            out.loc[unknown, "price"] = defaults.price
    missing = out["unit_cost"].isna().to_numpy(bool)
    if missing.any():
        share = defaults.unit_cost_share
        assume(f"The unit cost of {int(missing.sum()):,} items is unknown and taken as {share:.0%} of the price.")
        out.loc[missing, "unit_cost"] = out["price"][missing] * share


def _complete_supply(out: pd.DataFrame, given: frozenset[str], supplier_ids: tuple[str, ...], assume: Assume) -> None:
    if not {"pack_size", "minimum_order"} & given:
        assume("Pack sizes and minimum orders are unknown: any whole number of units can be ordered.")
    if not {"volume_l", "weight_kg"} & given:
        assume("Volumes and weights are unknown: only units count towards what a vehicle carries.")
    if "shelf_life_days" not in given:
        assume("Shelf lives are unknown: no item spoils.")
    for column, value in (("pack_size", 1.0), ("minimum_order", 0.0), ("volume_l", 0.0), ("weight_kg", 0.0)):
        out[column] = out[column].astype(np.float64).fillna(value)
    blank = (out["supplier_id"].isna() | (out["supplier_id"] == "")).to_numpy(bool)
    if blank.any():
        if len(supplier_ids) > 1:
            assume(f"{int(blank.sum()):,} items have no supplier and are taken to come from {supplier_ids[0]!r}.")
        out.loc[blank, "supplier_id"] = supplier_ids[0]


def complete_customers(
    customers: pd.DataFrame,
    events: pd.DataFrame,
    served_by: pd.Series[Any],
    given: frozenset[str],
    defaults: Defaults,
    assume: Assume,
) -> pd.DataFrame:
    """Return one row per customer of the table and the events, each with a zone and a consent.

    Where it is not said what node serves a customer, ``served_by`` tells it by id, and else it stays blank.
    """
    known = pd.Index(customers["customer_id"])
    new = pd.Index(pd.unique(events["customer_id"])).difference(known.append(pd.Index([""])), sort=True)
    if given and len(new):
        assume(f"{len(new):,} customers of the events are not in the customers table and were added.")
    out = customers.set_index("customer_id").reindex(known.append(new)).rename_axis("customer_id").reset_index()
    ids = out["customer_id"]
    out["zone"] = _filled(out["zone"], ids, _commonest(events, "customer_id", "zone"), ONLY_ZONE)
    out["node_id"] = _filled(out["node_id"], ids, served_by, "")
    if len(out) and (out["zone"] == ONLY_ZONE).all():
        assume("Delivery zones are unknown: all customers are in one zone.")
    if "consent" in given:
        out["consent"] = out["consent"].eq(True).to_numpy(bool)  # customers added have given none
    else:
        out["consent"] = defaults.consent
        if len(out):
            word = "all" if defaults.consent else "no"
            assume(f"Consent is not recorded: {word} customers count as agreeing to personal recommendations.")
    return out


def serving_nodes(events: pd.DataFrame) -> pd.Series[Any]:
    """Return the node of most purchases by customer, for those who bought where the events name it."""
    bought = (events["kind"] == EventKind.PURCHASE.value).to_numpy(bool)
    return _commonest(events[bought], "customer_id", "node_id")


def _filled(values: pd.Series[Any], ids: pd.Series[Any], derived: pd.Series[Any], default: Any) -> NDArray[np.object_]:
    """Return ``values`` with blanks taken from ``derived`` (by id), and from ``default`` where it is silent."""
    filled = values.where(values.notna() & (values != ""), ids.map(derived))
    if isinstance(default, str):
        return filled.fillna(default).to_numpy(object)
    return filled.where(filled.notna(), default).to_numpy(object)


def _commonest(events: pd.DataFrame, key: str, column: str) -> pd.Series[Any]:
    """Return the most frequent text of ``column`` by ``key``, blanks aside; of equals the first to appear."""
    if column not in events:
        return pd.Series(dtype=object)
    keys, key_values = pd.factorize(events[key])
    texts, text_values = pd.factorize(events[column])
    filled = np.append(np.asarray(text_values, dtype=object) != "", False)[texts]
    pairs, first, count = np.unique(
        keys[filled].astype(np.int64) * max(len(text_values), 1) + texts[filled], return_index=True, return_counts=True
    )
    key_of, text_of = np.divmod(pairs, max(len(text_values), 1))
    best = np.lexsort((first, -count, key_of))
    _, lead = np.unique(key_of[best], return_index=True)
    chosen = best[lead]
    return pd.Series(np.asarray(text_values, dtype=object)[text_of[chosen]], index=key_values[key_of[chosen]])


def _recent_median(events: pd.DataFrame, demand: pd.DataFrame) -> pd.Series[Any]:
    """Return the median price by item over the last days on which it sold, which single odd prices cannot move.

    Purchases go before the prices of the demand, and these before other events, such as returns.
    """
    bought = (events["kind"] == EventKind.PURCHASE.value).to_numpy(bool)
    of_demand = _medians(demand.rename(columns={"date": "time"}))
    return _medians(events[bought]).combine_first(of_demand).combine_first(_medians(events[~bought]))


def _medians(priced: pd.DataFrame) -> pd.Series[Any]:
    priced = priced[(priced["price"] >= _LEAST_AMOUNT).to_numpy(bool)]
    if priced.empty:
        return pd.Series(dtype=np.float64)
    codes, ids = pd.factorize(priced["item_id"])
    times = priced["time"].to_numpy("datetime64[us]")
    last = np.full(len(ids), times.min())
    np.maximum.at(last, codes, times)
    recent = times >= last[codes] - _RECENT
    return pd.Series(priced["price"].to_numpy(np.float64)[recent]).groupby(codes[recent]).median().set_axis(ids)


__all__ = ["ONLY_ZONE", "Assume", "complete_customers", "complete_items"]
