"""Distances and durations."""

import numpy as np
import pytest
from routing_world import DEPOTS, STATE, ask, drop, plane, van

from shelfwise.routing import DETOUR_FACTOR, Travel, great_circle_km
from shelfwise.routing.travel import EARTH_RADIUS_KM
from shelfwise.types import Depot, RouteRequest


def test_a_quarter_of_the_equator_is_a_quarter_of_the_circumference():
    """From 0 to 90 degrees east along the equator it is a quarter of the way round."""
    assert great_circle_km(0, 0, 0, 90) == pytest.approx(np.pi / 2 * EARTH_RADIUS_KM)


def test_paris_to_london_is_344_km():
    """A well-known pair of cities is as far apart as atlases say."""
    assert great_circle_km(48.8566, 2.3522, 51.5074, -0.1278) == pytest.approx(343.6, abs=0.5)


def test_antipodes_are_half_the_circumference_apart():
    """Rounding never takes the root or the arc out of their domain."""
    assert great_circle_km(10.0, 20.0, -10.0, -160.0) == pytest.approx(np.pi * EARTH_RADIUS_KM)


def test_without_a_matrix_the_road_is_longer_than_the_crow_flies():
    """Distances are great circles times the detour factor, durations follow from the speed."""
    travel = Travel.of(ask(van()), STATE, (drop(east_km=10.0),))

    km, minutes = travel.distance_km(0, 1), travel.duration_minutes(0, 1, 30.0)

    assert km == pytest.approx(10.0 * DETOUR_FACTOR, rel=1e-3)
    assert minutes == pytest.approx(km * 2.0)


def test_a_matrix_is_used_as_given_in_both_directions():
    """The matrix of a request may be asymmetric, and speed does not count."""
    matrix = plane({"drop": (3.0, 4.0), "hub": (0.0, 0.0)})
    km = matrix.distance_km.copy()
    km[0, 1] = 9.0
    travel = Travel.of(ask(van(), travel=type(matrix)(matrix.place_ids, km, 2 * km)), STATE, (drop(),))

    assert travel.distance_km(0, 1) == 5.0
    assert travel.distance_km(1, 0) == 9.0
    assert travel.duration_minutes([0, 1], [1, 0], 99.0).tolist() == [10.0, 18.0]


def test_a_depot_without_coordinates_is_where_the_node_is_on_record():
    """What the request leaves out is taken from the state."""
    request = RouteRequest(vehicles=(van(node_id="west"),), depots=(Depot("west"),))

    travel = Travel.of(request, STATE, ())

    assert (travel.latitude[0], travel.longitude[0]) == (DEPOTS[1].latitude, DEPOTS[1].longitude)


def test_places_that_nobody_knows_are_not_located():
    """A delivery without coordinates, or without a row in the matrix, has no distance."""
    lost = drop("lost", latitude=None)

    by_place = Travel.of(ask(van()), STATE, (drop(), lost))
    by_matrix = Travel.of(ask(van(), travel=plane({"hub": (0, 0), "drop": (1, 1)})), STATE, (drop(), lost))

    for travel in (by_place, by_matrix):
        assert travel.located.tolist() == [True, True, False]
        assert np.isnan(travel.distance_km(0, 2))
