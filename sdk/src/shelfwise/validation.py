"""Check a whole request at once: every violation, by its full field path, with what is allowed.

Served to remote and in-process callers alike. The types themselves hold whatever the caller wrote, because a type
that refuses its first bad value could not report the second.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from shelfwise.errors import InvalidRequestError, UnknownIdError, Violation
from shelfwise.rules import (
    UnknownId,
    coordinates,
    distinct,
    finite,
    finite_column,
    known_id,
    known_ids,
    moment_in_range,
    not_empty,
    ordered_moments,
    unknown_id,
    whole_number,
)
from shelfwise.types import (
    Customer,
    DecisionRequest,
    Delivery,
    ForecastRequest,
    Index,
    Live,
    Options,
    Promotion,
    RecommendRequest,
    ReplenishRequest,
    RouteRequest,
    State,
    TravelMatrix,
    Vehicle,
)

MAXIMUM_HORIZON_DAYS = 730
MAXIMUM_SLATE_SIZE = 1000
MAXIMUM_REVIEW_DAYS = 365


def ensure_valid(request: DecisionRequest, state: State) -> None:
    """Raise InvalidRequestError with every violation, or UnknownIdError where unknown ids are the only ones."""
    violations = validate(request, state)
    if violations:
        only_unknown = all(isinstance(violation, UnknownId) for violation in violations)
        raise (UnknownIdError if only_unknown else InvalidRequestError)(violations)


def validate(request: DecisionRequest, state: State) -> tuple[Violation, ...]:
    """Return everything that is wrong with a request; ``state`` says which ids are on record."""
    found: list[Violation] = []
    if request.as_of is not None:
        found += moment_in_range("as_of", request.as_of)
    if len(request.request_id) > 200:
        found.append(Violation("request_id", f"must have at most 200 characters, got {len(request.request_id)}"))
    if request.recommend is not None:
        found += _recommend(request.recommend, state)
    if request.forecast is not None:
        found += _forecast(request.forecast, state)
    if request.replenish is not None:
        found += _replenish(request.replenish, state)
    if request.route is not None:
        found += _route(request.route, state)
    if not (request.recommend or request.forecast or request.replenish or request.route):
        words = "asks for no stage; set at least one of recommend, forecast, replenish, route"
        found.append(Violation("request", words))
    found += _live(request.live, state)
    found += _options(request.options)
    return tuple(found)


def _recommend(request: RecommendRequest, state: State) -> Iterator[Violation]:
    where = "recommend"
    if not request.customers and not request.all_customers:
        yield Violation(f"{where}.customers", "must name at least one customer, or set all_customers")
    yield from whole_number(f"{where}.slate_size", request.slate_size, 1, MAXIMUM_SLATE_SIZE)
    yield from known_ids(f"{where}.exclude_item_ids", request.exclude_item_ids, state.items.index, "item")
    if request.allow_categories or request.deny_categories:
        categories = {str(category) for category in state.items.category}
        for name in ("allow_categories", "deny_categories"):
            for row, category in enumerate(getattr(request, name)):
                if category not in categories:
                    yield unknown_id(f"{where}.{name}[{row}]", category, categories, "category")
    named = [customer.customer_id for customer in request.customers if customer.customer_id]
    yield from distinct(f"{where}.customers", named, "customer_id")
    for row, customer in enumerate(request.customers):
        yield from _customer(f"{where}.customers[{row}]", customer, state)


def _customer(where: str, customer: Customer, state: State) -> Iterator[Violation]:
    for row, event in enumerate(customer.events):
        path = f"{where}.events[{row}]"
        yield from not_empty(f"{path}.item_id", event.item_id)
        yield from finite(f"{path}.quantity", event.quantity, 0.0)
        if event.time is not None:
            yield from moment_in_range(f"{path}.time", event.time)
        if event.customer_id and event.customer_id != customer.customer_id:
            yield Violation(
                f"{path}.customer_id", f"must be empty or {customer.customer_id!r}, got {event.customer_id!r}"
            )
    for row, line in enumerate(customer.cart):
        yield from known_id(f"{where}.cart[{row}].item_id", line.item_id, state.items.index, "item")
        yield from finite(f"{where}.cart[{row}].quantity", line.quantity, 0.0, above=True)


def _forecast(request: ForecastRequest, state: State) -> Iterator[Violation]:
    where = "forecast"
    yield from known_ids(f"{where}.item_ids", request.item_ids, state.items.index, "item")
    yield from distinct(f"{where}.item_ids", request.item_ids, "id")
    yield from known_ids(f"{where}.node_ids", request.node_ids, Index(state.nodes.selling_ids), "selling node")
    yield from distinct(f"{where}.node_ids", request.node_ids, "id")
    yield from whole_number(f"{where}.horizon_days", request.horizon_days, 1, MAXIMUM_HORIZON_DAYS)
    if not request.quantiles:
        yield Violation(f"{where}.quantiles", "must hold at least one level between 0 and 1")
    for row, level in enumerate(request.quantiles):
        if not 0.0 < level < 1.0:
            yield Violation(f"{where}.quantiles[{row}]", f"must be above 0 and below 1, got {level}")
    if list(request.quantiles) != sorted(set(request.quantiles)) and not any(map(math.isnan, request.quantiles)):
        yield Violation(f"{where}.quantiles", "must be in ascending order, each level once")


def _replenish(request: ReplenishRequest, state: State) -> Iterator[Violation]:
    where = "replenish"
    yield from known_ids(f"{where}.item_ids", request.item_ids, state.items.index, "item")
    yield from distinct(f"{where}.item_ids", request.item_ids, "id")
    yield from known_ids(f"{where}.node_ids", request.node_ids, state.nodes.index, "node")
    yield from distinct(f"{where}.node_ids", request.node_ids, "id")
    target = request.service_target
    if target is not None and not 0.0 < target < 1.0:
        yield Violation(f"{where}.service_target", f"must be above 0 and below 1, got {target}")
    if request.budget is not None:
        yield from finite(f"{where}.budget", request.budget, 0.0)
    yield from whole_number(f"{where}.review_days", request.review_days, 1, MAXIMUM_REVIEW_DAYS)


def _route(request: RouteRequest, state: State) -> Iterator[Violation]:
    where = "route"
    deliveries, vehicles, depots = request.deliveries or (), request.vehicles or (), request.depots or ()
    places = Index(tuple(dict.fromkeys([*state.nodes.index.ids, *(depot.node_id for depot in depots)])))
    yield from distinct(f"{where}.deliveries", [delivery.delivery_id for delivery in deliveries], "delivery_id")
    yield from distinct(f"{where}.vehicles", [vehicle.vehicle_id for vehicle in vehicles], "vehicle_id")
    yield from distinct(f"{where}.depots", [depot.node_id for depot in depots], "node_id")
    for name in ("vehicles", "depots"):
        if getattr(request, name) == ():
            yield Violation(f"{where}.{name}", "must hold at least one, or be left out for those on record")
    for row, depot in enumerate(depots):
        yield from not_empty(f"{where}.depots[{row}].node_id", depot.node_id)
        yield from coordinates(f"{where}.depots[{row}]", depot)
    for row, delivery in enumerate(deliveries):
        yield from _delivery(f"{where}.deliveries[{row}]", delivery, places)
    for row, vehicle in enumerate(vehicles):
        yield from _vehicle(f"{where}.vehicles[{row}]", vehicle, places)
    if request.travel is not None:
        yield from _travel(f"{where}.travel", request.travel)


def _delivery(where: str, delivery: Delivery, places: Index) -> Iterator[Violation]:
    yield from not_empty(f"{where}.delivery_id", delivery.delivery_id)
    if delivery.node_id:
        yield from known_id(f"{where}.node_id", delivery.node_id, places, "node")
    yield from coordinates(where, delivery)
    for name in ("quantity", "weight_kg", "volume_l", "service_minutes"):
        yield from finite(f"{where}.{name}", getattr(delivery, name), 0.0)
    if delivery.skip_cost is not None:
        yield from finite(f"{where}.skip_cost", delivery.skip_cost, 0.0)
    yield from ordered_moments(where, "window_start", delivery.window_start, "window_end", delivery.window_end)


def _vehicle(where: str, vehicle: Vehicle, places: Index) -> Iterator[Violation]:
    yield from not_empty(f"{where}.vehicle_id", vehicle.vehicle_id)
    yield from known_id(f"{where}.node_id", vehicle.node_id, places, "node")
    for name in ("capacity", "capacity_kg", "capacity_l"):
        if getattr(vehicle, name) is not None:
            yield from finite(f"{where}.{name}", getattr(vehicle, name), 0.0)
    for name in ("fixed_cost", "cost_per_km", "cost_per_hour"):
        yield from finite(f"{where}.{name}", getattr(vehicle, name), 0.0)
    yield from finite(f"{where}.speed_kmh", vehicle.speed_kmh, 0.0, above=True)
    yield from ordered_moments(where, "shift_start", vehicle.shift_start, "shift_end", vehicle.shift_end)


def _travel(where: str, travel: TravelMatrix) -> Iterator[Violation]:
    yield from distinct(f"{where}.place_ids", travel.place_ids, "place id")
    size = len(travel.place_ids)
    for name in ("distance_km", "duration_minutes"):
        values = getattr(travel, name)
        if values.shape != (size, size):
            yield Violation(f"{where}.{name}", f"must be square, {size} x {size} as place_ids, got {values.shape}")
        else:
            yield from finite_column(f"{where}.{name}", values.ravel())


def _live(live: Live, state: State) -> Iterator[Violation]:
    if live.stock is not None:
        stock = live.stock
        lengths = {"item_ids": len(stock.item_ids), "node_ids": len(stock.node_ids), "on_hand": len(stock.on_hand)}
        yield from _table("live.stock", lengths, stock, "on_hand", state)
        if len(set(lengths.values())) == 1:
            places = list(zip(stock.item_ids, stock.node_ids, strict=True))
            yield from distinct("live.stock", places, "item and node")
    if live.open_orders is not None:
        table = live.open_orders
        lengths = {"item_ids": len(table.item_ids), "node_ids": len(table.node_ids)}
        lengths |= {"quantity": len(table.quantity), "arrives_on": len(table.arrives_on)}
        yield from _table("live.open_orders", lengths, table, "quantity", state)
    for row, promotion in enumerate(live.promotions):
        yield from _promotion(f"live.promotions[{row}]", promotion, state)
    for row, event in enumerate(live.events):
        yield from not_empty(f"live.events[{row}].item_id", event.item_id)
        yield from not_empty(f"live.events[{row}].customer_id", event.customer_id)
        yield from finite(f"live.events[{row}].quantity", event.quantity, 0.0)


def _table(where: str, lengths: dict[str, int], table: Any, numbers: str, state: State) -> Iterator[Violation]:
    if len(set(lengths.values())) > 1:
        yield Violation(where, f"must have columns of equal length, got {lengths}")
        return
    yield from known_ids(f"{where}.item_ids", table.item_ids, state.items.index, "item")
    yield from known_ids(f"{where}.node_ids", table.node_ids, state.nodes.index, "node")
    yield from finite_column(f"{where}.{numbers}", getattr(table, numbers))


def _promotion(path: str, promotion: Promotion, state: State) -> Iterator[Violation]:
    yield from known_id(f"{path}.item_id", promotion.item_id, state.items.index, "item")
    if promotion.node_id:
        yield from known_id(f"{path}.node_id", promotion.node_id, state.nodes.index, "node")
    if promotion.ends_on < promotion.starts_on:
        words = f"must not be before starts_on {promotion.starts_on}, got {promotion.ends_on}"
        yield Violation(f"{path}.ends_on", words)
    for name in ("price", "expected_uplift"):
        if getattr(promotion, name) is not None:
            yield from finite(f"{path}.{name}", getattr(promotion, name), 0.0)


def _options(options: Options) -> Iterator[Violation]:
    if options.time_budget_seconds is not None:
        yield from finite("options.time_budget_seconds", options.time_budget_seconds, 0.0, above=True)
    yield from whole_number("options.seed", options.seed, 0, 2**63 - 1)
