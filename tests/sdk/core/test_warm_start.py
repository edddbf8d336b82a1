"""Routes that start from the best so far."""

from datetime import UTC, datetime

from shelfwise.coordination.warm_start import previous_routes
from shelfwise.types import PreviousRoute, Route, RoutePlan, Stop

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def route(vehicle_id, *delivery_ids):
    """Return a route with these stops."""
    return Route(vehicle_id, "depot", NOON, NOON, [Stop(delivery_id, NOON) for delivery_id in delivery_ids])


def test_the_best_routes_are_the_plan_before():
    """Each vehicle starts with what it did."""
    best = RoutePlan([route("v1", "a", "b"), route("v2", "c")])

    assert previous_routes((), best) == (PreviousRoute("v1", ("a", "b")), PreviousRoute("v2", ("c",)))


def test_what_is_pinned_stays_pinned():
    """Pinned deliveries come first whatever the best routes hold, and what was not pinned is forgotten."""
    given = (PreviousRoute("v1", ("a", "x"), 1), PreviousRoute("v2", ("y",)), PreviousRoute("v3", ("z",), 1))
    best = RoutePlan([route("v1", "a", "b"), route("v2", "c")])

    assert previous_routes(given, best) == (
        PreviousRoute("v1", ("a", "b"), 1),
        PreviousRoute("v3", ("z",), 1),
        PreviousRoute("v2", ("c",)),
    )
