"""The nodes of the routing library: deliveries, where vehicles start and end, and a visit to the depot per reload."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs
import numpy as np
from ortools.constraint_solver import pywrapcp

from shelfwise.routing.draft import Draft
from shelfwise.routing.pricing import Trips
from shelfwise.routing.problem import Floats, Ints

__all__ = ["FAR", "MONEY", "Nodes", "priced", "registered", "whole"]

MONEY = 1e6
"""Steps in a unit of the currency."""

_DEAREST = 1e15
"""Steps that anything amounts to at most, so that thousands of them still are a whole number of 64 bits."""

FAR = 1e6
"""Km or minutes that no route may take."""

_TOLERANCE = 1e-3
"""Steps that rounding may amount to."""


@attrs.frozen(eq=False)
class Nodes:
    """Which place each node is; the first are the deliveries in ``rows``, as far as a vehicle may make them.

    ``reloads`` are the nodes at which each vehicle may begin another trip.
    """

    rows: Ints
    places: Ints
    starts: list[int]
    ends: list[int]
    reloads: list[list[int]]
    manager: pywrapcp.RoutingIndexManager

    @classmethod
    def of(cls, draft: Draft, most_reloads: int) -> Nodes:
        """Return the nodes of a draft, with ``most_reloads`` of a vehicle, or as many as it makes there."""
        types = draft.problem.types
        free = draft.problem.allowed.any(axis=1)
        rows = np.array([row for row in np.flatnonzero(free).tolist() if row not in draft.unkept], dtype=np.int64)
        ends = list(dict.fromkeys([*types.depot.tolist(), *types.end.tolist()]))
        places, reloads = [*rows.tolist(), *ends], []
        for vehicle, kind in enumerate(draft.kind):
            more = min(int(types.most_trips[kind]) - 1, max(most_reloads, len(draft.trips[vehicle]) - 1))
            reloads.append(list(range(len(places), len(places) + more)))
            places += [int(types.depot[kind])] * more
        starts = [len(rows) + ends.index(int(types.depot[kind])) for kind in draft.kind]
        stops = [len(rows) + ends.index(int(types.end[kind])) for kind in draft.kind]
        manager = pywrapcp.RoutingIndexManager(len(places), len(draft.kind), starts, stops)
        return cls(rows, np.array(places, dtype=np.int64), starts, stops, reloads, manager)

    def index(self, node: int) -> int:
        """Return the index of a node of which there is one: a delivery or a reload."""
        return int(self.manager.NodeToIndex(node))

    def table(self, table: Floats) -> Floats:
        """Return a table between places as one between nodes, where nothing is farther than ``FAR``."""
        return np.minimum(table[np.ix_(self.places, self.places)], FAR)

    def chains(self, trips: Sequence[Trips]) -> list[list[int]]:
        """Return what each vehicle does as indices, between its start and its end."""
        node = {int(row): number for number, row in enumerate(self.rows)}
        chains = []
        for own, reloads in zip(trips, self.reloads, strict=True):
            waiting = iter(reloads)
            chain: list[int] = []
            for trip in own:
                chain += [*([next(waiting)] if chain else []), *(node[row] for row in trip)]
            chains.append([self.index(number) for number in chain])
        return chains

    def routes(self, routing: pywrapcp.RoutingModel, solution: pywrapcp.Assignment) -> Mapping[int, Trips]:
        """Return the trips of each vehicle that a solution sends out."""
        return {
            vehicle: trips
            for vehicle in range(len(self.starts))
            if (trips := [trip for trip in self._trips(routing, solution, vehicle) if trip])
        }

    def _trips(
        self, routing: pywrapcp.RoutingModel, solution: pywrapcp.Assignment, vehicle: int
    ) -> Iterator[list[int]]:
        trip: list[int] = []
        index = solution.Value(routing.NextVar(routing.Start(vehicle)))
        while not routing.IsEnd(index):
            node = self.manager.IndexToNode(index)
            if node < len(self.rows):
                trip.append(int(self.rows[node]))
            else:
                yield trip
                trip = []
            index = solution.Value(routing.NextVar(index))
        yield trip


def priced(amount: float) -> int:
    """Return an amount of the currency in steps."""
    return round(min(MONEY * amount, _DEAREST))


def registered(routing: pywrapcp.RoutingModel, table: Floats) -> int:
    """Give a table between nodes to the library, which knows whole numbers only, and return its number there."""
    return int(routing.RegisterTransitMatrix(whole(table).tolist()))


def whole(steps: Floats) -> Ints:
    """Return amounts in whole steps, rounded down so that a draft that holds does so here."""
    return np.floor(np.minimum(steps, _DEAREST) + _TOLERANCE).astype(np.int64)
