"""Routes as they are driven."""

import attrs
import pytest
from routing_world import town

from shelfwise.baselines.router import BaselineRouter
from shelfwise.twin.drives import drive
from shelfwise.twin.keyed import Keyed
from shelfwise.types import Deadline


@pytest.fixture(scope="module")
def planned():
    """Return routes for a town, and its deliveries."""
    request, state, deliveries = town(30)
    plan = BaselineRouter(rounds_per_delivery=1).route(request, state, deliveries, Deadline())
    return plan, {delivery.delivery_id: delivery for delivery in deliveries}


def test_without_traffic_a_plan_is_driven_as_it_is(planned):
    """Nothing is late, and the routes cost what they were to cost."""
    plan, deliveries = planned

    driven = drive(plan, deliveries, day=1, draws=Keyed(0), traffic=0.0)

    assert set(driven.late) == {name for route in plan.routes for name in route.delivery_ids}
    assert not any(driven.late.values())
    assert driven.cost == pytest.approx(plan.cost, rel=1e-6)


def test_slow_traffic_makes_drops_late_and_hours_dear(planned):
    """On a day of bad traffic, the same for every plan, some drops come too late and drivers stay longer."""
    plan, deliveries = planned
    found = [drive(plan, deliveries, day=day, draws=Keyed(0), traffic=1.0) for day in range(8)]

    assert any(any(one.late.values()) for one in found)
    assert max(one.cost for one in found) > plan.cost
    assert found[3] == drive(plan, deliveries, day=3, draws=Keyed(0), traffic=1.0)


def test_every_vehicle_has_traffic_of_its_own(planned):
    """Vehicles of two depots whose names end alike are not slowed alike."""
    plan, deliveries = planned
    costs = set()
    for depot in ("warehouse-1", "warehouse-2"):
        route = attrs.evolve(plan.routes[0], vehicle_id=f"{depot}/van-10")
        renamed = attrs.evolve(plan, routes=(route,))
        costs.add(drive(renamed, deliveries, day=1, draws=Keyed(0), traffic=0.5).cost)

    assert len(costs) == 2
