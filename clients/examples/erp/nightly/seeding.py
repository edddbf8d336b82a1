"""A small made-up company, so that there is something to try this on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pandas as pd
import sqlalchemy
from sqlalchemy.engine import Engine

from nightly.errors import NightlyError
from nightly.models import Base
from shelfwise.twin.sample import sample_tables

_WEEKS = 12
_PLACE = {"code": "node_id", "name": "node_id", "latitude": "latitude", "longitude": "longitude"}


def seed_database(engine: Engine, seed: int = 0) -> None:
    """Make all tables and fill them with every third product of Shelfwise's sample retailer and 12 weeks of sales.

    Raises:
        NightlyError: one of the tables is there already.
    """
    there = sorted(set(sqlalchemy.inspect(engine).get_table_names()) & set(Base.metadata.tables))
    if there:
        raise NightlyError(f"the database has {', '.join(there)} already; seed an empty one")
    tables = _small(sample_tables(seed))
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        for name, frame in {**_master(tables), **_movements(tables)}.items():
            present = frame.notna() & (frame != "")
            rows = frame.astype(object).where(present, other=None).to_dict("records")  # type: ignore[call-overload]
            connection.execute(Base.metadata.tables[name].insert(), rows)


def _small(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables of some of the products and of the last weeks alone."""
    items = {*tables["items"]["item_id"][::3], ""}
    kept = {
        name: table[table["item_id"].isin(items)] if "item_id" in table else table for name, table in tables.items()
    }
    events = kept["events"]
    since = events["time"].max() - pd.Timedelta(weeks=_WEEKS)
    return {**kept, "events": events[(events["kind"] == "purchase") & (events["time"] > since)]}


def _master(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    nodes = tables["nodes"]
    vendors = nodes["kind"] == "supplier"
    product = {
        "default_code": "item_id",
        "name": "description",
        "category": "category",
        "list_price": "price",
        "standard_price": "unit_cost",
        "vendor_code": "supplier_id",
        "pack_quantity": "pack_size",
        "minimum_quantity": "minimum_order",
        "volume_l": "volume_l",
        "weight_kg": "weight_kg",
    }
    route = {
        "from_code": "from_node",
        "to_code": "to_node",
        "product_code": "item_id",
        "delay_days": "lead_time_days",
        "delay_sd_days": "lead_time_sd_days",
        "order_cost": "fixed_cost",
        "unit_cost": "unit_cost",
        "minimum_quantity": "minimum",
    }
    vehicle = {
        "license_plate": "vehicle_id",
        "warehouse_code": "node_id",
        "capacity_units": "capacity",
        "capacity_kg": "capacity_kg",
        "capacity_l": "capacity_l",
        "cost_per_day": "fixed_cost",
        "cost_per_km": "cost_per_km",
        "cost_per_hour": "cost_per_hour",
        "speed_kmh": "speed_kmh",
        "shift_start": "shift_start",
        "shift_end": "shift_end",
    }
    return {
        "vendor": _columns(nodes[vendors], _PLACE),
        "warehouse": _columns(nodes[~vendors], {**_PLACE, "kind": "kind", "capacity": "capacity"}),
        "product": _columns(tables["items"], product).assign(planned=True),
        "supply_route": _columns(tables["lanes"], route),
        "fleet_vehicle": _columns(tables["vehicles"], vehicle),
    }


def _movements(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    sale = {
        "order_name": "session_id",
        "customer_code": "customer_id",
        "date_order": "time",
        "warehouse_code": "node_id",
        "product_code": "item_id",
        "quantity": "quantity",
        "price_unit": "price",
    }
    quant = {"warehouse_code": "node_id", "product_code": "item_id", "quantity": "on_hand"}
    # An item with several open orders has a row for each.
    on_hand = tables["stock"].query("on_hand > 0").drop_duplicates(["node_id", "item_id"])
    under_way = tables["stock"].query("on_order > 0").merge(tables["items"][["item_id", "supplier_id"]], on="item_id")
    under_way = under_way.assign(name=[f"PO-{number:04}" for number in range(1, len(under_way) + 1)])
    purchase = {"name": "name", "vendor_code": "supplier_id", "warehouse_code": "node_id"}
    purchase_line = {"order_name": "name", "product_code": "item_id", "product_quantity": "on_order"}
    delivery = {
        "name": "delivery_id",
        "origin": "order_id",
        "warehouse_code": "node_id",
        "zone": "zone",
        "latitude": "latitude",
        "longitude": "longitude",
        "quantity": "quantity",
        "weight_kg": "weight_kg",
        "volume_l": "volume_l",
        "window_start": "window_start",
        "window_end": "window_end",
        "service_minutes": "service_minutes",
    }
    next_day = tables["events"]["time"].max().date() + timedelta(days=1)
    return {
        "sale_order_line": _columns(tables["events"], sale),
        "stock_quant": _columns(on_hand, quant).assign(reserved_quantity=0.0),
        "purchase_order": _columns(under_way, purchase).assign(state="purchase"),
        "purchase_order_line": _columns(under_way, purchase_line).assign(
            received_quantity=0.0, date_planned=under_way["arrives_on"].dt.date
        ),
        "delivery_order": _columns(tables["deliveries"], delivery).assign(state="assigned", scheduled_date=next_day),
    }


def _columns(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return columns under the ERP's names, each with the sample's name for it."""
    return table[list(names.values())].set_axis(list(names), axis=1).reset_index(drop=True)
