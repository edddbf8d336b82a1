"""Laws of demand."""

import numpy as np
import pytest

from shelfwise.simulation import laws
from shelfwise.simulation.draws import uniforms


@pytest.mark.parametrize(
    ("law", "mean", "variance"),
    [
        (laws.poisson(5.0), 5.0, 5.0),
        (laws.geometric(3.0), 3.0, 12.0),
        (laws.negative_binomial(4.0, 10.0), 4.0, 10.0),
        (laws.NormalLaw(50.0, 6.0), 50.0, 36.0),
        (laws.empirical([1, 1, 4]), 2.0, 2.0),
    ],
)
def test_laws_have_their_moments(law, mean, variance):
    """Demand drawn by inversion has the mean and variance asked for."""
    drawn = law.quantile(uniforms(1, "test", "a", 200_000, 1)[:, 0])

    assert law.mean == pytest.approx(mean)
    assert drawn.mean() == pytest.approx(mean, rel=0.02)
    assert drawn.var() == pytest.approx(variance, rel=0.03)


@pytest.mark.parametrize("law", [laws.poisson(0.01), laws.poisson(700.0), laws.empirical([0, 0, 2.5, 9])])
def test_many_quantiles_at_once_are_as_one_by_one(law):
    """The guide for large arrays changes nothing, at the jumps of the law neither."""
    jumps = law.cumulative[:, None] + np.array([-2e-15, -1e-15, -1e-16, 0.0, 1e-16, 1e-15])
    asked = np.concatenate([np.linspace(0.0, 1.0, 6_000), np.clip(jumps.ravel(), 0.0, 1.0)])

    np.testing.assert_array_equal(law.quantile(asked), [float(law.quantile(one)) for one in asked])
