"""Each leg as a recommender of its own, to measure it beside the blend."""

from __future__ import annotations

import attrs

from shelfwise_recommender_hybrid.plugin import HybridRecommender

__all__ = [
    "CollaborativeRecommender",
    "ContentRecommender",
    "LinearRecommender",
    "MarkovRecommender",
    "NeighboursRecommender",
    "PopularRecommender",
    "TransformerRecommender",
]


@attrs.define(eq=False)
class TransformerRecommender(HybridRecommender):
    """The transformer alone, with calibrated probabilities."""

    legs: tuple[str, ...] = ("transformer",)
    popularity_features: bool = False
    rerank: bool = False


@attrs.define(eq=False)
class CollaborativeRecommender(HybridRecommender):
    """Neural collaborative filtering alone, with calibrated probabilities."""

    legs: tuple[str, ...] = ("ncf",)
    popularity_features: bool = False
    rerank: bool = False


@attrs.define(eq=False)
class LinearRecommender(HybridRecommender):
    """The linear sequence model alone, with calibrated probabilities."""

    legs: tuple[str, ...] = ("linear",)
    popularity_features: bool = False
    rerank: bool = False


@attrs.define(eq=False)
class MarkovRecommender(HybridRecommender):
    """The skip-gram Markov chain alone, with calibrated probabilities."""

    legs: tuple[str, ...] = ("markov",)
    popularity_features: bool = False
    rerank: bool = False


@attrs.define(eq=False)
class NeighboursRecommender(HybridRecommender):
    """Item-item nearest neighbours alone, with calibrated probabilities."""

    legs: tuple[str, ...] = ("neighbours",)
    popularity_features: bool = False
    rerank: bool = False


@attrs.define(eq=False)
class ContentRecommender(HybridRecommender):
    """What is like the items had before, with calibrated probabilities."""

    legs: tuple[str, ...] = ("content",)
    popularity_features: bool = False
    rerank: bool = False


@attrs.define(eq=False)
class PopularRecommender(HybridRecommender):
    """What sells now in the customer's zone and categories, with calibrated probabilities."""

    legs: tuple[str, ...] = ("popular",)
    popularity_features: bool = False
    rerank: bool = False
