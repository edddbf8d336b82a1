"""What a sale is worth, and from where."""

import attrs
import numpy as np
import pytest
from slates_world import costs, falling, ids, maker, outlook, shelf, state

from shelfwise.slates import Candidates
from shelfwise.types import Customer, Index


def slates(shop, *customers, probability=None, made=None, **given):
    """Return the slates of customers with the whole catalogue as candidates, each item less likely than the last."""
    opened, visitors = shelf(shop, *customers, made=made, **given)
    count = len(shop.items.index)
    chance = falling(len(visitors), count) if probability is None else probability
    return opened.serve(visitors, opened.choose(visitors, Candidates.whole(chance))).slates


def test_without_signals_every_sale_is_worth_one():
    """The score is the purchase probability, and no node is decided among two."""
    (slate,) = slates(state(4), "anna")

    assert [item.score for item in slate.items] == [item.purchase_probability for item in slate.items]
    assert {item.node_id for item in slate.items} == {""}
    assert {item.promised_on for item in slate.items} == {None}


def test_the_score_follows_the_formula():
    """P(in stock) x ((1 - w) x mean margin + w x (margin - unit value - delivery cost)), at the best node.

    Two lines share the delivery from the east, which is the cheaper; one from the west is a delivery of its own.
    """
    shop = state(2)
    made = maker(shop, contribution_weight=0.25, basket_lines=2.0)
    stock = outlook(shop, in_stock=[[0.5, 0.9], [0.5, 0.9]], unit_value=[[0.0, 1.0], [0.0, 3.5]])

    (slate,) = slates(
        shop, Customer("anna"), made=made, stock_outlook=stock, delivery_costs=costs([[1.0, 2.0], [9.0, 9.0]])
    )

    east = 0.5 * (0.75 * 4 + 0.25 * (4 - 0.0 - 0.5))
    west = [0.9 * (0.75 * 4 + 0.25 * (4 - value - 2.0)) for value in (1.0, 3.5)]
    assert [item.score for item in slate.items] == pytest.approx([0.5 * max(east, west[0]), 0.45 * max(east, west[1])])
    assert [item.node_id for item in slate.items] == ["west", "west"]


def test_a_basket_is_not_split_for_a_little():
    """Of two nodes with as much, the one that brings the basket anyway has the line; equal ones share it alike."""
    shop = state(2)
    made = maker(shop, contribution_weight=1.0, basket_lines=4.0)
    stock = outlook(shop, unit_value=[[0.5, 0.0], [0.5, 0.0]])

    def shown(east, west):
        asked = {"stock_outlook": stock, "delivery_costs": costs([[east, west], [9.0, 9.0]])}
        return [item.node_id for item in slates(shop, Customer("anna"), made=made, **asked)[0].items]

    assert shown(2.0, 2.1) == ["east", "east"]
    assert shown(2.0, 2.0) == ["west", "west"]
    assert shown(2.1, 2.0) == ["west", "west"]


def test_margins_count_without_signals_where_they_shall():
    """By margin a sale is worth what it contributes, mixed with the mean by the weight; no node is decided."""
    shop = state(2)
    dear = attrs.evolve(shop.items, unit_cost=np.array([6.0, 0.0]))
    shop = attrs.evolve(shop, items=dear)
    made = maker(shop, contribution_weight=0.5, by_margin=True)

    (slate,) = slates(shop, "anna", made=made, probability=np.array([[0.5, 0.4]]))

    assert [item.score for item in slate.items] == pytest.approx([0.4 * 8.5, 0.5 * 5.5])
    assert {item.node_id for item in slate.items} == {""}


def test_a_price_of_few_candidates_is_that_of_the_whole_catalogue():
    """Pricing candidate by candidate gives the scores, nodes and promises of pricing everything."""
    generator = np.random.default_rng(5)
    shop = state(40)
    stock = outlook(
        shop,
        promise=50 * generator.integers(0, 2, (40, 2)),
        in_stock=generator.random((40, 2)),
        unit_value=generator.random((40, 2)) * 6,
    )
    signals = {"stock_outlook": stock, "delivery_costs": costs([[1.0, 5.0], [6.0, 2.0]])}
    people = (Customer("anna"), Customer("ben"), Customer("?", zone="nowhere"))
    opened, visitors = shelf(shop, *people, slate_size=40, **signals)
    chance = generator.random((3, 40))

    whole = opened.serve(visitors, opened.choose(visitors, Candidates.whole(chance))).slates

    opened, visitors = shelf(shop, *people, slate_size=40, **signals)
    parts = np.array_split(generator.permutation(40), 5)
    chosen = [
        opened.serve(
            visitors, opened.choose(visitors, Candidates(np.tile(part, (3, 1)), np.ascontiguousarray(chance[:, part])))
        ).slates
        for part in parts
    ]
    for row, slate in enumerate(whole):
        found = {item.item_id: item for part in chosen for item in part[row].items}
        assert len(found) == len(slate.items) > 20
        for item in slate.items:
            assert attrs.evolve(found[item.item_id], rank=item.rank) == item


def test_an_outlook_of_other_items_in_another_order_is_lined_up():
    """What the outlook does not know is sold out; the rest is found by its id."""
    shop = state(4)
    plenty = outlook(shop)
    known = attrs.evolve(plenty, items=Index(("i3", "x", "i1", "y")))

    (slate,) = slates(shop, "anna", stock_outlook=known)

    assert ids(slate) == ["i1", "i3"]
    assert {item.item_id: item.reason.code for item in slate.withheld} == {"i0": "out_of_stock", "i2": "out_of_stock"}


def test_promises_are_those_of_zone_and_node():
    """Each zone is served from its cheapest node, with that node's days from today."""
    shop = state(2)

    near, far = slates(shop, Customer("anna"), Customer("ben"), delivery_costs=costs([[0.0, 5.0], [9.0, 0.0]]))

    assert [(item.node_id, item.promised_on.day) for item in (near.items[0], far.items[0])] == [
        ("east", 3),
        ("west", 3),
    ]


def test_a_shop_with_one_node_fulfils_from_it():
    """Without any signal the only node is the one that fulfils."""
    shop = state(2)
    one = attrs.evolve(
        shop,
        nodes=attrs.evolve(shop.nodes, index=Index(("east",)), kind=shop.nodes.kind[:1]),
        on_hand=shop.on_hand[:, :1],
    )

    assert slates(one, "anna")[0].items[0].node_id == "east"


def test_costs_of_no_zone_cost_nothing():
    """A router that delivered nowhere has told nothing."""
    shop = state(2)
    nothing = attrs.evolve(
        costs([[1.0, 1.0], [1.0, 1.0]]), zones=Index(), marginal_cost=np.zeros((0, 2)), promise_days=np.zeros((0, 2))
    )

    (slate,) = slates(shop, "anna", delivery_costs=nothing)

    assert slate.items[0].score == pytest.approx(0.5 * 4.0)
    assert slate.items[0].promised_on is None


@pytest.mark.parametrize(("days", "served"), [(np.inf, 2), (28.0, 2), (7.0, 2), (3.5, 3), (1.0, 14)])
def test_what_is_there_has_to_last_for_part_of_the_window_alone(days, served):
    """Of two units, at one a customer in a week: the sooner more can come, the more customers are promised one."""
    shop = state(1)
    there = attrs.evolve(outlook(shop, promise=[[2.0, 0.0]]), lasts_days=np.full((1, 2), days))

    found = slates(
        shop, *(f"c{number}" for number in range(14)), probability=np.full((14, 1), 0.5), stock_outlook=there
    )

    assert sum(bool(slate.items) for slate in found) == served
