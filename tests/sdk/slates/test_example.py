"""The example in the package's docstring is a recommender that keeps the rules."""

import textwrap

import attrs
import numpy as np
import pytest
from slates_world import ids, maker, outlook, state

import shelfwise.slates
from shelfwise.hookspecs import hookimpl
from shelfwise.invariants import check_recommendations
from shelfwise.types import CartLine, Customer, RecommendRequest


@pytest.fixture(scope="module")
def popular():
    """Return the example as it stands in the docstring, for a shop of forty items."""
    code = shelfwise.slates.__doc__.partition("::\n")[2].partition("\nWhat each customer")[0]
    names = {**vars(shelfwise.slates), "attrs": attrs, "np": np, "hookimpl": hookimpl, "NDArray": np.ndarray}
    exec("from __future__ import annotations\n" + textwrap.dedent(code), names)
    shop = state(40)
    return names["Popular"](maker(shop), 0.3 * 0.9 ** np.arange(40)), shop


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"slate_size": 100},
        {"exclude_item_ids": ("i0", "i3"), "allow_categories": ("c0",)},
        {"most_per_category": 2, "most_per_brand": 1},
        {"diversity": 0.7},
        {"in_stock_only": True},
    ],
)
def test_the_example_runs_and_keeps_the_contract(popular, settings):
    """Whatever a request asks, its answer breaks no invariant."""
    plugin, shop = popular
    people = (Customer("anna", cart=(CartLine("i1"),)), Customer("cleo"), Customer("?"))
    request = RecommendRequest(people, **settings)

    answer = plugin.recommend(request, shop, outlook(shop, promise=shop.on_hand), None)

    assert check_recommendations(request, shop, answer) == ()
    assert all(slate.items for slate in answer.slates)
    assert "i1" not in ids(answer.slates[0])
    assert answer.slates[1].items[0].reasons[0].code == "popular_in_category"
