"""The example requests run on the sample retailer as their README says."""

from pathlib import Path

import pytest

from shelfwise.types import Link, SkipReason, StageState
from shelfwise.wire import decision_from_json

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture
def decide(run, sample_models, tmp_path):
    """Return a function that runs one example and gives the decision."""

    def answer(name):
        path = tmp_path / f"{name}.json"
        result = run("decide", "--models", sample_models, "--request", EXAMPLES / f"{name}.json", "--json", path)
        assert result.exit_code == 0, result.stderr
        return decision_from_json(path.read_text(encoding="utf-8"))

    return answer


@pytest.fixture(scope="module")
def sample_models(tmp_path_factory):
    """Return a model trained on the whole sample retailer."""
    from shelfwise.config import Config
    from shelfwise.dataset import Dataset
    from shelfwise.training import train
    from shelfwise.twin.sample import sample_tables

    folder = tmp_path_factory.mktemp("models")
    train(Config(), Dataset.from_tables(sample_tables(0)), folder)
    return folder


def test_storefront(decide):
    """One slate of five, without the excluded item, from the recommender alone."""
    decision = decide("storefront")

    (slate,) = decision.recommendations
    assert len(slate.items) == 5
    assert "item-111" not in {item.item_id for item in slate.items}
    assert [report.state for report in decision.stages].count(StageState.SKIPPED) == 3


def test_plan_is_worth_no_less_than_the_siloed_one(decide):
    """The coordinated plan's expected contribution is at least the siloed plan's, which another example asks for."""
    plan, siloed = decide("plan"), decide("siloed")

    assert plan.routes
    assert plan.orders
    assert plan.signals.objective >= plan.signals.siloed_objective
    assert {link.link for link in siloed.signals.links if not link.enabled} == set(Link)


def test_replenish(decide):
    """Orders keep to the two items and the budget."""
    decision = decide("replenish")

    assert {item for order in decision.orders for item in order.lines.item_ids} <= {"item-001", "item-014"}
    purchases = [order for order in decision.orders if order.from_node_id.startswith("supplier")]
    assert sum(order.cost for order in purchases) <= 500
    assert decision.forecasts.levels == (0.1, 0.5, 0.9)


def test_routes(decide):
    """Two deliveries ride in the van, the one larger than it is skipped for its size."""
    decision = decide("routes")

    (route,) = decision.routes
    assert {stop.delivery_id for stop in route.stops} == {"customer-a", "customer-b"}
    (skipped,) = decision.skipped_deliveries
    assert (skipped.delivery_id, skipped.reason) == ("customer-c", SkipReason.CAPACITY)


def test_every_example_is_listed():
    """The README names each file."""
    listed = (EXAMPLES / "README.md").read_text(encoding="utf-8")

    for path in EXAMPLES.glob("*.json"):
        assert f"`{path.name}`" in listed
