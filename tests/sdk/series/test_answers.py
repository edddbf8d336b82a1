"""An answer put together from a model's expectations."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from shelfwise.invariants import check_forecast
from shelfwise.series import answer
from shelfwise.types import Exposure, ForecastRequest, Index, State

REQUEST = ForecastRequest(("a", "b"), ("s",), 3, (0.9, 0.1))


def exposure(units):
    """Return an exposure of item ``b`` and of one that is not asked for."""
    both = np.stack([np.full_like(units, 9.0), units])[:, None]
    return Exposure(Index(("other", "b")), Index(("s",)), both, both)


def made(mean, quantiles=None, parts=None, exposure=None):
    """Return an answer, checked by the invariants."""
    mean = np.asarray(mean, dtype=float)
    quantiles = np.stack([mean + 1, mean - 1]) if quantiles is None else quantiles
    out = answer(REQUEST, State(), mean=mean, quantiles=quantiles, parts=parts or {}, exposure=exposure)
    assert check_forecast(REQUEST, State(), out) == ()
    return out


def test_the_exposure_is_a_part_on_top():
    """Mean and quantiles rise by the extra units, which are told as a part."""
    mean = np.full((2, 3), 5.0)
    plain, raised = made(mean), made(mean, exposure=exposure(np.array([1.0, 2.0])))
    extra = raised.parts["exposure"]

    assert extra.sum() == pytest.approx(3.0)
    np.testing.assert_allclose(raised.mean - plain.mean, extra)
    np.testing.assert_allclose(raised.quantiles - plain.quantiles, np.stack([extra, extra]))


def test_what_the_parts_leave_out_is_base():
    """Parts always sum to the mean; those given are told as they are."""
    season = np.full((2, 3), -1.5)
    out = made(np.full((2, 3), 5.0), parts={"season": season})

    np.testing.assert_allclose(out.parts["base"], 6.5)
    np.testing.assert_allclose(out.parts["season"][:, 0], season)


def test_nothing_falls_below_zero():
    """Negative means and quantiles are cut off at 0, the parts with them."""
    out = made([[-2.0, 0.5, 3.0]] * 2, parts={"base": np.array([[-2.0, 0.5, 3.0]] * 2)})

    assert out.mean[0, 0].tolist() == [0.0, 0.5, 3.0]
    assert out.quantiles.min() == 0.0


def test_quantiles_that_cross_are_put_in_order():
    """The quantile of a higher level is never below that of a lower one, in whatever order levels are asked."""
    mean = np.full((2, 3), 5.0)
    crossed = np.stack([mean - 1, mean + 1])

    assert made(mean, quantiles=crossed).quantiles[:, 0, 0, 0].tolist() == [6.0, 4.0]


def test_what_is_bought_instead_is_never_more_than_was_expected():
    """An exposure that takes more than there is leaves a forecast, mean and quantiles, of nothing."""
    units = np.array([1.0, 2.0])
    lost = attrs.evolve(exposure(units), past_units=exposure(9.0 * units).extra_units)

    lowered = made(np.full((2, 3), 5.0), exposure=lost)

    assert lowered.mean[1, 0].tolist() == [0.0, 0.0, 5.0]
    assert lowered.quantiles[:, 1, 0].tolist() == [[1.0, 1.0, 6.0], [0.0, 0.0, 4.0]]
