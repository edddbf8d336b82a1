"""What is the same for many customers is worked out once."""

import pandas as pd
import pytest
from hybrid_world import pairs_world, trained
from recommender_world import ask, at, shown
from shelfwise_recommender_hybrid.evidence import Witnesses
from shelfwise_recommender_hybrid.sequences import PURCHASE

from shelfwise.dataset import Dataset
from shelfwise.types import CartLine, Customer, Deadline, Event, EventKind


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


def test_a_long_session_leaves_the_record_in_sight(pairs, hybrid, monkeypatch):
    """However much a known customer looks at, what they bought before still counts."""
    seen, shares = [], Witnesses.shares
    monkeypatch.setattr(
        Witnesses, "shares", lambda self, rows, *rest: (seen.append(rows), shares(self, rows, *rest))[1]
    )
    events = tuple(Event("x0", EventKind.VIEW, at(100)) for _ in range(400))
    ask(hybrid, pairs, Customer("c1", events=events))

    assert (seen[0].kind == PURCHASE).sum() == (pairs.events["customer_id"] == "c1").sum() > 0
    assert seen[0].lengths[0] < 400


def test_who_never_came_is_less_likely_to_buy_than_a_stranger():
    """Of those on record half never came; a stranger counts as the average of all, and both see the same items."""
    world = pairs_world()
    ids = [*world.customers["customer_id"], *(f"idle{number}" for number in range(60))]
    tables = {"events": world.events, "items": world.items, "customers": pd.DataFrame({"customer_id": ids})}
    everybody = Dataset.from_tables(tables)
    recommender = trained(everybody, legs=("linear", "popular"))
    stranger, idle = ask(recommender, everybody, Customer("nobody"), Customer("idle7")).slates
    chances = [sum(item.purchase_probability for item in slate.items) for slate in (stranger, idle)]

    assert chances[1] < 0.5 * chances[0]
