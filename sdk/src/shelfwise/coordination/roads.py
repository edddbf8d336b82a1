"""The road network between the places of one decision, asked for once and used by every pass."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.resolve import Asked
from shelfwise.routing.osrm import Osrm, OsrmError
from shelfwise.routing.travel import Travel
from shelfwise.types import Deadline, Delivery, RouteRequest, State, TravelMatrix

Place = tuple[float, float]


@attrs.frozen(eq=False)
class Roads:
    """Distances in km and durations in minutes by row, inf where no road leads; ``row`` tells which place is where."""

    row: dict[Place, int]
    distance_km: NDArray[np.float64]
    duration_minutes: NDArray[np.float64]

    @classmethod
    def fetch(cls, server: Osrm, request: RouteRequest, asked: Asked, state: State, deadline: Deadline) -> Roads:
        """Ask a server about all places that a plan may lead to: depots, customers, and nodes that may be restocked.

        Raises:
            OsrmError: There is no answer, or a delivery is called as a depot, which a matrix could not tell apart.
        """
        travel = Travel.of(request, state, asked.deliveries)
        if twice := sorted(set(travel.depots) & set(travel.deliveries)):
            raise OsrmError(f"the delivery {twice[0]!r} is called as a depot")
        nodes = zip(state.nodes.latitude.tolist(), state.nodes.longitude.tolist(), strict=True)
        places = tuple(dict.fromkeys([*_places(travel), *(nodes if asked.replenish else ())]))
        known = [place for place in places if np.isfinite(place).all()]
        return cls({place: row for row, place in enumerate(known)}, *server.table(known, deadline))

    def laid(self, request: RouteRequest, state: State, deliveries: tuple[Delivery, ...]) -> RouteRequest:
        """Return a request with the matrix of its depots and ``deliveries``, as far as it is known where they are."""
        travel = Travel.of(request, state, deliveries)
        ids = (*travel.depots, *travel.deliveries)
        found = [
            (place_id, self.row[place])
            for place_id, place in zip(ids, _places(travel), strict=True)
            if place in self.row
        ]
        rows = np.array([row for _, row in found], dtype=np.int64)
        block = np.ix_(rows, rows)
        matrix = TravelMatrix(
            [place_id for place_id, _ in found], self.distance_km[block], self.duration_minutes[block]
        )
        return attrs.evolve(request, travel=matrix)


def _places(travel: Travel) -> Iterable[Place]:
    return zip(travel.latitude.tolist(), travel.longitude.tolist(), strict=True)
