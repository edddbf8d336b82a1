"""The hybrid and its linear leg alone pass the conformance kit with no check excused."""

from hybrid_world import torch
from shelfwise_recommender_hybrid import HybridRecommender, LinearRecommender

from shelfwise.testing import parametrize_checks

assert torch.get_num_threads() == 1


@parametrize_checks("recommender", lambda: HybridRecommender(preset="fast", size=8, epochs=1))
def test_hybrid(check):
    """The blend of all legs keeps the contract."""
    check()


@parametrize_checks("recommender", lambda: LinearRecommender(preset="fast"))
def test_linear(check):
    """A leg alone keeps the contract."""
    check()
