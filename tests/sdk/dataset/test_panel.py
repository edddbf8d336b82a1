"""Demand as a block of items, nodes and days."""

import numpy as np
import pandas as pd

from shelfwise.dataset import Dataset


def _panel(rows, **tables):
    frame = pd.DataFrame(rows, columns=["date", "item_id", "node_id", "units", "price", "in_stock"])
    return Dataset.from_tables({"demand": frame} | tables).demand_panel()


def test_places_every_row_and_fills_the_days_between():
    """Units stand at their item, node and day; days are consecutive; absent rows are zero."""
    panel = _panel(
        [
            ("2024-01-01", "a", "s", 3, 2.0, True),
            ("2024-01-04", "b", "t", 5, 1.0, True),
            ("2024-01-02", "a", "s", 0, 2.0, False),
        ]
    )
    assert (panel.items.ids, panel.nodes.ids) == (("a", "b"), ("s", "t"))
    assert panel.days.astype(str).tolist() == ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"]
    assert panel.units[0, 0].tolist() == [3, 0, 0, 0]
    assert panel.units[1, 1].tolist() == [0, 0, 0, 5]
    assert panel.in_stock[0, 0].tolist() == [True, False, True, True]


def test_prices_are_carried_from_the_nearest_earlier_day():
    """A day without a price has the last one; before the first it is the first, and else the regular price."""
    panel = _panel(
        [
            ("2024-01-01", "b", "s", 1, None, True),
            ("2024-01-02", "a", "s", 1, 2.0, True),
            ("2024-01-04", "a", "s", 1, 4.0, True),
        ],
        items=pd.DataFrame({"item_id": ["a", "b"], "price": [9.0, 7.0]}),
    )
    assert panel.price[0, 0].tolist() == [2.0, 2.0, 2.0, 4.0]
    assert panel.price[1, 0].tolist() == [7.0] * 4


def test_promotions_mark_their_days():
    """A past promotion marks its days and prices, at one node or everywhere, also where nothing was sold."""
    promotions = pd.DataFrame(
        {
            "item_id": ["a", "a"],
            "node_id": ["s", ""],
            "starts_on": ["2024-01-02", "2024-01-04"],
            "ends_on": ["2024-01-03", "2024-02-01"],
            "price": [1.5, None],
        }
    )
    rows = [("2024-01-01", "a", "s", 1, 2.0, True), ("2024-01-04", "a", "t", 1, 2.0, True)]
    panel = _panel(rows, promotions=promotions)
    assert panel.on_promotion[0].tolist() == [[False, True, True, True], [False, False, False, True]]
    assert panel.price[0, 0].tolist() == [2.0, 1.5, 1.5, 1.5]


def _events(days, per_day):
    times = np.repeat(days.to_numpy(), per_day)
    return {"events": pd.DataFrame({"time": times, "item_id": [f"i{n % 20}" for n in range(len(times))]})}


def test_a_busy_shop_was_closed_when_it_sold_nothing():
    """Days without a single sale are closed where so many customers cannot all have stayed away."""
    days = pd.date_range("2024-01-01", "2024-02-04")
    selling = days[(days.dayofweek != 5) & (days != "2024-01-10")]
    panel = Dataset.from_tables(_events(selling, 20)).demand_panel()
    closed = panel.days[~panel.open[0]].astype(str).tolist()
    assert closed == ["2024-01-06", "2024-01-10", "2024-01-13", "2024-01-20", "2024-01-27", "2024-02-03"]


def test_a_quiet_shop_was_open_when_it_sold_nothing():
    """Where sales are rare a day without any is an observation, but a weekday without any in all weeks is not."""
    days = pd.date_range("2024-01-01", periods=70)
    selling = days[(days.dayofweek != 6) & (np.arange(70) % 5 != 2)]
    panel = Dataset.from_tables(_events(selling, 1)).demand_panel()
    weekday = (panel.days.astype(int) + 3) % 7
    assert not panel.open[0, weekday == 6].any()
    assert panel.open[0, weekday != 6].all()


def test_weekly_and_monthly_records_leave_no_days_between():
    """One row a week or a month, however few series there are, means that nothing is known of the other days."""
    for days in (
        pd.date_range("2024-01-03", periods=20, freq="7D"),
        pd.date_range("2023-01-01", periods=14, freq="MS"),
    ):
        rows = [(str(day.date()), "a", "s", 4, 1.0, True) for day in days]
        panel = _panel(rows)
        assert panel.days[panel.open[0]].tolist() == [day.date() for day in days]


def test_rows_of_zero_units_are_observations():
    """A day that the demand table mentions was open, whatever was sold."""
    panel = _panel([(f"2024-01-0{day}", "a", "s", 0, 1.0, True) for day in range(1, 6)])
    assert panel.open.all()


def test_the_arrays_cannot_be_written():
    """A panel is a value."""
    panel = _panel([("2024-01-01", "a", "s", 3, 2.0, True)])
    assert not panel.units.flags.writeable
