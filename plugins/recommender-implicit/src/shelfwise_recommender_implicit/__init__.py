"""Recommenders by matrix factorisation, of the library ``implicit``."""

from shelfwise_recommender_implicit.als import AlsRecommender
from shelfwise_recommender_implicit.bpr import BprRecommender

__all__ = ["AlsRecommender", "BprRecommender"]
