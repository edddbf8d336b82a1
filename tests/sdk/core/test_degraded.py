"""A stage that fails, hangs or answers garbage still leaves a valid decision, in time and marked."""

import time
from itertools import product

import pytest
from fakes import FAKES, fake_chains, fake_orchestrator, small_state

from shelfwise import invariants
from shelfwise.errors import DeadlineExceededError, StageFailedError
from shelfwise.plugins import Member
from shelfwise.runner import MAXIMUM_ABANDONED
from shelfwise.testing.faults import Fault, faulty
from shelfwise.types import (
    DecisionRequest,
    ForecastRequest,
    Options,
    RecommendRequest,
    ReplenishRequest,
    RouteRequest,
    Stage,
    StageState,
)

FAULTS = [Fault.RAISE, Fault.EXIT, Fault.HANG, Fault.NAN, Fault.WRONG_SHAPE, Fault.WRONG_TYPE, Fault.SLOW]


def request_all(**options) -> DecisionRequest:
    """Return a request for all stages with two seconds to answer."""
    return DecisionRequest(
        recommend=RecommendRequest(all_customers=True),
        forecast=ForecastRequest(horizon_days=7),
        replenish=ReplenishRequest(),
        route=RouteRequest(),
        options=Options(**{"time_budget_seconds": 2.0, **options}),
    )


# The fake router makes no routes that could be spoilt; tests/end_to_end/test_faults.py spoils real ones.
UNSPOILT = {(Stage.ROUTER, Fault.NAN), (Stage.ROUTER, Fault.WRONG_SHAPE)}


@pytest.mark.parametrize(("stage", "fault"), sorted(set(product(Stage, FAULTS)) - UNSPOILT))
def test_a_faulty_plugin_degrades_its_stage(stage, fault):
    """The fallback answers, the invariants hold, the report says who failed and why, the budget is kept."""
    plugin = faulty(stage, fault, FAKES[stage](), seconds=5.0)
    orchestrator = fake_orchestrator(fake_chains(**{stage.value: plugin}))
    started = time.monotonic()

    decision = orchestrator.decide(request_all())
    plugin.release()

    report = decision.stage(stage)
    assert report.state is StageState.DEGRADED
    assert report.plugin == "fake"
    assert report.message.startswith("first: ")
    assert time.monotonic() - started < 3.0
    assert any(stage.value in warning for warning in decision.warnings)
    assert [slate.customer_id for slate in decision.recommendations] == ["anna", "bob"]
    asked = ForecastRequest(small_state().items.index.ids, ("shop",), 7)
    assert invariants.check_forecast(asked, small_state(), decision.forecasts) == ()


@pytest.mark.parametrize("fault", FAULTS)
def test_strict_turns_degradation_into_an_error(fault):
    """Under ``strict`` only the configured plugin's own valid answer will do."""
    plugin = faulty(Stage.FORECASTER, fault, FAKES[Stage.FORECASTER](), seconds=5.0)
    orchestrator = fake_orchestrator(fake_chains(forecaster=plugin))

    with pytest.raises(StageFailedError, match="forecaster: first"):
        orchestrator.decide(request_all(strict=True))
    plugin.release()


def test_leaving_it_to_the_next_is_no_degradation():
    """A plugin that returns None is skipped without a mark, even under ``strict``."""
    plugin = faulty(Stage.FORECASTER, Fault.NOTHING, FAKES[Stage.FORECASTER]())

    decision = fake_orchestrator(fake_chains(forecaster=plugin)).decide(request_all(strict=True))

    assert decision.stage(Stage.FORECASTER).state is StageState.OK


def test_a_plugin_that_failed_is_not_asked_again_in_the_same_decision():
    """One failure is enough: later passes go straight to the fallback."""
    plugin = faulty(Stage.INVENTORY, Fault.RAISE, FAKES[Stage.INVENTORY]())

    decision = fake_orchestrator(fake_chains(inventory=plugin)).decide(request_all())

    assert decision.signals.passes > 1
    assert plugin.calls == 1


def test_a_hanging_plugin_costs_a_bounded_number_of_threads():
    """A plugin with too many abandoned calls is refused new ones, and asked again once they have returned."""
    plugin = faulty(Stage.FORECASTER, Fault.HANG, FAKES[Stage.FORECASTER]())
    orchestrator = fake_orchestrator(fake_chains(forecaster=plugin))
    request = DecisionRequest(forecast=ForecastRequest(), options=Options(time_budget_seconds=0.25))

    for _ in range(MAXIMUM_ABANDONED + 3):
        message = orchestrator.decide(request).stage(Stage.FORECASTER).message
    plugin.release()

    assert plugin.calls == MAXIMUM_ABANDONED
    assert "earlier calls have not returned" in message


def test_a_slow_stage_may_use_the_time_that_others_leave():
    """The last plugin of a chain is waited for until the deadline of the decision, not only for its share."""
    plugin = faulty(Stage.RECOMMENDER, Fault.SLOW, FAKES[Stage.RECOMMENDER](), seconds=0.6)
    chains = fake_chains()
    chains[Stage.RECOMMENDER] = (Member(Stage.RECOMMENDER, "slow", "1", plugin),)

    decision = fake_orchestrator(chains).decide(request_all(time_budget_seconds=1.5))

    assert decision.stage(Stage.RECOMMENDER).state is StageState.OK


def test_no_answer_by_the_deadline_is_its_own_error():
    """When the time of the whole decision is over, the error says so."""
    plugin = faulty(Stage.FORECASTER, Fault.HANG, FAKES[Stage.FORECASTER]())
    chains = fake_chains()
    chains[Stage.FORECASTER] = (Member(Stage.FORECASTER, "hanging", "1", plugin),)

    with pytest.raises(DeadlineExceededError, match="hanging: no answer in time"):
        fake_orchestrator(chains).decide(request_all(time_budget_seconds=0.1))
    plugin.release()
