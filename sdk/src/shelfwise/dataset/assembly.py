"""From raw frames to complete tables: map, type, clean, check references, fill in what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import attrs
import numpy as np
import pandas as pd

from shelfwise.dataset.catalogue import complete_customers, complete_items
from shelfwise.dataset.cleaning import clean_events
from shelfwise.dataset.config import DataConfig, TableSource
from shelfwise.dataset.demand import demand_from_events
from shelfwise.dataset.network import complete_lanes, complete_nodes, complete_stock, selling_nodes
from shelfwise.dataset.quality import QualityLog
from shelfwise.dataset.references import without_contradictions, without_unknown
from shelfwise.dataset.schema import TABLES
from shelfwise.dataset.tables import empty, map_columns, suggestion, typed
from shelfwise.dataset.transport import complete_coordinates, complete_deliveries, complete_vehicles
from shelfwise.errors import DataError
from shelfwise.types import NodeKind

_EVENT_COLUMNS = ("time", "customer_id", "item_id", "kind", "quantity", "price", "session_id", "channel", "node_id")
_DAY = pd.Timedelta(days=1)


@attrs.frozen
class Assembled:
    """Complete tables, the moment up to which they reach, and what was assumed."""

    tables: dict[str, pd.DataFrame]
    as_of: datetime
    assumptions: tuple[str, ...]


def assemble(
    raw: Mapping[str, tuple[pd.DataFrame, TableSource]],
    config: DataConfig,
    log: QualityLog,
    *,
    as_of: datetime | None = None,
    problems: tuple[str, ...] = (),
) -> Assembled:
    """Turn raw frames, whose index are row numbers, into complete tables.

    Raises:
        DataError: Tables or columns are missing or unknown; the message names all of them, ``problems`` included.
    """
    mapped, wrong = {}, list(problems)
    for name, (frame, source) in raw.items():
        if name not in TABLES:
            wrong.append(f"{name!r} is not a table{suggestion(name, TABLES)} (the tables are {', '.join(TABLES)})")
            continue
        mapped[name], found = map_columns(frame, TABLES[name], source)
        wrong += found
    if not wrong and not {"events", "demand"} & set(mapped):
        wrong.append("events or demand: one of the two tables is needed")
    if wrong:
        raise DataError("\n".join(wrong))
    tables = {}
    for name, table in TABLES.items():
        if name in mapped:
            if name not in log.sources:
                log.read(name, len(mapped[name]))
            tables[name] = typed(mapped[name], table, raw[name][1], log)
        else:
            tables[name] = empty(table)
    tables["events"] = clean_events(tables["events"], config.cleaning, log)
    given = {name: frozenset(map(str, frame.columns)) for name, frame in mapped.items()}
    return _complete(tables, given, config, log, as_of)


def _complete(
    tables: dict[str, pd.DataFrame],
    given: dict[str, frozenset[str]],
    config: DataConfig,
    log: QualityLog,
    as_of: datetime | None,
) -> Assembled:
    said: list[str] = []
    defaults, assume = config.defaults, said.append
    without_contradictions(tables, log)
    nodes = complete_nodes(tables, defaults, assume)
    without_unknown(tables, "nodes", nodes["node_id"], log)
    selling = selling_nodes(nodes)
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
    elif "in_stock" not in given["demand"]:
        assume("Days without stock are not recorded: every item counts as always in stock.")
    suppliers = tuple(nodes.loc[nodes["kind"] == NodeKind.SUPPLIER.value, "node_id"])
    items_given = given.get("items", frozenset())
    items = complete_items(
        tables["items"], tables["events"], tables["demand"], items_given, suppliers, defaults, assume
    )
    without_unknown(tables, "items", items["item_id"], log)
    customers = complete_customers(
        tables["customers"], tables["events"], given.get("customers", frozenset()), defaults, assume
    )
    as_of = _as_of(tables, as_of)
    last_day = np.datetime64(as_of.date(), "D")
    tables |= {"nodes": nodes, "items": items, "customers": customers}
    tables["lanes"] = complete_lanes(tables["lanes"], nodes, items, defaults, assume)
    tables["stock"] = complete_stock(tables["stock"], nodes, tables["demand"], last_day, defaults, assume)
    if "promotions" not in given:
        assume("There is no promotions table: no promotion took place or is planned.")
    if "calendar" not in given:
        assume("There is no calendar table: holidays are unknown.")
    tables["nodes"] = complete_coordinates(nodes, [tables["deliveries"], customers], assume)
    depot, depot_at = _depot(tables["nodes"])
    tables["deliveries"] = complete_deliveries(tables, depot, depot_at, defaults, assume)
    tables["vehicles"] = complete_vehicles(tables["vehicles"], tables["deliveries"], depot, defaults, assume)
    tables["calendar"] = _numeric(tables["calendar"], log)
    tables["events"] = tables["events"][list(_EVENT_COLUMNS)]
    tables["demand"] = tables["demand"].sort_values(["date", "item_id", "node_id"], kind="stable")
    outside = ~tables["demand"]["node_id"].isin(selling).to_numpy(bool)
    if outside.any():
        units = tables["demand"]["units"].to_numpy()[outside].sum()
        assume(f"{units:,.0f} units were sold at nodes that are no stores; they are left out of the demand of stores.")
    for name in tables:
        if name in log.sources:
            log.kept(name, log.sources[name] - log.aside(name))
        tables[name] = tables[name].reset_index(drop=True)
    return Assembled(tables, as_of, tuple(said))


def _as_of(tables: dict[str, pd.DataFrame], as_of: datetime | None) -> datetime:
    if as_of is not None:
        return as_of.replace(tzinfo=UTC) if as_of.tzinfo is None else as_of.astimezone(UTC)
    ends = []
    if len(tables["events"]):
        ends.append(tables["events"]["time"].max())
    if len(tables["demand"]):
        last = tables["demand"]["date"].max()
        if not ends or last.normalize() > ends[0].normalize():
            ends.append(last + _DAY - pd.Timedelta(microseconds=1))
    if not ends:
        raise DataError("events, demand: there is not a single row that can be used")
    latest: datetime = max(ends).to_pydatetime().replace(tzinfo=UTC)
    return latest


def _depot(nodes: pd.DataFrame) -> tuple[str, tuple[float, float]]:
    """Return the node that vehicles start from where nothing is said: the first warehouse, or else store."""
    for kind in (NodeKind.WAREHOUSE, NodeKind.STORE):
        places = nodes[(nodes["kind"] == kind.value).to_numpy(bool)]
        if len(places):
            first = places.iloc[0]
            return str(first["node_id"]), (float(first["latitude"]), float(first["longitude"]))
    raise DataError("nodes.kind: there must be a store or a warehouse")


def _numeric(calendar: pd.DataFrame, log: QualityLog) -> pd.DataFrame:
    """Return the calendar with its covariates as numbers; a column that holds anything else is left out."""
    out = calendar[["date"]].assign(holiday=calendar["holiday"].astype(np.float64))
    for name in calendar.columns.difference(["date", "holiday"], sort=False):
        numbers = pd.to_numeric(calendar[name], errors="coerce").astype(np.float64)
        if numbers.isna().sum() > calendar[name].isna().sum():
            log.note(
                "calendar", f"unused_{name}", f"the column {name!r} does not hold numbers and is not used", len(numbers)
            )
        else:
            out[name] = numbers
    return out


__all__ = ["Assembled", "assemble"]
