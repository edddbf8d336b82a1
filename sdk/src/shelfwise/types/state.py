"""The retailer as it stands at a moment: what every stage may look at besides its own model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from shelfwise.types._fields import array, as_tuple, read_only, same_array
from shelfwise.types.index import Index
from shelfwise.types.routing import Delivery, Vehicle
from shelfwise.types.vocabulary import NodeKind

UNCATEGORISED = "uncategorised"
"""The category of an item of which none is recorded."""


@attrs.frozen
class Items:
    """The catalogue, one row an item. Money in currency per unit; NaN in ``shelf_life_days`` means unlimited.

    ``brand`` is blank where it is unknown; it may be empty as a whole.
    """

    index: Index = attrs.field(factory=Index)
    description: NDArray[np.object_] = array(object, default=())
    category: NDArray[np.object_] = array(object, default=())
    brand: NDArray[np.object_] = array(object, default=())
    price: NDArray[np.float64] = array(np.float64, amounts=True, default=())
    unit_cost: NDArray[np.float64] = array(np.float64, amounts=True, default=())
    pack_size: NDArray[np.float64] = array(np.float64, default=())
    minimum_order: NDArray[np.float64] = array(np.float64, default=())
    supplier_id: NDArray[np.object_] = array(object, default=())
    volume_l: NDArray[np.float64] = array(np.float64, default=())
    weight_kg: NDArray[np.float64] = array(np.float64, default=())
    shelf_life_days: NDArray[np.float64] = array(np.float64, default=())

    @property
    def margin(self) -> NDArray[np.float64]:
        """Price minus unit cost, in currency per unit."""
        return self.price - self.unit_cost

    @property
    def category_codes(self) -> NDArray[np.int64]:
        """A number for the category of each item, of shape (items,), -1 where none is recorded."""
        if not len(self.category):
            return np.full(len(self.index), -1)
        seen = {"": -1, UNCATEGORISED: -1}
        return np.array([seen.setdefault(name, len(seen) - 2) for name in self.category.tolist()], dtype=np.int64)


@attrs.define(frozen=True, slots=False)
class Nodes:
    """The supply network's places. Coordinates in degrees (NaN unknown), capacity in units (inf unlimited)."""

    index: Index = attrs.field(factory=Index)
    kind: NDArray[np.object_] = array(object, default=())
    latitude: NDArray[np.float64] = array(np.float64, default=())
    longitude: NDArray[np.float64] = array(np.float64, default=())
    capacity: NDArray[np.float64] = array(np.float64, default=())

    @cached_property
    def selling(self) -> NDArray[np.int64]:
        """Rows of the nodes that meet demand: the stores, or the warehouses where there are no stores."""
        stores = np.flatnonzero(self.kind == NodeKind.STORE)
        return stores if len(stores) else np.flatnonzero(self.kind == NodeKind.WAREHOUSE)

    @cached_property
    def selling_ids(self) -> tuple[str, ...]:
        """Ids of the nodes that meet demand."""
        return self.index.take(self.selling)

    @cached_property
    def supplier_ids(self) -> frozenset[str]:
        """Ids of the suppliers: what comes from them is purchased, not moved."""
        return frozenset(self.index.take(np.flatnonzero(self.kind == NodeKind.SUPPLIER)))


@attrs.frozen
class Lanes:
    """Who can supply whom, one row a lane; node and item columns are positions, item -1 means every item."""

    from_node: NDArray[np.int64] = array(np.int64, default=())
    to_node: NDArray[np.int64] = array(np.int64, default=())
    item: NDArray[np.int64] = array(np.int64, default=())
    lead_time_days: NDArray[np.float64] = array(np.float64, default=())
    lead_time_sd_days: NDArray[np.float64] = array(np.float64, default=())
    fixed_cost: NDArray[np.float64] = array(np.float64, amounts=True, default=())
    unit_cost: NDArray[np.float64] = array(np.float64, amounts=True, default=())
    """Transport cost per unit, in currency, on top of the item's own cost."""
    minimum: NDArray[np.float64] = array(np.float64, default=())
    """Least units of an order line."""
    maximum: NDArray[np.float64] = array(np.float64, default=())
    """Most units of an order line (inf unlimited)."""
    order_weekdays: NDArray[np.bool_] = array(
        np.bool_, default=attrs.Factory(lambda self: self._daily(), takes_self=True)
    )
    """Days on which orders are placed, of shape (lanes, 7), Monday first; by default every day."""

    def _daily(self) -> NDArray[np.bool_]:
        return np.ones((len(self.from_node), 7), dtype=bool)


@attrs.frozen
class OpenOrders:
    """Replenishment under way, one row an order line; columns are positions in items and nodes."""

    item: NDArray[np.int64] = array(np.int64, default=())
    node: NDArray[np.int64] = array(np.int64, default=())
    quantity: NDArray[np.float64] = array(np.float64, default=())
    arrives_on: NDArray[np.datetime64] = array("datetime64[D]", default=())


@attrs.define(frozen=True, slots=False)
class Customers:
    """The customers on record. ``node_id`` names the node that serves each, blank where that is not known.

    Coordinates are in degrees, NaN where they are unknown.
    """

    index: Index = attrs.field(factory=Index)
    zone: NDArray[np.object_] = array(object, default=())
    consent: NDArray[np.bool_] = array(np.bool_, default=())
    node_id: NDArray[np.object_] = array(
        object, default=attrs.Factory(lambda self: np.full(len(self.index), "", dtype=object), takes_self=True)
    )
    latitude: NDArray[np.float64] = array(
        np.float64, default=attrs.Factory(lambda self: self._unknown(), takes_self=True)
    )
    longitude: NDArray[np.float64] = array(
        np.float64, default=attrs.Factory(lambda self: self._unknown(), takes_self=True)
    )

    @cached_property
    def rows_by_zone(self) -> dict[str, NDArray[np.int64]]:
        """The rows of the customers of each zone."""
        rows: dict[str, list[int]] = {}
        for row, zone in enumerate(self.zone.tolist()):
            rows.setdefault(zone, []).append(row)
        return {zone: np.array(of_zone, dtype=np.int64) for zone, of_zone in rows.items()}

    def _unknown(self) -> NDArray[np.float64]:
        return np.full(len(self.index), np.nan)


@attrs.frozen
class Promotion:
    """A planned promotion of an item; an empty ``node_id`` means every node. Both days are included.

    ``price`` is the promoted price; ``expected_uplift`` the factor on demand that the planner expects, if any;
    ``advertised`` False makes it a mere change of price.
    """

    item_id: str
    starts_on: date
    ends_on: date
    node_id: str = ""
    price: float | None = None
    expected_uplift: float | None = None
    advertised: bool = True


def _covariates(values: Mapping[str, ArrayLike]) -> dict[str, NDArray[np.float64]]:
    return {name: read_only(column, np.float64) for name, column in values.items()}


def _same_covariates(left: dict[str, NDArray[np.float64]], right: dict[str, NDArray[np.float64]]) -> bool:
    return left.keys() == right.keys() and all(same_array(left[name], right[name]) for name in left)


@attrs.frozen
class Calendar:
    """Days and what is known of them; ``covariates`` maps a column's name to one number a day."""

    days: NDArray[np.datetime64] = array("datetime64[D]", default=())
    covariates: dict[str, NDArray[np.float64]] = attrs.field(
        converter=_covariates,
        factory=dict,
        eq=attrs.cmp_using(eq=_same_covariates),  # type: ignore[attr-defined,unused-ignore]
    )


@attrs.frozen
class State:
    """The retailer at ``as_of``: tables as of the last training, overlaid with what the request says is live.

    ``on_hand`` has shape (items, nodes), in units. ``assumptions`` says in words what was missing in the data and
    what was put in its place.
    """

    as_of: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    currency: str = "EUR"
    items: Items = attrs.field(factory=Items)
    nodes: Nodes = attrs.field(factory=Nodes)
    lanes: Lanes = attrs.field(factory=Lanes)
    on_hand: NDArray[np.float64] = array(np.float64, default=np.zeros((0, 0)))
    open_orders: OpenOrders = attrs.field(factory=OpenOrders)
    customers: Customers = attrs.field(factory=Customers)
    promotions: tuple[Promotion, ...] = attrs.field(converter=as_tuple, default=())
    calendar: Calendar = attrs.field(factory=Calendar)
    vehicles: tuple[Vehicle, ...] = attrs.field(converter=as_tuple, default=())
    deliveries: tuple[Delivery, ...] = attrs.field(converter=as_tuple, default=())
    assumptions: tuple[str, ...] = attrs.field(converter=as_tuple, default=())

    @property
    def starts_on(self) -> date:
        """The first day that a plan covers: the day after ``as_of``."""
        return self.as_of.date() + timedelta(days=1)
