"""Learn the probabilities from what happened in the last part of the events, given the part before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.recommender.histories import Profile
from shelfwise.baselines.recommender.interactions import Interactions
from shelfwise.baselines.recommender.logistic import Logistic
from shelfwise.baselines.recommender.model import Memory
from shelfwise.baselines.recommender.popularity import HALF_LIVES, decayed_counts
from shelfwise.baselines.recommender.propensity import (
    Propensity,
    again_features,
    again_rates,
    blend,
    first_features,
)

__all__ = ["best_half_life", "learn_propensity"]

_CUSTOMERS = 5_000
"""Customers whose last window is learned from, at most."""
_CANDIDATES = 100
"""Items new to a customer that are learned from: those that the neighbours put first."""
_PRIORS = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


def best_half_life(past: Interactions, split: float) -> float:
    """Return the half-life of popularity, in days, under which the purchases after ``split`` are most likely."""
    earlier, later = past.before(split), past.line_day >= split
    sold = np.bincount(past.item[later], minlength=len(past.items))

    def likelihood(half_life_days: float) -> float:
        counts = decayed_counts(earlier, split, half_life_days) + 0.1
        return float(sold @ np.log(counts / counts.sum()))

    return max(HALF_LIVES, key=likelihood)


def learn_propensity(past: Interactions, memory: Memory, *, split: float, window_days: float, seed: int) -> Propensity:
    """Fit the probabilities on the purchases of the window after ``split``; ``memory`` knows only what was before."""
    histories, share = memory.histories, memory.popularity.overall
    log_share = np.log(share + 1e-9)
    later = (past.line_day >= split) & past.purchased & (past.line_customer >= 0)
    had_before = histories.baskets > 0
    bought = np.unique(past.line_customer[later] * len(past.items) + past.item[later])
    buyer, item = bought // len(past.items), bought % len(past.items)
    chosen = np.flatnonzero(had_before)
    chosen = np.random.default_rng(seed).permutation(chosen)[:_CUSTOMERS]

    new = ~had_before[buyer]
    cold_items = new.sum() / max(1, np.unique(buyer[new]).size) if new.any() else bought.size / max(1, chosen.size)
    rates = again_rates(histories, len(past.items))
    start = np.searchsorted(buyer, np.arange(len(past.customers) + 1))
    targets = [item[start[c] : start[c + 1]] for c in chosen]

    profiles = [histories.profile(int(c)) for c in chosen]
    prior = _best_prior(memory, profiles, targets, share)
    first, first_hit, again, again_hit = [], [], [], []
    for row in range(0, len(profiles), 256):
        some = profiles[row : row + 256]
        scores = blend(memory.interest(some), share, prior)
        for profile, score, target in zip(some, scores, targets[row : row + 256], strict=True):
            log_next = np.log(score + 1e-12)
            own = np.flatnonzero(profile.count > 0)
            mine = profile.item[own]
            again.append(np.column_stack(again_features(profile, own, log_next[mine], rates[mine])))
            again_hit.append(np.isin(mine, target))
            score[mine] = -1.0
            best = np.argpartition(-score, min(_CANDIDATES, score.size - 1))[:_CANDIDATES]
            best = best[score[best] >= 0]
            columns = first_features(profile, log_next[best], log_share[best])
            first.append(np.column_stack([np.broadcast_to(column, best.size) for column in columns]))
            first_hit.append(np.isin(best, target))
    return Propensity(
        first=Logistic.fit(np.concatenate(first), np.concatenate(first_hit)),
        again=Logistic.fit(np.concatenate(again), np.concatenate(again_hit)),
        prior=prior,
        again_rate=rates,
        cold_items=float(cold_items),
        window_days=window_days,
    )


def _best_prior(
    memory: Memory, profiles: list[Profile], targets: list[NDArray[np.int64]], share: NDArray[np.float64]
) -> float:
    """Return the weight of popularity under which the first purchases of the window are most likely."""
    hit, total, popular = [], [], []
    for row in range(0, min(len(profiles), _CUSTOMERS // 4), 256):
        some = profiles[row : row + 256]
        for profile, score, target in zip(some, memory.interest(some), targets[row : row + 256], strict=True):
            new = np.setdiff1d(target, profile.item)
            hit.append(score[new])
            total.append(np.full(new.size, score.sum()))
            popular.append(share[new] + 1e-9)
    if not hit:
        return 0.01
    score, mass, base = np.concatenate(hit), np.concatenate(total), np.concatenate(popular)
    return max(_PRIORS, key=lambda prior: float(np.log((score + prior * base) / (mass + prior)).sum()))
