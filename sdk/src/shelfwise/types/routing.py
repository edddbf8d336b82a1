"""Routing: what is asked of the router and what it answers."""

from __future__ import annotations

from datetime import datetime

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import array, as_tuple, money, optional_money, optional_tuple
from shelfwise.types.signals import DeliveryCosts
from shelfwise.types.vocabulary import SkipReason, StopKind

DETOUR_FACTOR = 1.3
"""Kilometres on the road per kilometre as the crow flies, unless the configuration says otherwise."""


@attrs.frozen
class Delivery:
    """One drop, or a ``pickup`` that is brought to the depot. ``node_id`` empty means any depot.

    No window means at any time; service may start after the end of the window for ``late_cost_per_hour``, in currency,
    and not at all without one. ``skip_cost`` None means that it must be delivered where that is possible; otherwise it
    is left out when that saves more than ``skip_cost``, in currency. Where not all that must be made can be, those of
    lower ``priority`` are left out first. ``skills`` are those that its vehicle must have. The trip that brings it
    leaves the depot at ``released_at`` or later; a pickup is there at any time. ``latitude`` and ``longitude`` in
    degrees are not needed where the request brings a travel matrix.
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
    pickup: bool = False
    skills: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    priority: int = 0
    late_cost_per_hour: float | None = attrs.field(converter=optional_money, default=None)
    released_at: datetime | None = None


@attrs.frozen
class Break:
    """A pause of ``minutes`` that starts at ``earliest`` or later and at ``latest`` or sooner, on the road if need be.

    It is due where the vehicle is out at ``latest``: one that is back by then, or leaves no sooner, takes none.
    """

    earliest: datetime
    latest: datetime
    minutes: float


@attrs.frozen
class Vehicle:
    """A vehicle that starts from its node and comes back to it, unless it ``ends_anywhere``; None is unlimited.

    Capacities are of one trip. There may be ``max_trips``, with ``reload_minutes`` at the node before each but the
    first. ``max_distance_km``, ``max_minutes`` from departure to the end and ``max_stops`` are of all trips together.
    """

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
    skills: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    max_distance_km: float | None = None
    max_minutes: float | None = None
    max_stops: int | None = None
    max_trips: int = 1
    reload_minutes: float = 0.0
    ends_anywhere: bool = False
    breaks: tuple[Break, ...] = attrs.field(converter=as_tuple, default=())


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
class PreviousRoute:
    """The deliveries of a vehicle in the plan before, in order; the first ``pinned`` of them stay as they are.

    Pinned deliveries are the first of that vehicle's route, in this order. The others are where the search starts;
    those that nobody asks for any more count for nothing.
    """

    vehicle_id: str
    delivery_ids: tuple[str, ...] = attrs.field(converter=as_tuple)
    pinned: int = 0


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
    previous: tuple[PreviousRoute, ...] = attrs.field(converter=as_tuple, default=())
    """The plan before, which the new one starts from and is never worse than, once it is made to hold again."""
    seed: int = 0
    """Set by the orchestrator from the request's options."""
    detour_factor: float = DETOUR_FACTOR
    """Set by the orchestrator from the configuration: km on the road per km as the crow flies without a matrix."""


@attrs.frozen
class Stop:
    """One thing that a vehicle does under way; ``delivery_id`` is empty for a reload or a break.

    ``distance_km`` is from the place before, and for a break what has been driven since. ``load`` is in units on
    arrival; service, a reload or a break takes ``minutes``, after ``wait_minutes``. ``late_minutes`` is how long after
    the end of its window service starts.
    """

    delivery_id: str
    arrives_at: datetime
    wait_minutes: float = 0.0
    distance_km: float = 0.0
    load: float = 0.0
    kind: StopKind = StopKind.DELIVERY
    minutes: float = 0.0
    late_minutes: float = 0.0


@attrs.frozen
class Route:
    """What one vehicle does: leaves its node, makes the stops in order, and returns. Costs in currency.

    A vehicle that ends anywhere is done at ``returns_at``, after its last stop.
    """

    vehicle_id: str
    node_id: str
    departs_at: datetime
    returns_at: datetime
    stops: tuple[Stop, ...] = attrs.field(converter=as_tuple)
    distance_km: float = 0.0
    fixed_cost: float = attrs.field(converter=money, default=0.0)
    distance_cost: float = attrs.field(converter=money, default=0.0)
    time_cost: float = attrs.field(converter=money, default=0.0)
    late_cost: float = attrs.field(converter=money, default=0.0)

    @property
    def cost(self) -> float:
        """All terms together, in currency."""
        return money(self.fixed_cost + self.distance_cost + self.time_cost + self.late_cost)

    @property
    def delivery_ids(self) -> tuple[str, ...]:
        """The deliveries in order, without reloads and breaks."""
        return tuple(stop.delivery_id for stop in self.stops if stop.delivery_id)


@attrs.frozen
class Obstacle:
    """What keeps a delivery from a vehicle, and how much would have to change: ``amount`` in ``unit``.

    The unit is minutes, km, units, kg, l, stops or the currency; an amount of None cannot be told, or no amount helps.
    An empty ``vehicle_id`` means every vehicle.
    """

    vehicle_id: str
    reason: SkipReason
    amount: float | None = None
    unit: str = ""
    text: str = ""


@attrs.frozen
class SkippedDelivery:
    """A delivery that is in no route, and why; with what stands in the way of each vehicle.

    ``remedy`` is the smallest change found that admits it: with it the checker has nothing against a route that does.
    """

    delivery_id: str
    reason: SkipReason
    text: str = ""
    obstacles: tuple[Obstacle, ...] = attrs.field(converter=as_tuple, default=())
    remedy: Obstacle | None = None


@attrs.frozen
class RoutePlan:
    """The router's answer: every delivery is in exactly one route or skipped with a reason.

    ``solver`` names what found it. ``lower_bound``, where one is proven, is what no plan can cost less than, skip costs
    included. ``moved_stops`` counts deliveries of a previous plan that changed vehicle or order; None without one.
    """

    routes: tuple[Route, ...] = attrs.field(converter=as_tuple, default=())
    skipped: tuple[SkippedDelivery, ...] = attrs.field(converter=as_tuple, default=())
    delivery_costs: DeliveryCosts | None = None
    solver: str = ""
    lower_bound: float | None = attrs.field(converter=optional_money, default=None)
    moved_stops: int | None = None

    @property
    def cost(self) -> float:
        """The cost of all routes, in currency."""
        return money(sum(route.cost for route in self.routes))
