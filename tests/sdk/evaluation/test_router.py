"""Routers on instances: cost by the checker, gap to the best known, and nothing taken on trust."""

import attrs
import pytest
from shared_data import shared_data

from shelfwise.baselines.router import BaselineRouter
from shelfwise.errors import PluginError
from shelfwise.evaluation.instances import read_instance
from shelfwise.evaluation.router import DEFINITIONS, evaluate
from shelfwise.hookspecs import hookimpl
from shelfwise.types import RoutePlan, SkippedDelivery, SkipReason

CVRP = """NAME : square
TYPE : CVRP
DIMENSION : 5
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 2
NODE_COORD_SECTION
1 0 0
2 0 10
3 0 20
4 10 0
5 20 0
DEMAND_SECTION
1 0
2 1
3 1
4 1
5 1
DEPOT_SECTION
1
-1
"""
SOLUTION = "Route #1: 1 2\nRoute #2: 3 4\nCost 80\n"


@pytest.fixture
def instance(tmp_path):
    """Return four drops on two arms, for two vehicles that take two each; the best plan costs 80."""
    (tmp_path / "square.vrp").write_text(CVRP)
    (tmp_path / "square.sol").write_text(SOLUTION)
    return read_instance(tmp_path / "square.vrp")


@attrs.define(eq=False)
class Changed:
    """A router that changes the plan of the baseline."""

    change: object

    @hookimpl
    def route(self, request, state, deliveries, deadline):
        """Return the baseline's plan, changed."""
        return self.change(BaselineRouter().route(request, state, deliveries, deadline))


def test_the_best_plan_has_a_gap_of_nothing(instance):
    """A plan as good as the best known has a gap of 0, and one twice as dear has 100."""
    singles = attrs.evolve(
        instance.request, vehicles=tuple(attrs.evolve(v, capacity=1) for v in instance.request.vehicles)
    )
    far = attrs.evolve(instance, request=singles, name="singles")

    result = evaluate([instance, far], {"baseline": BaselineRouter()}, seconds=2.0)

    best, dear = result.rows
    assert (best.cost, best.best_known, best.gap_percent, best.routes, best.feasible) == (80.0, 80.0, 0.0, 2, True)
    assert (dear.cost, dear.gap_percent, dear.routes) == (120.0, 50.0, 4)
    assert result.mean_gap_percent("baseline") == 25.0


def test_a_plan_that_cheats_has_no_cost(instance):
    """A stated cost that is too low, or a delivery left out, is not feasible and does not count."""

    def cheaper(plan):
        return attrs.evolve(plan, routes=tuple(attrs.evolve(r, distance_cost=1.0) for r in plan.routes))

    def lazy(plan):
        left = [SkippedDelivery(stop.delivery_id, SkipReason.CAPACITY, "No.") for stop in plan.routes[0].stops]
        return attrs.evolve(plan, routes=plan.routes[1:], skipped=tuple(left))

    result = evaluate([instance], {"cheaper": Changed(cheaper), "lazy": Changed(lazy)}, seconds=2.0)

    for row in result.rows:
        assert (row.feasible, row.cost, row.gap_percent) == (False, None, None)
    assert "distance_cost is 1" in result.rows[0].violations[0]
    assert result.rows[1].skipped == 2


def test_a_router_without_an_answer_is_an_error(instance):
    """None is no plan."""
    with pytest.raises(PluginError, match="mute: no answer for square"):
        evaluate([instance], {"mute": Changed(lambda _: None)}, seconds=1.0)


def test_the_report_says_what_was_measured_and_how(instance):
    """Rows, means, definitions, time limit, machine and versions are all in the JSON."""
    done = []

    document = evaluate(
        [instance],
        {"baseline": BaselineRouter(), "empty": Changed(lambda _: RoutePlan())},
        seconds=2.0,
        seed=3,
        progress=lambda *step: done.append(step),
    ).to_json()

    assert [row["plugin"] for row in document["rows"]] == ["baseline", "empty"]
    assert document["rows"][0]["gap_percent"] == 0.0
    assert document["overall"][0]["mean_gap_percent"] == 0.0
    assert document["overall"][1] | {"feasible": 0, "mean_gap_percent": None} == document["overall"][1]
    assert document["protocol"]["seconds_per_instance"] == 2.0
    assert document["definitions"] == DEFINITIONS
    assert (document["stage"], document["seed"]) == ("router", 3)
    assert done == [("plans", 1, 2), ("plans", 2, 2)]


@pytest.mark.parametrize(
    ("name", "most"), [("cvrp_x/X-n101-k25.vrp", 6.0), ("solomon/c101.txt", 1.0), ("solomon/rc105.txt", 12.0)]
)
def test_the_baseline_on_published_instances(name, most):
    """With a bounded search the baseline is feasible and within a few percent of the best known."""
    instance = read_instance(shared_data("routing", *name.split("/")))
    router = BaselineRouter(most_rounds=500)

    (row,) = evaluate([instance], {"baseline": router}, seconds=60.0).rows

    assert row.feasible
    assert -1e-6 <= row.gap_percent <= most
