"""A faulty plugin before the real baselines: a valid decision in time, marked DEGRADED."""

import time

import pytest
from sample_retailer import sample_orchestrator

from shelfwise import invariants
from shelfwise.errors import StageFailedError
from shelfwise.orchestrator import Orchestrator
from shelfwise.plugins import Member, PluginSet
from shelfwise.resolve import resolve
from shelfwise.testing import Fault, faulty
from shelfwise.types import (
    DecisionRequest,
    ForecastRequest,
    Link,
    Options,
    Recommendations,
    RecommendRequest,
    ReplenishRequest,
    RoutePlan,
    RouteRequest,
    Stage,
    StageState,
)

FAULTS = [fault for fault in Fault if fault is not Fault.NOTHING]
BUDGET_SECONDS = 12.0


def request(**options) -> DecisionRequest:
    """Ask for everything; without the deliveries link, so that the deliveries are those on record."""
    return DecisionRequest(
        recommend=RecommendRequest(all_customers=True),
        forecast=ForecastRequest(horizon_days=7),
        replenish=ReplenishRequest(),
        route=RouteRequest(),
        options=Options(time_budget_seconds=BUDGET_SECONDS, disabled_links=[Link.DELIVERIES], **options),
    )


def orchestrator_with(stage, fault):
    """Return an orchestrator of the baselines with a faulty plugin before that of one stage."""
    sound = sample_orchestrator()
    plugin = faulty(stage, fault, sound.plugins.chains[stage][0].plugin, seconds=30.0)
    chains = dict(sound.plugins.chains)
    chains[stage] = (Member(stage, "faulty", "0", plugin), *chains[stage])
    return Orchestrator(PluginSet(chains), sound.state, sound._coordination, sound.model_id), plugin


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("stage", list(Stage))
def test_one_faulty_stage_still_gives_a_valid_decision(stage, fault):
    """Raised, hung, NaN, misshapen, mistyped or slow: the baseline stands in and the invariants hold."""
    orchestrator, plugin = orchestrator_with(stage, fault)
    started = time.monotonic()

    decision = orchestrator.decide(request())
    plugin.release()

    assert time.monotonic() - started < BUDGET_SECONDS + 1
    assert decision.stage(stage).state is StageState.DEGRADED
    assert decision.stage(stage).plugin == "baseline"
    assert decision.stage(stage).message.startswith("faulty: ")
    others = {report.state for report in decision.stages if report.stage is not stage}
    assert others == {StageState.OK}
    state = orchestrator.state
    asked = resolve(request(), state)
    assert not invariants.check_recommendations(asked.recommend, state, Recommendations(decision.recommendations))
    assert decision.forecasts is not None
    assert decision.orders
    plan = RoutePlan(decision.routes, decision.skipped_deliveries)
    assert not invariants.check_routing(asked.route, state, state.deliveries, plan)


@pytest.mark.parametrize("stage", list(Stage))
def test_strict_makes_it_an_error(stage):
    """Under ``strict`` the same fault is an error that names stage, plugin and reason."""
    orchestrator, _ = orchestrator_with(stage, Fault.NAN)

    with pytest.raises(StageFailedError, match=f"{stage.value}: faulty: "):
        orchestrator.decide(request(strict=True))
