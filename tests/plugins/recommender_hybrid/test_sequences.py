"""Sequences of events: their order, their baskets, and what is left when some are forgotten."""

import numpy as np
import pandas as pd
from hybrid_world import rows
from shelfwise_recommender_hybrid.sequences import History, interactions

from shelfwise.types import Index

MONDAY = pd.Timestamp("2024-01-01")


def events(*lines):
    """Return a table of events ``(hours, customer, session, item, kind)``."""
    names = ["time", "customer_id", "session_id", "item_id", "kind"]
    table = pd.DataFrame(
        [(MONDAY + pd.Timedelta(hours=hours), *rest) for hours, *rest in lines],
        columns=names,
    )
    return table.assign(time=table["time"].astype("datetime64[us]"))


def items_of(sequences, row):
    """Return the items of one row."""
    return sequences.item[sequences.start[row] : sequences.start[row + 1]].tolist()


def test_baskets_are_counted_from_both_ends():
    """Visits count the baskets of a row, and back how many came after that of an event."""
    found = rows([[0, 1], [2]], [], [[3]])

    assert found.lengths.tolist() == [3, 0, 1]
    assert found.visits.tolist() == [2, 0, 1]
    assert found.back.tolist() == [1, 1, 0, 0]
    assert found.row.tolist() == [0, 0, 0, 2]


def test_idle_days_are_since_the_last_event():
    """A row without events has been idle for ever, another since its last basket."""
    found = rows([[0], [1]], [], now=25.0)

    assert found.idle_days.tolist() == [15.0, np.inf]


def test_where_counts_baskets_anew():
    """A basket of which nothing is kept is no visit any more."""
    found = rows([[0], [1, 2], [3]], [[4]]).where(np.array([False, True, False, True, True]))

    assert items_of(found, 0) == [1, 3]
    assert found.visit.tolist() == [0, 1, 0]
    assert found.visits.tolist() == [2, 1]


def test_where_may_leave_nothing():
    """Rows stay when all their events go."""
    found = rows([[0]], [[1]]).where(np.zeros(2, dtype=bool))

    assert len(found) == 2
    assert found.visits.tolist() == [0, 0]


def test_newest_keeps_the_last_events():
    """The last two events of each row are kept, and shorter rows as they are."""
    found = rows([[0], [1], [2]], [[3]]).newest(2)

    assert [items_of(found, row) for row in range(2)] == [[1, 2], [3]]


def test_take_reorders_repeats_and_leaves_blank():
    """Rows come in the order asked, as often as asked, and -1 is a row without events."""
    found = rows([[0]], [[1], [2]]).take(np.array([1, -1, 0, 1]))

    assert [items_of(found, row) for row in range(4)] == [[1, 2], [], [0], [1, 2]]


def test_followed_by_appends_baskets():
    """Later events stand behind the earlier ones of the same row, in baskets of their own."""
    found = rows([[0], [1]], [], [[2]]).followed_by(rows([[3, 4]], [[5]], [], now=99.0))

    assert [items_of(found, row) for row in range(3)] == [[0, 1, 3, 4], [5], [2]]
    assert found.visit.tolist() == [0, 1, 2, 2, 0, 0]
    assert found.now.tolist() == [99.0] * 3


def test_followed_by_nothing_is_the_same_looked_at_later():
    """Without later events only the day of looking changes."""
    found = rows([[0], [1]]).followed_by(rows([], now=50.0))

    assert items_of(found, 0) == [0, 1]
    assert found.now.tolist() == [50.0]


def test_interest_decays_by_basket():
    """The newest basket counts whole, the one before by the decay, and repeats add up."""
    found = rows([[0, 1], [0]]).interest(0.5, 3).toarray()

    assert found.tolist() == [[1.5, 0.5, 0.0]]


def test_interest_leaves_the_order_of_events_alone():
    """Sorting the sparse array does not put events out of order."""
    sequences = rows([[2], [0], [1]])
    sequences.interest(0.5, 3).sum_duplicates()

    assert items_of(sequences, 0) == [2, 0, 1]


def test_history_is_by_customer_and_time():
    """Events come out by customer and time, whatever the order of the table."""
    table = events((48, "b", "", "x", "purchase"), (24, "a", "", "y", "purchase"), (0, "a", "", "x", "purchase"))
    found = History.of(table, Index(("x", "y")), Index(("a", "b")))

    assert [items_of(found.sequences, row) for row in range(2)] == [[0, 1], [0]]
    assert found.sequences.visits.tolist() == [2, 1]


def test_a_session_is_one_basket_over_midnight():
    """Events of one session are one visit, and without a session those of one day are."""
    lines = [(23, "a", "s", "x", "view"), (25, "a", "s", "y", "purchase")]
    lines += [(50, "a", "", "x", "purchase"), (51, "a", "", "y", "purchase"), (80, "a", "", "x", "purchase")]
    found = History.of(events(*lines), Index(("x", "y")), Index(("a",)))

    assert found.sequences.visit.tolist() == [0, 0, 1, 1, 2]


def test_strangers_stand_behind_customers():
    """A session of nobody known is a row of its own, and an event of neither customer nor session is none."""
    lines = [
        (0, "", "s", "x", "view"),
        (1, "a", "", "y", "purchase"),
        (2, "", "t", "y", "view"),
        (3, "", "", "x", "view"),
    ]
    found = History.of(events(*lines), Index(("x", "y")), Index(("a",)))

    assert [items_of(found.sequences, row) for row in range(3)] == [[1], [0], [1]]
    assert len(found.known) == 1


def test_returns_and_unknown_items_are_left_out():
    """A return says nothing, and neither does an item outside the catalogue."""
    lines = [(0, "a", "", "x", "purchase"), (1, "a", "", "x", "return"), (2, "a", "", "gone", "purchase")]
    found = History.of(events(*lines), Index(("x",)), Index(("a",)))

    assert items_of(found.sequences, 0) == [0]


def test_only_purchases_are_purchases():
    """Views and carts are no purchases."""
    lines = [(0, "a", "", "x", "view"), (24, "a", "", "y", "purchase"), (48, "a", "", "x", "cart")]
    found = History.of(events(*lines), Index(("x", "y")), Index(("a",)))

    assert items_of(found.sequences.purchases(), 0) == [1]
    assert interactions(found.sequences, 2).tolist() == [2, 1]


def test_an_empty_table_is_an_empty_history():
    """Customers without any events have rows without events."""
    found = History.of(events((0, "a", "", "x", "view")).iloc[:0], Index(("x",)), Index(("a", "b")))

    assert len(found.known) == 2
    assert found.sequences.item.size == 0
