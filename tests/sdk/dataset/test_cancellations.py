"""Returns are matched with what they take back."""

import pandas as pd

from shelfwise.dataset.cancellations import take_back
from shelfwise.dataset.quality import QualityLog


def _events(*rows):
    """Return events of item `i` from (day, customer, kind, quantity, price) in time order."""
    frame = pd.DataFrame(
        rows, columns=["day", "customer_id", "kind", "quantity", "price"], index=range(1, len(rows) + 1)
    )
    frame["time"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(frame.pop("day"), unit="D")
    return frame.assign(item_id="i", quantity=frame["quantity"].astype(float), price=frame["price"].astype(float))


def _left(*rows, days=30.0):
    log = QualityLog()
    out = take_back(_events(*rows), days, log)
    return list(zip(out.index, out["kind"], out["quantity"], strict=True)), log.report()


def test_a_cancelled_purchase_leaves_no_trace():
    """A purchase and the return of the same quantity both disappear, and are counted."""
    left, report = _left((0, "c", "purchase", 80995, 2), (0.01, "c", "return", 80995, 2))
    assert left == []
    assert report.finding("events", "cancelled_purchase").units == 80995
    assert report.finding("events", "cancellation").rows == 1
    assert len(report.quarantine["events"]) == 2


def test_the_latest_purchase_of_the_same_quantity_is_undone():
    """Of several purchases the return takes back the latest of its own quantity, not the latest of all."""
    left, _ = _left(
        (0, "c", "purchase", 5, 1), (1, "c", "purchase", 5, 1), (2, "c", "purchase", 9, 1), (3, "c", "return", 5, 1)
    )
    assert left == [(1, "purchase", 5.0), (3, "purchase", 9.0)]


def test_a_partial_return_reduces_the_latest_purchases():
    """Without an equal quantity the return is used up on the latest purchases; the rest of it stays a return."""
    left, report = _left((0, "c", "purchase", 4, 1), (1, "c", "purchase", 10, 1), (2, "c", "return", 12, 1))
    assert left == [(1, "purchase", 2.0)]
    left, report = _left((0, "c", "purchase", 4, 1), (2, "c", "return", 5, 1))
    assert left == [(2, "return", 1.0)]
    assert report.finding("events", "reduced_return").units == 4
    assert report.finding("events", "return").units == 1


def test_late_returns_take_nothing_back():
    """A purchase kept longer than the limit was demand; its return is an event of its own."""
    rows = (0, "c", "purchase", 5, 1), (31, "c", "return", 5, 1)
    assert len(_left(*rows)[0]) == 2
    assert _left(*rows, days=40)[0] == []


def test_a_return_takes_back_only_what_came_before_and_from_the_same_customer():
    """Later purchases and those of others stay."""
    left, _ = _left((0, "d", "purchase", 5, 1), (1, "c", "return", 5, 1), (2, "c", "purchase", 5, 1))
    assert len(left) == 3


def test_without_a_customer_quantity_and_price_must_agree():
    """An anonymous return takes back the same quantity at the same price, and never a part."""
    assert _left((0, "", "purchase", 5, 2), (1, "", "return", 5, 2))[0] == []
    assert len(_left((0, "", "purchase", 5, 2), (1, "", "return", 5, 3))[0]) == 2
    assert len(_left((0, "", "purchase", 5, 2), (1, "", "return", 3, 2))[0]) == 2


def test_views_are_left_alone():
    """What is neither bought nor returned plays no part."""
    left, _ = _left((0, "c", "view", 5, 1), (0, "c", "view", 1e-12, 1), (1, "c", "return", 5, 1))
    assert left == [(1, "view", 5.0), (2, "view", 1e-12), (3, "return", 5.0)]
