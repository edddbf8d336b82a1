"""Spell out what a request leaves open: which customers, items, nodes, vehicles and depots "all" stands for."""

from __future__ import annotations

import math
from collections import defaultdict

import attrs
import numpy as np

from shelfwise.types import (
    DEFAULT_QUANTILES,
    DETOUR_FACTOR,
    Customer,
    DecisionRequest,
    Delivery,
    Depot,
    ForecastRequest,
    Link,
    RecommendRequest,
    ReplenishRequest,
    RouteRequest,
    Stage,
    State,
)

LONGEST_PLAN_DAYS = 120
"""The longest horizon that replenishment asks of the forecaster, whatever the lead times say."""


@attrs.frozen
class Asked:
    """The stages' requests with everything spelled out; None where the stage is neither asked nor needed."""

    recommend: RecommendRequest | None
    forecast: ForecastRequest | None
    """Covers what the caller asked and what replenishment needs; the decision shows the caller's part."""
    replenish: ReplenishRequest | None
    route: RouteRequest | None
    deliveries: tuple[Delivery, ...]
    """Customer deliveries: those of the request, or those on record."""
    stages: frozenset[Stage]
    """The stages that the caller asked for."""
    links: frozenset[Link]
    """The links that are on."""

    @property
    def support(self) -> frozenset[Stage]:
        """Stages run only because a stage that was asked for needs their signal."""
        present = {Stage.FORECASTER} if self.forecast is not None else set()
        return frozenset(present - self.stages)


def resolve(request: DecisionRequest, state: State, detour_factor: float = DETOUR_FACTOR) -> Asked:
    """Return the spelled-out requests of a valid request; ``state`` has the live part laid over already."""
    links = frozenset(Link) - request.options.disabled_links
    seed = request.options.seed
    replenish = request.replenish and _replenish(request.replenish, state, seed)
    route = request.route
    parts = (request.recommend, request.forecast, request.replenish, request.route)
    stages = frozenset(stage for stage, part in zip(Stage, parts, strict=True) if part is not None)
    # Where several stages are asked for, plans are compared by what is forecast, even if inventory does not see it.
    needs_forecast = Link.FORECAST in links or len(stages) > 1
    return Asked(
        recommend=request.recommend and _recommend(request.recommend, state, request, seed),
        forecast=_forecast(request.forecast, replenish if needs_forecast else None, state, links, seed),
        replenish=replenish,
        route=route and _route(route, state, seed, detour_factor),
        deliveries=() if route is None else state.deliveries if route.deliveries is None else route.deliveries,
        stages=stages,
        links=links,
    )


def _recommend(request: RecommendRequest, state: State, whole: DecisionRequest, seed: int) -> RecommendRequest:
    customers = request.customers
    if request.all_customers:
        named = {customer.customer_id for customer in customers}
        customers += tuple(Customer(customer_id=c) for c in state.customers.index if c not in named)
    if events := whole.live.events:
        recent = defaultdict(list)
        for event in events:
            recent[event.customer_id].append(attrs.evolve(event, customer_id=""))
        customers = tuple(
            attrs.evolve(customer, events=(*recent[customer.customer_id], *customer.events))
            if customer.customer_id in recent
            else customer
            for customer in customers
        )
    return attrs.evolve(request, customers=customers, seed=seed, request_id=whole.request_id)


def _forecast(
    request: ForecastRequest | None,
    replenish: ReplenishRequest | None,
    state: State,
    links: frozenset[Link],
    seed: int,
) -> ForecastRequest | None:
    """Join what the caller asked with what replenishment needs: every selling node, over the longest lead time."""
    if request is None and replenish is None:
        return None
    selling = state.nodes.selling_ids
    items: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    days, levels = 0, frozenset[float]()
    if request is not None:
        items, nodes = request.item_ids or state.items.index.ids, request.node_ids or selling
        days, levels = request.horizon_days, frozenset(request.quantiles)
    if replenish is not None:
        items = tuple(dict.fromkeys((*items, *replenish.item_ids)))
        nodes = tuple(dict.fromkeys((*nodes, *selling)))
        days, levels = max(days, _lead_time_horizon(replenish, state)), levels | set(DEFAULT_QUANTILES)
    return ForecastRequest(items, nodes, days, tuple(sorted(levels)), Link.IN_STOCK in links, seed)


def _lead_time_horizon(request: ReplenishRequest, state: State) -> int:
    """Days until an order placed at the next review could have arrived: the longest lead time plus two deviations."""
    lanes = state.lanes
    longest = float((lanes.lead_time_days + 2 * lanes.lead_time_sd_days).max()) if len(lanes.lead_time_days) else 0.0
    return min(max(14, math.ceil(longest) + request.review_days + 7), LONGEST_PLAN_DAYS)


def _replenish(request: ReplenishRequest, state: State, seed: int) -> ReplenishRequest:
    supplied = state.nodes.index.take(np.unique(state.lanes.to_node))
    return attrs.evolve(
        request,
        item_ids=request.item_ids or state.items.index.ids,
        node_ids=request.node_ids or supplied,
        seed=seed,
    )


def _route(request: RouteRequest, state: State, seed: int, detour_factor: float) -> RouteRequest:
    vehicles = state.vehicles if request.vehicles is None else request.vehicles
    known = {depot.node_id: depot for depot in request.depots or ()}
    for vehicle in vehicles:
        row = state.nodes.index.position(vehicle.node_id)
        if vehicle.node_id not in known and row >= 0:
            place = float(state.nodes.latitude[row]), float(state.nodes.longitude[row])
            missing = any(map(math.isnan, place))
            known[vehicle.node_id] = Depot(vehicle.node_id) if missing else Depot(vehicle.node_id, *place)
    return attrs.evolve(
        request,
        vehicles=vehicles,
        depots=tuple(known.values()),
        deliveries=None,
        seed=seed,
        detour_factor=detour_factor,
    )
