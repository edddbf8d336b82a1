"""What must hold for every answer of a stage, whoever gave it: each function says what is wrong, in words.

The orchestrator checks every answer with these before it is used; the conformance kit and the tests use the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from shelfwise.routing.checker import check_routes
from shelfwise.types import (
    Delivery,
    DemandForecast,
    Exposure,
    ForecastRequest,
    Index,
    Order,
    Recommendations,
    RecommendRequest,
    ReplenishmentPlan,
    ReplenishRequest,
    RoutePlan,
    RouteRequest,
    Slate,
    State,
    StockOutlook,
)
from shelfwise.types.state import UNCATEGORISED

TOLERANCE = 1e-6


def _finite(name: str, values: NDArray[np.float64], *, infinite: bool = False) -> list[str]:
    """Say where ``values`` is NaN, infinite or negative."""
    problems = []
    if np.isnan(values).any() or (not infinite and np.isinf(values).any()):
        problems.append(f"{name} holds values that are no finite numbers")
    elif values.size and values.min() < -TOLERANCE:
        problems.append(f"{name} holds negative values, the least {values.min():g}")
    return problems


def _shape(name: str, values: NDArray[np.float64], shape: tuple[int, ...]) -> list[str]:
    return [] if values.shape == shape else [f"{name} has shape {values.shape}, expected {shape}"]


def _known(name: str, ids: Iterable[str], index: Index) -> list[str]:
    unknown = [identifier for identifier in ids if identifier not in index]
    return [f"{name} names the unknown id {unknown[0]!r}"] if unknown else []


def check_recommendations(request: RecommendRequest, state: State, answer: Recommendations) -> tuple[str, ...]:
    """Check slates and exposure: one slate a customer in order, known distinct items, ranks, probabilities."""
    problems: list[str] = []
    asked = [customer.customer_id for customer in request.customers]
    if [slate.customer_id for slate in answer.slates] != asked:
        problems.append(f"expected one slate for each of {len(asked)} customers in the order asked")
    if _check_slates(answer.slates, request, state):
        # What is said of all at once holds for some of them: name one.
        problems += next(found for slate in answer.slates if (found := _check_slates((slate,), request, state)))
    denied = [c for c, s in zip(request.customers, answer.slates, strict=False) if _needs_consent(c, s, state)]
    if denied:
        problems.append(f"customer {denied[0].customer_id!r} gave no consent but got a personal slate")
    return tuple(problems + (_check_exposure(answer.exposure, state) if answer.exposure is not None else []))


def _needs_consent(customer: object, slate: Slate, state: State) -> bool:
    consent = getattr(customer, "consent", None)
    if consent is None:
        row = state.customers.index.position(slate.customer_id)
        consent = bool(state.customers.consent[row]) if row >= 0 else True
    return not consent and not slate.impersonal


def _check_slates(slates: tuple[Slate, ...], request: RecommendRequest, state: State) -> list[str]:
    """Say what is wrong with slates, in the words for a single one."""
    where = f"the slate of {slates[0].customer_id!r}" if slates else ""
    items, sizes = [item for slate in slates for item in slate.items], [len(slate.items) for slate in slates]
    slate, ids = np.repeat(np.arange(len(slates)), sizes), [item.item_id for item in items]
    problems = _known(where, ids, state.items.index)
    rows = state.items.index.positions(ids)
    shown = (slate * len(state.items.index) + rows)[rows >= 0]
    if np.unique(shown).size < shown.size:
        problems.append(f"{where} shows an item twice")
    most = max(sizes, default=0)
    if most > request.slate_size:
        problems.append(f"{where} has {most} items, asked were {request.slate_size}")
    if [item.rank for item in items] != [rank for size in sizes for rank in range(1, size + 1)]:
        problems.append(f"{where} is not ranked from 1 on")
    if not set(request.exclude_item_ids).isdisjoint(ids):
        problems.append(f"{where} shows an excluded item")
    chance = np.array([item.purchase_probability for item in items])
    if not ((chance >= 0.0) & (chance <= 1.0)).all():
        problems.append(f"{where} holds a purchase probability outside 0 to 1")
    propensity = np.array([item.propensity for item in items])
    if not ((propensity > 0.0) & (propensity <= 1.0)).all():
        problems.append(f"{where} holds a propensity that is not above 0 and at most 1")
    score, price = np.array([item.score for item in items]), np.array([item.price for item in items])
    if not (np.isfinite(score) & np.isfinite(price) & (price >= 0.0)).all():
        problems.append(f"{where} holds a score or price that is no finite number")
    return problems or _check_groups(where, slate, rows, request, state)


def _check_groups(
    where: str, slate: NDArray[np.int64], rows: NDArray[np.int64], request: RecommendRequest, state: State
) -> list[str]:
    """Check the categories and brands of slates, ``rows`` being the rows of their items."""
    problems = []
    if request.allow_categories or request.deny_categories:
        categories = {str(state.items.category[row]) for row in set(rows.tolist())}
        if request.allow_categories and not categories <= set(request.allow_categories):
            problems.append(f"{where} shows a category that is not allowed")
        if categories & set(request.deny_categories):
            problems.append(f"{where} shows a denied category")
    problems += _over(where, "category", slate, state.items.category, rows, request.most_per_category)
    problems += _over(where, "brand", slate, state.items.brand, rows, request.most_per_brand)
    return problems


def _over(
    where: str,
    kind: str,
    slate: NDArray[np.int64],
    column: NDArray[np.object_],
    rows: NDArray[np.int64],
    most: int | None,
) -> Iterator[str]:
    """Say that a slate has more items of one category or brand than the request allows; unknown ones do not count."""
    if most is None or not column.size:
        return
    for (_, name), count in Counter(zip(slate.tolist(), map(str, column[rows]), strict=True)).items():
        if name not in ("", UNCATEGORISED) and count > most:
            yield f"{where} shows {count} items of the {kind} {name!r}, {most} are allowed"


def _check_exposure(exposure: Exposure, state: State) -> list[str]:
    shape = (len(exposure.items), len(exposure.nodes), exposure.impressions.shape[-1])
    problems = _known("exposure", exposure.items, state.items.index)
    problems += _known("exposure", exposure.nodes, state.nodes.index)
    for name in ("impressions", "extra_units", "promised_units", "past_units"):
        values = getattr(exposure, name)
        if values is not None:
            problems += [*_shape(f"exposure.{name}", values, shape), *_finite(f"exposure.{name}", values)]
    if not 0.0 <= exposure.substituted_share <= 1.0:
        problems.append(f"exposure.substituted_share is {exposure.substituted_share}; it must be from 0 to 1")
    return problems


def check_forecast(request: ForecastRequest, state: State, answer: DemandForecast) -> tuple[str, ...]:
    """Check axes, non-negative finite numbers, monotone quantiles, and parts that sum to the mean."""
    problems = []
    if answer.items.ids != request.item_ids or answer.nodes.ids != request.node_ids:
        problems.append("the forecast is not for the items and nodes asked for, in their order")
    if answer.levels != tuple(request.quantiles):
        problems.append(f"the forecast has the quantiles {answer.levels}, asked were {tuple(request.quantiles)}")
    if answer.starts_on != state.starts_on:
        problems.append(f"the forecast starts on {answer.starts_on}, expected {state.starts_on}")
    shape = (len(request.item_ids), len(request.node_ids), request.horizon_days)
    problems += _shape("mean", answer.mean, shape)
    problems += _shape("quantiles", answer.quantiles, (len(request.quantiles), *shape))
    problems += _finite("mean", answer.mean) + _finite("quantiles", answer.quantiles)
    if problems:
        return tuple(problems)
    if len(answer.levels) > 1 and (np.diff(answer.quantiles[np.argsort(answer.levels)], axis=0) < -TOLERANCE).any():
        problems.append("the quantiles are not monotone")
    if answer.parts:
        if any(part.shape != shape for part in answer.parts.values()):
            problems.append("a part has another shape than the mean")
        elif not np.allclose(sum(answer.parts.values()), answer.mean, rtol=1e-6, atol=1e-6):
            problems.append("the parts do not sum to the mean")
    return tuple(problems)


def check_replenishment(request: ReplenishRequest, state: State, answer: ReplenishmentPlan) -> tuple[str, ...]:
    """Check ids, minimum orders, packs, budget, stock outlook and projected stock."""
    problems: list[str] = []
    for order in answer.orders:
        problems += _check_order(order, request, state)
        if problems:
            break
    suppliers = state.nodes.supplier_ids
    spent = sum(order.cost for order in answer.orders if order.from_node_id in suppliers)
    if request.budget is not None and spent > request.budget + 1e-3:
        problems.append(f"the purchases cost {spent:.2f}, more than the budget of {request.budget:.2f}")
    shape = (len(answer.items), len(answer.nodes))
    problems += _check_outlook(answer.stock_outlook, state)
    problems += _known("the plan", answer.items, state.items.index) + _known(
        "the plan", answer.nodes, state.nodes.index
    )
    if answer.projected_stock.shape[:2] != shape or answer.projected_stock.ndim != 3:
        problems.append(f"projected_stock has shape {answer.projected_stock.shape}, expected {(*shape, 'days')}")
    problems += _finite("projected_stock", answer.projected_stock)
    return tuple(problems)


def _check_order(order: Order, request: ReplenishRequest, state: State) -> list[str]:
    where, lines = f"order {order.order_id!r}", order.lines
    nodes = (order.from_node_id, order.to_node_id)
    problems = [*_known(where, lines.item_ids, state.items.index), *_known(where, nodes, state.nodes.index)]
    problems += _finite(f"{where}: quantity", lines.quantity) + _finite(f"{where}: cost", lines.cost)
    problems += _finite(f"{where}: cost_if_skipped", lines.cost_if_skipped)
    for name in ("stock_out_on", "cost_if_skipped"):
        if len(getattr(lines, name)) not in (0, len(lines.item_ids)):
            problems.append(f"{where} has {len(getattr(lines, name))} of {name} for {len(lines.item_ids)} items")
    if len(lines.quantity) != len(lines.item_ids):
        problems.append(f"{where} has {len(lines.quantity)} quantities for {len(lines.item_ids)} items")
    if order.arrives_on < order.place_on:
        problems.append(f"{where} arrives before it is placed")
    if problems:
        return problems
    lane = (state.lanes.from_node == state.nodes.index.position(order.from_node_id)) & (
        state.lanes.to_node == state.nodes.index.position(order.to_node_id)
    )
    if lane.any() and not state.lanes.order_weekdays[lane, order.place_on.weekday()].any():
        problems.append(f"{where} is placed on {order.place_on:%A}, when no lane between its nodes takes orders")
    if request.item_ids and not set(lines.item_ids) <= set(request.item_ids):
        problems.append(f"{where} holds an item that was not asked for")
    rows = state.items.index.positions(lines.item_ids)
    ordered = lines.quantity > TOLERANCE
    packs = lines.quantity / np.maximum(state.items.pack_size[rows], TOLERANCE)
    if (np.abs(packs - np.rint(packs)) > 1e-4)[ordered].any():
        problems.append(f"{where} has a quantity that is no multiple of the pack size")
    below = ordered & (lines.quantity < state.items.minimum_order[rows] - TOLERANCE)
    if below.any() and order.from_node_id in state.nodes.supplier_ids:
        problems.append(f"{where} has a quantity below the item's minimum order")
    return problems


def _check_outlook(outlook: StockOutlook, state: State) -> list[str]:
    shape = (len(outlook.items), len(outlook.nodes))
    problems = [
        *_known("outlook", outlook.items, state.items.index),
        *_known("outlook", outlook.nodes, state.nodes.index),
    ]
    for name in ("available_to_promise", "in_stock_probability", "unit_value"):
        values = getattr(outlook, name)
        problems += _shape(name, values, shape) + _finite(name, values)
    problems += _shape("lasts_days", outlook.lasts_days, shape) + _finite(
        "lasts_days", outlook.lasts_days, infinite=True
    )
    if not problems and (outlook.in_stock_probability > 1 + TOLERANCE).any():
        problems.append("in_stock_probability exceeds 1")
    return problems


def check_routing(
    request: RouteRequest, state: State, deliveries: tuple[Delivery, ...], answer: RoutePlan
) -> tuple[str, ...]:
    """Check the routes with the independent checker, and the delivery costs."""
    problems = list(check_routes(request, state, deliveries, answer))
    costs = answer.delivery_costs
    if costs is not None:
        shape = (len(costs.zones), len(costs.nodes))
        for name in ("marginal_cost", "promise_days"):
            values = getattr(costs, name)
            problems += _shape(name, values, shape) + _finite(name, values, infinite=True)
        problems += _shape("visit_cost", costs.visit_cost, (len(costs.places), len(costs.nodes)))
        problems += _finite("visit_cost", costs.visit_cost, infinite=True)
        problems += _known("delivery_costs", (*costs.nodes, *costs.places), state.nodes.index)
    return tuple(problems)
