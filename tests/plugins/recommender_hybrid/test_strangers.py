"""What is the same for many customers is worked out once."""

import pytest
from recommender_world import ask, shown
from shelfwise_recommender_hybrid.evidence import Witnesses

from shelfwise.types import CartLine, Customer, Deadline


@pytest.fixture
def scored(monkeypatch):
    """Return the numbers of rows that the legs were asked about, filled as they are."""
    rows, shares = [], Witnesses.shares

    def counted(self, sequences, zone, out=None):
        rows.append(len(sequences))
        return shares(self, sequences, zone, out)

    monkeypatch.setattr(Witnesses, "shares", counted)
    return rows


def test_strangers_of_a_zone_are_scored_once(pairs, hybrid, scored):
    """Among customers on record, strangers are one row, and are shown what one alone is shown."""
    strangers = [Customer(f"stranger {number}") for number in range(5)]
    mixed = ask(hybrid, pairs, strangers[0], "c0", *strangers[1:], "c1").slates
    alone, known = ask(hybrid, pairs, strangers[0]).slates[0], ask(hybrid, pairs, "c1").slates[0]

    assert scored == [3, 1, 1]
    assert all(slate.items == alone.items for slate in (mixed[0], *mixed[2:6]))
    assert mixed[6].items == known.items
    assert [slate.customer_id for slate in mixed][1] == "c0"


def test_a_cart_is_nobody_elses(pairs, hybrid):
    """What a customer without consent has in the cart is left out of that slate, and of no other."""
    plain = shown(ask(hybrid, pairs, Customer("s"), slate_size=3).slates[0])
    holding = Customer("t", cart=(CartLine(plain[0]),), consent=False)
    first, second = ask(hybrid, pairs, holding, Customer("s"), slate_size=3).slates

    assert plain[0] not in shown(first)
    assert len(first.items) == 3
    assert shown(second) == plain


def test_a_late_batch_is_scored_as_one_stranger(pairs, hybrid, scored):
    """Once the time is up nobody is looked at any more."""
    slates = ask(hybrid, pairs, *(f"c{row}" for row in range(40)), deadline=Deadline.after(0.0)).slates

    assert scored == [1]
    assert len({shown(slate)[0] for slate in slates}) == 1
