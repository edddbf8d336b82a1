"""Laws of demand."""

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
