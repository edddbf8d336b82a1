"""Promises that can be kept: what is taken from slates that ask for more than there is."""

import attrs
import numpy as np
import pytest
from fakes import FakeRecommender, fake_chains, fake_orchestrator, small_state
from hypothesis import given, settings
from hypothesis import strategies as st
from promises_world import ITEMS, NODES, outlook, recommendations, shown

from shelfwise.coordination.promises import kept, promised_units
from shelfwise.types import (
    Customer,
    DecisionRequest,
    Link,
    Options,
    RecommendRequest,
    ReplenishRequest,
)


def test_promises_that_are_there_stay_as_they_are():
    """The very same answer comes back."""
    answer = recommendations([("apple", "east", 0.5)], [("apple", "", 0.5)])

    assert kept(answer, outlook([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]])) is answer


def test_whoever_comes_late_is_promised_nothing():
    """Of two units at half a unit each the first four get one; the rest are told, and ranks close up."""
    slates = [[("apple", "east", 0.25), ("bread", "east", 0.1)]] * 6

    found = kept(recommendations(*slates, units=2.0), outlook([[2.0, 9.0], [9.0, 9.0], [0.0, 0.0]]))

    assert shown(found) == [[("apple", "east"), ("bread", "east")]] * 4 + [[("bread", "east")]] * 2
    assert found.slates[5].items[0].rank == 1
    assert [item.reason.code for item in found.slates[5].withheld] == ["out_of_stock"]


def test_what_is_there_has_to_last_until_more_can_come():
    """Two units and no end, or a day of the two that the promise is for, or more days than there are."""
    slates = [[("apple", "east", 0.25)]] * 12
    answer, there = recommendations(*slates), outlook([[2.0, 9.0], [9.0, 9.0], [0.0, 0.0]])
    for days, served in ((np.inf, 8), (1.0, 12), (1.5, 8), (30.0, 8)):
        lasting = attrs.evolve(there, lasts_days=np.full((3, 2), days))

        assert sum(map(len, shown(kept(answer, lasting)))) == served
    assert (
        sum(map(len, shown(kept(recommendations(*slates, *slates), attrs.evolve(there, lasts_days=np.ones((3, 2)))))))
        == 16
    )


def test_an_open_node_is_the_one_with_most_left():
    """Where the slate leaves the node open, it is decided once the item is short, and exposure lies there."""
    found = kept(recommendations(*[[("apple", "", 1.0)]] * 3), outlook([[1.0, 3.0], [0.0, 0.0], [0.0, 0.0]]))

    assert shown(found) == [[("apple", "west")]] * 2 + [[("apple", "east")]]
    assert found.exposure.promised_units.sum(axis=2)[0] == pytest.approx([1.0, 2.0])
    assert found.exposure.extra_units.sum(axis=2)[0] == pytest.approx([0.25, 0.5])


def test_what_is_not_told_is_not_judged():
    """Without an exposure nobody knows what slates steer."""
    answer = attrs.evolve(recommendations([("apple", "east", 1.0)]), exposure=None)

    assert kept(answer, outlook(np.zeros((3, 2)))) is answer


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_kept_promises_never_exceed_the_outlook(seed):
    """Whatever slates promise, what is kept is within what is available, by exposure and by slots alike."""
    dice = np.random.default_rng(seed)
    units = float(dice.choice([0.5, 1.0, 3.0]))
    slates = [
        [(ITEMS[item], str(dice.choice(["", "east", "west"])), float(dice.random())) for item in dice.permutation(3)]
        for _ in range(int(dice.integers(1, 20)))
    ]
    stock = outlook(dice.choice([0.0, 0.4, 2.0, 40.0], (3, 2)))

    found = kept(recommendations(*slates, units=units), stock)

    promised = promised_units(found.exposure, stock)
    assert (promised <= stock.available_to_promise + 1e-6).all()
    short = (promised_units(recommendations(*slates, units=units).exposure, stock) > stock.available_to_promise).any(
        axis=1
    )
    by_slot = np.zeros((3, 2))
    for slate in found.slates:
        for item in slate.items:
            if item.node_id:
                by_slot[ITEMS.position(item.item_id), NODES.position(item.node_id)] += units * item.purchase_probability
    assert promised[short] == pytest.approx(by_slot[short])
    assert kept(found, stock) is found


def test_a_recommender_that_knows_no_stock_promises_no_more_than_there_is():
    """The orchestrator takes it from the slates, and leaves them alone where the link is off."""
    state = attrs.evolve(small_state(), on_hand=np.zeros((3, 3)))
    request = DecisionRequest(recommend=RecommendRequest((Customer("anna"), Customer("bob"))))
    off = attrs.evolve(request, options=Options(disabled_links=[Link.STOCK_OUTLOOK]))

    decision = fake_orchestrator(fake_chains(recommender=FakeRecommender()), state=state).decide(request)

    assert not any(slate.items for slate in decision.recommendations)
    assert all(len(slate.items) == 3 for slate in fake_orchestrator(state=state).decide(off).recommendations)


def test_a_siloed_plan_is_returned_without_what_it_cannot_keep():
    """Where no pass is worth more than the siloed one, its slates hold only what can be promised all the same."""
    request = DecisionRequest(
        recommend=RecommendRequest(tuple(Customer(f"c{row}") for row in range(20))), replenish=ReplenishRequest()
    )

    decision = fake_orchestrator(maximum_passes=1).decide(request)

    assert decision.signals.best_pass == 1
    assert sum(len(slate.items) for slate in decision.recommendations) < 60
