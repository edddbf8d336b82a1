"""The routes that the compiled search changes, from a draft and back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from shelfwise.routing.draft import Draft
from shelfwise_router_pyvrp.refining.course import Course
from shelfwise_router_pyvrp.refining.facts import RELOAD, Flags, Floats, Ints

__all__ = ["Copy", "Routes", "Scratch"]


class Routes(NamedTuple):
    """What vehicles do: ``rows`` (vehicles, places) up to ``lengths``, with the type and the pinned stops of each.

    ``costs`` is of each route, ``where`` (deliveries,) the vehicle of each, -1 for none; ``barred`` are never put in.
    ``leaves`` and ``until`` (vehicles, places + 1) tell between when the way to each place, the end included, begins
    and ends, if breaks were not.
    """

    rows: Ints
    lengths: Ints
    costs: Floats
    where: Ints
    kinds: Ints
    pinned: Ints
    barred: Flags
    leaves: Floats
    until: Floats

    @classmethod
    def of(cls, draft: Draft) -> Routes:
        """Return the routes of a draft, without their times yet."""
        problem, vehicles = draft.problem, len(draft.vehicles)
        places = len(problem) + int(problem.types.most_trips.clip(1, len(problem) + 1).max())
        rows, lengths = np.zeros((vehicles, places), np.int64), np.zeros(vehicles, np.int64)
        for vehicle, trips in enumerate(draft.trips):
            route: list[int] = []
            for trip in trips:
                route += [*([RELOAD] if route else []), *trip]
            rows[vehicle, : len(route)], lengths[vehicle] = route, len(route)
        where = np.full(len(problem), -1, np.int64)
        where[list(draft.where)] = list(draft.where.values())
        barred = np.logical_not(problem.allowed.any(axis=1))
        barred[list(draft.unkept)] = True
        return cls(
            rows=rows,
            lengths=lengths,
            costs=np.array(draft.cost, np.float64),
            where=where,
            kinds=np.array(draft.kind, np.int64),
            pinned=np.array([len(draft.pinned.get(vehicle, ())) for vehicle in range(vehicles)], np.int64),
            barred=barred,
            leaves=np.zeros((vehicles, places + 1)),
            until=np.zeros((vehicles, places + 1)),
        )


class Copy(NamedTuple):
    """Routes as they were. Only those of vehicles that are ``changed`` differ from the present ones."""

    rows: Ints
    lengths: Ints
    costs: Floats
    changed: Flags

    @classmethod
    def of(cls, routes: Routes) -> Copy:
        """Return a copy of routes."""
        unchanged = np.zeros(len(routes.lengths), np.bool_)
        return cls(routes.rows.copy(), routes.lengths.copy(), routes.costs.copy(), unchanged)

    def write(self, draft: Draft) -> None:
        """Let the vehicles of a draft do this."""
        for vehicle in range(len(self.lengths)):
            draft.put(vehicle, [], 0.0)
        for vehicle, length in enumerate(self.lengths.tolist()):
            trips: list[list[int]] = [[]]
            for row in self.rows[vehicle, :length].tolist():
                if row == RELOAD:
                    trips.append([])
                else:
                    trips[-1].append(row)
            draft.put(vehicle, trips, float(self.costs[vehicle]))


class Scratch(NamedTuple):
    """Room to work in: a ``route`` to try and the ``better`` one so far, of shape (places + 1,), and a ``course``.

    ``history`` (places + 1, breaks + 1) and ``at`` (breaks,) tell on which legs breaks are taken. ``options``
    (options, 2) are the vehicles and places that are open to a delivery, and ``least`` what each costs at least.
    """

    route: Ints
    better: Ints
    course: Course
    history: Ints
    at: Ints
    options: Ints
    least: Floats

    @classmethod
    def of(cls, routes: Routes, breaks: int) -> Scratch:
        """Return room for routes of these vehicles, which take at most so many ``breaks``."""
        vehicles, places = routes.rows.shape
        options = 2 * len(routes.where) + 3 * vehicles
        return cls(
            route=np.zeros(places + 1, np.int64),
            better=np.zeros(places + 1, np.int64),
            course=Course.of(places + 1),
            history=np.zeros((places + 1, breaks + 1), np.int64),
            at=np.zeros(breaks, np.int64),
            options=np.zeros((options, 2), np.int64),
            least=np.zeros(options),
        )
