"""Tables made complete: what the data does not say is filled in, and each assumption stated."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import numpy as np
import pandas as pd

from shelfwise.dataset.catalogue import Assume, complete_customers, complete_items, serving_nodes
from shelfwise.dataset.config import Defaults
from shelfwise.dataset.demand import demand_from_events, shortfall
from shelfwise.dataset.network import complete_lanes, complete_nodes, complete_stock, selling_nodes
from shelfwise.dataset.quality import QualityLog
from shelfwise.dataset.references import without_contradictions, without_unknown
from shelfwise.dataset.transport import complete_coordinates, complete_deliveries, complete_vehicles
from shelfwise.errors import DataError
from shelfwise.types import NodeKind

_EVENT_COLUMNS = (
    "time",
    "customer_id",
    "item_id",
    "kind",
    "quantity",
    "price",
    "session_id",
    "channel",
    "node_id",
    "token",
)
_DAY = pd.Timedelta(days=1)
_INSTANT = pd.Timedelta(microseconds=1)

Tables = dict[str, pd.DataFrame]
Given = dict[str, frozenset[str]]
"""The columns that each table came with; a table that did not come is not in it."""


@attrs.frozen
class Complete:
    """Complete tables, the moment up to which they reach, and what was assumed."""

    tables: Tables
    as_of: datetime
    assumptions: tuple[str, ...]


def complete(
    typed: Tables, given: Given, defaults: Defaults, log: QualityLog, *, as_of: datetime | None = None
) -> Complete:
    """Fill in what the typed and cleaned tables leave open; every table of the schema is there, maybe empty.

    Raises:
        DataError: There is not a single usable row of history, or no place that sells.
    """
    said: list[str] = []
    tables = dict(typed)
    assume = said.append
    without_contradictions(tables, log)
    tables["nodes"] = complete_nodes(tables, defaults, assume)
    without_unknown(tables, "nodes", tables["nodes"]["node_id"], log)
    served_by = serving_nodes(tables["events"])  # before nodes are assumed
    _complete_history(tables, given, assume)
    moment = _as_of(tables, as_of)
    _complete_catalogue(tables, served_by, given, defaults, log, assume)
    _complete_plan(tables, given, np.datetime64(moment.date(), "D"), defaults, assume)
    tables["calendar"] = _numeric(tables["calendar"], log)
    tables["events"] = tables["events"][list(_EVENT_COLUMNS)]
    tables["impressions"] = tables["impressions"].sort_values("time", kind="stable")
    tables["demand"] = tables["demand"].sort_values(["date", "item_id", "node_id"], kind="stable")
    return Complete({name: table.reset_index(drop=True) for name, table in tables.items()}, moment, tuple(said))


def _complete_history(tables: Tables, given: Given, assume: Assume) -> None:
    """Give events and demand a node, and derive the demand where it did not come."""
    selling = selling_nodes(tables["nodes"])
    if not selling:
        raise DataError("nodes.kind: there must be a store or a warehouse")
    for name in ("events", "demand"):
        blank = (tables[name]["node_id"] == "").to_numpy(bool)
        if blank.any():
            if len(selling) > 1:
                assume(f"{int(blank.sum()):,} rows of {name} name no node and count for {selling[0]!r}.")
            filled = np.where(blank, selling[0], tables[name]["node_id"].to_numpy(object))
            tables[name] = tables[name].assign(node_id=filled)
    if "demand" not in given:
        tables["demand"] = demand_from_events(tables["events"])
        assume("There is no demand table: daily demand is what was bought, and every item counts as always in stock.")
    else:
        if short := shortfall(tables["demand"], tables["events"]):
            assume(short)
        if "in_stock" not in given["demand"]:
            assume("Days without stock are not recorded: every item counts as always in stock.")
    outside = ~tables["demand"]["node_id"].isin(selling).to_numpy(bool)
    if outside.any():
        units = tables["demand"]["units"].to_numpy(np.float64)[outside].sum()
        assume(f"{units:,.0f} units were sold at nodes that are no stores: they are left out of the stores' demand.")


def _complete_catalogue(
    tables: Tables, served_by: pd.Series[Any], given: Given, defaults: Defaults, log: QualityLog, assume: Assume
) -> None:
    """Make items and customers complete, and put rows aside that name other items."""
    nodes = tables["nodes"]
    suppliers = tuple(nodes.loc[nodes["kind"] == NodeKind.SUPPLIER.value, "node_id"])
    tables["items"] = complete_items(
        tables["items"],
        tables["events"],
        tables["demand"],
        given.get("items", frozenset()),
        suppliers,
        defaults,
        assume,
    )
    without_unknown(tables, "items", tables["items"]["item_id"], log)
    tables["customers"] = complete_customers(
        tables["customers"], tables["events"], served_by, given.get("customers", frozenset()), defaults, assume
    )


def _complete_plan(tables: Tables, given: Given, last_day: np.datetime64, defaults: Defaults, assume: Assume) -> None:
    """Make lanes, stock, coordinates, deliveries and vehicles complete."""
    nodes = tables["nodes"]
    tables["lanes"] = complete_lanes(tables["lanes"], nodes, tables["items"], defaults, assume)
    tables["stock"] = complete_stock(
        tables["stock"], nodes, tables["items"], tables["demand"], last_day, defaults, assume
    )
    if "promotions" not in given:
        assume("There is no promotions table: no promotion took place or is planned.")
    if "calendar" not in given:
        assume("There is no calendar table: holidays are unknown.")
    tables["nodes"] = complete_coordinates(nodes, [tables["deliveries"], tables["customers"]], assume)
    depot, depot_at = _depot(tables["nodes"])
    tables["deliveries"] = complete_deliveries(tables, depot, depot_at, defaults, assume)
    tables["vehicles"] = complete_vehicles(tables["vehicles"], tables["deliveries"], nodes, depot, defaults, assume)


def _as_of(tables: Tables, as_of: datetime | None) -> datetime:
    """Return the moment up to which the history reaches: its last event, or the end of its last day of demand."""
    if as_of is not None:
        return as_of.replace(tzinfo=UTC) if as_of.tzinfo is None else as_of.astimezone(UTC)
    event, day = tables["events"]["time"].max(), tables["demand"]["date"].max()
    if pd.isna(event) and pd.isna(day):
        raise DataError("events, demand: there is not a single row that can be used")
    last = event if pd.isna(day) or event >= day else day + _DAY - _INSTANT
    moment: datetime = last.to_pydatetime().replace(tzinfo=UTC)
    return moment


def _depot(nodes: pd.DataFrame) -> tuple[str, tuple[float, float]]:
    """Return where vehicles start from if nothing is said: the first warehouse, or else store."""
    for kind in (NodeKind.WAREHOUSE, NodeKind.STORE):
        places = nodes[(nodes["kind"] == kind.value).to_numpy(bool)]
        if len(places):
            break
    first = places.iloc[0]
    return str(first["node_id"]), (float(first["latitude"]), float(first["longitude"]))


def _numeric(calendar: pd.DataFrame, log: QualityLog) -> pd.DataFrame:
    """Return the calendar with its covariates as numbers; a column that holds anything else is left out."""
    out = calendar[["date"]].assign(holiday=calendar["holiday"].astype(np.float64))
    for name in calendar.columns.difference(["date", "holiday"], sort=False):
        if pd.api.types.is_numeric_dtype(calendar[name].dtype):
            out[name] = calendar[name].astype(np.float64)
        else:
            text = f"the column {name!r} does not hold numbers and is not used"
            log.note("calendar", f"unused_{name}", text, len(calendar))
    return out


__all__ = ["Complete", "Given", "Tables", "complete"]
