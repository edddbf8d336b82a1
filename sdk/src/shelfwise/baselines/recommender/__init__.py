"""The baseline recommender: recent popularity, what is bought together, and what is bought again."""

from shelfwise.baselines.recommender.plugin import BaselineRecommender

__all__ = ["BaselineRecommender"]
