"""Bring the four stages together: the links between them, and the passes over them.

Pass 1 is the siloed plan: every link off. Each later pass gives the stages the signals of the pass before it, damped.
All passes are judged by one objective, and the best is the answer, so a coordinated plan is never worse than the
siloed one by its own yardstick. Where slates ask for more than can be promised, or deliveries for more than vehicles
carry, prices rise from pass to pass; each pass starts its routes from those of the best so far. The passes end when the
objective stops moving, or when another might not fit in the time that is left.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import attrs
import structlog

from shelfwise import invariants
from shelfwise.config import CoordinationConfig
from shelfwise.coordination.effects import link_reports
from shelfwise.coordination.objective import Belief, contribution
from shelfwise.coordination.plan import Plan
from shelfwise.coordination.prices import Prices
from shelfwise.coordination.promises import kept
from shelfwise.coordination.roads import Roads
from shelfwise.coordination.route_cost import route_cost
from shelfwise.coordination.signals import Signals, damped
from shelfwise.coordination.transfers import transfer_deliveries
from shelfwise.coordination.warm_start import previous_routes
from shelfwise.errors import DeadlineExceededError, StageFailedError
from shelfwise.resolve import Asked
from shelfwise.routing.previous import moved_stops
from shelfwise.types import (
    Deadline,
    Delivery,
    DemandForecast,
    Exposure,
    ForecastRequest,
    Link,
    Recommendations,
    RecommendRequest,
    ReplenishmentPlan,
    ReplenishRequest,
    RoutePlan,
    RouteRequest,
    SignalReport,
    Stage,
    StageReport,
    StageState,
    State,
)

log = structlog.get_logger("shelfwise")

Ask = Callable[[Stage, dict[str, Any], Callable[[Any], tuple[str, ...]], Deadline], tuple[Any, StageReport]]
"""Asks the chain of a stage: (stage, arguments, check, deadline) -> (answer, report)."""

WEIGHTS = {Stage.RECOMMENDER: 2.0, Stage.FORECASTER: 2.0, Stage.INVENTORY: 2.0, Stage.ROUTER: 3.0}
"""How the time of a pass is shared among the stages that it runs."""
FIRST_PASS_SHARE = 0.6
"""Share of the time that the first pass may use where others may follow it."""

_FEWEST_PASSES = 2
"""The siloed pass and the first coordinated one: that they are worth the same says nothing of those to come."""


class Coordination:
    """One decision under way."""

    def __init__(
        self,
        asked: Asked,
        state: State,
        ask: Ask,
        config: CoordinationConfig,
        deadline: Deadline,
        roads: Roads | None = None,
    ) -> None:
        """Take what is asked, whom to ask and until when; ``roads`` give distances that no request brings."""
        self._asked, self._state, self._ask = asked, state, ask
        self._config, self._deadline, self._roads = config, deadline, roads
        self._belief: Belief | None = None
        self.reports: dict[Stage, StageReport] = {}

    def run(self, given: Signals, given_by: str) -> tuple[Plan, SignalReport]:
        """Make the plan.

        ``given`` are the signals of the plan ``given_by``, used where no stage of this one has them.
        """
        if len(self._asked.stages) == 1:
            plan = self._pass(self._asked.links, given, Plan(), self._deadline)
            if Link.STOCK_OUTLOOK in self._asked.links:
                plan = attrs.evolve(plan, recommendations=self._kept(plan, given))
            links = link_reports(self._asked, self._state, plan, plan)
            return plan, SignalReport(passes=1, best_pass=1, converged=True, links=links, plan_id=given_by)
        several = bool(self._asked.links) and self._config.maximum_passes > 1
        share = FIRST_PASS_SHARE if several else 1.0
        self._belief = self._believe(self._deadline.share(share / 3))
        plans = [self._judged(self._pass(frozenset(), Signals(), Plan(), self._deadline.share(share)), given)]
        converged = self._improve(plans, given) if several else True
        best = plans.index(_best(plans))
        return plans[best], SignalReport(
            passes=len(plans),
            best_pass=best + 1,
            converged=converged,
            objective=plans[best].objective,
            siloed_objective=plans[0].objective,
            budget_price=getattr(plans[best].replenishment, "budget_price", 0.0),
            links=link_reports(self._asked, self._state, plans[best], plans[0]),
            plan_id=given_by,
            prices=plans[best].prices.report(plans[best].signals(given).stock_outlook),
        )

    def _improve(self, plans: list[Plan], given: Signals) -> bool:
        """Append coordinated passes to ``plans`` until they converge (True), or time or passes are used up."""
        signals, longest = plans[0].signals(given), 0.0
        prices = self._prices_after(plans[0], signals)
        while len(plans) < self._config.maximum_passes:
            if self._deadline.remaining() < 1.5 * longest:
                return False
            started = time.monotonic()
            try:
                plan = self._pass(self._asked.links, prices.on(signals), _best(plans), self._deadline)
                plan = self._judged(attrs.evolve(plan, prices=prices), given)
            except (StageFailedError, DeadlineExceededError) as error:
                log.warning("pass.abandoned", number=len(plans) + 1, reason=str(error))
                return False
            longest = max(longest, time.monotonic() - started)
            plans.append(plan)
            if len(plans) > _FEWEST_PASSES and _settled(plans, self._config.tolerance):
                return True
            signals = damped(signals, plan.signals(given), self._config.damping)
            prices = self._prices_after(plan, plan.signals(given))
        return False

    def _prices_after(self, plan: Plan, signals: Signals) -> Prices:
        deliveries = self._asked.deliveries + transfer_deliveries(plan.replenishment, self._state)
        step = 1.0 - self._config.damping
        decided = plan.recommendations, plan.replenishment, plan.routing
        return plan.prices.after(*decided, deliveries, signals, self._state, step)

    def _pass(self, links: frozenset[Link], signals: Signals, best: Plan, deadline: Deadline) -> Plan:
        """Run the stages once, in order: recommend, forecast, replenish, route from the routes of the ``best`` plan."""
        asked = self._asked
        clock = _Clock(deadline, asked.stages | asked.support)
        recommendations = self._recommend(links, signals, clock.next(Stage.RECOMMENDER)) if asked.recommend else None
        exposure = recommendations.exposure if recommendations and Link.EXPOSURE in links else None
        forecast = self._forecast(links, exposure, clock.next(Stage.FORECASTER)) if asked.forecast else None
        replenishment = (
            self._replenish(links, forecast, signals, clock.next(Stage.INVENTORY)) if asked.replenish else None
        )
        if asked.route is None:
            return Plan(forecast, replenishment, recommendations)
        transfers = transfer_deliveries(replenishment, self._state)
        time_to_route = clock.next(Stage.ROUTER)
        if Link.DELIVERIES in links:
            routing = self._route(asked.deliveries + transfers, best.routing, time_to_route)
            return Plan(forecast, replenishment, recommendations, routing)
        time_for_customers = time_to_route.share(0.5) if transfers else time_to_route
        routing = self._route(asked.deliveries, best.routing, time_for_customers)
        apart = self._route(transfers, best.apart, time_to_route, previous=()) if transfers else None
        return Plan(forecast, replenishment, recommendations, routing, apart)

    def _recommend(self, links: frozenset[Link], signals: Signals, deadline: Deadline) -> Recommendations:
        request = cast("RecommendRequest", self._asked.recommend)
        arguments = {
            "request": request,
            "state": self._state,
            "stock_outlook": signals.stock_outlook if Link.STOCK_OUTLOOK in links else None,
            "delivery_costs": signals.delivery_costs if Link.DELIVERY_COSTS in links else None,
        }
        check = partial(invariants.check_recommendations, request, self._state)
        return cast("Recommendations", self._answer(Stage.RECOMMENDER, arguments, check, deadline))

    def _forecast(self, links: frozenset[Link], exposure: Exposure | None, deadline: Deadline) -> DemandForecast:
        """Forecast; what is believed already is the forecast without exposure and with the stock record."""
        use_in_stock = Link.IN_STOCK in links
        if exposure is None and use_in_stock and self._belief is not None:
            return self._belief.forecast
        request = attrs.evolve(cast("ForecastRequest", self._asked.forecast), use_in_stock=use_in_stock)
        arguments = {"request": request, "state": self._state, "exposure": exposure}
        check = partial(invariants.check_forecast, request, self._state)
        return cast("DemandForecast", self._answer(Stage.FORECASTER, arguments, check, deadline))

    def _replenish(
        self, links: frozenset[Link], forecast: DemandForecast | None, signals: Signals, deadline: Deadline
    ) -> ReplenishmentPlan:
        request = cast("ReplenishRequest", self._asked.replenish)
        arguments = {
            "request": request,
            "state": self._state,
            "forecast": forecast if Link.FORECAST in links else None,
            "delivery_costs": signals.delivery_costs if Link.DELIVERY_COSTS in links else None,
        }
        check = partial(invariants.check_replenishment, request, self._state)
        return cast("ReplenishmentPlan", self._answer(Stage.INVENTORY, arguments, check, deadline))

    def _route(
        self, deliveries: tuple[Delivery, ...], best: RoutePlan | None, deadline: Deadline, **changes: Any
    ) -> RoutePlan:
        """Route deliveries, starting from the ``best`` routes so far, which a router is never worse than."""
        asked = attrs.evolve(self._route_request(deliveries), **changes)
        request = asked if best is None else attrs.evolve(asked, previous=previous_routes(asked.previous, best))
        arguments = {"request": request, "state": self._state, "deliveries": deliveries}
        check = partial(invariants.check_routing, request, self._state, deliveries)
        plan = cast("RoutePlan", self._answer(Stage.ROUTER, arguments, check, deadline))
        return attrs.evolve(plan, moved_stops=moved_stops(asked, plan.routes) if asked.previous else None)

    def _route_request(self, deliveries: tuple[Delivery, ...]) -> RouteRequest:
        """Return the request for the routes of some deliveries, with a matrix where the roads are known."""
        request = cast("RouteRequest", self._asked.route)
        return request if self._roads is None else self._roads.laid(request, self._state, deliveries)

    def _answer(
        self, stage: Stage, arguments: dict[str, Any], check: Callable[[Any], tuple[str, ...]], deadline: Deadline
    ) -> Any:
        """Ask a stage's chain, and add its time and any trouble to the stage's report over all passes."""
        answer, report = self._ask(stage, arguments, check, deadline)
        earlier = self.reports.get(stage)
        if earlier is not None:
            degraded = earlier if earlier.state is StageState.DEGRADED else report
            report = attrs.evolve(degraded, milliseconds=earlier.milliseconds + report.milliseconds)
        self.reports[stage] = report
        return answer

    def _believe(self, deadline: Deadline) -> Belief | None:
        """Forecast demand as it is without any exposure; every pass is judged by it, whatever links are off."""
        if self._asked.forecast is None:
            return None
        return Belief.of(self._forecast(frozenset(Link), None, deadline))

    def _judged(self, plan: Plan, given: Signals) -> Plan:
        """Return the plan with its objective: the contribution expected of it, or less the cost of its routes alone.

        It counts what can be kept of what its slates promise; where the recommender is to know the stock, that is all
        that they promise.
        """
        value, keepable = -self._route_cost(plan), self._kept(plan, given)
        if self._belief is not None:
            value += contribution(
                self._state,
                self._belief,
                keepable,
                plan.replenishment,
                self._config.holding_rate_per_year,
                self._asked.replenish.review_days if self._asked.replenish else 1,
            )
        shown = keepable if Link.STOCK_OUTLOOK in self._asked.links else plan.recommendations
        return attrs.evolve(plan, recommendations=shown, objective=value)

    def _kept(self, plan: Plan, given: Signals) -> Recommendations | None:
        """Return the slates of a plan as far as what they promise is there."""
        outlook = plan.signals(given).stock_outlook
        if plan.recommendations is None or outlook is None:
            return plan.recommendations
        return kept(plan.recommendations, outlook)

    def _route_cost(self, plan: Plan) -> float:
        deliveries = self._asked.deliveries + transfer_deliveries(plan.replenishment, self._state)
        routings = [routing for routing in (plan.routing, plan.apart) if routing is not None]
        return sum(route_cost(routing, self._route_request, self._state, deliveries) for routing in routings)


def _settled(plans: list[Plan], tolerance: float) -> bool:
    """Tell whether the last pass is worth as much as the one before, within a share ``tolerance``."""
    before, after = plans[-2].objective, plans[-1].objective
    return abs(after - before) <= tolerance * max(abs(before), 1.0)


def _best(plans: list[Plan]) -> Plan:
    """Return the plan of most worth, of equals the last."""
    return max(reversed(plans), key=lambda plan: plan.objective)


class _Clock:
    """Splits the time of a pass among its stages; time that one leaves over goes to those after it."""

    def __init__(self, deadline: Deadline, stages: frozenset[Stage]) -> None:
        self._deadline = deadline
        self._waiting = {stage: weight for stage, weight in WEIGHTS.items() if stage in stages}

    def next(self, stage: Stage) -> Deadline:
        """Return the deadline of the stage that runs now."""
        total = sum(self._waiting.values())
        return self._deadline.share(self._waiting.pop(stage) / total)
