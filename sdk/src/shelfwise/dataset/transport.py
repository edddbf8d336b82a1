"""Coordinates, vehicles and deliveries made complete."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset.catalogue import Assume
from shelfwise.dataset.config import Defaults
from shelfwise.dataset.schema import TABLES
from shelfwise.dataset.tables import empty, with_new_columns
from shelfwise.types import EventKind, NodeKind

_KM_PER_DEGREE = 111.2
_ZONE_SPACING_KM = 6.0
_ZONE_RADIUS_KM = 3.0
_GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))


def complete_coordinates(nodes: pd.DataFrame, places: list[pd.DataFrame], assume: Assume) -> pd.DataFrame:
    """Return the nodes with coordinates for all but suppliers: the centre of the known places, or 0 N 0 E."""
    missing = nodes["latitude"].isna() | nodes["longitude"].isna()
    missing &= nodes["kind"] != NodeKind.SUPPLIER.value
    if not missing.any():
        return nodes
    latitude, longitude = _centre([nodes, *places])
    north, east = _sunflower(np.arange(int(missing.sum())), _ZONE_SPACING_KM)
    names = ", ".join(map(repr, nodes.loc[missing, "node_id"]))
    assume(f"The coordinates of {names} are unknown: placed around {latitude:.3f} N {longitude:.3f} E.")
    out = nodes.copy()
    out.loc[missing, "latitude"] = latitude + north
    out.loc[missing, "longitude"] = longitude + east
    return out


def _centre(places: list[pd.DataFrame]) -> tuple[float, float]:
    known = pd.concat([place[["latitude", "longitude"]].astype(np.float64) for place in places]).dropna()
    return (0.0, 0.0) if known.empty else (float(known["latitude"].mean()), float(known["longitude"].mean()))


def _sunflower(rank: NDArray[np.int64], spacing_km: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return degrees north and east of evenly spread points, the first in the middle (Vogel 1979)."""
    radius = spacing_km * np.sqrt(rank) / _KM_PER_DEGREE
    return radius * np.cos(rank * _GOLDEN_ANGLE), radius * np.sin(rank * _GOLDEN_ANGLE)


def complete_deliveries(
    tables: dict[str, pd.DataFrame], depot: str, depot_at: tuple[float, float], defaults: Defaults, assume: Assume
) -> pd.DataFrame:
    """Return the deliveries, each with coordinates; without a table, the last day's purchases are open orders."""
    deliveries, customers = tables["deliveries"], tables["customers"]
    if deliveries.empty:
        deliveries = _last_purchases(tables["events"], customers, tables["items"], depot, defaults, assume)
    missing = (deliveries["latitude"].isna() | deliveries["longitude"].isna()).to_numpy(bool)
    if not missing.any():
        return deliveries
    zones = deliveries.loc[missing, "zone"].to_numpy(object)
    latitude, longitude = _zone_centres(customers, deliveries, zones, depot_at)
    north, east = _scatter(deliveries.loc[missing, "delivery_id"].to_numpy(object))
    out = deliveries.copy()
    out.loc[missing, "latitude"] = np.clip(latitude + north, -90.0, 90.0)
    out.loc[missing, "longitude"] = np.clip(longitude + east, -180.0, 180.0)
    assume(f"The coordinates of {int(missing.sum()):,} deliveries are unknown: spread around the middle of their zone.")
    return out


def _last_purchases(
    events: pd.DataFrame,
    customers: pd.DataFrame,
    items: pd.DataFrame,
    depot: str,
    defaults: Defaults,
    assume: Assume,
) -> pd.DataFrame:
    sold = events[(events["kind"] == EventKind.PURCHASE.value) & (events["customer_id"] != "")]
    if sold.empty:
        assume("There is no deliveries table and no purchase of a known customer: there is nothing to deliver.")
        return empty(TABLES["deliveries"])
    day = sold["time"].dt.normalize()
    sold = sold[(day == day.max()).to_numpy(bool)]
    size = sold["item_id"].map(items.set_index("item_id")[["volume_l"]]["volume_l"]).to_numpy(np.float64)
    weight = sold["item_id"].map(items.set_index("item_id")[["weight_kg"]]["weight_kg"]).to_numpy(np.float64)
    quantity = sold["quantity"].to_numpy(np.float64)
    drops = (
        pd.DataFrame(
            {
                "customer_id": sold["customer_id"].to_numpy(object),
                "quantity": quantity,
                "volume_l": size * quantity,
                "weight_kg": weight * quantity,
            }
        )
        .groupby("customer_id", sort=False)
        .sum()
        .tail(defaults.maximum_deliveries)
        .reset_index()
    )
    of = customers.set_index("customer_id").loc[drops["customer_id"]].reset_index()
    text = f"There is no deliveries table: the purchases of {len(drops):,} customers on {day.max().date()} are to be"
    assume(f"{text} delivered, at any time of the day.")
    columns: dict[str, Any] = {
        "delivery_id": "delivery-" + drops["customer_id"],
        "node_id": depot,
        "zone": of["zone"],
        "latitude": of["latitude"],
        "longitude": of["longitude"],
        "quantity": drops["quantity"],
        "weight_kg": drops["weight_kg"],
        "volume_l": drops["volume_l"],
    }
    table = TABLES["deliveries"]
    return with_new_columns(pd.DataFrame(columns, index=drops.index), table)[list(table.names)]


def _zone_centres(
    customers: pd.DataFrame, deliveries: pd.DataFrame, zones: NDArray[np.object_], depot_at: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the middle of the customers of each zone, or else of its deliveries.

    Zones of which nothing is known lie around the depot, the one with most customers nearest.
    """
    known, drops = (table.groupby("zone")[["latitude", "longitude"]].mean() for table in (customers, deliveries))
    sizes = pd.concat([customers["zone"], deliveries["zone"]]).value_counts(sort=False)
    ranked = sizes.sort_index().sort_values(ascending=False, kind="stable").index
    north, east = _sunflower(np.arange(len(ranked)), _ZONE_SPACING_KM)
    around = pd.DataFrame({"latitude": depot_at[0] + north, "longitude": depot_at[1] + east}, index=ranked)
    centres = known.combine_first(drops).combine_first(around).reindex(zones)
    return centres["latitude"].to_numpy(np.float64), centres["longitude"].to_numpy(np.float64)


def _scatter(ids: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return degrees north and east within a zone that depend on nothing but the id."""
    numbers = pd.util.hash_array(ids, categorize=False)
    radius = np.sqrt((numbers & 0xFFFFFFFF) / 2**32) * _ZONE_RADIUS_KM / _KM_PER_DEGREE
    angle = (numbers >> np.uint64(32)) / 2**32 * 2.0 * np.pi
    return radius * np.cos(angle), radius * np.sin(angle)


def complete_vehicles(
    vehicles: pd.DataFrame,
    deliveries: pd.DataFrame,
    nodes: pd.DataFrame,
    depot: str,
    defaults: Defaults,
    assume: Assume,
) -> pd.DataFrame:
    """Return the vehicles, each with a node; without a table, a few that carry the deliveries with room to spare.

    Where a warehouse restocks stores, the load of the assumed vehicles is not limited.
    """
    if not vehicles.empty:
        homeless = vehicles["node_id"] == ""
        if homeless.any():
            assume(f"{int(homeless.sum()):,} vehicles have no node and are taken to start from {depot!r}.")
        return vehicles.assign(node_id=vehicles["node_id"].where(~homeless, depot))
    count, units = defaults.vehicles, deliveries["quantity"]
    restocks = {NodeKind.WAREHOUSE.value, NodeKind.STORE.value} <= set(nodes["kind"])
    capacity = math.nan if restocks else float(math.ceil(max([1.25 * units.sum() / max(count, 1), 1.0, *units])))
    load = "without a limit" if restocks else f"for {capacity:,.0f} units each"
    costs = f"{defaults.cost_per_km:g} a km and {defaults.cost_per_hour:g} an hour"
    assume(f"There is no vehicles table: {count} vehicles {load} start from {depot!r} and cost {costs}.")
    out = pd.DataFrame(
        {
            "vehicle_id": [f"vehicle-{number}" for number in range(1, count + 1)],
            "node_id": depot,
            "capacity": capacity,
            "cost_per_km": defaults.cost_per_km,
            "cost_per_hour": defaults.cost_per_hour,
        },
        index=range(count),
    )
    return with_new_columns(out, TABLES["vehicles"])[list(TABLES["vehicles"].names)]


__all__ = ["complete_coordinates", "complete_deliveries", "complete_vehicles"]
