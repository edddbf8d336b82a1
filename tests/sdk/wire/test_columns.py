"""Columns copied as bytes are what protobuf itself would have written and read."""

import numpy as np
import pytest

from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire.columns import SHORT, read_doubles, write_doubles

SIZES = [0, 1, SHORT - 1, SHORT, 2000, 300_000]


@pytest.mark.parametrize("size", SIZES)
def test_written_as_protobuf_would(size):
    """A column written from an array is the same message as one filled number by number."""
    values = np.random.default_rng(size).normal(size=size)
    copied, filled = pb.ForecastPart(driver="base"), pb.ForecastPart(driver="base", units=values.tolist())

    write_doubles(copied, "units", values)

    assert copied == filled
    assert copied.SerializeToString() == filled.SerializeToString()


@pytest.mark.parametrize("size", SIZES)
def test_read_as_protobuf_would(size):
    """Columns read into arrays hold what protobuf would give, one of them empty or not."""
    values = np.random.default_rng(size).normal(size=size)
    message = pb.DemandForecast(item_ids=["ä", "b"], mean=values.tolist(), quantiles=values[::-1].tolist())

    mean, quantiles, levels = read_doubles(message, "mean", "quantiles", "levels")

    np.testing.assert_array_equal(mean, values)
    np.testing.assert_array_equal(quantiles, values[::-1])
    assert levels.size == 0


def test_numbers_that_are_hard_to_write():
    """Infinities, NaN, signed zero and subnormals are copied bit by bit."""
    values = np.array([np.inf, -np.inf, np.nan, -0.0, 5e-324] * SHORT)
    message = pb.ForecastPart()

    write_doubles(message, "units", values)
    (back,) = read_doubles(message, "units")

    assert back.tobytes() == values.tobytes()
