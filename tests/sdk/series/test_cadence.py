"""The calendar of the data."""

from __future__ import annotations

import json

import numpy as np
import pytest

from shelfwise.series import Cadence


@pytest.mark.parametrize(
    ("step", "starts_on", "first_ahead"),
    [
        (1.0, "2024-03-02", "2024-03-02"),
        (7.0, "2024-02-27", "2024-03-04"),
        (7.0, "2024-03-04", "2024-03-04"),
        (365.25 / 12, "2024-02-02", "2024-03-01"),
    ],
)
def test_the_next_period_follows_the_last_one_seen(step, starts_on, first_ahead):
    """Days go on from the day asked for; weeks and months from the one after the last that has begun."""
    last = {1.0: "2024-03-01", 7.0: "2024-02-26"}.get(step, "2024-02-01")
    first = "2024-01-01"
    days, _ = Cadence(np.datetime64(first), np.datetime64(last), step, 1).ahead(np.datetime64(starts_on), 2)
    assert str(days[0]) == first_ahead
    assert (days[1] - days[0]).astype(int) == (31 if step > 7 else step)


def test_the_rhythm_survives_json():
    """What is written as JSON and read again is the same rhythm."""
    cadence = Cadence(np.datetime64("2024-01-01"), np.datetime64("2024-03-04"), 7.0, 52)

    assert Cadence.from_json(json.loads(json.dumps(cadence.to_json()))) == cadence
