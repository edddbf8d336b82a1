"""How likely a customer buys an item within the exposure window, given the evidence for each item."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.recommender.histories import Histories, Profile
from shelfwise.baselines.recommender.logistic import Logistic

__all__ = ["Evidence", "Propensity", "again_rates"]


@attrs.frozen(eq=False)
class Evidence:
    """What speaks for each item in one customer's case, arrays of shape (items,).

    ``interest`` comes from the neighbours of what the customer has had, ``companionship`` from those of the session's
    items, ``affinity`` (0 to 1) from the attributes; ``share`` is the part of what sells in the zone that is this
    item, ``log_share`` its logarithm.
    """

    interest: NDArray[np.float64]
    companionship: NDArray[np.float64]
    affinity: NDArray[np.float64]
    share: NDArray[np.float64]
    log_share: NDArray[np.float64]

    def log_next(self, prior: float) -> NDArray[np.float64]:
        """Return the log probability that the next purchase is each item: interest drawn towards popularity.

        ``prior`` is the weight of popularity in units of interest, so the less evidence, the more of it.
        """
        return _log_blend(self.interest, self.share, prior)

    def first(self, profile: Profile, log_next: NDArray[np.float64]) -> tuple[NDArray[np.float64] | float, ...]:
        """Return what the probability of a first purchase depends on: a column over all items, or a constant."""
        return (log_next, self.log_share, self.affinity, *_customer(profile))

    def basket(self, profile: Profile) -> tuple[NDArray[np.float64] | float, ...]:
        """Return what the probability depends on that an item joins those of the session."""
        size = float(np.log(np.count_nonzero(profile.session)))
        total = float(np.log(self.companionship.sum() + 1e-3))
        return (_log_blend(self.companionship, self.share, 1e-3), self.log_share, self.affinity, size, total)

    def again(
        self, profile: Profile, log_next: NDArray[np.float64], again_rate: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the items bought before, and what a repeat depends on, of shape (items, features)."""
        own = profile.count > 0
        item = profile.item[own]
        age = np.log1p(np.minimum(profile.age[own], 1e3))
        constants = (np.full(item.size, value) for value in _customer(profile))
        return item, np.column_stack(
            [np.log(profile.count[own]), age, log_next[item], np.log(again_rate[item]), *constants]
        )


def _log_blend(evidence: NDArray[np.float64], share: NDArray[np.float64], prior: float) -> NDArray[np.float64]:
    return np.asarray(np.log((evidence + prior * share) / (evidence.sum() + prior) + 1e-12))


def _customer(profile: Profile) -> tuple[float, float, float]:
    baskets, lines = max(profile.baskets, 1.0), max(profile.lines, 1.0)
    return (float(np.log(baskets)), float(np.log(lines)), float(np.log1p(max(profile.idle_days, 0.0))))


@attrs.frozen(eq=False)
class Propensity:
    """Probabilities of a purchase within ``window_days``.

    ``new`` is for items new to the customer, ``repeat`` for those bought before: whether repeats happen at all is
    thus learned. ``basket`` is for items that join those of the current session. ``prior`` is the weight of
    popularity, see :meth:`Evidence.log_next`. ``again_rate`` is the share of each item's buyers who came back for it.
    Somebody of whom nothing is known takes ``cold_items`` distinct items. ``exponent`` is how many windows of
    learning, shorter than ``window_days`` where data is short, make up one.
    """

    new: Logistic
    repeat: Logistic
    basket: Logistic
    prior: float
    again_rate: NDArray[np.float64]
    cold_items: float
    exponent: float

    def of(self, profile: Profile, evidence: Evidence) -> NDArray[np.float64]:
        """Return the probability for every item, of shape (items,)."""
        if not profile.item.size:
            chance: NDArray[np.float64] = -np.expm1(-self.cold_items * evidence.share)
        else:
            log_next = evidence.log_next(self.prior)
            chance = self.new.of_columns(evidence.first(profile, log_next))
            item, features = evidence.again(profile, log_next, self.again_rate)
            chance[item] = self.repeat.of_rows(features)
        if self.exponent != 1.0:
            chance = 1.0 - (1.0 - chance) ** self.exponent
        if profile.session.any():
            joins = np.where(evidence.companionship > 0, self.basket.of_columns(evidence.basket(profile)), 0.0)
            chance = 1.0 - (1.0 - chance) * (1.0 - joins)
        return chance


def again_rates(histories: Histories, items: int) -> NDArray[np.float64]:
    """Return per item the share of its buyers who bought it twice or more, drawn towards the overall share."""
    buyers = np.bincount(histories.item, histories.count >= 1, items)
    returned = np.bincount(histories.item, histories.count >= 2, items)
    overall = (returned.sum() + 1e-6) / (buyers.sum() + 1.0)
    rates: NDArray[np.float64] = (returned + 10.0 * overall) / (buyers + 10.0)
    return rates
