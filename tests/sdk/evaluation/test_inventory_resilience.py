"""Eight regions and six kinds of disruption: what is struck, and how it is told."""

import json
from xml.etree import ElementTree as ET

import attrs
import pytest

from shelfwise.baselines.inventory import BaselineInventory
from shelfwise.errors import DataError
from shelfwise.evaluation.inventory import Scenario, ScenarioItem
from shelfwise.evaluation.inventory.regions import REGIONS, STRENGTH, Chain
from shelfwise.evaluation.inventory.resilience import DEFINITIONS, REFERENCE, Plan, resilience
from shelfwise.evaluation.inventory.resilience_plot import resilience_plot
from shelfwise.simulation import OUTSIDE, Kind
from shelfwise.simulation.laws import NormalLaw, negative_binomial, poisson

ITEMS = (ScenarioItem(8.0, lead_time=2, item_id="a"), ScenarioItem(4.0, lead_time=1, item_id="b"))
SCENARIO = Scenario("test", ITEMS, (poisson(8.0), negative_binomial(4.0, 12.0)))
PLAN = Plan(warmup=20, periods=8, window=40, scenarios=6)


@pytest.fixture(scope="module")
def found():
    """The baseline beside the reference, in a short run."""
    return resilience(SCENARIO, {"baseline": BaselineInventory()}, plan=PLAN)


def test_every_cell_is_there_with_its_definition(found):
    """Policies by regions by kinds; every figure is defined and JSON."""
    report = json.loads(json.dumps(found.to_json(), allow_nan=False))

    assert found.policies == [REFERENCE, "baseline"]
    assert len(report["rows"]) == 2 * len(REGIONS) * len(Kind)
    assert report["rows"][0].keys() - {"plugin", "region"} <= DEFINITIONS.keys()


def test_what_is_struck_keeps_less(found):
    """An outage costs service and profit in every region, and sales are lost only after it began."""
    for region in REGIONS:
        cell = found.cell("baseline", region, "supplier_outage")
        assert cell["score"].high < 100.0
        assert cell["profit_kept"].estimate < 100.0
        assert cell["fill_rate"].estimate < cell["fill_rate_undisturbed"].estimate
        assert 0.0 < cell["time_to_survive"].estimate < PLAN.window


def test_an_outage_is_survived_while_what_was_sent_still_comes(found):
    """The region with the longest lane survives longer than that with the shortest."""
    near, far = (found.cell(REFERENCE, region, "supplier_outage")["time_to_survive"] for region in REGIONS[::7])

    assert far.estimate > near.estimate + 2.0


def test_what_changes_nothing_strikes_nobody(monkeypatch):
    """Lead times that are once as long: all service is kept, survived to the end, and recovered at once."""
    monkeypatch.setitem(STRENGTH, Kind.INFLATION, 1.0)
    found = resilience(SCENARIO, {}, plan=attrs.evolve(PLAN, scenarios=2))

    for region in REGIONS:
        cell = found.cell(REFERENCE, region, "lead_time_inflation")
        assert (cell["score"].low, cell["score"].estimate) == pytest.approx((100.0, 100.0))
        assert (cell["time_to_survive"].estimate, cell["survived"]) == (PLAN.window, 1.0)
        assert (cell["time_to_recover"].estimate, cell["recovered"]) == (0.0, 1.0)


def test_the_chain_is_eight_warehouses_with_stores_and_their_demand():
    """Means and variances of an item's stores are those of its law, times the demand of all regions."""
    chain = Chain.of(SCENARIO, 1)
    network = chain.shop.network

    assert len(network) == 2 * 8 * 4
    assert (network.source == OUTSIDE).sum() == 16
    assert len(network.tiers) == 2
    mean = sum(
        law.mean for law, item in zip(chain.shop.laws, chain.shop.item, strict=True) if law is not None and item == 1
    )
    assert mean == pytest.approx(4.0 * 7.25)
    assert (chain.region[network.source[network.source >= 0]] == chain.region[network.source >= 0]).all()


def test_a_surge_strikes_stores_and_all_else_warehouses():
    """Each kind strikes every region once for each item."""
    chain = Chain.of(SCENARIO, 1)
    for kind in Kind:
        struck = chain.struck(kind, 5, 3)
        stores = {bool(chain.shop.network.source[one.row] >= 0) for one in struck}
        assert stores == {kind is Kind.SURGE}
        assert {int(chain.region[one.row]) for one in struck} == set(range(8))


def test_continuous_demand_and_backorders():
    """A normal law is parted by its moments; where demand waits, nothing is lost, and that is said."""
    normal = attrs.evolve(SCENARIO, laws=(NormalLaw(8.0, 2.0), NormalLaw(4.0, 1.0)))
    (law,) = {law.mean for law in Chain.of(normal, 1).shop.laws[1:2]}

    assert law == pytest.approx(8.0 * 1.5 * 0.5)
    with pytest.raises(DataError, match="unmet_demand"):
        Chain.of(attrs.evolve(SCENARIO, lost_sales=False), 1)


def test_the_map_is_drawn(found):
    """A well-formed drawing with a box for each cell."""
    root = ET.fromstring(resilience_plot(found).svg())

    assert len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) == 2 * 8 * 6
