"""The legs of the hybrid: each alone a recommender, all answering with the same kind of number."""

from shelfwise_recommender_hybrid.legs.associations import Associations
from shelfwise_recommender_hybrid.legs.collaborative import Collaborative
from shelfwise_recommender_hybrid.legs.leg import NAMES, Leg
from shelfwise_recommender_hybrid.legs.popular import Popular
from shelfwise_recommender_hybrid.legs.similar import Similar
from shelfwise_recommender_hybrid.legs.transformer import Transformer

__all__ = ["NAMES", "Associations", "Collaborative", "Leg", "Popular", "Similar", "Transformer"]
