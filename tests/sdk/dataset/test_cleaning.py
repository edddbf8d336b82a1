"""The rules that turn raw events into demand."""

import pandas as pd
import pytest

from shelfwise.dataset import Cleaning, Dataset


def _dataset(rows, cleaning=None):
    frame = pd.DataFrame(rows, columns=["time", "customer_id", "item_id", "quantity", "price", "session_id"])
    return Dataset.from_tables({"events": frame}, cleaning=cleaning)


def test_fee_codes_are_put_aside():
    """What does not look like an item is no event, and is counted with its units and an example."""
    rows = [("2024-01-01", "c", "85123A", 2, 1.0, "1"), ("2024-01-01", "c", "POST", 1, 18.0, "1")]

    dataset = _dataset(rows, Cleaning(item_id_pattern=r"\d{5}.*"))

    assert dataset.items["item_id"].tolist() == ["85123A"]
    finding = dataset.quality.finding("events", "not_an_item")
    assert (finding.rows, finding.units, finding.examples) == (1, 1.0, ("row 2: item_id 'POST'",))


@pytest.mark.parametrize(("cleaning", "kept"), [(None, ["a"]), (Cleaning(drop_nonpositive_price=False), ["a", "b"])])
def test_lines_without_a_price_are_corrections(cleaning, kept):
    """A price of 0 is no sale unless the shop says so; a negative one never is; an unknown one may be."""
    rows = [
        ("2024-01-01", "c", "a", 2, None, "1"),
        ("2024-01-01", "c", "b", 2, 0.0, "1"),
        ("2024-01-01", "c", "d", 2, -5.0, "1"),
    ]
    dataset = _dataset(rows, cleaning)
    assert dataset.items["item_id"].tolist() == kept
    assert dataset.quality.finding("events", "no_price").rows == 3 - len(kept)


def test_negative_quantities_and_cancelled_sessions_are_returns():
    """Both ways of writing a return give an event of kind return with a positive quantity and no demand."""
    rows = [
        ("2024-01-01", "c", "a", 5, 1.0, "1"),
        ("2024-03-01", "c", "a", -2, 1.0, "2"),
        ("2024-03-02", "c", "a", 1, 1.0, "C3"),
    ]
    dataset = _dataset(rows, Cleaning(cancellation_prefix="C"))
    assert dataset.events[["kind", "quantity"]].to_numpy().tolist() == [
        ["purchase", 5.0],
        ["return", 2.0],
        ["return", 1.0],
    ]
    assert dataset.demand["units"].tolist() == [5.0]


def test_unit_errors_are_far_beyond_what_is_usual_for_the_item():
    """A quantity of more than a thousand times the item's median is put aside; wholesale orders stay."""
    rows = [("2024-01-01", f"c{n}", "a", 2, 1.0, str(n)) for n in range(9)]
    rows += [("2024-01-02", "w", "a", 1500, 1.0, "w"), ("2024-01-02", "x", "a", 30_000, 1.0, "x")]
    dataset = _dataset(rows)
    assert dataset.events["quantity"].max() == 1500
    assert dataset.quality.finding("events", "unit_error").units == 30_000
    assert _dataset(rows, Cleaning(maximum_quantity=1000)).events["quantity"].max() == 2


def test_unknown_customers_are_kept_and_counted():
    """An event without a customer is demand all the same."""
    dataset = _dataset([("2024-01-01", None, "a", 3, 1.0, "1"), ("2024-01-01", "c", "a", 1, 1.0, "2")])
    assert dataset.events["customer_id"].tolist() == ["", "c"]
    assert dataset.customers["customer_id"].tolist() == ["c"]
    assert dataset.quality.finding("events", "unknown_customer").units == 3.0


def test_repeated_rows_are_kept_unless_the_shop_says_they_are_errors():
    """Two equal lines may be two pieces; only the configuration makes them one."""
    rows = [("2024-01-01", "c", "a", 1, 1.0, "1")] * 2
    assert _dataset(rows).demand["units"].sum() == 2
    dropped = _dataset(rows, Cleaning(drop_duplicates=True))
    assert dropped.demand["units"].sum() == 1
    assert dropped.quality.finding("events", "duplicate").rows == 1


def test_a_quantity_of_nothing_is_put_aside():
    """A line of zero pieces is counted and left out."""
    dataset = _dataset([("2024-01-01", "c", "a", 0, 1.0, "1"), ("2024-01-01", "c", "a", 1, 1.0, "1")])
    assert len(dataset.events) == 1
    assert dataset.quality.finding("events", "no_quantity").rows == 1
