"""From a data set to what a factorisation recommender knows."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.slates import top
from shelfwise.types import Progress
from shelfwise_recommender_implicit.calibration import Calibration
from shelfwise_recommender_implicit.effects import basket_lines, effects_of
from shelfwise_recommender_implicit.factors import Factorisation, Factors, scores
from shelfwise_recommender_implicit.interactions import Interactions
from shelfwise_recommender_implicit.learned import Learned

if TYPE_CHECKING:
    from pandas import Series

    from shelfwise.dataset import Dataset

__all__ = ["learn"]

_CUSTOMERS, _BEST = 3_000, 50
"""Customers, and their best items, that the probabilities are learned from."""
_DAY = np.timedelta64(1, "D")
_SHARE_HELD_OUT = 0.2
"""Part of the past that is held out at most, where nothing is."""


def learn(
    dataset: Dataset,
    factorisation: Factorisation,
    *,
    days: int,
    incremental_share: float,
    seed: int,
    progress: Progress,
) -> Learned:
    """Learn probabilities with interactions held out, then the factors from all that may be fitted.

    Interactions that the data set holds out are used for that; where there are none, those of the last ``days`` are
    (of a fifth of a shorter past), and fitted afterwards.
    """
    apart, window = _apart(dataset, days)
    earlier = Interactions.of(apart, days, seed)
    factors = _factors(earlier, factorisation, progress)
    calibration = _calibration(earlier, factors, factorisation, apart, days / window, seed)
    if apart is not dataset:
        earlier = Interactions.of(dataset, days, seed)
        factors = _factors(earlier, factorisation, progress)
    bought = apart.held_out[(apart.held_out["customer_id"] != "").to_numpy(bool)]
    items_each = len(bought) / max(1, bought["customer_id"].nunique())
    return Learned(
        past=earlier,
        factors=factors,
        calibration=calibration,
        popular=-np.expm1(-max(items_each, 1.0) * earlier.share),
        effects=effects_of(dataset, earlier.items, earlier.customers, days=days, incremental_share=incremental_share),
        lines=basket_lines(dataset),
    )


def _apart(dataset: Dataset, days: int) -> tuple[Dataset, float]:
    """Return the data set with interactions held out, and over how many days they reach.

    Those that all lie at one moment are the next ones of their customers, whenever that is: as good as a window.
    """
    if len(dataset.held_out):
        reach = _reach(dataset.held_out["time"])
        return dataset, reach if reach >= 1.0 else float(days)
    if not len(dataset.events):
        return dataset, float(days)
    time = dataset.events["time"]
    window = max(min(float(days), _SHARE_HELD_OUT * _reach(time)), 1e-6)
    last = time.max().to_pydatetime().replace(tzinfo=UTC)
    return dataset.hold_out(last - timedelta(days=window)), window


def _reach(time: Series) -> float:
    return float((time.max() - time.min()) / _DAY)


def _factors(past: Interactions, factorisation: Factorisation, progress: Progress) -> Factors:
    matrix = sparse.csr_array(past.weight[:-1])
    if matrix.nnz:
        return factorisation.fit(matrix, progress)
    item, customer = np.zeros((len(past.items), 2)), np.zeros((len(past.customers) + 1, 2))
    return Factors(item.astype(np.float32), customer.astype(np.float32))


def _calibration(
    past: Interactions, factors: Factors, factorisation: Factorisation, apart: Dataset, windows: float, seed: int
) -> Calibration:
    """Compare the best items of customers with what they bought of the held-out interactions."""
    had = np.diff(past.weight.indptr)[:-1]
    drawn = np.random.default_rng(seed).permutation(np.flatnonzero(had))[:_CUSTOMERS]
    known = sparse.csr_array(past.weight[drawn])
    nothing = sparse.csr_array(known.shape, dtype=np.float32)
    score = scores(factorisation.vectors(factors, drawn, known, nothing), factors.item)
    best = top(score, _BEST)
    bought: NDArray[np.bool_] = past.of_later(apart.held_out)[drawn].toarray() > 0
    pairs = np.take_along_axis(score, best, axis=1).astype(np.float64)
    activity = np.repeat(had[drawn].astype(np.float64), best.shape[1])
    happened = np.take_along_axis(bought, best, axis=1)
    return Calibration.fit(pairs.ravel(), activity, happened.ravel(), windows)
