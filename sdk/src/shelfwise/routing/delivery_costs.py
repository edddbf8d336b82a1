"""What one more delivery to each zone would cost: the signal for the recommender and the inventory stage."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import numpy as np

from shelfwise.routing.draft import Draft
from shelfwise.routing.problem import Floats, Ints, Problem
from shelfwise.routing.schedule import preferred_departure
from shelfwise.routing.timing import ANY_TIME
from shelfwise.types import DeliveryCosts, Index

__all__ = ["delivery_costs"]

_SAMPLES = 5
"""Deliveries of a zone that stand for one more of its kind."""


def delivery_costs(draft: Draft) -> DeliveryCosts | None:
    """Return what one more delivery costs and when it can arrive, per zone and node that has vehicles.

    The cost is the mean cheapest detour to places like those of the zone's own deliveries, in a route under way or
    a new one, whichever is cheaper; capacity and windows do not count, since the drop may come on another day. A
    zone without a delivery takes the mean of all. None where no node of the network has a vehicle, or no delivery
    is located.
    """
    problem = draft.problem
    depots = _depots(problem)
    reachable = (problem.minutes[depots, : len(problem)] < ANY_TIME) & (
        problem.minutes[: len(problem), depots].T < ANY_TIME
    )
    rows = np.flatnonzero(reachable.all(axis=0))
    if not len(rows) or not len(depots):
        return None
    names = np.array([delivery.zone for delivery in problem.deliveries], dtype=object)
    zones = Index(sorted({*names[names != ""], *(zone for zone in problem.state.customers.zone if zone)}))
    samples = {zone: _spread(rows[names[rows] == zone]) for zone in zones}
    every = np.unique(np.concatenate([_spread(rows), *samples.values()]))
    nodes = Index(problem.travel.depots[depot - len(problem)] for depot in depots.tolist())
    legs = _legs(draft)
    cost = np.stack([_detour(problem, legs, every, int(depot)) for depot in depots], axis=1)
    days = np.stack([_days(problem, every, int(depot)) for depot in depots], axis=1)
    known = {zone: np.searchsorted(every, sample if len(sample) else _spread(rows)) for zone, sample in samples.items()}
    return DeliveryCosts(
        zones=zones,
        nodes=nodes,
        marginal_cost=np.array([cost[known[zone]].mean(axis=0) for zone in zones]).reshape(len(zones), len(nodes)),
        promise_days=np.array([days[known[zone]].min(axis=0) for zone in zones]).reshape(len(zones), len(nodes)),
    )


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


def _detour(problem: Problem, legs: Ints, rows: Ints, depot: int) -> Floats:
    """Return the least cost of one more stop where each of ``rows`` is, on a vehicle of ``depot``."""
    types = problem.types
    own = np.flatnonzero(types.depot == depot)
    fresh: Floats = _fresh(problem, rows, own).min(axis=0)
    place, after, kind = legs[:, np.isin(legs[2], own)]
    if not len(kind):
        return fresh
    km = (
        problem.distance[rows[:, None], after] + problem.distance[place, rows[:, None]] - problem.distance[place, after]
    )
    minutes = problem.minutes[rows[:, None], after] + problem.minutes[place, rows[:, None]]
    minutes = types.pace[kind] * (minutes - problem.minutes[place, after]) + problem.service[rows, None]
    costs = types.cost_per_km[kind] * km + types.cost_per_minute[kind] * minutes
    beside_itself = (place == rows[:, None]) | (after == rows[:, None])
    beside_others = np.where(beside_itself, np.inf, np.maximum(costs, 0.0)).min(axis=1)
    return np.asarray(np.minimum(fresh, beside_others))


def _fresh(problem: Problem, rows: Ints, kinds: Ints) -> Floats:
    """Return the cost of a route with a single stop, of shape (kinds, rows)."""
    types = problem.types
    depot, end = types.depot[kinds, None], types.end[kinds, None]
    km = problem.distance[depot, rows] + problem.distance[rows, end]
    minutes = types.pace[kinds, None] * (problem.minutes[depot, rows] + problem.minutes[rows, end])
    travel = types.cost_per_km[kinds, None] * km
    hours = types.cost_per_minute[kinds, None] * (minutes + problem.service[rows])
    cost: Floats = types.fixed_cost[kinds, None] + travel + hours
    return cost


def _days(problem: Problem, rows: Ints, depot: int) -> Floats:
    """Return whole days from ``state.as_of`` to the earliest arrival of a vehicle of ``depot``, none below 0."""
    kinds = np.flatnonzero(problem.types.depot == depot)
    leaves = np.array([preferred_departure(problem.types.vehicles[kind][0], problem.state) for kind in kinds])
    arrives = (leaves[:, None] + problem.types.pace[kinds, None] * problem.minutes[depot, rows]).min(axis=0)
    today, soon = problem.state.as_of, np.minimum(arrives, ANY_TIME)
    days = [((today + timedelta(minutes=float(minutes))).date() - today.date()).days for minutes in soon]
    return np.maximum(np.array(days, dtype=np.float64), 0.0)
