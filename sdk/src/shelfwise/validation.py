"""Check a whole request at once: every violation, by its full field path, with what is allowed.

Served to remote and in-process callers alike: first whether every value is of its declared type, then whether it makes
sense, in one report.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from shelfwise.errors import InvalidRequestError, UnknownIdError, Violation, elsewhere
from shelfwise.route_rules import route_violations
from shelfwise.rules import (
    SHOWN,
    UnknownId,
    columns,
    distinct,
    finite,
    finite_column,
    is_finite,
    is_in_range,
    known_id,
    known_ids,
    moment_in_range,
    not_empty,
    unknown_id,
    whole_number,
)
from shelfwise.types import (
    Customer,
    DecisionRequest,
    Event,
    ForecastRequest,
    Index,
    Live,
    Options,
    Promotion,
    RecommendRequest,
    ReplenishRequest,
    State,
    StockLevels,
)
from shelfwise.types.declared import as_declared

FIRST_DAY, LAST_DAY = np.datetime64("0001-01-01"), np.datetime64("9999-12-31")
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
    """Return everything that is wrong with a request, whatever it holds; ``state`` says which ids are on record."""
    request, misfits = as_declared(request, DecisionRequest, "request")
    if not misfits:
        return tuple(_sense(request, state))
    wrong = [Violation(path, words) for path, words in misfits]
    return (*wrong, *elsewhere(_sense(request, state), {violation.field for violation in wrong}))


def _sense(request: DecisionRequest, state: State) -> list[Violation]:
    """Return what makes no sense in a request of which every value is of its type."""
    found: list[Violation] = []
    if request.as_of is not None:
        found += moment_in_range("as_of", request.as_of)
    if len(request.request_id) > 200:
        found.append(Violation("request_id", f"must have at most 200 characters, got {len(request.request_id)}"))
    if request.recommend is not None:
        found += _recommend(request.recommend, state)
        if request.recommend.exploration > 0.0 and not request.request_id:
            found.append(Violation("request_id", "must be given with exploration: each id has a draw of its own"))
    if request.forecast is not None:
        found += _forecast(request.forecast, state)
    if request.replenish is not None:
        found += _replenish(request.replenish, state)
    if request.route is not None:
        found += route_violations(request.route, state)
    if not (request.recommend or request.forecast or request.replenish or request.route):
        words = "asks for no stage; set at least one of recommend, forecast, replenish, route"
        found.append(Violation("request", words))
    found += _live(request.live, state)
    found += _options(request.options)
    return found


def _share(field: str, value: float) -> Iterator[Violation]:
    if not 0.0 <= value <= 1.0:
        yield Violation(field, f"must be between 0 and 1, got {value}")


def _recommend(request: RecommendRequest, state: State) -> Iterator[Violation]:
    where = "recommend"
    if not request.customers and not request.all_customers:
        yield Violation(f"{where}.customers", "must name at least one customer, or set all_customers")
    yield from whole_number(f"{where}.slate_size", request.slate_size, 1, MAXIMUM_SLATE_SIZE)
    for name in ("most_per_category", "most_per_brand"):
        if (cap := getattr(request, name)) is not None:
            yield from whole_number(f"{where}.{name}", cap, 1, MAXIMUM_SLATE_SIZE)
    yield from _share(f"{where}.diversity", request.diversity)
    yield from _share(f"{where}.exploration", request.exploration)
    yield from known_ids(f"{where}.exclude_item_ids", request.exclude_item_ids, state.items.index, "item")
    if request.allow_categories or request.deny_categories:
        categories = {str(category) for category in state.items.category}
        for name in ("allow_categories", "deny_categories"):
            for row, category in enumerate(getattr(request, name)):
                if category not in categories:
                    yield unknown_id(f"{where}.{name}[{row}]", category, categories, "category")
    yield from distinct(f"{where}.customers", [customer.customer_id for customer in request.customers], "customer_id")
    for row, customer in enumerate(request.customers):
        yield from _customer(f"{where}.customers[{row}]", customer)


def _customer(where: str, customer: Customer) -> Iterator[Violation]:
    for row, event in enumerate(customer.events):
        if not _is_sensible(event) or event.customer_id:
            yield from _event(f"{where}.events[{row}]", event)
            if event.customer_id and event.customer_id != customer.customer_id:
                words = f"must be empty or {customer.customer_id!r}, got {event.customer_id!r}"
                yield Violation(f"{where}.events[{row}].customer_id", words)
    for row, line in enumerate(customer.cart):
        yield from not_empty(f"{where}.cart[{row}].item_id", line.item_id)
        yield from finite(f"{where}.cart[{row}].quantity", line.quantity, 0.0, above=True)


def _is_sensible(event: Event) -> bool:
    """Tell in less time than it takes to write down the path whether there is nothing to say of an event."""
    time = event.time
    return (
        bool(event.item_id)
        and event.quantity >= 0.0
        and is_finite(event.quantity)
        and (time is None or is_in_range(time))
    )


def _event(path: str, event: Event) -> Iterator[Violation]:
    yield from not_empty(f"{path}.item_id", event.item_id)
    yield from finite(f"{path}.quantity", event.quantity, 0.0)
    if event.time is not None:
        yield from moment_in_range(f"{path}.time", event.time)


def _forecast(request: ForecastRequest, state: State) -> Iterator[Violation]:
    where = "forecast"
    yield from known_ids(f"{where}.item_ids", request.item_ids, state.items.index, "item")
    yield from distinct(f"{where}.item_ids", request.item_ids)
    yield from known_ids(f"{where}.node_ids", request.node_ids, Index(state.nodes.selling_ids), "selling node")
    yield from distinct(f"{where}.node_ids", request.node_ids)
    yield from whole_number(f"{where}.horizon_days", request.horizon_days, 1, MAXIMUM_HORIZON_DAYS)
    if not request.quantiles:
        yield Violation(f"{where}.quantiles", "must hold at least one level between 0 and 1")
    outside = [row for row, level in enumerate(request.quantiles) if not 0.0 < level < 1.0]
    for row in outside:
        yield Violation(f"{where}.quantiles[{row}]", f"must be above 0 and below 1, got {request.quantiles[row]}")
    if not outside and list(request.quantiles) != sorted(set(request.quantiles)):
        yield Violation(f"{where}.quantiles", "must be in ascending order, each level once")


def _replenish(request: ReplenishRequest, state: State) -> Iterator[Violation]:
    where = "replenish"
    yield from known_ids(f"{where}.item_ids", request.item_ids, state.items.index, "item")
    yield from distinct(f"{where}.item_ids", request.item_ids)
    yield from known_ids(f"{where}.node_ids", request.node_ids, state.nodes.index, "node")
    yield from distinct(f"{where}.node_ids", request.node_ids)
    target = request.service_target
    if target is not None and not 0.0 < target < 1.0:
        yield Violation(f"{where}.service_target", f"must be above 0 and below 1, got {target}")
    if request.budget is not None:
        yield from finite(f"{where}.budget", request.budget, 0.0)
    yield from whole_number(f"{where}.review_days", request.review_days, 1, MAXIMUM_REVIEW_DAYS)


def _live(live: Live, state: State) -> Iterator[Violation]:
    if live.stock is not None:
        stock = live.stock
        yield from columns("live.stock", stock, ("item_ids", "node_ids", "on_hand"))
        yield from _table("live.stock", stock, "on_hand", state)
        yield from distinct("live.stock", _places(stock))
    if live.open_orders is not None:
        orders = live.open_orders
        yield from columns("live.open_orders", orders, ("item_ids", "node_ids", "quantity", "arrives_on"))
        yield from _table("live.open_orders", orders, "quantity", state)
        days = orders.arrives_on
        for row in np.flatnonzero(~((days >= FIRST_DAY) & (days <= LAST_DAY)))[:SHOWN]:
            words = f"must be a day of the years 1 to 9999, got {days.ravel()[row]}"
            yield Violation(f"live.open_orders.arrives_on[{row}]", words)
    for row, promotion in enumerate(live.promotions):
        yield from _promotion(f"live.promotions[{row}]", promotion, state)
    for row, event in enumerate(live.events):
        yield from not_empty(f"live.events[{row}].customer_id", event.customer_id)
        if not _is_sensible(event):
            yield from _event(f"live.events[{row}]", event)


def _table(where: str, table: Any, numbers: str, state: State) -> Iterator[Violation]:
    yield from known_ids(f"{where}.item_ids", table.item_ids, state.items.index, "item")
    yield from known_ids(f"{where}.node_ids", table.node_ids, state.nodes.index, "node")
    yield from finite_column(f"{where}.{numbers}", getattr(table, numbers).ravel())


def _places(stock: StockLevels) -> list[tuple[str, str] | None]:
    """Return item and node of each row, None where one of them is missing."""
    pairs = zip(stock.item_ids, stock.node_ids, strict=False)  # columns of unequal length are told of already
    return [(item, node) if item and node else None for item, node in pairs]


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
