"""What may not be shown, and why."""

import attrs
import numpy as np
from slates_world import maker, outlook, shelf, state, without

from shelfwise.slates import Rows, Rule
from shelfwise.types import CartLine, Customer, Event, RecommendRequest


def rules(shop, **settings):
    """Return the rule that withholds each item from everybody."""
    return shelf(shop, "anna", **settings)[0].rule.tolist()


def test_each_rule_withholds_its_items():
    """Exclusions, categories and sold-out items are told apart, an exclusion going first."""
    shop = state(6)
    sold_out = outlook(shop, promise=np.array([[1.0], [1.0], [1.0], [0.0], [0.0], [1.0]]))

    found = rules(shop, exclude_item_ids=("i0", "i3"), deny_categories=("c2",), stock_outlook=sold_out)

    assert found == [Rule.EXCLUDED, Rule.NONE, Rule.CATEGORY, Rule.EXCLUDED, Rule.OUT_OF_STOCK, Rule.CATEGORY]


def test_a_denied_category_is_denied_even_if_allowed():
    """Allowed are the categories of the one list that are not on the other."""
    assert rules(state(3), allow_categories=("c0", "c1"), deny_categories=("c1",)) == [
        Rule.NONE,
        Rule.CATEGORY,
        Rule.CATEGORY,
    ]


def test_stock_on_hand_counts_where_asked_and_nothing_else_is_known():
    """``in_stock_only`` looks at the stock on hand, unless an outlook says what can be promised."""
    shop = state(3)
    on_hand = np.array([[0.0, 0.0], [0.0, 2.0], [1.0, 0.0]])
    shop = attrs.evolve(shop, on_hand=on_hand)

    assert rules(shop, in_stock_only=True) == [Rule.OUT_OF_STOCK, Rule.NONE, Rule.NONE]
    assert rules(shop) == [Rule.NONE] * 3
    assert rules(shop, in_stock_only=True, stock_outlook=outlook(shop)) == [Rule.NONE] * 3


def test_what_is_gone_is_gone_whatever_else_holds():
    """An item that left the catalogue is not excluded, sold out or of a wrong category, but gone."""
    shop, whole = without(state(3), 1), state(3)
    opened = maker(whole).shelf(RecommendRequest((Customer("anna"),), exclude_item_ids=("i1",)), shop)

    assert opened.rule.tolist() == [Rule.NONE, Rule.GONE, Rule.NONE]


def test_carts_and_purchases_block_for_one_customer():
    """What one has in the cart or, where asked, has bought is open to others."""
    people = (Customer("anna", cart=(CartLine("i0"),)), Customer("ben", events=(Event("i2"),)))
    opened, visitors = shelf(state(4), *people, exclude_purchased=True)

    open_to = opened.open_to(visitors, Rows.of([[3], [1]]))

    assert open_to.tolist() == [[False, True, True, False], [True, False, False, True]]


def test_without_consent_what_was_bought_does_not_count():
    """A customer without consent is not served by what was bought before, not even to leave it out."""
    opened, visitors = shelf(state(4), Customer("anna", consent=False), exclude_purchased=True)

    assert opened.open_to(visitors, Rows.of([[0, 1]])).all()


def test_purchases_are_shown_again_unless_asked_otherwise():
    """Repeat purchases are ordinary."""
    opened, visitors = shelf(state(4), "anna")

    assert opened.open_to(visitors, Rows.of([[0, 1]])).all()
