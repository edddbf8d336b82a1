"""Learn the probabilities from what happened in the last part of the events, given the part before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.recommender.blocks import blocks
from shelfwise.baselines.recommender.histories import Profiles
from shelfwise.baselines.recommender.interactions import Interactions
from shelfwise.baselines.recommender.logistic import Logistic
from shelfwise.baselines.recommender.model import Memory
from shelfwise.baselines.recommender.popularity import HALF_LIVES, decayed_counts
from shelfwise.baselines.recommender.propensity import Evidence, Propensity, again_rates
from shelfwise.slates import Rows

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


@attrs.frozen(eq=False)
class _Cases:
    """Some customers before the window, and the items that each bought in it."""

    profiles: Profiles
    bought: Rows

    def take(self, rows: NDArray[np.int64]) -> _Cases:
        return _Cases(self.profiles.take(rows), self.bought.take(rows))


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
    for some, evidence in _evidence(memory, cases):
        log_next = evidence.log_next(prior)
        own, features = evidence.again(some.profiles, log_next, rates)
        repeat.append(features)
        repeat_bought.append(some.bought.contains(own.row, own.item))
        log_next[own.row, own.item] = -np.inf
        row, top = _top(log_next, -np.inf)
        new.append(_rows(evidence.first(some.profiles, log_next), row, top))
        new_bought.append(some.bought.contains(row, top))
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
    shown, rest = [], []
    for first, lines in zip(start.tolist(), size[whole].tolist(), strict=True):
        drawn = first + generator.permutation(lines)
        seen = int(generator.integers(1, min(lines, _MOST_SEEN + 1)))
        shown.append(np.sort(past.item[drawn[:seen]]))
        rest.append(past.item[drawn[seen:][past.purchased[drawn[seen:]]]])
    items = Rows.of(shown)
    ones, zeros = np.ones(items.item.size), np.zeros(len(items))
    cases = _Cases(Profiles(items, ones, ones, ones, ones, zeros, zeros, zeros), Rows.of(rest))
    features, joined = [], []
    for some, evidence in _evidence(memory, cases):
        score, own = evidence.companionship.copy(), some.profiles.items
        score[own.row, own.item] = 0.0
        row, top = _top(score, 0.0)
        features.append(_rows(evidence.basket(some.profiles.session_size), row, top))
        joined.append(some.bought.contains(row, top))
    return Logistic.fit(features, joined)


def _top(score: NDArray[np.float64], floor: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return row and column of the candidates, the highest scores of each row, as far as they are above the floor."""
    column = np.argpartition(-score, min(_CANDIDATES, score.shape[1] - 1), axis=1)[:, :_CANDIDATES]
    row, place = np.nonzero(np.take_along_axis(score, column, axis=1) > floor)
    return row, column[row, place]


def _rows(
    columns: Sequence[NDArray[np.float64]], row: NDArray[np.int64], item: NDArray[np.int64]
) -> NDArray[np.float64]:
    return np.column_stack([column[row, item] for column in np.broadcast_arrays(*columns)])


def _cases(past: Interactions, memory: Memory, split: float, seed: int) -> tuple[_Cases, float]:
    """Return customers with a past, drawn at random, and how many items one without a past takes in the window."""
    later = (past.line_day >= split) & past.purchased & (past.line_customer >= 0)
    bought = np.unique(past.line_customer[later] * len(past.items) + past.item[later])
    buyer, item = bought // max(1, len(past.items)), bought % max(1, len(past.items))
    known = memory.histories.baskets > 0
    window = Rows(np.searchsorted(buyer, np.arange(len(past.customers) + 1)), item)
    chosen = np.random.default_rng(seed).permutation(np.flatnonzero(known))[:_CUSTOMERS]
    fresh = ~known[buyer]
    takers = np.unique(buyer[fresh]) if fresh.any() else np.unique(buyer)
    taken = fresh.sum() if fresh.any() else bought.size
    cases = _Cases(memory.histories.profiles(chosen), window.take(chosen))
    return cases, float(taken / takers.size) if takers.size else 1.0


def _evidence(memory: Memory, cases: _Cases) -> Iterator[tuple[_Cases, Evidence]]:
    share = memory.popularity.overall
    log_share = np.log(share + 1e-9)
    for rows in blocks(len(cases.bought), share.size):
        some, shape = cases.take(rows), (rows.size, share.size)
        alike = np.broadcast_to(share, shape), np.broadcast_to(log_share, shape)
        yield some, Evidence(*memory.recall(some.profiles), *alike)


def _best_prior(memory: Memory, cases: _Cases) -> float:
    """Return the weight of popularity under which the first purchases of the window are most likely."""
    found = []
    for some, evidence in _evidence(memory, cases.take(np.arange(min(len(cases.bought), _CUSTOMERS // 4)))):
        row, item = some.bought.row, some.bought.item
        new = ~some.profiles.items.contains(row, item)
        row, item = row[new], item[new]
        total = evidence.interest.sum(axis=1)[row]
        found.append(np.stack([evidence.interest[row, item], total, evidence.share[row, item] + 1e-9]))
    if not found:
        return 0.1
    interest, total, share = np.concatenate(found, axis=1)
    return max(_PRIORS, key=lambda prior: float(np.log((interest + prior * share) / (total + prior)).sum()))
