"""Learn the probabilities from what happened in the last part of the events, given the part before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.recommender.histories import Profile
from shelfwise.baselines.recommender.interactions import Interactions
from shelfwise.baselines.recommender.logistic import Logistic
from shelfwise.baselines.recommender.model import Memory
from shelfwise.baselines.recommender.popularity import HALF_LIVES, decayed_counts
from shelfwise.baselines.recommender.propensity import Evidence, Propensity, again_rates

__all__ = ["best_half_life", "learn_propensity"]

_CUSTOMERS = 4_000
"""Customers whose last window is learned from, at most."""
_BASKETS = 2_000
"""Baskets that are completed to learn what joins a basket, at most."""
_MOST_SEEN = 5
"""Items of a basket that are taken as seen, at most."""
_CANDIDATES = 100
"""Items new to a customer that are learned from: those that the neighbours put first."""
_PRIORS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
_CHUNK = 256


@attrs.frozen(eq=False)
class _Case:
    """One customer before the window, and the items bought in it."""

    profile: Profile
    bought: NDArray[np.int64]


def best_half_life(past: Interactions, split: float) -> float:
    """Return the half-life of popularity, in days, under which the purchases after ``split`` are most likely."""
    earlier, later = past.before(split), past.line_day >= split
    sold = np.bincount(past.item[later], minlength=len(past.items))

    def likelihood(half_life_days: float) -> float:
        counts = decayed_counts(earlier, split, half_life_days) + 0.1
        return float(sold @ np.log(counts / counts.sum()))

    return max(HALF_LIVES, key=likelihood)


def learn_propensity(past: Interactions, memory: Memory, *, split: float, exponent: float, seed: int) -> Propensity:
    """Fit the probabilities on what was bought after ``split``; ``memory`` knows only what was before.

    Customers who bought nothing count too, so that probabilities are right for everybody on record.
    """
    cases, cold_items = _cases(past, memory, split, seed)
    rates = again_rates(memory.histories, len(past.items))
    prior = _best_prior(memory, cases)
    new, new_bought, repeat, repeat_bought = [], [], [], []
    for case, evidence in _evidence(memory, cases):
        log_next = evidence.log_next(prior)
        own, features = evidence.again(case.profile, log_next, rates)
        repeat.append(features)
        repeat_bought.append(np.isin(own, case.bought))
        log_next[own] = -np.inf
        top = np.argpartition(-log_next, min(_CANDIDATES, log_next.size - 1))[:_CANDIDATES]
        top = top[np.isfinite(log_next[top])]
        new.append(_rows(evidence.first(case.profile, log_next), top, log_next.size))
        new_bought.append(np.isin(top, case.bought))
    return Propensity(
        new=Logistic.fit(new, new_bought),
        repeat=Logistic.fit(repeat, repeat_bought),
        basket=_learn_basket(past, memory, split, seed),
        prior=prior,
        again_rate=rates,
        cold_items=cold_items,
        exponent=exponent,
    )


def _learn_basket(past: Interactions, memory: Memory, split: float, seed: int) -> Logistic:
    """Fit the probability that an item joins a basket, on baskets after ``split`` of which some items are shown."""
    generator = np.random.default_rng(seed)
    size = np.bincount(past.basket, minlength=len(past.customer))
    whole = generator.permutation(np.flatnonzero((past.day >= split) & (size > 1)))[:_BASKETS]
    start = np.searchsorted(past.basket, whole)
    cases = []
    for first, lines in zip(start.tolist(), size[whole].tolist(), strict=True):
        drawn = first + generator.permutation(lines)
        seen = int(generator.integers(1, min(lines, _MOST_SEEN + 1)))
        shown, rest = np.sort(past.item[drawn[:seen]]), drawn[seen:]
        ones = np.ones(seen)
        profile = Profile(shown, ones, ones, ones, session=ones)
        cases.append(_Case(profile, past.item[rest[past.purchased[rest]]]))
    features, joined = [], []
    for case, evidence in _evidence(memory, cases):
        score = evidence.companionship.copy()
        score[case.profile.item] = 0.0
        top = np.argpartition(-score, min(_CANDIDATES, score.size - 1))[:_CANDIDATES]
        top = top[score[top] > 0]
        features.append(_rows(evidence.basket(case.profile), top, score.size))
        joined.append(np.isin(top, case.bought))
    return Logistic.fit(features, joined)


def _rows(columns: Sequence[NDArray[np.float64] | float], rows: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    return np.column_stack([np.broadcast_to(column, size)[rows] for column in columns])


def _cases(past: Interactions, memory: Memory, split: float, seed: int) -> tuple[list[_Case], float]:
    """Return customers with a past, drawn at random, and how many items one without a past takes in the window."""
    later = (past.line_day >= split) & past.purchased & (past.line_customer >= 0)
    bought = np.unique(past.line_customer[later] * len(past.items) + past.item[later])
    buyer, item = bought // max(1, len(past.items)), bought % max(1, len(past.items))
    known = memory.histories.baskets > 0
    start = np.searchsorted(buyer, np.arange(len(past.customers) + 1))
    chosen = np.random.default_rng(seed).permutation(np.flatnonzero(known))[:_CUSTOMERS]
    cases = [_Case(memory.histories.profile(int(c)), item[start[c] : start[c + 1]]) for c in chosen]
    fresh = ~known[buyer]
    takers = np.unique(buyer[fresh]) if fresh.any() else np.unique(buyer)
    taken = fresh.sum() if fresh.any() else bought.size
    return cases, float(taken / takers.size) if takers.size else 1.0


def _evidence(memory: Memory, cases: list[_Case]) -> Iterator[tuple[_Case, Evidence]]:
    share = memory.popularity.overall
    log_share = np.log(share + 1e-9)
    for start in range(0, len(cases), _CHUNK):
        some = cases[start : start + _CHUNK]
        recalled = zip(*memory.recall([case.profile for case in some]), strict=True)
        for case, (interest, companionship, affinity) in zip(some, recalled, strict=True):
            yield case, Evidence(interest, companionship, affinity, share, log_share)


def _best_prior(memory: Memory, cases: list[_Case]) -> float:
    """Return the weight of popularity under which the first purchases of the window are most likely."""
    found = []
    for case, evidence in _evidence(memory, cases[: _CUSTOMERS // 4]):
        new = np.setdiff1d(case.bought, case.profile.item)
        total = np.full(new.size, evidence.interest.sum())
        found.append(np.stack([evidence.interest[new], total, evidence.share[new] + 1e-9]))
    if not found:
        return 0.1
    interest, total, share = np.concatenate(found, axis=1)
    return max(_PRIORS, key=lambda prior: float(np.log((interest + prior * share) / (total + prior)).sum()))
