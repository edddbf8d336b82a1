"""Rows dated far from all others do not move the history; ordinary gaps do no harm."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from shelfwise.dataset import DataConfig, Dataset, TableSource, read_dataset


def _times(start="2024-01-01", count=504, step="4h"):
    return pd.date_range(start, periods=count, freq=step).astype(str).tolist()


def _dataset(times):
    return Dataset.from_tables({"events": pd.DataFrame({"time": times, "item_id": "a", "price": 1.0})})


@pytest.mark.parametrize(
    "strays", [["2199-01-01"], ["1970-01-01"], ["1970-01-01", "1970-01-01", "2199-01-01", "2250-06-01"]]
)
def test_events_dated_far_from_all_others_are_put_aside(strays):
    """The history reaches as far as without them; each is counted, and shown with its row number."""
    times = _times()

    dataset = _dataset([*strays, *times])

    finding = dataset.quality.finding("events", "stray_time")
    assert finding.rows == len(strays)
    assert finding.examples[0] == f"row 1: time '{strays[0]} 00:00:00'"
    assert "dated far from all others" in finding.text
    assert len(dataset.quality.quarantine["events"]) == len(strays)
    assert dataset.as_of == _dataset(times).as_of
    assert dataset.demand["units"].tolist() == _dataset(times).demand["units"].tolist()


def test_demand_dated_far_from_all_others_is_put_aside():
    """The rule holds for days of demand as for events, and the report has both."""
    days = pd.date_range("2024-01-01", periods=200).astype(str).tolist()
    dataset = Dataset.from_tables({"demand": pd.DataFrame({"date": [*days, "2199-01-01"], "item_id": "a", "units": 2})})
    assert dataset.quality.finding("demand", "stray_date").examples == ("row 201: date '2199-01-01 00:00:00'",)
    assert len(dataset.demand) == 200
    assert dataset.as_of.year == 2024


@pytest.mark.parametrize(
    "times",
    [
        pytest.param(_times("2023-05-01", 300) + _times("2023-11-20", 300), id="a five months' pause"),
        pytest.param(_times("2018-01-01") + _times("2024-01-01", 6), id="a share of one in a hundred"),
        pytest.param([*_times("2020-01-01", 1500, "1D"), "2027-01-01"], id="a gap shorter than what the rest spans"),
        pytest.param(["2024-01-01", "2199-01-01"], id="two rows"),
        pytest.param(["2024-01-01"] * 500, id="one day"),
        pytest.param([*_times(), "2024-12-24"], id="less than a year"),
    ],
)
def test_ordinary_histories_are_left_alone(times):
    """Pauses, seasons, sparse and tiny data lose nothing."""
    dataset = _dataset(times)
    assert len(dataset.events) == len(times)
    assert dataset.quality.quarantine == {}


def test_increasing_numbers_as_times_are_left_alone(tmp_path):
    """Data that gives an order in place of times keeps all its rows."""
    rows = "".join(f"{number},a\n" for number in range(1, 1001))
    (tmp_path / "events.csv").write_text(f"time,item_id\n{rows}")
    config = DataConfig(tables={"events": TableSource(path="events.csv", time_format="s")})
    dataset = read_dataset(config, tmp_path)
    assert len(dataset.events) == 1000
    assert dataset.as_of == datetime(1970, 1, 1, 0, 16, 40, tzinfo=UTC)
