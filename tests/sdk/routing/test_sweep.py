"""The plan for when there is no time."""

from hypothesis import given, settings
from hypothesis import strategies as st
from routing_world import STATE, ask, drop, mixture, plane, town, van

from shelfwise.routing import check_routes
from shelfwise.routing.construction import swept
from shelfwise.types import Deadline, SkipReason


@settings(max_examples=60, deadline=None)
@given(size=st.integers(0, 25), seed=st.integers(0, 10_000))
def test_any_mixture_holds(size, seed):
    """Whatever binds vehicles and deliveries, what is swept together can be driven."""
    request, state, deliveries = mixture(size, seed)

    assert check_routes(request, state, deliveries, swept(request, state, deliveries, Deadline())) == ()


def test_most_of_a_town_is_made_by_direction():
    """Vehicles are filled with neighbours, and what is left is skipped for want of time."""
    request, state, deliveries = town(60)

    plan = swept(request, state, deliveries, Deadline())

    assert sum(len(route.delivery_ids) for route in plan.routes) > 30
    assert {skip.reason for skip in plan.skipped} <= {SkipReason.TIME_LIMIT}


def test_a_travel_matrix_will_do_instead_of_coordinates():
    """Ways from the depot stand in for directions."""
    places = plane({"hub": (0, 0), "a": (3, 0), "b": (4, 0), "c": (0, 5)})

    plan = swept(ask(van(), travel=places), STATE, tuple(drop(name) for name in "abc"), Deadline())

    assert sorted(plan.routes[0].delivery_ids) == ["a", "b", "c"]
