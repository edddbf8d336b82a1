"""Validation: each rule on its own, by the path of the field."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from fakes import small_state

from shelfwise.types import (
    Break,
    CartLine,
    Customer,
    DecisionRequest,
    Delivery,
    Depot,
    Event,
    ForecastRequest,
    Live,
    OpenOrderLines,
    Options,
    PreviousRoute,
    Promotion,
    RecommendRequest,
    ReplenishRequest,
    RouteRequest,
    StockLevels,
    TravelMatrix,
    Vehicle,
)
from shelfwise.validation import validate

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAN = float("nan")


def customer(**fields) -> DecisionRequest:
    """Ask for one customer's slate."""
    return DecisionRequest(recommend=RecommendRequest((Customer(**fields),)))


def recommend(**settings) -> DecisionRequest:
    """Ask for one customer's slate under some settings."""
    return DecisionRequest(recommend=RecommendRequest((Customer(),), **settings))


def deliveries(*several: Delivery) -> DecisionRequest:
    """Ask for routes for some deliveries."""
    return DecisionRequest(route=RouteRequest(deliveries=several))


def vehicle(**fields) -> DecisionRequest:
    """Ask for routes of one vehicle."""
    return DecisionRequest(route=RouteRequest(vehicles=(Vehicle("van", "depot", **fields),)))


def previous(*routes: PreviousRoute) -> DecisionRequest:
    """Ask for routes for d-1 and d-2 of a van, starting from the plan before."""
    asked = {"deliveries": (Delivery("d-1"), Delivery("d-2")), "vehicles": (Vehicle("van", "depot"),)}
    return DecisionRequest(route=RouteRequest(**asked, previous=routes))


def live(**parts) -> DecisionRequest:
    """Ask for a forecast with something live."""
    return DecisionRequest(forecast=ForecastRequest(), live=Live(**parts))


@pytest.mark.parametrize(
    ("request_", "field", "words"),
    [
        (DecisionRequest(), "request", "at least one of"),
        (DecisionRequest(as_of=datetime(2026, 1, 1), forecast=ForecastRequest()), "as_of", "time zone"),  # noqa: DTZ001
        (DecisionRequest(recommend=RecommendRequest()), "recommend.customers", "at least one customer"),
        (customer(cart=[CartLine("")]), "recommend.customers[0].cart[0].item_id", "must not be empty"),
        (customer(cart=[CartLine("apple", -1)]), "recommend.customers[0].cart[0].quantity", "above 0, got -1"),
        (customer(events=[Event("apple", quantity=NAN)]), "recommend.customers[0].events[0].quantity", "got nan"),
        (
            DecisionRequest(recommend=RecommendRequest((Customer("anna"), Customer("anna")))),
            "recommend.customers[1].customer_id",
            "stands at [0] already",
        ),
        (
            DecisionRequest(recommend=RecommendRequest((Customer(),), allow_categories=("fruits",))),
            "recommend.allow_categories[0]",
            "did you mean 'fruit'",
        ),
        (recommend(most_per_category=0), "recommend.most_per_category", "between 1 and 1000, got 0"),
        (recommend(most_per_brand=1001), "recommend.most_per_brand", "between 1 and 1000, got 1001"),
        (recommend(diversity=1.5), "recommend.diversity", "between 0 and 1, got 1.5"),
        (recommend(diversity=NAN), "recommend.diversity", "between 0 and 1, got nan"),
        (recommend(exploration=-0.1), "recommend.exploration", "between 0 and 1, got -0.1"),
        (recommend(exploration=NAN), "recommend.exploration", "between 0 and 1, got nan"),
        (recommend(exploration=0.1), "request_id", "must be given with exploration"),
        (DecisionRequest(forecast=ForecastRequest(horizon_days=0)), "forecast.horizon_days", "between 1 and 730"),
        (DecisionRequest(forecast=ForecastRequest(quantiles=())), "forecast.quantiles", "at least one level"),
        (DecisionRequest(forecast=ForecastRequest(quantiles=(0.9, 0.1))), "forecast.quantiles", "ascending"),
        (DecisionRequest(forecast=ForecastRequest(node_ids=("farm",))), "forecast.node_ids[0]", "no selling node"),
        (DecisionRequest(forecast=ForecastRequest(item_ids=("apple", "apple"))), "forecast.item_ids[1]", "already"),
        (DecisionRequest(replenish=ReplenishRequest(service_target=1.0)), "replenish.service_target", "below 1"),
        (DecisionRequest(replenish=ReplenishRequest(budget=NAN)), "replenish.budget", "got nan"),
        (deliveries(Delivery("d"), Delivery("d")), "route.deliveries[1].delivery_id", "'d' stands at [0]"),
        (deliveries(Delivery("d", quantity=-2)), "route.deliveries[0].quantity", "0 or more, got -2"),
        (deliveries(Delivery("d", latitude=91.0, longitude=0.0)), "route.deliveries[0].latitude", "-90 and 90"),
        (deliveries(Delivery("d", latitude=9.0)), "route.deliveries[0]", "both latitude and longitude"),
        (deliveries(Delivery("d", node_id="moon")), "route.deliveries[0].node_id", "no node on record"),
        (
            deliveries(Delivery("d", window_start=NOON, window_end=NOON.replace(hour=9))),
            "route.deliveries[0].window_end",
            "not be before window_start",
        ),
        (
            deliveries(Delivery("d", released_at=NOON, window_end=NOON.replace(hour=9))),
            "route.deliveries[0].window_end",
            "not be before released_at",
        ),
        (
            deliveries(Delivery("d", released_at=NOON.replace(tzinfo=None), late_cost_per_hour=1.0)),
            "route.deliveries[0].released_at",
            "must have a time zone",
        ),
        (
            DecisionRequest(route=RouteRequest(vehicles=(Vehicle("v", "depot", speed_kmh=0),))),
            "route.vehicles[0].speed_kmh",
            "above 0",
        ),
        (deliveries(Delivery("d", priority=101)), "route.deliveries[0].priority", "between 0 and 100, got 101"),
        (deliveries(Delivery("d", late_cost_per_hour=-1.0)), "route.deliveries[0].late_cost_per_hour", "got -1"),
        (deliveries(Delivery("d", skills=("cold", ""))), "route.deliveries[0].skills[1]", "must not be empty"),
        (vehicle(skills=("lift", "lift")), "route.vehicles[0].skills[1]", "stands at [0] already"),
        (vehicle(max_distance_km=-1.0), "route.vehicles[0].max_distance_km", "0 or more, got -1"),
        (vehicle(max_minutes=NAN), "route.vehicles[0].max_minutes", "got nan"),
        (vehicle(max_stops=-1), "route.vehicles[0].max_stops", "0 or more, got -1"),
        (vehicle(max_trips=0), "route.vehicles[0].max_trips", "1 or more, got 0"),
        (vehicle(reload_minutes=-5.0), "route.vehicles[0].reload_minutes", "0 or more, got -5"),
        (
            vehicle(breaks=(Break(NOON, NOON.replace(hour=11), 30.0),)),
            "route.vehicles[0].breaks[0].latest",
            "must not be before earliest",
        ),
        (
            vehicle(breaks=(Break(NOON, NOON, -1.0),)),
            "route.vehicles[0].breaks[0].minutes",
            "0 or more, got -1",
        ),
        (
            vehicle(breaks=(Break(NOON, NOON.replace(tzinfo=None), 30.0),)),
            "route.vehicles[0].breaks[0].latest",
            "must have a time zone",
        ),
        (
            vehicle(breaks=(Break(NOON, NOON, 30.0), Break(NOON.replace(hour=10), NOON.replace(hour=14), 15.0))),
            "route.vehicles[0].breaks[1].earliest",
            "must not be before that of the break before, 2026-03-02T12",
        ),
        (previous(PreviousRoute("", ("d-1",))), "route.previous[0].vehicle_id", "must not be empty"),
        (previous(PreviousRoute("van", ("d-1",), 2)), "route.previous[0].pinned", "between 0 and 1, got 2"),
        (previous(PreviousRoute("van", ("d-1",), -1)), "route.previous[0].pinned", "between 0 and 1, got -1"),
        (
            previous(PreviousRoute("van", ("d-1",)), PreviousRoute("van", ("d-2",))),
            "route.previous[1].vehicle_id",
            "'van' stands at [0]",
        ),
        (
            previous(PreviousRoute("van", ("d-1", "d-2")), PreviousRoute("bus", ("d-2",))),
            "route.previous[1].delivery_ids[0]",
            "'d-2' stands at route.previous[0].delivery_ids[1] already",
        ),
        (
            previous(PreviousRoute("van", ("d-1", "d-9", "d-8"), 2)),
            "route.previous[0].delivery_ids[1]",
            "'d-9' is pinned, but is no delivery of this plan",
        ),
        (
            previous(PreviousRoute("bus", ("d-1",), 1)),
            "route.previous[0].vehicle_id",
            "'bus' has pinned deliveries, but is no vehicle of this plan",
        ),
        (
            DecisionRequest(route=RouteRequest(previous=(PreviousRoute("van", ("gone",), 1),))),
            "route.previous[0].delivery_ids[0]",
            "'gone' is pinned",
        ),
        (DecisionRequest(route=RouteRequest(vehicles=())), "route.vehicles", "at least one, or be left out"),
        (
            DecisionRequest(route=RouteRequest(depots=(Depot("x", NAN, 0.0),))),
            "route.depots[0].latitude",
            "degrees, got nan",
        ),
        (
            DecisionRequest(route=RouteRequest(travel=TravelMatrix(("a", "b"), np.zeros((2, 3)), np.zeros((2, 2))))),
            "route.travel.distance_km",
            "must be square",
        ),
        (
            DecisionRequest(route=RouteRequest(travel=TravelMatrix(("a",), [[-1.0]], [[0.0]]))),
            "route.travel.distance_km[0]",
            "0 or more, got -1",
        ),
        (live(stock=StockLevels(("apple",), ("shop",), [-3.0])), "live.stock.on_hand[0]", "got -3"),
        (live(stock=StockLevels(("apple",), (), [3.0])), "live.stock", "equal length"),
        (live(stock=StockLevels(("apple",), ("shop",), 3.0)), "live.stock.on_hand", "one dimension"),
        (live(stock=StockLevels(("apple",) * 2, ("shop",) * 2, [1, 2])), "live.stock[1]", "already"),
        (
            live(open_orders=OpenOrderLines(("apple",), ("shop",), [NAN], ["2026-03-03"])),
            "live.open_orders.quantity[0]",
            "got nan",
        ),
        (
            live(open_orders=OpenOrderLines(("apple",), ("shop",), [1], ["NaT"])),
            "live.open_orders.arrives_on[0]",
            "a day of the years 1 to 9999, got NaT",
        ),
        (
            live(promotions=[Promotion("apple", date(2026, 3, 9), date(2026, 3, 8))]),
            "live.promotions[0].ends_on",
            "not be before starts_on",
        ),
        (live(events=[Event("apple")]), "live.events[0].customer_id", "must not be empty"),
        (
            DecisionRequest(forecast=ForecastRequest(), options=Options(time_budget_seconds=0.0)),
            "options.time_budget_seconds",
            "above 0",
        ),
    ],
)
def test_a_violation_names_its_field_and_what_is_allowed(request_, field, words):
    """One thing wrong gives exactly one violation, at its path, saying what would be right."""
    violations = validate(request_, small_state())

    assert [violation.field for violation in violations] == [field]
    assert words in violations[0].description


def test_a_long_column_of_mistakes_is_cut_short():
    """Thousands of bad rows are counted, not listed."""
    ids = tuple(f"unknown-{row}" for row in range(5000))

    violations = validate(DecisionRequest(forecast=ForecastRequest(item_ids=ids)), small_state())

    assert len(violations) < 30
    assert "4980 more" in violations[-1].description


def test_items_that_nobody_knows_may_be_in_sessions_and_carts():
    """What has left the catalogue, or is too new for it, refuses nobody a slate."""
    assert not validate(customer(events=[Event("kiwi")], cart=[CartLine("kiwi")]), small_state())


def test_the_plan_before_may_name_what_is_gone():
    """Vehicles and deliveries that nobody asks for any more are no mistake where nothing is pinned to them."""
    plan = previous(PreviousRoute("bus", ("d-9", "d-2")), PreviousRoute("van", ("d-1", "d-8"), 1))

    assert validate(plan, small_state()) == ()


def test_what_is_pinned_may_be_on_record():
    """A request that leaves deliveries and vehicles out means those on record, and may pin them."""
    state = small_state()
    plan = PreviousRoute(state.vehicles[0].vehicle_id, (state.deliveries[0].delivery_id,), 1)

    assert validate(DecisionRequest(route=RouteRequest(previous=(plan,))), state) == ()


def test_a_right_request_has_no_violations():
    """Everything allowed together passes."""
    request = DecisionRequest(
        recommend=RecommendRequest((Customer("new customer", cart=[CartLine("apple", 2)]),), all_customers=True),
        forecast=ForecastRequest(("crème",), ("shop",), 1, (0.5,)),
        replenish=ReplenishRequest(service_target=0.95, budget=0.0),
        route=RouteRequest(deliveries=()),
    )

    assert validate(request, small_state()) == ()
