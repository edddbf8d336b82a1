"""Nodes, lanes and stock made complete."""

from __future__ import annotations

import numpy as np
import pandas as pd

from shelfwise.dataset.catalogue import Assume
from shelfwise.dataset.config import Defaults
from shelfwise.types import NodeKind

_RECENT_DAYS = 56


def complete_nodes(tables: dict[str, pd.DataFrame], defaults: Defaults, assume: Assume) -> pd.DataFrame:
    """Return the nodes, with those that other tables imply where there is no nodes table, and at least one supplier."""
    nodes = tables["nodes"]
    kinds = dict(zip(nodes["node_id"], nodes["kind"], strict=True))
    if not kinds:
        kinds = _implied(tables)
        if not kinds:
            kinds = {defaults.node_id: NodeKind.WAREHOUSE.value}
        if not set(kinds.values()) - {NodeKind.SUPPLIER.value}:
            kinds[defaults.node_id] = NodeKind.WAREHOUSE.value
        names = ", ".join(f"{kind} {node!r}" for node, kind in kinds.items() if kind != NodeKind.SUPPLIER.value)
        assume(f"There is no nodes table: what the shop runs is taken to be {names}.")
        _tell_of_unlinked(tables, assume)
    suppliers = [s for s in pd.unique(tables["items"]["supplier_id"]) if s and s not in kinds]
    if not suppliers and NodeKind.SUPPLIER.value not in kinds.values():
        suppliers = [defaults.supplier_id]
        assume(f"No supplier is known: one supplier {defaults.supplier_id!r} is taken to supply everything.")
    elif suppliers:
        assume(f"{len(suppliers):,} suppliers of items are not in a nodes table and were added.")
    kinds |= dict.fromkeys(suppliers, NodeKind.SUPPLIER.value)
    out = nodes.set_index("node_id").reindex(list(kinds)).rename_axis("node_id").reset_index()
    out["kind"] = list(kinds.values())
    out["capacity"] = out["capacity"].fillna(np.inf)
    return out


def _implied(tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Return the kinds of the nodes that the other tables name."""
    sells = pd.unique(np.concatenate([tables["events"]["node_id"], tables["demand"]["node_id"]]))
    kinds = {node: NodeKind.STORE.value for node in sells if node}
    origins, targets = set(tables["lanes"]["from_node"]), set(tables["lanes"]["to_node"])
    for node in sorted(origins | targets):
        if node not in kinds:
            both = NodeKind.WAREHOUSE.value if node in targets else NodeKind.SUPPLIER.value
            kinds[node] = both if node in origins else NodeKind.STORE.value
    for table in ("stock", "vehicles"):
        for node in pd.unique(tables[table]["node_id"]):
            if node:
                kinds.setdefault(node, NodeKind.WAREHOUSE.value)
    return kinds


def _tell_of_unlinked(tables: dict[str, pd.DataFrame], assume: Assume) -> None:
    """State which implied nodes nothing but the stock and the vehicles name: a slip of the pen looks the same."""
    linked = [("events", "node_id"), ("demand", "node_id"), ("lanes", "from_node"), ("lanes", "to_node")]
    known = set().union(*(set(tables[table][column]) for table, column in linked))
    named = pd.concat([tables["stock"]["node_id"], tables["vehicles"]["node_id"]])
    rows = named[(named != "") & ~named.isin(known)].value_counts(sort=False)
    if len(rows):
        names = ", ".join(f"{node!r} ({count:,} rows)" for node, count in rows.items())
        assume(f"Known from the stock or the vehicles alone, and taken for warehouses: {names}.")


def selling_nodes(nodes: pd.DataFrame) -> list[str]:
    """Return the ids of the nodes that meet demand: the stores, or the warehouses where there are no stores."""
    for kind in (NodeKind.STORE, NodeKind.WAREHOUSE):
        ids = nodes.loc[nodes["kind"] == kind.value, "node_id"]
        if len(ids):
            return list(ids)
    return []


def complete_lanes(
    lanes: pd.DataFrame, nodes: pd.DataFrame, items: pd.DataFrame, defaults: Defaults, assume: Assume
) -> pd.DataFrame:
    """Return the lanes; without any, suppliers supply the warehouses, which supply the stores."""
    if lanes.empty:
        lanes = _usual_lanes(nodes, items, lanes)
        text = f"There is no lanes table: suppliers deliver within {defaults.lead_time_days:g} days"
        assume(f"{text} (standard deviation {defaults.lead_time_sd_days:g}), warehouses to stores within one day.")
        within = lanes["from_node"].isin(nodes.loc[nodes["kind"] == NodeKind.WAREHOUSE.value, "node_id"]).to_numpy(bool)
        lanes["lead_time_days"] = np.where(within, 1.0, defaults.lead_time_days)
        lanes["lead_time_sd_days"] = np.where(within, 0.0, defaults.lead_time_sd_days)
    unknown = lanes["lead_time_days"].isna()
    if unknown.any():
        days = defaults.lead_time_days
        assume(f"The lead time of {int(unknown.sum()):,} lanes is unknown and taken as {days:g} days.")
    return lanes.assign(
        lead_time_days=lanes["lead_time_days"].fillna(defaults.lead_time_days),
        maximum=lanes["maximum"].fillna(np.inf),
    ).reset_index(drop=True)


def _usual_lanes(nodes: pd.DataFrame, items: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    by_kind = {kind: list(nodes.loc[nodes["kind"] == kind.value, "node_id"]) for kind in NodeKind}
    suppliers, warehouses, stores = (
        by_kind[NodeKind.SUPPLIER],
        by_kind[NodeKind.WAREHOUSE],
        by_kind[NodeKind.STORE],
    )
    entries = warehouses or stores
    if len(suppliers) == 1:
        rows = [(suppliers[0], entry, "") for entry in entries]
    else:
        pairs = items[["supplier_id", "item_id"]].itertuples(index=False)
        rows = [(supplier, entry, item) for supplier, item in pairs for entry in entries]
    if warehouses:
        rows += [(warehouse, store, "") for warehouse in warehouses for store in stores]
    out = pd.DataFrame(rows, columns=["from_node", "to_node", "item_id"])
    for column in like.columns.difference(out.columns, sort=False):
        out[column] = np.nan if column == "maximum" else 0.0
    out["order_weekdays"] = ""
    return out[list(like.columns)]


def complete_stock(
    stock: pd.DataFrame,
    nodes: pd.DataFrame,
    items: pd.DataFrame,
    demand: pd.DataFrame,
    last_day: np.datetime64,
    defaults: Defaults,
    assume: Assume,
) -> pd.DataFrame:
    """Return the stock; without a table, every node holds some days of the recent demand that it serves.

    Where there was no demand at all that tells nothing, and empty shelves would leave every slate empty: then one unit
    of every item is taken to be on hand wherever something is sold.
    """
    if not stock.empty:
        pairs = len(items) * len(selling_nodes(nodes))
        missing = pairs - len(
            stock[stock["node_id"].isin(selling_nodes(nodes))][["node_id", "item_id"]].drop_duplicates()
        )
        if missing:
            assume(f"{missing:,} of {pairs:,} pairs of an item and a selling node have no stock row: none is on hand.")
        return stock
    recent = demand[(demand["date"] > pd.Timestamp(last_day) - pd.Timedelta(days=_RECENT_DAYS)).to_numpy(bool)]
    recent = recent[recent["node_id"].isin(selling_nodes(nodes)).to_numpy(bool)]
    if not recent["units"].any():
        assume("There is no stock table and no recent demand: one unit of every item is taken to be on hand.")
        cells = pd.MultiIndex.from_product([selling_nodes(nodes), items["item_id"]], names=["node_id", "item_id"])
        return _on_hand(cells.to_frame(index=False).assign(units=1.0))
    assume(f"There is no stock table: {defaults.stock_days:g} days of recent demand are taken to be on hand.")
    sold = recent.groupby(["node_id", "item_id"], sort=True)["units"].sum().reset_index()
    warehouses = nodes.loc[nodes["kind"] == NodeKind.WAREHOUSE.value, "node_id"]
    behind = warehouses[~warehouses.isin(selling_nodes(nodes))]
    total = sold.groupby("item_id")["units"].sum().reset_index()
    parts = [sold, *(total.assign(node_id=node, units=total["units"] / len(behind)) for node in behind)]
    out = pd.concat(parts, ignore_index=True)
    return _on_hand(out.assign(units=np.ceil(out["units"] * defaults.stock_days / _RECENT_DAYS)))


def _on_hand(held: pd.DataFrame) -> pd.DataFrame:
    """Return the stock table of what is held, with nothing on order."""
    return pd.DataFrame(
        {
            "node_id": held["node_id"],
            "item_id": held["item_id"],
            "on_hand": held["units"],
            "on_order": np.zeros(len(held)),
            "arrives_on": np.full(len(held), np.datetime64("NaT"), dtype="datetime64[us]"),
        }
    )


__all__ = ["complete_lanes", "complete_nodes", "complete_stock", "selling_nodes"]
