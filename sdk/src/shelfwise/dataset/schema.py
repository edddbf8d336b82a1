"""The tables a retailer hands in: every column with its kind, default, range and meaning, in one place.

What is read, what is checked, and the words of every error about a table come from here.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import attrs

from shelfwise.types import EventKind, NodeKind


class Kind(Enum):
    """What the cells of a column hold; the value says it in words."""

    ID = "text that is not blank"
    TEXT = "text"
    NUMBER = "a number"
    TIME = "a time such as 2024-01-31 14:30"
    DATE = "a date such as 2024-01-31"
    FLAG = "true or false"
    CLOCK = "a time of day such as 08:30"
    WEEKDAYS = "weekdays such as mon,thu"
    WORDS = "words such as cold,lift"
    BREAKS = "breaks such as 12:00-13:00/30 in order of time"


@attrs.frozen
class Column:
    """One column. ``default`` stands where the column is absent, or blank in a row that may leave it ``blank``."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    blank: bool = True
    default: Any = None
    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None
    unlimited: bool = False
    whole: bool = False
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    refers_to: str = ""

    @property
    def allowed(self) -> str:
        """What a cell may hold, in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        limits = (("of at least", self.minimum), ("above", self.above), ("of at most", self.maximum))
        words = " and ".join(f"{word} {limit:g}" for word, limit in limits if limit is not None)
        kind = "a whole number" if self.whole else self.kind.value
        return f"{kind} {words}".strip()


@attrs.frozen
class Table:
    """One table. Rows that agree in ``key`` are the same row; an empty key allows any number of equal rows."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    keeps_extra: bool = False
    """Whether columns that the schema does not name are kept: attributes of items, covariates of days."""

    def column(self, name: str) -> Column | None:
        """Return a column by name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def _id(name: str, meaning: str, refers_to: str = "") -> Column:
    return Column(name, Kind.ID, meaning, required=True, blank=False, default="", refers_to=refers_to)


def _text(name: str, meaning: str, default: str = "", refers_to: str = "") -> Column:
    return Column(name, Kind.TEXT, meaning, default=default, refers_to=refers_to)


def _number(name: str, meaning: str, default: float | None = None, **limits: Any) -> Column:
    return Column(name, Kind.NUMBER, meaning, default=default, **({"minimum": 0.0} | limits))


def _unlimited(name: str, meaning: str, *, whole: bool = False) -> Column:
    return Column(name, Kind.NUMBER, meaning, minimum=0.0, unlimited=True, whole=whole)


_LATITUDE = _number("latitude", "degrees north", minimum=-90.0, maximum=90.0, aliases=("lat",))
_LONGITUDE = _number("longitude", "degrees east", minimum=-180.0, maximum=180.0, aliases=("lon", "lng"))

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "events",
            "what customers did, one row an item in a basket or a click",
            (
                Column("time", Kind.TIME, "when, UTC unless the text has an offset", required=True, blank=False),
                _text("customer_id", "who; blank for an unknown customer"),
                _id("item_id", "what"),
                Column(
                    "kind",
                    Kind.TEXT,
                    "what was done",
                    default=EventKind.PURCHASE.value,
                    choices=tuple(kind.value for kind in EventKind),
                ),
                Column("quantity", Kind.NUMBER, "units; below 0 for a return", blank=False, default=1.0),
                Column("price", Kind.NUMBER, "paid for one unit, in currency; blank where unknown"),
                _text("session_id", "basket, order or visit that the event belongs to"),
                _text("channel", "where it happened, such as web"),
                _text("node_id", "node that served it", refers_to="nodes"),
                _text("zone", "zone of the customer, used where the customers table has none"),
                _text("description", "name of the item, used where the items table has none"),
                _text("category", "category of the item, used where the items table has none"),
                _text("token", "token of the slate that led to it; blank for none"),
            ),
        ),
        Table(
            "impressions",
            "what slates showed, and what a random draw kept out of them",
            (
                Column("time", Kind.TIME, "when, UTC unless the text has an offset", required=True, blank=False),
                _id("token", "token of the slate"),
                _text("customer_id", "who saw it; blank for an unknown customer"),
                _id("item_id", "what"),
                _text("placement", "where the slate was shown, such as home"),
                _number(
                    "slot", "place in the slate, from 1; blank for what the draw kept out", minimum=1.0, whole=True
                ),
                Column("explored", Kind.FLAG, "whether it was drawn in place of what ranking put there", default=False),
                _number(
                    "propensity",
                    "how likely it was to stand there, or to be kept out",
                    1.0,
                    above=0.0,
                    maximum=1.0,
                ),
            ),
            key=("token", "item_id"),
        ),
        Table(
            "items",
            "the catalogue; every other column is kept as an attribute",
            (
                _id("item_id", "which item"),
                _text("description", "name for people"),
                _text("category", "group of similar items"),
                _text("brand", "maker or label; blank where unknown"),
                _number("price", "regular price of one unit, in currency"),
                _number("unit_cost", "what the retailer pays for one unit, in currency"),
                _number("pack_size", "units in a pack; orders are whole packs", above=0.0, minimum=None),
                _number("minimum_order", "least units of an order line"),
                _text("supplier_id", "node that supplies the item", refers_to="nodes"),
                _number("volume_l", "litres a unit takes up"),
                _number("weight_kg", "kilograms a unit weighs"),
                Column("shelf_life_days", Kind.NUMBER, "days a unit stays saleable; blank for ever", above=0.0),
            ),
            key=("item_id",),
            keeps_extra=True,
        ),
        Table(
            "customers",
            "the customers on record",
            (
                _id("customer_id", "who"),
                _text("zone", "delivery zone"),
                _text("node_id", "store or warehouse that serves the customer", refers_to="nodes"),
                _LATITUDE,
                _LONGITUDE,
                Column("consent", Kind.FLAG, "whether personal data may be used for recommendations"),
            ),
            key=("customer_id",),
        ),
        Table(
            "demand",
            "units sold by day; derived from the events where absent",
            (
                Column("date", Kind.DATE, "day", required=True, blank=False),
                _id("item_id", "what"),
                _text("node_id", "where", refers_to="nodes"),
                Column("units", Kind.NUMBER, "units sold", required=True, blank=False, minimum=0.0),
                _number("price", "price of the day, in currency"),
                Column("on_promotion", Kind.FLAG, "whether the item was promoted", default=False),
                Column("in_stock", Kind.FLAG, "whether the item could be bought all day", default=True),
            ),
            key=("date", "item_id", "node_id"),
        ),
        Table(
            "nodes",
            "suppliers, warehouses and stores",
            (
                _id("node_id", "which place"),
                Column(
                    "kind",
                    Kind.TEXT,
                    "what the place does",
                    required=True,
                    blank=False,
                    choices=tuple(kind.value for kind in NodeKind),
                ),
                _LATITUDE,
                _LONGITUDE,
                _unlimited("capacity", "most units that fit; blank for unlimited"),
            ),
            key=("node_id",),
        ),
        Table(
            "lanes",
            "who can supply whom",
            (
                attrs.evolve(_id("from_node", "where goods leave"), refers_to="nodes"),
                attrs.evolve(_id("to_node", "where goods arrive"), refers_to="nodes"),
                _text("item_id", "which item; blank for every item", refers_to="items"),
                _number("lead_time_days", "mean days from order to arrival"),
                _number("lead_time_sd_days", "standard deviation of those days", 0.0),
                _number("fixed_cost", "cost of an order, in currency", 0.0),
                _number("unit_cost", "transport cost of a unit, in currency", 0.0),
                _number("minimum", "least units of an order line", 0.0),
                _unlimited("maximum", "most units of an order line; blank for unlimited"),
                Column(
                    "order_weekdays",
                    Kind.WEEKDAYS,
                    "weekdays on which orders are placed, such as mon,thu; blank for every day",
                    default="",
                ),
            ),
            key=("from_node", "to_node", "item_id"),
        ),
        Table(
            "stock",
            "units on hand and on order; an item with several open orders has a row for each, on_hand counting once",
            (
                _id("node_id", "where", refers_to="nodes"),
                _id("item_id", "what", refers_to="items"),
                Column("on_hand", Kind.NUMBER, "units there now", required=True, blank=False, minimum=0.0),
                _number("on_order", "units under way", 0.0),
                Column("arrives_on", Kind.DATE, "day the units under way arrive; blank for after the lead time"),
            ),
            key=("node_id", "item_id", "arrives_on"),
        ),
        Table(
            "promotions",
            "promotions, past and planned",
            (
                _id("item_id", "what", refers_to="items"),
                _text("node_id", "where; blank for everywhere", refers_to="nodes"),
                Column("starts_on", Kind.DATE, "first day", required=True, blank=False),
                Column("ends_on", Kind.DATE, "last day", required=True, blank=False),
                _number("price", "promoted price, in currency"),
                _number("expected_uplift", "factor on demand that the planner expects"),
                Column("advertised", Kind.FLAG, "whether customers are told; no for a mere price change", default=True),
            ),
            key=("item_id", "node_id", "starts_on"),
        ),
        Table(
            "calendar",
            "days and what is known of them; every other column of numbers is kept as a covariate",
            (
                Column("date", Kind.DATE, "day", required=True, blank=False),
                Column("holiday", Kind.FLAG, "whether it is a holiday", default=False),
            ),
            key=("date",),
            keeps_extra=True,
        ),
        Table(
            "vehicles",
            "the fleet",
            (
                _id("vehicle_id", "which vehicle"),
                _text("node_id", "node it starts from and returns to", refers_to="nodes"),
                _unlimited("capacity", "most units of a trip; blank for unlimited"),
                _unlimited("capacity_kg", "most kilograms of a trip; blank for unlimited"),
                _unlimited("capacity_l", "most litres of a trip; blank for unlimited"),
                _number("fixed_cost", "cost of a day of use, in currency", 0.0),
                _number("cost_per_km", "cost of a kilometre, in currency", 1.0),
                _number("cost_per_hour", "cost of an hour, in currency", 0.0),
                _number("speed_kmh", "mean speed in km/h", 40.0, above=0.0, minimum=None),
                Column("shift_start", Kind.CLOCK, "earliest departure, UTC", default="08:00"),
                Column("shift_end", Kind.CLOCK, "latest return, UTC", default="18:00"),
                Column("skills", Kind.WORDS, "skills of vehicle and driver, such as cold,lift", default=""),
                _unlimited("max_distance_km", "most kilometres of a day; blank for unlimited"),
                _unlimited("max_minutes", "most minutes from departure to the end; blank for unlimited"),
                _unlimited("max_stops", "most deliveries and pickups of a day; blank for unlimited", whole=True),
                _number(
                    "max_trips", "trips of a day, with a reload at its node between them", 1.0, minimum=1.0, whole=True
                ),
                _number("reload_minutes", "minutes that a reload takes", 0.0),
                Column("ends_anywhere", Kind.FLAG, "whether it is done at its last stop", default=False),
                Column(
                    "breaks",
                    Kind.BREAKS,
                    "breaks as earliest and latest start, UTC, and minutes, such as 12:00-13:00/30; blank for none",
                    default="",
                ),
            ),
            key=("vehicle_id",),
        ),
        Table(
            "deliveries",
            "open customer orders to bring out, and goods to fetch",
            (
                _id("delivery_id", "which drop"),
                _text("node_id", "node to leave from; blank for any", refers_to="nodes"),
                _text("zone", "delivery zone"),
                _LATITUDE,
                _LONGITUDE,
                _number("quantity", "units", 1.0),
                _number("weight_kg", "kilograms in all", 0.0),
                _number("volume_l", "litres in all", 0.0),
                Column("window_start", Kind.TIME, "earliest arrival; blank for any"),
                Column("window_end", Kind.TIME, "latest arrival; blank for any"),
                _number("service_minutes", "minutes at the door", 5.0),
                _number("skip_cost", "cost of leaving it out, in currency; blank where it must be delivered"),
                _text("order_id", "customer order that it carries"),
                Column("pickup", Kind.FLAG, "whether it is picked up and brought to the node", default=False),
                Column("skills", Kind.WORDS, "skills that its vehicle must have, such as cold,lift", default=""),
                _number(
                    "priority",
                    "of those that cannot all be made the lower are left out first",
                    0.0,
                    maximum=100.0,
                    whole=True,
                ),
                _number("late_cost_per_hour", "cost of an hour after the window, in currency; blank where never late"),
                Column("released_at", Kind.TIME, "earliest departure of its trip from the node; blank for any"),
            ),
            key=("delivery_id",),
        ),
    )
}

__all__ = ["TABLES", "Column", "Kind", "Table"]
