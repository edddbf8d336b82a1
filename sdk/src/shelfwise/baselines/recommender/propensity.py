"""How likely a customer buys an item within the exposure window, given the evidence for each item."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.recommender.histories import Histories, Profiles
from shelfwise.baselines.recommender.logistic import Logistic
from shelfwise.slates import Rows

__all__ = ["Evidence", "Propensity", "again_rates"]


@attrs.frozen(eq=False)
class Evidence:
    """What speaks for each item in the cases of some customers, arrays of shape (customers, items).

    ``interest`` comes from the neighbours of what the customer has had, ``companionship`` from those of the session's
    items, ``affinity`` (0 to 1) from the attributes; ``share`` is the part of what sells in the zone that is this
    item, ``log_share`` its logarithm.
    """

    interest: NDArray[np.float64]
    companionship: NDArray[np.float64]
    affinity: NDArray[np.float64]
    share: NDArray[np.float64]
    log_share: NDArray[np.float64]

    def take(self, rows: NDArray[np.int64]) -> Evidence:
        """Return what speaks in the cases of some of the customers."""
        return Evidence(
            self.interest[rows],
            self.companionship[rows],
            self.affinity[rows],
            self.share[rows],
            self.log_share[rows],
        )

    def log_next(self, prior: float) -> NDArray[np.float64]:
        """Return the log probability that the next purchase is each item: interest drawn towards popularity.

        ``prior`` is the weight of popularity in units of interest, so the less evidence, the more of it.
        """
        return _log_blend(self.interest, self.share, prior)

    def first(self, profiles: Profiles, log_next: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """Return what the probability of a first purchase depends on, as arrays that broadcast to one shape."""
        return (log_next, self.log_share, self.affinity, *(value[:, None] for value in _customer(profiles)))

    def basket(self, session_size: NDArray[np.int64]) -> tuple[NDArray[np.float64], ...]:
        """Return what the probability depends on that an item joins those of the session, as :meth:`first` does.

        ``session_size``, of shape (customers,), is the number of items of each session, none of them empty.
        """
        size = np.log(session_size)[:, None]
        total = np.log(self.companionship.sum(axis=1, keepdims=True) + 1e-3)
        return (_log_blend(self.companionship, self.share, 1e-3), self.log_share, self.affinity, size, total)

    def again(
        self, profiles: Profiles, log_next: NDArray[np.float64], again_rate: NDArray[np.float64]
    ) -> tuple[Rows, NDArray[np.float64]]:
        """Return the items bought before, and what a repeat of each depends on, of shape (items, features)."""
        own, bought = profiles.count > 0, profiles.bought
        row, item = bought.row, bought.item
        age = np.log1p(np.minimum(profiles.age[own], 1e3))
        constants = (value[row] for value in _customer(profiles))
        return bought, np.column_stack(
            [np.log(profiles.count[own]), age, log_next[row, item], np.log(again_rate[item]), *constants]
        )


def _log_blend(evidence: NDArray[np.float64], share: NDArray[np.float64], prior: float) -> NDArray[np.float64]:
    total = evidence.sum(axis=1, keepdims=True) + prior
    return np.asarray(np.log((evidence + prior * share) / total + 1e-12))


def _customer(profiles: Profiles) -> tuple[NDArray[np.float64], ...]:
    baskets, lines = np.log(np.maximum(profiles.baskets, 1.0)), np.log(np.maximum(profiles.lines, 1.0))
    return (baskets, lines, np.log1p(np.maximum(profiles.idle_days, 0.0)))


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

    def of(self, profiles: Profiles, evidence: Evidence) -> NDArray[np.float64]:
        """Return the probability of each customer for every item, of shape (customers, items)."""
        log_next = evidence.log_next(self.prior)
        chance = self.new.of_columns(evidence.first(profiles, log_next))
        bought, features = evidence.again(profiles, log_next, self.again_rate)
        chance[bought.row, bought.item] = self.repeat.of_rows(features)
        cold = profiles.items.lengths == 0
        chance[cold] = -np.expm1(-self.cold_items * evidence.share[cold])
        if self.exponent != 1.0:
            chance = 1.0 - (1.0 - chance) ** self.exponent
        size = profiles.session_size
        here = np.flatnonzero(size)
        if here.size:
            now = evidence.take(here)
            joins = np.where(now.companionship > 0, self.basket.of_columns(now.basket(size[here])), 0.0)
            chance[here] = 1.0 - (1.0 - chance[here]) * (1.0 - joins)
        return chance


def again_rates(histories: Histories, items: int) -> NDArray[np.float64]:
    """Return per item the share of its buyers who bought it twice or more, drawn towards the overall share."""
    buyers = np.bincount(histories.item, histories.count >= 1, items)
    returned = np.bincount(histories.item, histories.count >= 2, items)
    overall = (returned.sum() + 1e-6) / (buyers.sum() + 1.0)
    rates: NDArray[np.float64] = (returned + 10.0 * overall) / (buyers + 10.0)
    return rates
