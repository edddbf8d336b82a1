"""Slates as rows to be logged."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pandas as pd

from shelfwise.dataset import Dataset
from shelfwise.evaluation.impressions import impressions
from shelfwise.types import Decision, Reason, Slate, SlateItem, WithheldItem

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SLATES = (
    Slate(
        "anna",
        (
            SlateItem(1, "tea", 1.0, 0.1, 2.0, propensity=0.9),
            SlateItem(2, "mug", 0.1, 0.1, 2.0, (), None, (), True, 0.01),
        ),
        (WithheldItem("jam", Reason("drawn", ""), 0.08), WithheldItem("pie", Reason("excluded", ""))),
        token="t1",
    ),
    Slate("ben", (SlateItem(1, "tea", 1.0, 0.1, 2.0),)),
)
DECISION = Decision("d", "r", NOON, "EUR", "m", SLATES)


def test_rows_are_those_of_the_table():
    """What was shown has its slot, what a draw kept out has none; rules and slates without a token have no row."""
    frame = impressions(DECISION, NOON.astimezone(timezone(timedelta(hours=2))), "home")

    assert frame.drop(columns=["slot", "time"]).to_numpy().tolist() == [
        ["t1", "anna", "tea", "home", False, 0.9],
        ["t1", "anna", "mug", "home", True, 0.01],
        ["t1", "anna", "jam", "home", False, 0.08],
    ]
    np.testing.assert_array_equal(frame["slot"], [1.0, 2.0, np.nan])
    assert set(frame["time"]) == {pd.Timestamp("2026-03-02 12:00")}


def test_a_data_set_takes_them_in():
    """They are read as they are, in order of time, once each, and cut off where the history is."""
    frame = impressions(DECISION, NOON)
    later = frame.assign(time=frame["time"] + pd.Timedelta(days=1), token="t2")
    events = pd.DataFrame(
        {"time": [NOON + timedelta(days=2)], "item_id": ["tea"], "customer_id": ["anna"], "token": "t1"}
    )

    dataset = Dataset.from_tables({"events": events, "impressions": pd.concat([later, frame, frame])})

    assert dataset.impressions["token"].tolist() == ["t1"] * 3 + ["t2"] * 3
    assert dataset.events["token"].tolist() == ["t1"]
    assert set(dataset.before(NOON + timedelta(hours=1)).impressions["token"]) == {"t1"}
    assert dataset.quality.finding("impressions", "repeated_key").rows == 3
