"""The readable spine: a request goes in, a coordinated decision comes out."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import structlog

from shelfwise.chain import Chain
from shelfwise.coordination import Coordination, Plan, Signals, StandingSignals
from shelfwise.coordination.roads import Roads
from shelfwise.coordination.route_cost import routing_report
from shelfwise.fingerprint import fingerprint
from shelfwise.overlay import overlay, staleness
from shelfwise.resolve import Asked, resolve
from shelfwise.routing.osrm import Osrm, OsrmError
from shelfwise.runner import OverdueError, Runner
from shelfwise.selection import select
from shelfwise.travel_config import TravelConfig
from shelfwise.types import (
    Deadline,
    Decision,
    DecisionRequest,
    Link,
    SignalReport,
    Stage,
    StageReport,
    StageState,
    State,
)
from shelfwise.validation import ensure_valid

if TYPE_CHECKING:
    from shelfwise.config import Config, CoordinationConfig
    from shelfwise.plugins import PluginSet

log = structlog.get_logger("shelfwise")

ROADS_SHARE = 0.25
"""Share of the time that asking for the roads may take."""
VALID_FOR = timedelta(days=1)
"""How long a decision stands, from the moment it is made for."""


class Orchestrator:
    """Answers decision requests with the plugins of a bundle; safe to use from many threads at once."""

    def __init__(
        self,
        plugins: PluginSet,
        state: State,
        coordination: CoordinationConfig,
        model_id: str = "",
        travel: TravelConfig | None = None,
    ) -> None:
        """Take trained plugins, the state that they were trained up to, how to coordinate them, and how far it is."""
        self.plugins, self.state, self.model_id = plugins, state, model_id
        self._coordination, self._travel = coordination, travel or TravelConfig()
        self._runner = Runner()
        self._standing: dict[frozenset[Link], StandingSignals] = {frozenset(): StandingSignals.of_stock(state)}
        """By the links that were off in the plan that they are of."""

    @classmethod
    def open(cls, models: Path, config: Config | None = None) -> Orchestrator:
        """Load the current bundle of a model directory; without ``config``, with the one it was trained with.

        Raises:
            BundleError: there is no bundle, it is damaged, or it lacks plugins that the configuration names.
            ConfigError: the configuration names what cannot be used; all of it is named.
        """
        from shelfwise.bundle import open_bundle

        bundle = open_bundle(Path(models))
        config = bundle.config if config is None else config
        plugins = bundle.load_plugins(config)
        return cls(plugins, bundle.load_state(), config.coordination, bundle.model_id, config.travel)

    def decide(self, request: DecisionRequest, deadline: Deadline | None = None) -> Decision:
        """Answer a request.

        Raises:
            InvalidRequestError: the request breaks the contract; every violation is named.
            UnknownIdError: it names ids that are not on record, and nothing else is wrong.
            StageFailedError: a stage that was asked for has no answer, or under ``strict`` not that of its plugin.
        """
        ensure_valid(request, self.state)
        deadline = self._deadline(request, deadline)
        state = overlay(self.state, request)
        asked = resolve(request, state, self._travel.detour_factor)
        standing = self._standing_for(request)
        plan_id = standing.plan_id if _uses_standing_signals(asked) else ""
        decision_id = fingerprint(request, self.model_id, plan_id)
        if request.options.validate_only:
            return self._assemble(decision_id, request, state, asked, Plan(), SignalReport(), {})
        chain = Chain(self.plugins, self._runner, deadline)
        ask = partial(chain.ask, strict=request.options.strict)
        roads, state = self._roads(asked, state, deadline)
        coordination = Coordination(asked, state, ask, self._coordination, deadline, roads)
        plan, signals = coordination.run(standing.overlaid(request.live.stock, state), plan_id)
        decision = self._assemble(decision_id, request, state, asked, plan, signals, coordination.reports)
        if state.as_of >= self.state.as_of:
            self._remember(plan, state, decision_id, request)
        self._observe(request, decision)
        return decision

    def health(self) -> dict[Stage, bool]:
        """Tell for each stage whether anybody could answer for it."""
        return {stage: bool(members) for stage, members in self.plugins.chains.items()}

    def _deadline(self, request: DecisionRequest, deadline: Deadline | None) -> Deadline:
        """Return the earlier of the caller's deadline and the request's time budget, or the configured default."""
        budget = request.options.time_budget_seconds
        if budget is None and deadline is None:
            budget = self._coordination.time_budget_seconds
        limits = [limit for limit in (deadline, None if budget is None else Deadline.after(budget)) if limit]
        return min(limits, key=lambda limit: limit.ends_at)

    def _roads(self, asked: Asked, state: State, deadline: Deadline) -> tuple[Roads | None, State]:
        """Ask the configured server for the roads of a plan; without an answer the state says what is assumed."""
        request = asked.route
        if request is None or request.travel is not None or not self._travel.osrm_url:
            return None, state
        due = deadline.share(ROADS_SHARE)
        server = Osrm(self._travel.osrm_url)
        arguments = {"server": server, "request": request, "asked": asked, "state": state, "deadline": due}
        try:
            return self._runner.run("osrm", Roads.fetch, arguments, due), state
        except (OsrmError, OverdueError) as error:
            log.warning("roads.unknown", reason=str(error))
            words = (
                f"The OSRM server gave no distances ({error}): they are {request.detour_factor:g} times the crow's way."
            )
            return None, attrs.evolve(state, assumptions=(*state.assumptions, words))

    def _assemble(
        self,
        decision_id: str,
        request: DecisionRequest,
        state: State,
        asked: Asked,
        plan: Plan,
        signals: SignalReport,
        reports: dict[Stage, StageReport],
    ) -> Decision:
        """Put the stages' answers together, showing of each what was asked for."""
        forecasts = None
        if plan.forecast is not None and request.forecast is not None:
            forecasts = select(plan.forecast, request.forecast, state.items.index, state.nodes.selling_ids)
        return Decision(
            decision_id=decision_id,
            request_id=request.request_id,
            as_of=state.as_of,
            currency=state.currency,
            model_id=self.model_id,
            recommendations=plan.recommendations.slates if plan.recommendations else (),
            forecasts=forecasts,
            orders=plan.replenishment.orders if plan.replenishment else (),
            routes=plan.routing.routes if plan.routing else (),
            skipped_deliveries=plan.routing.skipped if plan.routing else (),
            routing=routing_report(plan.routing, asked.deliveries) if plan.routing else None,
            signals=signals,
            stages=tuple(_stage_report(stage, asked, reports) for stage in Stage),
            warnings=self._warnings(request, state, reports),
            valid_until=state.as_of + VALID_FOR,
        )

    def _warnings(self, request: DecisionRequest, state: State, reports: dict[Stage, StageReport]) -> tuple[str, ...]:
        """Return what is out of the ordinary and, for a plan, the assumptions behind its data."""
        stale = staleness(self.state, request.as_of)
        warnings = [stale] if stale else []
        degraded = [report for report in reports.values() if report.state is StageState.DEGRADED]
        warnings += [f"{report.stage.value} degraded: {report.message}" for report in degraded]
        if request.forecast or request.replenish or request.route:
            warnings += state.assumptions
        return tuple(warnings)

    def _standing_for(self, request: DecisionRequest) -> StandingSignals:
        """Return the signals of the last plan with the same links, or else with all of them."""
        return self._standing.get(frozenset(request.options.disabled_links), self._standing[frozenset()])

    def _remember(self, plan: Plan, state: State, decision_id: str, request: DecisionRequest) -> None:
        """Let a plan's signals and prices stand for the storefront calls with the same links that follow it."""
        standing = self._standing_for(request)
        signals = plan.prices.on(plan.signals(Signals(standing.outlook, standing.delivery_costs)))
        outlook = signals.stock_outlook if plan.replenishment else None
        costs = signals.delivery_costs if plan.routing and plan.routing.delivery_costs else None
        links_off = frozenset(request.options.disabled_links)
        self._standing[links_off] = standing.after(outlook, costs, state, decision_id)

    def _observe(self, request: DecisionRequest, decision: Decision) -> None:
        if not self.plugins.observed:
            return
        try:
            self.plugins.observe(request=request, decision=decision)
        except Exception:  # an observer must not take the decision with it
            log.exception("observer.raised", decision_id=decision.decision_id)


def _uses_standing_signals(asked: Asked) -> bool:
    """Tell whether a decision needs signals that none of its own stages provides."""
    if Stage.RECOMMENDER in asked.stages:
        return not asked.stages >= {Stage.INVENTORY, Stage.ROUTER}
    return Stage.INVENTORY in asked.stages and Stage.ROUTER not in asked.stages


def _stage_report(stage: Stage, asked: Asked, reports: dict[Stage, StageReport]) -> StageReport:
    """Return a stage's report, saying so where it ran only for the sake of another or not at all."""
    if stage not in reports:
        return StageReport(stage, StageState.SKIPPED, message="not asked for" if stage not in asked.stages else "")
    report: Any = reports[stage]
    if stage in asked.support:
        note = "run because replenishment needs its forecast"
        report = attrs.evolve(report, message=f"{report.message}; {note}" if report.message else note)
    return report  # type: ignore[no-any-return]
