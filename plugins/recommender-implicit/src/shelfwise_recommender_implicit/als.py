"""Alternating least squares (Hu, Koren & Volinsky 2008)."""

from __future__ import annotations

import attrs
import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from shelfwise.types import Progress
from shelfwise.types.ranges import TUNE, Integers, Uniform
from shelfwise_recommender_implicit.factors import Factors
from shelfwise_recommender_implicit.recommender import FactorisationRecommender

__all__ = ["AlsRecommender"]

_POSITIVE = attrs.validators.gt(0.0)
_AT_LEAST_ONE = attrs.validators.ge(1)


@attrs.define(eq=False)
class AlsRecommender(FactorisationRecommender):
    """Matrix factorisation by alternating least squares on implicit feedback.

    ``factors`` is the width of the vectors, ``regularization`` what holds them short and ``alpha`` how much more an
    interaction counts than none. A customer's vector is solved for when a slate is asked for, from everything that the
    customer has done up to that moment, so a session counts at once and strangers are folded in by it.
    """

    factors: int = attrs.field(default=128, validator=_AT_LEAST_ONE, metadata={TUNE: Integers(16, 256, log=True)})
    regularization: float = attrs.field(
        default=10.0, validator=_POSITIVE, metadata={TUNE: Uniform(0.1, 100.0, log=True)}
    )
    alpha: float = attrs.field(default=10.0, validator=_POSITIVE, metadata={TUNE: Uniform(1.0, 100.0, log=True)})
    iterations: int = attrs.field(default=15, validator=_AT_LEAST_ONE, metadata={TUNE: Integers(5, 30)})
    _solver: AlternatingLeastSquares | None = attrs.field(init=False, default=None)

    def fit(self, matrix: sparse.csr_array, progress: Progress) -> Factors:
        """Factorise interest, of shape (customers, items)."""
        with threadpool_limits(1, "blas"):
            model = self._model()
            model.fit(
                sparse.csr_matrix(matrix),
                show_progress=False,
                callback=lambda step, *_: progress("als", step + 1, self.iterations),
            )
        return Factors(model.item_factors, np.zeros((0, self.factors), dtype=np.float32))

    def vectors(
        self,
        factors: Factors,
        customer: NDArray[np.int64],  # noqa: ARG002 - what they had says it all
        past: sparse.csr_array,
        session: sparse.csr_array,
    ) -> NDArray[np.float32]:
        """Solve for customers' vectors, given those of the items."""
        solver = self._solver
        if solver is None or solver.item_factors is not factors.item:
            with threadpool_limits(1, "blas"):
                solver = self._model()
            solver.item_factors, solver.num_threads = factors.item, 1
            self._solver = solver
        had = sparse.csr_matrix(past + session)
        return np.asarray(solver.recalculate_user(np.arange(had.shape[0]), had), dtype=np.float32)

    def _model(self) -> AlternatingLeastSquares:
        return AlternatingLeastSquares(
            factors=self.factors,
            regularization=self.regularization,
            alpha=self.alpha,
            iterations=self.iterations,
            random_state=self.seed,
        )
