"""Checks of routers."""

from __future__ import annotations

from datetime import timedelta

import attrs
import numpy as np

from shelfwise.testing.common import valid
from shelfwise.testing.registry import check
from shelfwise.testing.subject import Subject
from shelfwise.types import Deadline, Delivery, RoutePlan, SkipReason, Stage, TravelMatrix


def _soon() -> Deadline:
    """Return the deadline for plans of many deliveries that need not be the best of the plugin's."""
    return Deadline.after(2.0)


def _served(plan: RoutePlan) -> set[str]:
    return {stop.delivery_id for route in plan.routes for stop in route.stops}


@check(Stage.ROUTER)
def what_can_be_delivered_is(subject: Subject) -> None:
    """The sample retailer's deliveries fit its vehicles, and most are in a route."""
    plan = subject.answer
    assert len(_served(plan)) > len(subject.state.deliveries) / 2, f"only {len(_served(plan))} deliveries are routed"


@check(Stage.ROUTER)
def the_order_of_deliveries_does_not_matter(subject: Subject) -> None:
    """Deliveries given in another order give a valid plan of about the same cost."""
    request, turned = subject.request(), subject.state.deliveries[::-1]
    plan = subject.ask(request, deliveries=turned, deadline=_soon())
    valid(subject, request, plan, deliveries=turned)
    assert plan.cost <= 1.25 * subject.answer.cost + 1e-6, "the order of the deliveries changes the cost by far"


@check(Stage.ROUTER)
def without_vehicles_everything_is_skipped(subject: Subject) -> None:
    """With no vehicle every delivery is skipped for that reason."""
    request = subject.request(vehicles=())
    plan = subject.ask(request)
    valid(subject, request, plan)
    assert {skipped.reason for skipped in plan.skipped} <= {SkipReason.NO_VEHICLE}
    assert len(plan.skipped) == len(subject.state.deliveries)


@check(Stage.ROUTER)
def what_is_too_large_is_skipped(subject: Subject) -> None:
    """A delivery larger than any vehicle is skipped for its size and keeps no other from being served."""
    request = subject.request(vehicles=tuple(attrs.evolve(v, capacity=1e3) for v in subject.request().vehicles))
    huge = attrs.evolve(subject.state.deliveries[0], delivery_id="huge", quantity=1e6)
    deliveries = (huge, *subject.state.deliveries)
    plan = subject.ask(request, deliveries=deliveries, deadline=_soon())
    valid(subject, request, plan, deliveries=deliveries)
    assert {skipped.delivery_id: skipped.reason for skipped in plan.skipped}.get("huge") is SkipReason.CAPACITY
    assert _served(plan), "one delivery that is too large emptied the plan"


@check(Stage.ROUTER)
def a_missed_window_is_skipped(subject: Subject) -> None:
    """A delivery whose window closed before any vehicle starts is skipped with a reason."""
    start = subject.state.as_of - timedelta(days=3)
    missed = attrs.evolve(
        subject.state.deliveries[0], delivery_id="missed", window_start=start, window_end=start + timedelta(minutes=30)
    )
    vehicles = tuple(
        attrs.evolve(v, shift_start=subject.state.as_of, shift_end=subject.state.as_of + timedelta(hours=9))
        for v in subject.request().vehicles
    )
    request = subject.request(vehicles=vehicles)
    plan = subject.ask(request, deliveries=(missed,))
    valid(subject, request, plan, deliveries=(missed,))
    assert [skipped.delivery_id for skipped in plan.skipped] == ["missed"]
    assert plan.skipped[0].text, "the skip has no explanation"


@check(Stage.ROUTER)
def an_unknown_place_is_skipped(subject: Subject) -> None:
    """A delivery without coordinates, and without a travel matrix, is skipped for its location."""
    lost = Delivery("lost")
    plan = subject.ask(deliveries=(lost,))
    valid(subject, subject.request(), plan, deliveries=(lost,))
    assert [skipped.reason for skipped in plan.skipped] == [SkipReason.LOCATION]


@check(Stage.ROUTER)
def a_given_travel_matrix_is_used(subject: Subject) -> None:
    """Distances are those of the request's matrix, which need not be symmetric."""
    vehicle = attrs.evolve(
        subject.request().vehicles[0],
        shift_start=None,
        shift_end=None,
        capacity=None,
        capacity_kg=None,
        capacity_l=None,
    )
    deliveries = (Delivery("a"), Delivery("b"))
    km = np.array([[0.0, 1.0, 9.0], [9.0, 0.0, 2.0], [4.0, 9.0, 0.0]])
    travel = TravelMatrix((vehicle.node_id, "a", "b"), km, km)
    request = subject.request(vehicles=(vehicle,), travel=travel)
    plan = subject.ask(request, deliveries=deliveries)
    valid(subject, request, plan, deliveries=deliveries)
    assert [stop.delivery_id for route in plan.routes for stop in route.stops] == ["a", "b"], "the best order is a, b"
    assert abs(sum(route.distance_km for route in plan.routes) - 7.0) < 1e-6


@check(Stage.ROUTER)
def an_optional_delivery_that_costs_too_much_is_left(subject: Subject) -> None:
    """A far delivery whose skip cost is next to nothing is left out for its cost."""
    vehicle = attrs.evolve(subject.request().vehicles[0], cost_per_km=10.0, shift_start=None, shift_end=None)
    there_and_back = np.array([[0.0, 50.0], [50.0, 0.0]])
    travel = TravelMatrix((vehicle.node_id, "far"), there_and_back, there_and_back)
    far = Delivery("far", quantity=0.0, skip_cost=0.01)
    request = subject.request(vehicles=(vehicle,), travel=travel)
    plan = subject.ask(request, deliveries=(far,))
    valid(subject, request, plan, deliveries=(far,))
    assert [skipped.reason for skipped in plan.skipped] == [SkipReason.COST]


@check(Stage.ROUTER)
def deliveries_at_one_place_are_no_error(subject: Subject) -> None:
    """Several drops at the same coordinates, the depot's own among them, are served."""
    depot = subject.request().depots[0]
    there = tuple(Delivery(f"d{n}", latitude=depot.latitude, longitude=depot.longitude, quantity=0.0) for n in range(4))
    request = subject.request()
    plan = subject.ask(request, deliveries=there)
    valid(subject, request, plan, deliveries=there)
    assert len(_served(plan)) == 4, "deliveries at the depot's door are not served"


@check(Stage.ROUTER)
def delivery_costs_are_told(subject: Subject) -> None:
    """What one more delivery costs is told for zones and nodes, as non-negative amounts."""
    costs = subject.answer.delivery_costs
    assert costs is not None, "the plan has no delivery costs"
    assert costs.marginal_cost.shape == (len(costs.zones), len(costs.nodes))
    assert not np.isnan(costs.marginal_cost).any()
    assert (costs.marginal_cost >= 0).all()
