"""What one more delivery to each zone and a visit to each own node would cost: for recommender and inventory stage."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.routing.draft import Draft
from shelfwise.routing.problem import Floats, Ints, Problem
from shelfwise.routing.schedule import preferred_departure
from shelfwise.routing.timing import ANY_TIME
from shelfwise.routing.travel import great_circle_km
from shelfwise.types import DeliveryCosts, Index

__all__ = ["delivery_costs"]

_SAMPLES = 5
"""Places of a zone that stand for one more delivery of its kind."""


def delivery_costs(draft: Draft) -> DeliveryCosts | None:
    """Return what one more delivery costs and when it can arrive, per zone and node that has vehicles.

    The cost is the mean cheapest detour to places like those of the zone's own deliveries, in a route under way or
    a new one, whichever is cheaper; capacity and windows do not count, since the drop may come on another day. A
    zone without a delivery takes places where its customers live, or else the mean of all deliveries. What goes to the
    retailer's own nodes does not count, nor do the legs that lead there: a truck between nodes passes now and then, and
    does not stop at doors. A visit to an own node that a lane leads to is a trip of its own, whoever passes by today:
    who supplies whom is not decided anew every day. None where no node of the network has a vehicle, or no delivery
    to a customer is located.
    """
    problem = draft.problem
    depots = _depots(problem)
    reachable = (problem.minutes[depots, : len(problem)] < ANY_TIME) & (
        problem.minutes[: len(problem), depots].T < ANY_TIME
    )
    own = _own(problem)
    rows = np.flatnonzero(reachable.all(axis=0) & ~own)
    if not len(rows) or not len(depots):
        return None
    names = np.array([delivery.zone for delivery in problem.deliveries], dtype=object)
    living = problem.state.customers.rows_by_zone
    zones = Index(sorted({*names[(names != "") & ~own], *filter(None, living)}))
    nodes = Index(problem.travel.depots[depot - len(problem)] for depot in depots.tolist())
    located, nobody = _located(problem), np.zeros(0, np.int64)
    delivered, lived = [], []
    for zone in zones:
        there = rows[names[rows] == zone]
        known = nobody if len(there) else living.get(zone, nobody)
        known = known[located[known]]
        delivered.append(_spread(rows if not len(there) + len(known) else there))
        lived.append(_spread(known))
    spots = _Spots.of_deliveries(problem, np.concatenate([nobody, *delivered]))
    spots = spots.beside(_Spots.of_customers(problem, np.concatenate([nobody, *lived])))
    zone_of = np.repeat(np.tile(np.arange(len(zones)), 2), [len(part) for part in (*delivered, *lived)])
    legs = _legs(draft)
    legs = legs[:, ~np.append(own, np.zeros(len(problem.distance) - len(own), np.bool_))[legs[:2]].any(axis=0)]
    cost, days = np.zeros((len(zones), len(nodes))), np.full((len(zones), len(nodes)), np.inf)
    for column, depot in enumerate(depots.tolist()):
        np.add.at(cost[:, column], zone_of, _detour(problem, legs, spots, depot))
        np.minimum.at(days[:, column], zone_of, _days(problem, spots, depot))
    cost /= np.bincount(zone_of, minlength=len(zones))[:, None]
    places = _restocked(problem)
    visits = _Spots.of_nodes(problem, places)
    visit_cost = np.column_stack([_detour(problem, legs[:, :0], visits, depot) for depot in depots.tolist()])
    return DeliveryCosts(
        zones=zones,
        nodes=nodes,
        marginal_cost=cost,
        promise_days=days,
        places=Index(problem.state.nodes.index.take(places)),
        visit_cost=np.where(visit_cost < ANY_TIME, visit_cost, np.inf),
    )


@attrs.frozen(eq=False)
class _Spots:
    """Where one more delivery may go: km and minutes (at pace 1) from and to the places of a problem.

    Arrays of shape (spots, places); ``row`` (spots,) is that of the delivery that a spot is the place of, -1 for none,
    and ``service`` (spots,) the minutes that a stop takes.
    """

    row: Ints
    km_from: Floats
    km_to: Floats
    minutes_from: Floats
    minutes_to: Floats
    service: Floats

    @classmethod
    def of_deliveries(cls, problem: Problem, rows: Ints) -> _Spots:
        """Return where deliveries go."""
        km, minutes = problem.distance, problem.minutes
        return cls(rows, km[:, rows].T, km[rows], minutes[:, rows].T, minutes[rows], problem.service[rows])

    @classmethod
    def of_customers(cls, problem: Problem, rows: Ints) -> _Spots:
        """Return where customers live, as the crow flies times the detour; a stop takes as long as others do."""
        customers = problem.state.customers
        return cls._at(problem, customers.latitude[rows], customers.longitude[rows])

    @classmethod
    def of_nodes(cls, problem: Problem, rows: Ints) -> _Spots:
        """Return where nodes of the network are, in the same way."""
        nodes = problem.state.nodes
        return cls._at(problem, nodes.latitude[rows], nodes.longitude[rows])

    @classmethod
    def _at(cls, problem: Problem, north: Floats, east: Floats) -> _Spots:
        travel = problem.travel
        latitude, longitude = (np.roll(one, -len(travel.depots)) for one in (travel.latitude, travel.longitude))
        km = travel.detour_factor * great_circle_km(north[:, None], east[:, None], latitude, longitude)
        km = np.column_stack([np.where(np.isfinite(km), km, ANY_TIME), np.zeros(len(north))])
        return cls(np.full(len(north), -1), km, km, km, km, np.full(len(north), problem.service.mean()))

    def beside(self, others: _Spots) -> _Spots:
        """Return these spots, and others behind them."""
        mine, theirs = attrs.astuple(self, recurse=False), attrs.astuple(others, recurse=False)
        return _Spots(*(np.concatenate(pair) for pair in zip(mine, theirs, strict=True)))


def _restocked(problem: Problem) -> Ints:
    """Return the rows of the nodes that lanes lead to and of which it is known how far they are."""
    nodes = problem.state.nodes
    rows = np.unique(problem.state.lanes.to_node)
    return rows[_known(problem, nodes.latitude[rows], nodes.longitude[rows])]


def _own(problem: Problem) -> NDArray[np.bool_]:
    """Tell which deliveries go to nodes of the retailer's network."""
    nodes = problem.state.nodes
    places = set(zip(nodes.latitude.tolist(), nodes.longitude.tolist(), strict=True))
    return np.fromiter(((d.latitude, d.longitude) in places for d in problem.deliveries), np.bool_, len(problem))


def _located(problem: Problem) -> NDArray[np.bool_]:
    """Tell of which customers it is known how far they are."""
    customers = problem.state.customers
    return _known(problem, customers.latitude, customers.longitude)


def _known(problem: Problem, latitude: Floats, longitude: Floats) -> NDArray[np.bool_]:
    """Tell of which places it is known how far they are, which a matrix does not say."""
    return np.isfinite(latitude) & np.isfinite(longitude) & (problem.travel.matrix is None)


def _depots(problem: Problem) -> Ints:
    """Return the rows of the depots with vehicles that are nodes of the retailer's network."""
    rows = np.unique(problem.types.depot)
    names = [problem.travel.depots[row - len(problem)] for row in rows.tolist()]
    return rows[np.array([name in problem.state.nodes.index for name in names], dtype=np.bool_)]


def _spread(rows: Ints) -> Ints:
    """Return at most ``_SAMPLES`` of ``rows``, evenly spread."""
    return rows[np.linspace(0, len(rows) - 1, min(_SAMPLES, len(rows))).astype(np.int64)]


def _legs(draft: Draft) -> Ints:
    """Return where each leg of the plan starts and ends, and the type of its vehicle, of shape (3, legs)."""
    types, legs = draft.problem.types, []
    for vehicle, trips in enumerate(draft.trips):
        kind = draft.kind[vehicle]
        depot, end = int(types.depot[kind]), int(types.end[kind])
        for number, trip in enumerate(trips):
            places = [depot, *trip, depot if number + 1 < len(trips) else end]
            legs += [(start, stop, kind) for start, stop in pairwise(places)]
    return np.array(legs, dtype=np.int64).reshape(-1, 3).T


def _detour(problem: Problem, legs: Ints, spots: _Spots, depot: int) -> Floats:
    """Return the least cost of one more stop at each of the spots, on a vehicle of ``depot``."""
    types = problem.types
    own = np.flatnonzero(types.depot == depot)
    fresh: Floats = _fresh(problem, spots, own).min(axis=0)
    place, after, kind = legs[:, np.isin(legs[2], own)]
    if not len(kind):
        return fresh
    km = spots.km_to[:, after] + spots.km_from[:, place] - problem.distance[place, after]
    minutes = spots.minutes_to[:, after] + spots.minutes_from[:, place] - problem.minutes[place, after]
    minutes = types.pace[kind] * minutes + spots.service[:, None]
    costs = types.cost_per_km[kind] * km + types.cost_per_minute[kind] * minutes
    beside_itself = (place == spots.row[:, None]) | (after == spots.row[:, None])
    beside_others = np.where(beside_itself, np.inf, np.maximum(costs, 0.0)).min(axis=1)
    return np.asarray(np.minimum(fresh, beside_others))


def _fresh(problem: Problem, spots: _Spots, kinds: Ints) -> Floats:
    """Return the cost of a route with a single stop, of shape (kinds, spots)."""
    types = problem.types
    depot, end = types.depot[kinds], types.end[kinds]
    km = spots.km_from[:, depot] + spots.km_to[:, end]
    minutes = types.pace[kinds] * (spots.minutes_from[:, depot] + spots.minutes_to[:, end]) + spots.service[:, None]
    cost: Floats = types.fixed_cost[kinds] + types.cost_per_km[kinds] * km + types.cost_per_minute[kinds] * minutes
    return cost.T


def _days(problem: Problem, spots: _Spots, depot: int) -> Floats:
    """Return whole days from ``state.as_of`` to the earliest arrival of a vehicle of ``depot``, none below 0."""
    kinds = np.flatnonzero(problem.types.depot == depot)
    leaves = np.array([preferred_departure(problem.types.vehicles[kind][0], problem.state) for kind in kinds])
    arrives = (leaves[:, None] + problem.types.pace[kinds, None] * spots.minutes_from[:, depot]).min(axis=0)
    today, soon = problem.state.as_of, np.minimum(arrives, ANY_TIME)
    days = [((today + timedelta(minutes=float(minutes))).date() - today.date()).days for minutes in soon]
    return np.maximum(np.array(days, dtype=np.float64), 0.0)
