"""How far it is between depots and deliveries, and how long that takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist

from shelfwise.types import DETOUR_FACTOR, Delivery, Depot, Index, RouteRequest, State, TravelMatrix

__all__ = ["DETOUR_FACTOR", "EARTH_RADIUS_KM", "Travel", "great_circle_km"]

EARTH_RADIUS_KM = 6371.0088
"""The mean radius of the WGS 84 ellipsoid."""


def great_circle_km(
    from_latitude: ArrayLike, from_longitude: ArrayLike, to_latitude: ArrayLike, to_longitude: ArrayLike
) -> NDArray[np.float64]:
    """Return great-circle distances in km by the haversine formula (Sinnott 1984); degrees in, arrays broadcast."""
    lat1, lon1, lat2, lon2 = (np.radians(v) for v in (from_latitude, from_longitude, to_latitude, to_longitude))
    half = np.sin((lat2 - lat1) / 2.0) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2.0) ** 2
    arcs: NDArray[np.float64] = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return arcs


@attrs.define(frozen=True, slots=False, eq=False)
class Travel:
    """Distances and durations between places: the depots first, then the deliveries, by row.

    The request's own matrix is used as given, for every vehicle alike. Without one, a distance is the great
    circle times ``detour_factor`` and a duration follows from the speed of the vehicle.
    """

    depots: Index
    deliveries: Index
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    matrix: TravelMatrix | None = None
    detour_factor: float = DETOUR_FACTOR

    @classmethod
    def of(cls, request: RouteRequest, state: State, deliveries: Sequence[Delivery]) -> Travel:
        """Return the travel that a request means; the places of depots it does not locate are those on record."""
        depots = tuple(request.depots or ())
        nodes = Index(dict.fromkeys([*(d.node_id for d in depots), *(v.node_id for v in request.vehicles or ())]))
        recorded = [_recorded(node_id, state) for node_id in nodes]
        given = {depot.node_id: depot for depot in depots if depot.latitude is not None}
        places = [given.get(depot.node_id, depot) for depot in recorded]
        return cls(
            depots=nodes,
            deliveries=Index(delivery.delivery_id for delivery in deliveries),
            latitude=_degrees([*(p.latitude for p in places), *(d.latitude for d in deliveries)]),
            longitude=_degrees([*(p.longitude for p in places), *(d.longitude for d in deliveries)]),
            matrix=request.travel,
            detour_factor=request.detour_factor,
        )

    def __len__(self) -> int:
        return len(self.depots) + len(self.deliveries)

    @cached_property
    def _matrix_rows(self) -> NDArray[np.int64]:
        assert self.matrix is not None
        return Index(self.matrix.place_ids).positions((*self.depots, *self.deliveries))

    @cached_property
    def located(self) -> NDArray[np.bool_]:
        """Whether it is known where each place is, of shape (places,)."""
        if self.matrix is not None:
            return self._matrix_rows >= 0
        return np.isfinite(self.latitude) & np.isfinite(self.longitude)

    def distance_km(self, origins: ArrayLike, destinations: ArrayLike) -> NDArray[np.float64]:
        """Return the km between rows, broadcast against each other; NaN where a place is not located."""
        start, end = np.asarray(origins), np.asarray(destinations)
        if self.matrix is not None:
            return self._looked_up(self.matrix.distance_km, start, end)
        places = self.latitude[start], self.longitude[start], self.latitude[end], self.longitude[end]
        km: NDArray[np.float64] = self.detour_factor * great_circle_km(*places)
        return km

    def distances_km(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the km from each of ``rows`` to each, as :meth:`distance_km` but ten times as fast for many."""
        if self.matrix is not None:
            return self.distance_km(rows[:, None], rows[None, :])
        latitude, longitude = np.radians(self.latitude[rows]), np.radians(self.longitude[rows])
        flat = np.cos(latitude)
        points = np.stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)], axis=1)
        # Half of the chord is the sine of half the angle.
        halves = np.minimum(cdist(points, points) * 0.5, 1.0)
        return np.asarray(np.arcsin(halves) * (2.0 * EARTH_RADIUS_KM * self.detour_factor))

    def duration_minutes(
        self, origins: ArrayLike, destinations: ArrayLike, speed_kmh: ArrayLike
    ) -> NDArray[np.float64]:
        """Return the minutes between rows at ``speed_kmh``, which counts only where there is no matrix."""
        if self.matrix is not None:
            return self._looked_up(self.matrix.duration_minutes, np.asarray(origins), np.asarray(destinations))
        minutes: NDArray[np.float64] = self.distance_km(origins, destinations) * 60.0 / np.asarray(speed_kmh)
        return minutes

    def _looked_up(
        self, table: NDArray[np.float64], start: NDArray[np.int64], end: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        rows, columns = self._matrix_rows[start], self._matrix_rows[end]
        if not table.size:
            return np.full(np.broadcast_shapes(rows.shape, columns.shape), np.nan)
        return np.where((rows >= 0) & (columns >= 0), table[rows, columns], np.nan)


def _recorded(node_id: str, state: State) -> Depot:
    row = state.nodes.index.position(node_id)
    if row < 0 or row >= len(state.nodes.latitude):
        return Depot(node_id)
    return Depot(node_id, float(state.nodes.latitude[row]), float(state.nodes.longitude[row]))


def _degrees(values: Iterable[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
