"""Random requests and decisions for property tests: everything the types can hold that has a form on the wire.

Numbers are finite unless a field allows more, ids are any text, and nothing has to make sense: a forecast may be
negative, a window may end before it starts. Arrays are drawn from a seed, which keeps generation fast.
"""

from __future__ import annotations

from datetime import UTC

import numpy as np
from hypothesis import strategies as st

from shelfwise.types import (
    Break,
    CartLine,
    Customer,
    Decision,
    DecisionRequest,
    Delivery,
    DemandForecast,
    Depot,
    Event,
    EventKind,
    ForecastRequest,
    Index,
    Link,
    LinkReport,
    Live,
    Obstacle,
    OpenOrderLines,
    Options,
    Order,
    OrderLines,
    PreviousRoute,
    Promotion,
    Reason,
    RecommendRequest,
    ReplenishRequest,
    Route,
    RouteRequest,
    RoutingReport,
    ServiceMeasure,
    ShadowPrices,
    SignalReport,
    SkippedDelivery,
    SkipReason,
    Slate,
    SlateItem,
    Stage,
    StageReport,
    StageState,
    StockLevels,
    Stop,
    StopKind,
    TravelMatrix,
    Vehicle,
    WithheldItem,
)

SPECIAL = (0.0, -0.0, 1.0, -1.5, 1e-300, 1e300, 0.1)

ids = st.text(max_size=6)
texts = st.text(max_size=12)
numbers = st.floats(allow_nan=False, allow_infinity=False)
unbounded = st.floats(allow_nan=False)
amounts = st.integers(-(10**15), 10**15).map(lambda micros: micros / 1e6)
wholes = st.integers(-(2**31), 2**31 - 1)
days = st.dates()
moments = st.datetimes(timezones=st.just(UTC))


def arrays(*shape, special=SPECIAL):
    """Draw arrays of a shape, with values that are hard to write down among them."""

    def fill(seed):
        random = np.random.default_rng(seed)
        values = random.normal(size=shape) * 1000
        return np.where(random.random(shape) < 0.3, random.choice(special, size=shape), values)

    return st.integers(0, 2**32).map(fill)


def few(values, most=3):
    """Draw short tuples of values."""
    return st.lists(values, max_size=most).map(tuple)


def maybe(values):
    """Draw a value or None."""
    return st.none() | values


events = st.builds(Event, ids, st.sampled_from(EventKind), maybe(moments), numbers, ids, ids)
customers = st.builds(Customer, ids, few(events), few(st.builds(CartLine, ids, numbers)), ids, maybe(st.booleans()))
recommend_requests = st.builds(
    RecommendRequest,
    few(customers, 2),
    st.booleans(),
    wholes,
    texts,
    few(ids),
    few(ids),
    few(ids),
    st.booleans(),
    maybe(wholes),
    maybe(wholes),
    numbers,
    st.booleans(),
    numbers,
)
forecast_requests = st.builds(
    ForecastRequest, few(ids), few(ids), wholes, st.lists(numbers, min_size=1, max_size=3).map(tuple)
)
replenish_requests = st.builds(
    ReplenishRequest, few(ids), few(ids), maybe(numbers), st.sampled_from(ServiceMeasure), maybe(amounts), wholes
)
deliveries = st.builds(
    Delivery,
    delivery_id=ids,
    node_id=ids,
    zone=ids,
    latitude=maybe(numbers),
    longitude=maybe(numbers),
    quantity=numbers,
    weight_kg=numbers,
    volume_l=numbers,
    window_start=maybe(moments),
    window_end=maybe(moments),
    service_minutes=numbers,
    skip_cost=maybe(amounts),
    order_id=ids,
    pickup=st.booleans(),
    skills=few(ids),
    priority=wholes,
    late_cost_per_hour=maybe(amounts),
    released_at=maybe(moments),
)
breaks = st.builds(Break, moments, moments, numbers)
vehicles = st.builds(
    Vehicle,
    vehicle_id=ids,
    node_id=ids,
    capacity=maybe(unbounded),
    capacity_kg=maybe(unbounded),
    capacity_l=maybe(unbounded),
    fixed_cost=amounts,
    cost_per_km=amounts,
    cost_per_hour=amounts,
    speed_kmh=numbers,
    shift_start=maybe(moments),
    shift_end=maybe(moments),
    skills=few(ids),
    max_distance_km=maybe(unbounded),
    max_minutes=maybe(unbounded),
    max_stops=maybe(wholes),
    max_trips=wholes,
    reload_minutes=numbers,
    ends_anywhere=st.booleans(),
    breaks=few(breaks, 2),
)
previous_routes = st.builds(PreviousRoute, ids, few(ids), wholes)
depots = st.builds(Depot, ids, maybe(numbers), maybe(numbers))


@st.composite
def travel_matrices(draw):
    """Draw square matrices, small ones and such as are copied as bytes."""
    size = draw(st.sampled_from((0, 1, 2, 9)))
    place_ids = tuple(f"{draw(ids)} {place}" for place in range(size))
    return TravelMatrix(place_ids, draw(arrays(size, size)), draw(arrays(size, size)))


@st.composite
def route_requests(draw):
    """Draw requests to the router; vehicles and depots are left out or given, never an empty list."""
    return RouteRequest(
        deliveries=draw(maybe(few(deliveries))),
        vehicles=draw(few(vehicles, 2)) or None,
        depots=draw(few(depots, 2)) or None,
        travel=draw(maybe(travel_matrices())),
        previous=draw(few(previous_routes, 2)),
    )


@st.composite
def stock_levels(draw):
    """Draw tables of stock."""
    rows = draw(st.integers(0, 3))
    return StockLevels(draw(exactly(rows, ids)), draw(exactly(rows, ids)), draw(arrays(rows)))


@st.composite
def open_order_lines(draw):
    """Draw tables of open orders."""
    rows = draw(st.integers(0, 3))
    arrives_on = np.array(draw(exactly(rows, days)), dtype="datetime64[D]")
    return OpenOrderLines(draw(exactly(rows, ids)), draw(exactly(rows, ids)), draw(arrays(rows)), arrives_on)


def exactly(rows, values):
    """Draw tuples of a given length."""
    return st.lists(values, min_size=rows, max_size=rows).map(tuple)


promotions = st.builds(Promotion, ids, days, days, ids, maybe(amounts), maybe(numbers), st.booleans())
live = st.builds(Live, maybe(stock_levels()), maybe(open_order_lines()), few(promotions, 2), few(events, 2))
options = st.builds(
    Options,
    disabled_links=st.sets(st.sampled_from(Link)),
    seed=st.integers(-(2**63), 2**63 - 1),
    time_budget_seconds=maybe(numbers),
    strict=st.booleans(),
    explain=st.booleans(),
    validate_only=st.booleans(),
)


def decision_requests():
    """Draw requests to any stages, with anything live."""
    return st.builds(
        DecisionRequest,
        request_id=texts,
        as_of=maybe(moments),
        recommend=maybe(recommend_requests),
        forecast=maybe(forecast_requests),
        replenish=maybe(replenish_requests),
        route=maybe(route_requests()),
        live=live,
        options=options,
    )


reasons = st.builds(Reason, texts, texts)
slate_items = st.builds(
    SlateItem, wholes, ids, numbers, numbers, amounts, ids, maybe(days), few(reasons, 2), st.booleans(), numbers
)
withheld = st.builds(WithheldItem, ids, reasons, numbers)
slates = st.builds(Slate, ids, few(slate_items), few(withheld, 2), st.booleans(), ids)


@st.composite
def demand_forecasts(draw):
    """Draw forecasts, empty ones and such as are copied as bytes among them."""
    items = Index(draw(st.lists(ids, max_size=3, unique=True)))
    nodes = Index(draw(st.lists(ids, max_size=2, unique=True)))
    shape = (len(items), len(nodes), draw(st.sampled_from((0, 1, 2, 28))))
    levels = draw(few(numbers))
    drivers = draw(st.sets(st.sampled_from(("base", "season", "price", "exposure")), max_size=2))
    return DemandForecast(
        items=items,
        nodes=nodes,
        starts_on=draw(days),
        levels=levels,
        mean=draw(arrays(*shape)),
        quantiles=draw(arrays(len(levels), *shape)),
        parts={driver: draw(arrays(*shape)) for driver in sorted(drivers)},
    )


@st.composite
def order_lines(draw):
    """Draw the lines of an order, with and without reasons."""
    rows = draw(st.integers(0, 3))
    explained = draw(st.booleans())
    return OrderLines(
        item_ids=draw(exactly(rows, ids)),
        quantity=draw(arrays(rows)),
        unconstrained_quantity=draw(arrays(rows)),
        safety_stock=draw(arrays(rows)),
        cover_days_before=draw(arrays(rows, special=(0.0, np.inf))),
        cover_days_after=draw(arrays(rows, special=(0.0, np.inf))),
        expected_fill_rate=draw(arrays(rows)),
        cost=draw(arrays(rows, special=(0.0, 0.01, 123_456_789.654321))),
        binding_constraints=draw(exactly(rows, texts)) if explained else (),
        reasons=draw(exactly(rows, texts)) if explained else (),
        stock_out_on=np.array(draw(exactly(rows, st.none() | days)), dtype="datetime64[D]"),
        cost_if_skipped=draw(arrays(rows, special=(0.0, 0.01, 123_456_789.654321))),
    )


orders = st.builds(Order, ids, ids, ids, days, days, order_lines(), amounts)
stops = st.builds(Stop, ids, moments, numbers, numbers, numbers, st.sampled_from(StopKind), numbers, numbers)
routes = st.builds(Route, ids, ids, moments, moments, few(stops), numbers, amounts, amounts, amounts, amounts)
obstacles = st.builds(Obstacle, ids, st.sampled_from(SkipReason), maybe(numbers), texts, texts)
skipped_deliveries = st.builds(
    SkippedDelivery, ids, st.sampled_from(SkipReason), texts, few(obstacles, 2), maybe(obstacles)
)
routing_reports = st.builds(RoutingReport, texts, amounts, maybe(amounts), maybe(wholes))
link_reports = st.builds(LinkReport, st.sampled_from(Link), st.booleans(), numbers, texts, texts)


@st.composite
def shadow_prices(draw):
    """Draw prices, none and many among them."""
    rows, vehicles = draw(st.sampled_from((0, 2, 70))), draw(st.integers(0, 2))
    special = (0.0, 0.01, 123_456_789.654321)
    return ShadowPrices(
        item_ids=tuple(f"{draw(ids)} {row}" for row in range(rows)),
        node_ids=(draw(ids),) * rows,
        unit_price=draw(arrays(rows, special=special)),
        vehicle_node_ids=draw(exactly(vehicles, ids)),
        delivery_price=draw(arrays(vehicles, special=special)),
        unit_value=draw(arrays(rows, special=special)),
    )


signal_reports = st.builds(
    SignalReport, wholes, wholes, st.booleans(), amounts, amounts, amounts, few(link_reports), texts, shadow_prices()
)
stage_reports = st.builds(
    StageReport, st.sampled_from(Stage), st.sampled_from(StageState), texts, texts, texts, numbers
)


def decisions():
    """Draw decisions with any parts."""
    return st.builds(
        Decision,
        decision_id=texts,
        request_id=texts,
        as_of=moments,
        currency=st.sampled_from(("EUR", "GBP", "")),
        model_id=texts,
        recommendations=few(slates, 2),
        forecasts=maybe(demand_forecasts()),
        orders=few(orders, 2),
        routes=few(routes, 2),
        skipped_deliveries=few(skipped_deliveries, 2),
        routing=maybe(routing_reports),
        signals=signal_reports,
        stages=few(stage_reports, 2),
        warnings=few(texts, 2),
        valid_until=maybe(moments),
    )
