"""Both factorisations pass the conformance kit with no check excused."""

from shelfwise.plugins import build
from shelfwise.testing import parametrize_checks


@parametrize_checks("recommender", lambda: build("recommender", "als", {"factors": 16}).plugin)
def test_als(check):
    """Alternating least squares keeps the contract."""
    check()


@parametrize_checks("recommender", lambda: build("recommender", "bpr", {"factors": 16}).plugin)
def test_bpr(check):
    """Bayesian personalised ranking keeps the contract."""
    check()
