"""How the signals of the other stages move the slates, and what the slates signal back."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from recommender_world import START, ask, pairs_world, shown, staples_world, trained

from shelfwise.dataset import Dataset
from shelfwise.types import Customer, DeliveryCosts, Index, StockOutlook


@pytest.fixture(scope="module")
def shop():
    """Return a shop with two stores and the baseline trained on it."""
    generator = np.random.default_rng(1)
    rows = [
        (START + pd.Timedelta(days=day + generator.random()), f"c{generator.integers(40)}", f"i{generator.integers(8)}")
        for day in range(90)
        for _ in range(8)
    ]
    tables = {
        "events": pd.DataFrame(rows, columns=["time", "customer_id", "item_id"]),
        "items": pd.DataFrame({"item_id": [f"i{k}" for k in range(8)], "price": 10.0, "unit_cost": 6.0}),
        "nodes": pd.DataFrame({"node_id": ["hub", "east", "west"], "kind": ["warehouse", "store", "store"]}),
    }
    data = Dataset.from_tables(tables)
    return trained(data), data


def outlook(data, *, promise=None, in_stock=None, unit_value=None):
    """Return an outlook with plenty of everything, but for the given ``{(item, node): number}``."""
    items, nodes = data.state().items.index, Index(data.state().nodes.selling_ids)
    shape = (len(items), len(nodes))
    tables = [np.full(shape, 100.0), np.ones(shape), np.zeros(shape)]
    for table, changes in zip(tables, (promise, in_stock, unit_value), strict=True):
        for (item, node), number in (changes or {}).items():
            table[items.position(item), nodes.position(node) if node else slice(None)] = number
    return StockOutlook(items, nodes, *tables)


def test_plenty_of_stock_changes_no_ranking(shop):
    """With equal margins and stock everywhere, expected contribution ranks as relevance does."""
    plugin, data = shop

    alone = ask(plugin, data, "c1").slates[0]
    stocked = ask(plugin, data, "c1", stock_outlook=outlook(data)).slates[0]

    assert shown(stocked) == shown(alone)
    assert stocked.items[0].score == pytest.approx(4.0 * alone.items[0].purchase_probability)


def test_sold_out_items_are_withheld_with_the_reason(shop):
    """Nothing available to promise at any node withholds an item; at one node it does not."""
    plugin, data = shop
    first, second = shown(ask(plugin, data, "c1", slate_size=2).slates[0])
    promise = {(first, ""): 0.0, (second, "east"): 0.0}

    slate = ask(plugin, data, "c1", slate_size=2, stock_outlook=outlook(data, promise=promise)).slates[0]

    assert shown(slate)[0] == second
    assert slate.items[0].node_id == "west"
    assert [(item.item_id, item.reason.code) for item in slate.withheld] == [(first, "out_of_stock")]
    assert len(slate.items) == 2


def test_a_scarce_item_gives_way_without_disappearing(shop):
    """A shadow price or a doubtful stock moves an item down, gradually."""
    plugin, data = shop
    plain = ask(plugin, data, "c1", stock_outlook=outlook(data)).slates[0]
    first = shown(plain)[0]

    def score(**changes):
        slate = ask(plugin, data, "c1", stock_outlook=outlook(data, **changes)).slates[0]
        return {item.item_id: item.score for item in slate.items}[first]

    scores = [score(unit_value={(first, ""): value}) for value in (0.0, 1.0, 2.0, 4.0, 40.0)]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0.0
    assert score(in_stock={(first, ""): 0.5}) == pytest.approx(0.5 * plain.items[0].score)


def test_the_probability_is_not_bent_by_the_signals(shop):
    """Signals move the score and the rank; the purchase probability stays what it was."""
    plugin, data = shop
    alone = {item.item_id: item.purchase_probability for item in ask(plugin, data, "c1").slates[0].items}

    slate = ask(plugin, data, "c1", stock_outlook=outlook(data, unit_value={("i3", ""): 3.0})).slates[0]

    assert {item.item_id: item.purchase_probability for item in slate.items} == alone


def test_the_cheapest_node_with_stock_fulfils(shop):
    """Each zone is served from its cheapest node that has the item, with the promise of that node."""
    plugin, data = shop
    costs = DeliveryCosts(
        Index(("a", "b")), Index(("east", "west")), [[1.0, 5.0], [6.0, 2.0]], [[1.0, 3.0], [4.0, np.nan]]
    )
    people = [Customer("c1", zone="a"), Customer("c1", zone="b")]
    short = outlook(data, promise={("i0", "east"): 0.0})

    near, far = ask(plugin, data, *people, stock_outlook=short, delivery_costs=costs).slates

    node = {item.item_id: item.node_id for item in near.items}
    assert node["i0"] == "west"
    assert {node[item] for item in node if item != "i0"} == {"east"}
    assert {item.node_id for item in far.items} == {"west"}
    promised = {item.item_id: item.promised_on for item in near.items}
    assert promised["i0"] == data.as_of.date() + timedelta(days=3)
    assert promised["i1"] == data.as_of.date() + timedelta(days=1)
    assert {item.promised_on for item in far.items} == {None}


def test_margins_weigh_as_much_as_asked():
    """With no weight on contribution relevance ranks alone; with full weight the item that earns more leads."""
    data = pairs_world()
    data.items.loc[data.items["item_id"] == "y5", "unit_cost"] = 0.0
    data.items.loc[data.items["item_id"] != "y5", "unit_cost"] = 9.5
    everything = {"slate_size": 12, "stock_outlook": outlook(data)}
    relevance, contribution = trained(data, contribution_weight=0.0), trained(data, contribution_weight=1.0)

    by_relevance = ask(relevance, data, "stranger", **everything).slates[0]
    by_contribution = ask(contribution, data, "stranger", **everything).slates[0]

    assert shown(by_relevance) == shown(ask(relevance, data, "stranger", slate_size=12).slates[0])
    assert shown(by_contribution)[0] == "y5"


def test_margins_count_without_signals_only_where_they_shall():
    """By margin the item that earns more leads with no stock and no delivery cost known; by default it does not."""
    data = pairs_world()
    data.items.loc[data.items["item_id"] == "y5", "unit_cost"] = 0.0
    data.items.loc[data.items["item_id"] != "y5", "unit_cost"] = 9.5

    first = {
        by_margin: shown(ask(trained(data, contribution_weight=1.0, by_margin=by_margin), data, "stranger").slates[0])[
            0
        ]
        for by_margin in (False, True)
    }

    assert first[True] == "y5" != first[False]


def test_exposure_sums_up_the_slates(shop):
    """Extra units are the incremental share of the purchases expected, in units, over all days and nodes."""
    plugin, data = shop
    people = [f"c{k}" for k in range(40)] + ["stranger"]

    answer = ask(plugin, data, *people, slate_size=4)

    expected = sum(item.purchase_probability for slate in answer.slates for item in slate.items)
    assert answer.exposure.extra_units.sum() == pytest.approx(0.25 * expected, rel=1e-6)
    assert answer.exposure.extra_units.shape[1:] == (2, 28)
    assert answer.exposure.nodes.ids == ("east", "west")
    assert set(answer.exposure.items) == {item for slate in answer.slates for item in shown(slate)}
    assert (answer.exposure.impressions >= answer.exposure.extra_units).all()


def test_exposure_lies_where_the_slate_says(shop):
    """What one node fulfils is exposed at that node alone."""
    plugin, data = shop
    empty = outlook(data, promise={(item, "east"): 0.0 for item in data.state().items.index})

    exposure = ask(plugin, data, "c1", stock_outlook=empty).exposure

    assert exposure.extra_units[:, 0].sum() == 0.0
    assert exposure.extra_units[:, 1].sum() > 0.0


def test_exposure_follows_the_week():
    """A shop that never sells on some weekdays has no exposure on them."""
    data = staples_world()
    days = set((data.events["time"].dt.dayofweek).unique())

    exposure = ask(trained(data, exposure_days=7), data, "c1").exposure

    first = data.state().starts_on.weekday()
    for day in range(7):
        assert (exposure.impressions[..., day].sum() > 0) == ((first + day) % 7 in days)


def test_the_share_of_extra_units_is_an_option():
    """Doubling ``incremental_share`` doubles the extra units and nothing else."""
    data = pairs_world()

    one, two = (ask(trained(data, incremental_share=share), data, "c1") for share in (0.2, 0.4))

    assert two.slates == one.slates
    np.testing.assert_allclose(two.exposure.extra_units, 2 * one.exposure.extra_units)
