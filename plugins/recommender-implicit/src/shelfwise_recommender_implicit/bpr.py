"""Bayesian personalised ranking (Rendle et al. 2009)."""

from __future__ import annotations

import attrs
import numpy as np
from implicit.cpu.bpr import BayesianPersonalizedRanking
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from shelfwise.types import Progress
from shelfwise.types.ranges import TUNE, Integers, Uniform
from shelfwise_recommender_implicit.factors import Factors
from shelfwise_recommender_implicit.recommender import FactorisationRecommender

__all__ = ["BprRecommender"]

_POSITIVE = attrs.validators.gt(0.0)
_AT_LEAST_ONE = attrs.validators.ge(1)


@attrs.define(eq=False)
class BprRecommender(FactorisationRecommender):
    """Matrix factorisation that learns to rank what customers had above what they had not.

    ``factors`` is the width of the vectors, ``regularization`` what holds them short, ``learning_rate`` the length of a
    step and ``iterations`` how often the data is gone through. A session moves a customer's vector towards the mean
    of the items in it; a stranger's is that mean. Training uses one thread: with more, no two trainings are alike.
    """

    factors: int = attrs.field(default=128, validator=_AT_LEAST_ONE, metadata={TUNE: Integers(16, 256, log=True)})
    learning_rate: float = attrs.field(default=0.1, validator=_POSITIVE, metadata={TUNE: Uniform(0.01, 0.5, log=True)})
    regularization: float = attrs.field(
        default=0.01, validator=_POSITIVE, metadata={TUNE: Uniform(1e-4, 0.1, log=True)}
    )
    iterations: int = attrs.field(default=150, validator=_AT_LEAST_ONE, metadata={TUNE: Integers(20, 300, log=True)})

    def fit(self, matrix: sparse.csr_array, progress: Progress) -> Factors:
        """Factorise interest, of shape (customers, items); how much interest it was does not count."""
        with threadpool_limits(1, "blas"):
            model = BayesianPersonalizedRanking(
                factors=self.factors,
                learning_rate=self.learning_rate,
                regularization=self.regularization,
                iterations=self.iterations,
                num_threads=1,
                random_state=self.seed,
            )
            model.fit(
                sparse.csr_matrix(matrix),
                show_progress=False,
                callback=lambda step, *_: progress("bpr", step + 1, self.iterations),
            )
        customer, item = model.user_factors, model.item_factors
        had = np.flatnonzero(np.diff(matrix.indptr))
        means = _means(sparse.csr_array(matrix[had]), item)
        scale = np.linalg.norm(customer[had, :-1], axis=1).sum() / max(1e-12, np.linalg.norm(means, axis=1).sum())
        return Factors(item, np.vstack([customer, np.zeros_like(customer[:1])]), float(scale))

    def vectors(
        self, factors: Factors, customer: NDArray[np.int64], past: sparse.csr_array, session: sparse.csr_array
    ) -> NDArray[np.float32]:
        """Return learned vectors drawn towards the items of the session, by how much of all interest is in it."""
        learned = factors.customer[customer]
        new, old = np.asarray(session.sum(axis=1)), np.where(customer >= 0, np.asarray(past.sum(axis=1)), 0.0)
        weight = (new / np.maximum(new + old, 1e-12))[:, None]
        mean = factors.scale * _means(session, factors.item)
        bias = np.ones((len(customer), 1))
        return np.asarray(np.hstack([(1.0 - weight) * learned[:, :-1] + weight * mean, bias]), dtype=np.float32)


def _means(interest: sparse.csr_array, item: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean vector of each row's items without their bias, of shape (rows, factors)."""
    total = np.asarray(interest.sum(axis=1))[:, None]
    return np.asarray((interest @ item[:, :-1]) / np.maximum(total, 1e-12), dtype=np.float32)
