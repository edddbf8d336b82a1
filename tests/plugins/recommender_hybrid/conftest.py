"""Recommenders trained once for all tests that only ask them."""

import pytest
from hybrid_world import pairs_world, trained
from shelfwise_recommender_hybrid import LinearRecommender


@pytest.fixture(scope="session")
def pairs():
    """Return a world in which whoever buys x0 buys y0 on the next visit, x1 and then y1 and so on."""
    return pairs_world()


@pytest.fixture(scope="session")
def hybrid(pairs):
    """Return the hybrid that has looked at the pairs with all its legs."""
    return trained(pairs)


@pytest.fixture(scope="session")
def linear(pairs):
    """Return the linear leg alone, which has learned the pairs in closed form."""
    return trained(pairs, LinearRecommender)
