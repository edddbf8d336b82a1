"""A retailer who runs the shop with shelfwise: the tables in, one decision a night, slates for those who come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.config import Config
from shelfwise.configured_plugins import build_plugins
from shelfwise.evaluation.impressions import impressions
from shelfwise.orchestrator import Orchestrator
from shelfwise.plugins import PluginSet, call
from shelfwise.training import naming
from shelfwise.twin.market import Slates
from shelfwise.twin.operator import Morning, Situation
from shelfwise.twin.record import moment
from shelfwise.twin.scenario import Scenario
from shelfwise.twin.transfers import hired, transfer_loads
from shelfwise.twin.world.seasons import FIRST_DAY
from shelfwise.types import (
    Customer,
    Decision,
    DecisionRequest,
    Delivery,
    DemandForecast,
    ForecastRequest,
    Link,
    Live,
    OpenOrderLines,
    Options,
    Order,
    RecommendRequest,
    ReplenishRequest,
    Route,
    RoutePlan,
    RouteRequest,
    ServiceMeasure,
    Slate,
    Stage,
    StageState,
    StockLevels,
    silent,
)

__all__ = ["Retailer"]

Ints = NDArray[np.int64]


@attrs.define(eq=False)
class Retailer:
    """Learns now and then, plans on some mornings, and asks for slates every day.

    ``disabled`` are the links that are off. ``budget`` is what the purchases of one plan may cost, None any amount.
    """

    scenario: Scenario
    config: Config
    disabled: frozenset[Link]
    budget: float | None = None
    plugins: PluginSet | None = None
    """Used in place of those that the configuration names."""
    forecasts: list[tuple[int, Ints, NDArray[np.float64]]] = attrs.field(init=False, factory=list)
    """By plan: its day, the positions of the items, and the mean of their demand a day, (items, days)."""
    _orchestrator: Orchestrator | None = attrs.field(init=False, default=None)
    _learned_on: int = attrs.field(init=False, default=-1)

    def morning(self, situation: Situation) -> Morning:
        """Learn if it is time, then plan orders and routes, or routes alone."""
        day, how = situation.day, self.scenario.operation
        since = day - self.scenario.history_days
        if self._orchestrator is None or since - self._learned_on >= how.learn_every_days:
            self._learn(situation)
            self._learned_on = since
        if how.slates_only:
            return Morning()
        planning = since % how.plan_every_days == 0
        request = self._request(situation, planning=planning)
        if request.route is None and not planning:
            return Morning()
        decision = self._ask(request)
        if decision.forecasts is not None:
            self._keep(situation, decision.forecasts)
        loads = tuple(transfer_loads(situation, decision.orders))
        trucks = self._trucks(situation, loads) if Link.DELIVERIES in self.disabled else ()
        carried = {name for route in (*decision.routes, *trucks) for name in route.delivery_ids}
        left = [load for load in loads if load.delivery_id not in carried]
        return attrs.evolve(
            self._orders(situation, decision.orders),
            routes=RoutePlan(decision.routes),
            apart=sum(route.cost for route in trucks) + sum(hired(situation, load) for load in left),
            degraded=_degraded(decision),
        )

    def slates(self, situation: Situation, customer: Ints) -> Slates:
        """Ask for a slate for each visitor, with the stock of the morning."""
        people = situation.record.world.people
        asked = RecommendRequest(
            customers=[Customer(people.ids[row]) for row in customer.tolist()],
            slate_size=self.scenario.operation.slate_size,
            exclude_item_ids=self._unlisted(situation),
            exploration=self.scenario.operation.exploration,
        )
        request = DecisionRequest(
            request_id=f"day-{situation.day}",  # keys what is drawn, and the tokens of the log
            as_of=moment(situation.day - 1),
            recommend=asked,
            live=Live(stock=_levels(situation)),
            options=self._options(),
        )
        decision = self._ask(request)
        return attrs.evolve(
            self._positions(situation, decision.recommendations),
            degraded=_degraded(decision),
            log=impressions(decision, moment(situation.day - 1)),
        )

    def _ask(self, request: DecisionRequest) -> Decision:
        assert self._orchestrator is not None
        return self._orchestrator.decide(request)

    def _learn(self, situation: Situation) -> None:
        """Train every plugin on the books up to yesterday."""
        dataset = situation.record.dataset(situation.day - 1, situation.on_hand, situation.under_way)
        plugins = self.plugins or build_plugins(self.config)
        for member in plugins.members:
            if self.scenario.operation.slates_only and member.stage != Stage.RECOMMENDER:
                continue
            with naming(member, "train"):
                call(member.plugin, "train", dataset=dataset, progress=silent)
        self._orchestrator = Orchestrator(plugins, dataset.state(), self.config.coordination, travel=self.config.travel)

    def _request(self, situation: Situation, *, planning: bool) -> DecisionRequest:
        how, unlisted = self.scenario.operation, self._unlisted(situation)
        goods = situation.record.world.goods
        # An item is bought early enough to be there when it is launched.
        ahead = how.plan_every_days + np.ceil(goods.lead_time_days)
        listed = tuple(goods.ids.array[goods.launched_on <= situation.day + ahead])
        coming = situation.under_way
        live = Live(
            stock=_levels(situation),
            open_orders=OpenOrderLines(
                item_ids=goods.ids.array[coming.item],
                node_ids=situation.record.world.places.warehouses.array[coming.node],
                quantity=coming.quantity,
                arrives_on=FIRST_DAY + coming.announced,
            ),
        )
        route = RouteRequest(deliveries=situation.deliveries) if situation.deliveries or planning else None
        if not planning:
            return DecisionRequest(as_of=moment(situation.day - 1), route=route, live=live, options=self._options())
        return DecisionRequest(
            as_of=moment(situation.day - 1),
            recommend=RecommendRequest(all_customers=True, slate_size=how.slate_size, exclude_item_ids=unlisted),
            forecast=ForecastRequest(item_ids=listed, horizon_days=how.horizon_days),
            replenish=ReplenishRequest(
                item_ids=listed,
                review_days=how.plan_every_days,
                budget=self.budget,
                service_target=how.service_target,
                service_measure=ServiceMeasure.FILL_RATE,
            ),
            route=route,
            live=live,
            options=self._options(),
        )

    def _options(self) -> Options:
        return Options(
            disabled_links=self.disabled,  # type: ignore[arg-type]
            seed=self.scenario.seed,
            time_budget_seconds=self.scenario.operation.decision_seconds,
            explain=False,
        )

    def _unlisted(self, situation: Situation) -> tuple[str, ...]:
        goods = situation.record.world.goods
        return tuple(goods.ids.array[goods.launched_on > situation.day])

    def _keep(self, situation: Situation, forecast: DemandForecast) -> None:
        rows = situation.record.world.goods.ids.positions(forecast.items)
        self.forecasts.append((situation.day, rows, forecast.mean.sum(axis=1)))

    def _trucks(self, situation: Situation, loads: tuple[Delivery, ...]) -> tuple[Route, ...]:
        """Return routes of the transfers alone."""
        if not loads:
            return ()
        request = DecisionRequest(
            as_of=moment(situation.day - 1), route=RouteRequest(deliveries=loads), options=self._options()
        )
        return self._ask(request).routes

    def _orders(self, situation: Situation, orders: tuple[Order, ...]) -> Morning:
        """Return the lines that are placed today as positions, and what placing them costs beyond the goods."""
        goods, warehouses = situation.record.world.goods, situation.record.world.places.warehouses
        today = (FIRST_DAY + situation.day).astype(date)
        lines: list[tuple[NDArray[Any], ...]] = []
        fixed = 0.0
        for order in orders:
            if order.place_on != today:
                continue
            row, quantity = goods.ids.positions(order.lines.item_ids), np.asarray(order.lines.quantity)
            source, node = warehouses.position(order.from_node_id), warehouses.position(order.to_node_id)
            arrives = int((np.datetime64(order.arrives_on) - FIRST_DAY).astype(int))
            of_goods = goods.unit_cost[row] if source < 0 else 0.0
            sources, nodes, days = (np.full(len(row), one) for one in (source, node, arrives))
            lines.append((row, sources, nodes, quantity, days, order.lines.cost / quantity - of_goods))
            fixed += order.fixed_cost
        if not lines:
            return Morning()
        names = ("item", "source", "node", "quantity", "announced", "unit_cost")
        columns: dict[str, Any] = dict(zip(names, map(np.concatenate, zip(*lines, strict=True)), strict=True))
        return Morning(**columns, fixed_cost=fixed)

    def _positions(self, situation: Situation, slates: Iterable[Slate]) -> Slates:
        world = situation.record.world
        slates = tuple(slates)
        item = np.full((len(slates), self.scenario.operation.slate_size), -1, np.int64)
        node = item.copy()
        for row, slate in enumerate(slates):
            for column, entry in enumerate(slate.items):
                item[row, column], node[row, column] = (
                    world.goods.ids.position(entry.item_id),
                    world.places.warehouses.position(entry.node_id),
                )
        return Slates(item, node)


def _degraded(decision: Decision) -> int:
    return sum(report.state is StageState.DEGRADED for report in decision.stages)


def _levels(situation: Situation) -> StockLevels:
    world, on_hand = situation.record.world, situation.on_hand
    item, node = np.indices(on_hand.shape).reshape(2, -1)
    return StockLevels(
        item_ids=world.goods.ids.array[item],
        node_ids=world.places.warehouses.array[node],
        on_hand=on_hand.ravel(),
    )
