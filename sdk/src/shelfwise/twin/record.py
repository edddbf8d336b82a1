"""What the retailer of a world sees: tables of the schema, and nothing else.

Everything here could stand in a shop's own database: sales, clicks, stock records, orders, addresses. Nothing of
tastes, of demand that was not met, or of how long an order will really take.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset import Dataset
from shelfwise.twin.market import Outcome
from shelfwise.twin.supply import UnderWay
from shelfwise.twin.world import Places, World
from shelfwise.twin.world.seasons import FIRST_DAY

__all__ = ["Record", "moment"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_HOURS = 8.0, 20.0
_RULE_OF_THUMB = 3.0
"""Elasticity by which the retailer's planner guesses what an offer will sell."""
_HISTORY_DAYS = 182
"""Days of the past that the retailer learns from."""
_LOGGED_DAYS = 56
"""The last days with slates of which it keeps a log of what they showed."""


def moment(day: int) -> datetime:
    """Return the last instant of a day of the world: what a plan made in the night after it knows."""
    start = FIRST_DAY.astype("datetime64[us]").astype(datetime).replace(tzinfo=UTC)
    return start + timedelta(days=day + 1) - timedelta(microseconds=1)  # type: ignore[no-any-return]


@attrs.define(eq=False)
class Record:
    """The books of a retailer; ``units`` and ``in_stock`` have shape (days, items, warehouses)."""

    world: World
    units: NDArray[np.float32] = attrs.field(init=False)
    in_stock: NDArray[np.bool_] = attrs.field(init=False)
    events: list[pd.DataFrame] = attrs.field(init=False, factory=list)
    impressions: list[pd.DataFrame] = attrs.field(init=False, factory=list)
    _lasting: Dataset | None = attrs.field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        shape = (self.world.scenario.last_day, len(self.world.goods), len(self.world.places.warehouses))
        self.units, self.in_stock = np.zeros(shape, np.float32), np.zeros(shape, bool)

    def enter(self, day: int, outcome: Outcome, left: Floats, shown: pd.DataFrame | None) -> None:
        """Write down a day: what was sold, clicked on and shown, and whether there was some left of each item."""
        if shown is not None:
            self.impressions.append(shown)
        sold, (who, what) = outcome.sold, outcome.clicks
        np.add.at(self.units[day], (sold.item, sold.node), sold.quantity)
        self.in_stock[day] = left > 0
        people, goods, draws = self.world.people, self.world.goods, self.world.draws
        customer, item = np.concatenate([who, sold.customer]), np.concatenate([what, sold.item])
        opens, closes = _HOURS
        hour = opens + (closes - opens) * draws.uniforms("hour", day, customer)
        bought = np.arange(len(customer)) >= len(who)
        minutes = 60.0 * hour + np.where(bought, 5.0, 0.0)
        self.events.append(
            pd.DataFrame(
                {
                    "time": (FIRST_DAY + day).astype("datetime64[us]") + (60e6 * minutes).astype("timedelta64[us]"),
                    "customer_id": people.ids.array[customer],
                    "item_id": goods.ids.array[item],
                    "kind": np.where(bought, "purchase", "view"),
                    "quantity": np.concatenate([np.ones(len(who)), sold.quantity]).astype(float),
                    "price": self.world.seasons.price[day, item].astype(float),
                    "session_id": [f"{day}-{one}" for one in customer],
                    "channel": np.where(bought & ~people.delivered[customer], "store", "web"),
                    "node_id": self.world.places.warehouses.array[np.concatenate([people.home[who], sold.node])],
                }
            )
        )

    def dataset(self, day: int, on_hand: Floats, under_way: UnderWay) -> Dataset:
        """Return the data at the end of a day; baskets to bring are no part of it."""
        if self._lasting is None:
            nothing = {"deliveries": pd.DataFrame({"delivery_id": pd.Series([], dtype=object)})}
            tables = self.tables(day, on_hand, under_way)
            self._lasting = Dataset.from_tables({**tables, **nothing}, as_of=moment(day))
        daily: dict[str, Any] = dict(self._of_days(day))
        return attrs.evolve(
            self._lasting,
            **daily,
            held_out=daily["events"].iloc[:0],
            stock=self._stock(on_hand, under_way),
            as_of=moment(day),
        )

    def tables(self, day: int, on_hand: Floats, under_way: UnderWay) -> dict[str, pd.DataFrame]:
        """Return the tables at the end of a day."""
        return {**self._reference(), **self._of_days(day), "stock": self._stock(on_hand, under_way)}

    def _of_days(self, day: int) -> dict[str, pd.DataFrame]:
        """Return events by time, demand by day, and impressions if there are any, of the days that are learned from."""
        since = max(0, day + 1 - _HISTORY_DAYS)
        events = pd.concat(self.events[since : day + 1], ignore_index=True)
        found = {
            "events": events.sort_values("time", kind="stable", ignore_index=True),
            "demand": self._demand(since, day),
        }
        if self.impressions:
            found["impressions"] = pd.concat(self.impressions[-_LOGGED_DAYS:], ignore_index=True)
        return found

    def _demand(self, since: int, day: int) -> pd.DataFrame:
        """Return a row a day, item and warehouse that sells, from an item's launch on."""
        goods, seasons = self.world.goods, self.world.seasons
        days = np.arange(since, day + 1)
        there = (goods.launched_on <= days[:, None])[:, :, None] & self.world.places.sells
        at, item, node = np.nonzero(there)
        order = np.lexsort((node, item, at))
        at, item, node = at[order], item[order], node[order]
        return pd.DataFrame(
            {
                "date": (FIRST_DAY + days[at]).astype("datetime64[us]"),
                "item_id": goods.ids.array[item],
                "node_id": self.world.places.warehouses.array[node],
                "units": self.units[days[at], item, node].astype(float),
                "price": seasons.price[days[at], item].astype(float),
                "on_promotion": seasons.promoted[days[at], item],
                "in_stock": self.in_stock[days[at], item, node],
            }
        )

    def _stock(self, on_hand: Floats, under_way: UnderWay) -> pd.DataFrame:
        ids, places = self.world.goods.ids.array, self.world.places.warehouses.array
        item, node = np.indices(on_hand.shape).reshape(2, -1)
        item, node = np.append(item, under_way.item), np.append(node, under_way.node)
        idle = np.zeros(on_hand.size)
        arrives = np.append(np.full(on_hand.size, np.datetime64("NaT", "D")), FIRST_DAY + under_way.announced)
        return pd.DataFrame(
            {
                "node_id": places[node],
                "item_id": ids[item],
                "on_hand": on_hand[item, node],
                "on_order": np.append(idle, under_way.quantity),
                "arrives_on": arrives.astype("datetime64[us]"),
            }
        )

    def _reference(self) -> dict[str, pd.DataFrame]:
        """Return what a retailer knows of its goods, customers, places, lanes, plans and vans."""
        world, scenario = self.world, self.world.scenario
        goods, people, places = world.goods, world.people, world.places
        latitude, longitude = Places.coordinates(places.north_km, places.east_km)
        room = scenario.supply.storage_days
        first = places.warehouses[0]
        items = pd.DataFrame(
            {
                "item_id": goods.ids.array,
                "description": [f"item {number} of category {kind}" for number, kind in enumerate(goods.category)],
                "category": [f"category {kind}" for kind in goods.category],
                "brand": [f"brand {brand}" for brand in goods.brand],
                "price": goods.price,
                "unit_cost": goods.unit_cost,
                "pack_size": goods.pack_size,
                "minimum_order": goods.pack_size,
                "supplier_id": places.suppliers.array[goods.supplier],
                "volume_l": goods.volume_l,
                "weight_kg": goods.weight_kg,
                "shelf_life_days": goods.shelf_life_days,
            }
        )
        north, east = Places.coordinates(people.north_km, people.east_km)
        customers = {"customer_id": people.ids.array, "zone": people.zone, "latitude": north, "longitude": east}
        nodes = pd.DataFrame({"node_id": places.names.array, "latitude": latitude, "longitude": longitude})
        kinds = ["supplier"] * len(places.suppliers) + ["warehouse"] * len(places.warehouses)
        if not places.sells.all():
            kinds[len(places.suppliers) + 1 :] = ["store"] * (len(places.warehouses) - 1)
        capacity = np.full(len(kinds), np.nan)
        daily = self.units[: scenario.history_days].sum(axis=(0, 1)) / scenario.history_days
        daily = np.where(places.sells, daily, daily.mean())
        capacity[len(places.suppliers) :] = np.ceil(room * daily * (1 + (np.arange(len(daily)) == 0) * len(daily)))
        bought = pd.DataFrame({"from_node": items["supplier_id"], "to_node": first, "item_id": goods.ids.array})
        asked = scenario.supply
        bought = bought.assign(
            lead_time_days=goods.lead_time_days,
            lead_time_sd_days=goods.lead_time_sd_days,
            fixed_cost=asked.order_cost,
            unit_cost=0.02,
            minimum=goods.pack_size,
        )
        moved = pd.DataFrame({"from_node": first, "to_node": places.warehouses.ids[1:], "item_id": ""}).assign(
            lead_time_days=1.0, lead_time_sd_days=0.0, fixed_cost=0.5, unit_cost=0.02, minimum=1.0
        )
        return {
            "items": items,
            "customers": pd.DataFrame(customers).assign(consent=people.consent),
            "nodes": nodes.assign(kind=kinds, capacity=capacity),
            "lanes": pd.concat([bought, moved], ignore_index=True),
            "promotions": self._promotions(),
            "calendar": pd.DataFrame(
                {
                    "date": (FIRST_DAY + np.arange(len(world.seasons.busy))).astype("datetime64[us]"),
                    "holiday": world.seasons.holiday,
                }
            ),
            "vehicles": self._vehicles(),
        }

    def _promotions(self) -> pd.DataFrame:
        planned, goods = self.world.seasons.promotions, self.world.goods
        starts = FIRST_DAY + planned.first_day
        return pd.DataFrame(
            {
                "item_id": goods.ids.array[planned.item],
                "node_id": "",
                "starts_on": starts.astype("datetime64[us]"),
                "ends_on": (starts + 6).astype("datetime64[us]"),
                "price": np.round(goods.price[planned.item] * (1.0 - planned.cut), 2),
                "expected_uplift": np.round((1.0 - planned.cut) ** -_RULE_OF_THUMB, 2),
            }
        )

    def _vehicles(self) -> pd.DataFrame:
        asked = self.world.scenario.delivery
        rows = [
            (f"{node}/van-{number}", node, asked.van_capacity, asked.fixed_cost, asked.cost_per_km, 32.0, 2)
            for node in self.world.places.warehouses.take(np.flatnonzero(self.world.places.sells))
            for number in range(1, asked.vans_per_warehouse + 1)
        ]
        first = self.world.places.warehouses[0]
        rows.append((f"{first}/truck", first, 20.0 * asked.van_capacity, 2.0 * asked.fixed_cost, 1.0, 40.0, 2))
        names = ["vehicle_id", "node_id", "capacity", "fixed_cost", "cost_per_km", "speed_kmh", "max_trips"]
        return pd.DataFrame(rows, columns=names).assign(
            cost_per_hour=asked.cost_per_hour, shift_start="07:00", shift_end="19:00", reload_minutes=20.0
        )
