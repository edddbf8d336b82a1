"""How likely a customer buys an item within the exposure window, learned from the last part of the events."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.recommender.histories import Histories, Profile
from shelfwise.baselines.recommender.logistic import Logistic

__all__ = ["Propensity", "blend"]


def blend(interest: NDArray[np.float64], share: NDArray[np.float64], prior: float) -> NDArray[np.float64]:
    """Return the next purchase's distribution over items: neighbours' interest drawn towards popularity.

    Both have shape (..., items); ``prior`` is the weight of popularity in units of interest, so a customer with
    little evidence gets more of it.
    """
    total: NDArray[np.float64] = interest.sum(axis=-1, keepdims=True)
    return (interest + prior * share) / (total + prior)


@attrs.frozen(eq=False)
class Propensity:
    """Probabilities of a purchase within ``window_days``.

    ``first`` is for items new to the customer, ``again`` for those bought before: whether repeats happen at all is
    thus learned. ``again_rate`` is, per item, the share of its buyers who came back for it. A customer of whom
    nothing is known takes ``cold_items`` distinct items in the window.
    """

    first: Logistic
    again: Logistic
    prior: float
    again_rate: NDArray[np.float64]
    cold_items: float
    window_days: float

    def of(
        self,
        profile: Profile,
        interest: NDArray[np.float64],
        share: NDArray[np.float64],
        log_share: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return the probability for every item, of shape (items,)."""
        if not profile.item.size:
            return 1.0 - np.exp(-self.cold_items * share)
        log_next = np.log(blend(interest, share, self.prior) + 1e-12)
        columns = first_features(profile, log_next, log_share)
        logit = self.first.intercept + sum(w * x for w, x in zip(self.first.slope, columns, strict=True))
        p: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-logit))
        own = np.flatnonzero(profile.count > 0)
        item = profile.item[own]
        features = again_features(profile, own, log_next[item], self.again_rate[item])
        p[item] = self.again.probability(np.column_stack(features))
        return p


def first_features(
    profile: Profile, log_next: NDArray[np.float64], log_share: NDArray[np.float64]
) -> tuple[NDArray[np.float64] | float, ...]:
    """Return what the probability of a first purchase depends on, a column or a constant each."""
    return (log_next, log_share, *_customer_features(profile))


def again_features(
    profile: Profile, own: NDArray[np.int64], log_next: NDArray[np.float64], again_rate: NDArray[np.float64]
) -> tuple[NDArray[np.float64], ...]:
    """Return what the probability of a repeat depends on; ``own`` are places in the profile."""
    constants = (np.full(own.size, value) for value in _customer_features(profile))
    age = np.log1p(np.minimum(profile.age[own], 1e3))
    return (np.log(profile.count[own]), age, log_next, np.log(again_rate), *constants)


def _customer_features(profile: Profile) -> tuple[float, float, float]:
    baskets, lines = max(profile.baskets, 1.0), max(profile.lines, 1.0)
    return (float(np.log(baskets)), float(np.log(lines)), float(np.log1p(max(profile.idle_days, 0.0))))


def again_rates(histories: Histories, items: int) -> NDArray[np.float64]:
    """Return per item the share of its buyers who bought it twice or more, drawn towards the overall share."""
    buyers = np.bincount(histories.item, histories.count >= 1, items)
    returned = np.bincount(histories.item, histories.count >= 2, items)
    overall = (returned.sum() + 1e-6) / (buyers.sum() + 1.0)
    rates: NDArray[np.float64] = (returned + 10.0 * overall) / (buyers + 10.0)
    return rates
