"""Who is served from where, and what is offered to them from elsewhere."""

import attrs
import numpy as np
from slates_world import STORES, shelf, state

from shelfwise.slates import Candidates
from shelfwise.types import Customer, DeliveryCosts, Index, StockOutlook

HOMES = np.array([STORES[1], "", STORES[0]], dtype=object)
"""Of anna and ben, and of cleo, who has not agreed to personal data being used."""


def world(**changes):
    """Return a shop of three items whose customers are served from where HOMES says."""
    made = state(3)
    return attrs.evolve(made, customers=attrs.evolve(made.customers, node_id=HOMES, **changes))


def outlook(shop, available):
    """Return an outlook of what each store (columns) can promise of each item."""
    table = np.asarray(available, np.float64)
    return StockOutlook(shop.items.index, STORES, table, np.ones(table.shape), np.zeros(table.shape))


def served(shop, *customers, **signals):
    """Return item ids and nodes that each customer is shown, of three equally likely items."""
    opened, visitors = shelf(shop, *customers, slate_size=3, **signals)
    chosen = opened.choose(visitors, Candidates.whole(np.full((len(visitors), 3), 0.1)))
    answer = opened.answer([opened.serve(visitors, chosen)])
    return [[(item.item_id, item.node_id) for item in slate.items] for slate in answer.slates], answer.slates


def test_home_is_the_customers_own_node_or_that_of_the_zone():
    """Without consent, or a node on record, that of most of the zone's customers counts; nothing known is nothing."""
    people = ("anna", "ben", "cleo", Customer("new", zone="north"), Customer("other", zone="moon"))

    opened, visitors = shelf(world(), *people)

    # In the north anna is served by one store and cleo by the other: of equals the first.
    assert opened.homes.of_visitors(visitors).tolist() == [1, -1, 0, 0, -1]


def test_what_a_home_lacks_is_not_offered_where_nobody_says_what_bringing_it_costs():
    """It is withheld as out of stock from those customers alone."""
    shop = world()
    ids = shop.items.index.ids

    shown, slates = served(shop, "anna", "ben", stock_outlook=outlook(shop, [[9, 0], [9, 9], [9, 9]]))

    assert sorted(shown[0]) == [(ids[1], STORES[1]), (ids[2], STORES[1])]
    assert [(one.item_id, one.reason.code) for one in slates[0].withheld] == [(ids[0], "out_of_stock")]
    assert {item for item, _ in shown[1]} == set(ids)


def test_a_line_from_elsewhere_bears_a_delivery_of_its_own():
    """Where that is known, what a home lacks comes from elsewhere, and ranks behind what it has."""
    shop = world()
    costs = DeliveryCosts(Index(("north",)), STORES, [[1.5, 0.5]], [[1.0, 1.0]])
    promise = outlook(shop, [[9, 0], [9, 9], [9, 9]])

    shown, _ = served(shop, "anna", stock_outlook=promise, delivery_costs=costs)

    assert shown[0][-1] == (shop.items.index[0], STORES[0])
    assert sorted(shown[0][:-1]) == [(item, STORES[1]) for item in shop.items.index.ids[1:]]


def test_a_home_that_is_as_good_as_another_fulfils():
    """Also where every sale is worth the least there is, since each costs more than it earns."""
    shop = world()
    costs = DeliveryCosts(Index(("north",)), STORES, [[500.0, 500.0]], [[1.0, 1.0]])

    shown, _ = served(shop, "anna", delivery_costs=costs)

    assert {node for _, node in shown[0]} == {STORES[1]}
