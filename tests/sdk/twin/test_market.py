"""Customers: what they look at, what they take, and what an empty shelf does."""

import numpy as np
from twin_world import world

from shelfwise.twin import scenario
from shelfwise.twin.market import Market, Slates
from shelfwise.twin.sales import Lines, served

PLENTY = np.full((16, 2), 1e6)


def looking_at(items):
    """Return customers who look at so many items."""
    return Market(world(market=scenario.Market(attention=items)))


def day(market, number=0, slates=None, on_hand=PLENTY):
    """Return the visitors of a day, what they looked at, and the outcome."""
    customer = market.visitors(number, np.ones(2))
    shown = Slates.empty(len(customer)) if slates is None else slates(customer)
    looks = market.look(number, customer, shown)
    return customer, looks, market.trade(number, looks, on_hand)


def showing(item):
    """Return slates of one item for everybody."""

    def shown(customer):
        return Slates(np.full((len(customer), 1), item), np.full((len(customer), 1), -1))

    return shown


def lines(*rows):
    """Return lines of visitor, item, node and quantity."""
    visitor, item, node, quantity = (np.array(column) for column in zip(*rows, strict=True))
    nothing = np.full(len(item), -1)
    return Lines(visitor, visitor, item, node, quantity, nothing, nothing)


def test_two_markets_of_one_world_are_the_same():
    """Nothing is drawn in an order: a second market of the world sells line for line the same."""
    one, other = (day(Market(world()))[2].sold for _ in range(2))

    assert all(np.array_equal(*pair) for pair in zip(vars_of(one), vars_of(other), strict=True))


def vars_of(value):
    """Return the columns of lines."""
    return [value.visitor, value.customer, value.item, value.node, value.quantity, value.slot]


def test_attention_is_bounded_and_slots_take_part_of_it():
    """Nobody looks at more than the scenario says; what is seen in the slate pushes out what comes to mind."""
    market = Market(world())
    bound = market.world.scenario.market.attention

    _, alone, _ = day(market)
    _, beside, _ = day(Market(world()), slates=showing(5))

    assert ((alone.item >= 0).sum(axis=1) == bound).all()
    assert ((beside.item >= 0).sum(axis=1) <= bound).all()
    assert (beside.slot >= 0).any()
    assert all(len(set(row[row >= 0])) == (row >= 0).sum() for row in beside.item)


def test_a_slate_sells_what_it_shows_and_costs_others_some_of_their_sales():
    """Over many days a shown item sells more than it does unseen, and the rest of the shop somewhat less."""
    totals = []
    for slates in (None, showing(5)):
        market, sold = looking_at(4), np.zeros(16)
        for number in range(28):
            np.add.at(sold, day(market, number, slates)[2].sold.item, 1)
        totals.append(sold)
    unseen, seen = totals

    assert seen[5] > 1.3 * unseen[5]
    assert np.delete(seen, 5).sum() < np.delete(unseen, 5).sum()


def test_an_item_is_not_sold_before_its_launch():
    """What is launched later is neither looked at nor bought."""
    shop = world()
    shop.goods.launched_on[5] = 99

    _, looks, outcome = day(Market(shop))

    assert 5 not in outcome.sold.item
    assert (looks.wish[looks.item == 5] == -np.inf).all()


def test_stock_goes_to_who_comes_first():
    """Lines are served whole, in their order; one that asks for too much leaves what is there to those after it."""
    asked = lines((0, 3, 1, 2), (1, 3, 1, 2), (2, 3, 0, 2), (3, 3, 1, 1), (4, 2, 1, 9))
    on_hand = np.zeros((5, 2))
    on_hand[3] = 2.0, 3.0

    assert served(asked, on_hand).tolist() == [True, False, True, True, False]


def test_an_empty_shop_sells_nothing_and_disappoints():
    """Without stock all wanted lines go unmet, and visitors come away less content."""
    market = Market(world())

    customer, _, outcome = day(market, on_hand=np.zeros((16, 2)))

    assert len(outcome.sold) == 0
    assert len(outcome.unmet) == len(outcome.wanted) > 0
    assert market.satisfaction[customer].mean() < 1.0
    assert (np.delete(market.satisfaction, customer) == 1.0).all()


def test_some_come_back_for_what_was_missing():
    """Of those who met an empty shelf a share returns within three days and still wants it, once."""
    market = Market(world())
    _, _, missed = day(market, 0, on_hand=np.zeros((16, 2)))
    again = set()
    for number in (1, 2, 3):
        _, _, outcome = day(market, number)
        asked = outcome.wanted.customer * 16 + outcome.wanted.item
        assert len(np.unique(asked)) == len(asked)
        again |= set(zip(outcome.wanted.customer.tolist(), outcome.wanted.item.tolist(), strict=True))

    pairs = set(zip(missed.unmet.customer.tolist(), missed.unmet.item.tolist(), strict=True))

    assert len(pairs & again) >= 0.1 * len(pairs)


def test_an_offer_is_worth_more_and_leaves_less_to_wish_for():
    """A price cut raises the wish for an item; who has bought wishes less for more of it tomorrow."""
    dear, cheap = looking_at(16), looking_at(16)
    cheap.world.seasons.price[0, 5] = np.float32(0.5 * cheap.world.goods.price[5])
    everybody, nothing = np.arange(120), Slates.empty(120)

    before = [wish(market.look(0, everybody, nothing), 5) for market in (dear, cheap)]
    bought = cheap.trade(0, cheap.look(0, everybody, nothing), PLENTY).sold
    had = np.unique(bought.customer[bought.item == 5])
    after = [wish(market.look(1, had, Slates.empty(len(had))), 5) for market in (dear, cheap)]

    assert len(had)
    assert (before[1] > before[0]).all()
    assert (after[1] < after[0]).all()


def wish(looks, item):
    """Return how much each visitor wishes for an item that all look at."""
    return looks.wish[looks.item == item]


def test_clicks_on_slots_are_among_those_on_items():
    """Everything clicked on was looked at and not bought; slots that were are counted, and some are in a long slate."""
    market = Market(world())
    customer = market.visitors(0, np.ones(2))
    slates = Slates(np.tile(np.arange(8), (len(customer), 1)), np.full((len(customer), 8), -1))
    looks = market.look(0, customer, slates)
    outcome = market.trade(0, looks, np.full((16, 2), 1e6))

    clicked = set(zip(*(part.tolist() for part in outcome.clicks), strict=True))
    bought = set(zip(outcome.sold.customer.tolist(), outcome.sold.item.tolist(), strict=True))
    row, column = np.nonzero(looks.slot >= 0)
    slots = set(zip(looks.customer[row].tolist(), looks.item[row, column].tolist(), strict=True))
    assert not clicked & bought
    assert 0 < outcome.clicked_slots == len(clicked & slots) < len(clicked)
