"""Routing: what is asked of the router and what it answers."""

from __future__ import annotations

from datetime import datetime

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import array, as_tuple, money, optional_money, optional_tuple
from shelfwise.types.signals import DeliveryCosts
from shelfwise.types.vocabulary import SkipReason


@attrs.frozen
class Delivery:
    """One drop. ``node_id`` empty means from any depot; no window means at any time.

    ``skip_cost`` None means that it must be delivered where that is possible; otherwise it is left out when that
    saves more than ``skip_cost``, in currency. ``latitude`` and ``longitude`` in degrees are not needed where the
    request brings a travel matrix.
    """

    delivery_id: str
    node_id: str = ""
    zone: str = ""
    latitude: float | None = None
    longitude: float | None = None
    quantity: float = 1.0
    weight_kg: float = 0.0
    volume_l: float = 0.0
    window_start: datetime | None = None
    window_end: datetime | None = None
    service_minutes: float = 0.0
    skip_cost: float | None = attrs.field(converter=optional_money, default=None)
    order_id: str = ""
    """The customer order or the replenishment order that this delivery carries."""


@attrs.frozen
class Vehicle:
    """A vehicle that starts from and returns to its node; a capacity of None is unlimited."""

    vehicle_id: str
    node_id: str
    capacity: float | None = None
    capacity_kg: float | None = None
    capacity_l: float | None = None
    fixed_cost: float = attrs.field(converter=money, default=0.0)
    cost_per_km: float = attrs.field(converter=money, default=1.0)
    cost_per_hour: float = attrs.field(converter=money, default=0.0)
    speed_kmh: float = 40.0
    shift_start: datetime | None = None
    shift_end: datetime | None = None


@attrs.frozen
class Depot:
    """Where vehicles start: a node with its coordinates in degrees."""

    node_id: str
    latitude: float | None = None
    longitude: float | None = None


@attrs.frozen
class TravelMatrix:
    """Distances in km and durations in minutes between all places, of shape (places, places).

    ``place_ids`` names the rows: the node ids of the depots and the delivery ids.
    """

    place_ids: tuple[str, ...] = attrs.field(converter=as_tuple)
    distance_km: NDArray[np.float64] = array(np.float64)
    duration_minutes: NDArray[np.float64] = array(np.float64)


@attrs.frozen
class RouteRequest:
    """Ask for routes; None for deliveries, vehicles or depots means: those on record.

    No deliveries at all, ``()``, leaves nothing but the transfers of the plan to route. No vehicles or no depots is
    refused, for nothing could be driven. On the wire, and in JSON, an empty list cannot be told from one left out and
    means those on record; there ``only_transfers`` says what ``deliveries=()`` says here.
    """

    deliveries: tuple[Delivery, ...] | None = attrs.field(converter=optional_tuple, default=None)
    vehicles: tuple[Vehicle, ...] | None = attrs.field(converter=optional_tuple, default=None)
    depots: tuple[Depot, ...] | None = attrs.field(converter=optional_tuple, default=None)
    travel: TravelMatrix | None = None
    seed: int = 0
    """Set by the orchestrator from the request's options."""


@attrs.frozen
class Stop:
    """One delivery on a route. ``load`` is in units on arrival, ``distance_km`` from the place before."""

    delivery_id: str
    arrives_at: datetime
    wait_minutes: float = 0.0
    distance_km: float = 0.0
    load: float = 0.0


@attrs.frozen
class Route:
    """What one vehicle does: leaves its node, makes the stops in order, and returns. Costs in currency."""

    vehicle_id: str
    node_id: str
    departs_at: datetime
    returns_at: datetime
    stops: tuple[Stop, ...] = attrs.field(converter=as_tuple)
    distance_km: float = 0.0
    fixed_cost: float = attrs.field(converter=money, default=0.0)
    distance_cost: float = attrs.field(converter=money, default=0.0)
    time_cost: float = attrs.field(converter=money, default=0.0)

    @property
    def cost(self) -> float:
        """All terms together, in currency."""
        return money(self.fixed_cost + self.distance_cost + self.time_cost)


@attrs.frozen
class SkippedDelivery:
    """A delivery that is in no route, and why."""

    delivery_id: str
    reason: SkipReason
    text: str = ""


@attrs.frozen
class RoutePlan:
    """The router's answer: every delivery is in exactly one route or skipped with a reason."""

    routes: tuple[Route, ...] = attrs.field(converter=as_tuple, default=())
    skipped: tuple[SkippedDelivery, ...] = attrs.field(converter=as_tuple, default=())
    delivery_costs: DeliveryCosts | None = None

    @property
    def cost(self) -> float:
        """The cost of all routes, in currency."""
        return money(sum(route.cost for route in self.routes))
