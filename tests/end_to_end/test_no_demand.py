"""A shop that has seen customers and sold nothing yet: every stage answers, and the slates are not empty."""

import pandas as pd
import pytest
from structlog.testing import capture_logs

from shelfwise.config import Config
from shelfwise.dataset import Dataset
from shelfwise.orchestrator import Orchestrator
from shelfwise.training import train
from shelfwise.types import (
    Customer,
    DecisionRequest,
    ForecastRequest,
    RecommendRequest,
    ReplenishRequest,
    RouteRequest,
    Stage,
    StageState,
)

CATEGORIES = ("tea", "cake")


@pytest.fixture(params=["view", "return"])
def kind(request):
    """Return the one kind of event that there is."""
    return request.param


@pytest.fixture
def orchestrator(kind, tmp_path):
    """Return an orchestrator of baselines; the later the item in the alphabet, the more often it was looked at."""
    items = [item for times, item in enumerate("abcdef", start=1) for _ in range(times)]
    events = pd.DataFrame(
        {
            "time": pd.date_range("2026-03-01", periods=len(items), freq="12h"),
            "customer_id": [f"c{row % 5}" for row in range(len(items))],
            "item_id": items,
            "kind": kind,
        }
    )
    catalogue = pd.DataFrame(
        {"item_id": list("abcdef"), "category": [CATEGORIES[row % 2] for row in range(6)], "price": 2.0}
    )
    train(Config(), Dataset.from_tables({"events": events, "items": catalogue}), tmp_path)
    return Orchestrator.open(tmp_path)


def plan(**settings):
    """Return a request for all four stages."""
    return DecisionRequest(
        recommend=RecommendRequest(all_customers=True, slate_size=3, **settings),
        forecast=ForecastRequest(),
        replenish=ReplenishRequest(),
        route=RouteRequest(),
    )


def test_slates_show_what_was_looked_at(orchestrator, kind):
    """Nothing was sold, so nothing is known of the stock; slates are full, and led by what draws most looks."""
    decision = orchestrator.decide(DecisionRequest(recommend=RecommendRequest((Customer("new"),), slate_size=3)))

    (slate,) = decision.recommendations
    assert len(slate.items) == 3
    if kind == "view":
        assert slate.items[0].item_id == "f"


@pytest.mark.parametrize("settings", [{}, {"deny_categories": CATEGORIES}])
def test_a_plan_goes_through_all_its_passes(orchestrator, settings):
    """No pass is abandoned, even if no slate may show anything; nothing is expected to be asked for."""
    with capture_logs() as logs:
        decision = orchestrator.decide(plan(**settings))

    assert [decision.stage(stage).state for stage in Stage] == [StageState.OK] * 4
    assert not [entry for entry in logs if entry["event"] in ("pass.abandoned", "stage.raised")]
    assert decision.signals.passes > 1
    assert decision.forecasts.mean.sum() == pytest.approx(0.0, abs=1e-9)
    assert any(slate.items for slate in decision.recommendations) != bool(settings)
