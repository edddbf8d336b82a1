"""A recommender that blends sequence, neural and closed-form models by a learned gate."""

from shelfwise_recommender_hybrid.plugin import HybridRecommender
from shelfwise_recommender_hybrid.single import (
    CollaborativeRecommender,
    ContentRecommender,
    LinearRecommender,
    MarkovRecommender,
    NeighboursRecommender,
    PopularRecommender,
    TransformerRecommender,
)

__all__ = [
    "CollaborativeRecommender",
    "ContentRecommender",
    "HybridRecommender",
    "LinearRecommender",
    "MarkovRecommender",
    "NeighboursRecommender",
    "PopularRecommender",
    "TransformerRecommender",
]
