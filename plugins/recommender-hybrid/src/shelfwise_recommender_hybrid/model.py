"""Everything the recommender has learned, and what it says of the customers of a request."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.slates import Rows, Visitors
from shelfwise.types import Index
from shelfwise_recommender_hybrid.calibration import Calibration
from shelfwise_recommender_hybrid.content import Content
from shelfwise_recommender_hybrid.evidence import Evidence, ItemFacts, Witnesses
from shelfwise_recommender_hybrid.gate import Gate
from shelfwise_recommender_hybrid.habits import Habits
from shelfwise_recommender_hybrid.legs import Leg
from shelfwise_recommender_hybrid.legs.leg import space
from shelfwise_recommender_hybrid.legs.network import EIGHT
from shelfwise_recommender_hybrid.sequences import INTEREST, KINDS, History, Sequences

__all__ = ["Model", "contexts", "softmax"]

_CART = next(code for code, kind in enumerate(KINDS) if kind == "cart")
_NEWEST = 300
"""Events of a customer that are kept, the newest."""


@attrs.frozen(eq=False, slots=False)
class Model:
    """A trained recommender: the legs, the gate that blends them, and the curve that makes probabilities of it.

    ``zone`` holds each customer's position in ``zones``, -1 where it is unknown; ``tie``, of shape (items,) and in
    [0, 1), decides between equals, and ``popularity`` is the share of recent sales.
    """

    history: History
    content: Content
    zones: Index
    zone: NDArray[np.int64]
    legs: Mapping[str, Leg]
    facts: ItemFacts
    gate: Gate
    calibration: Calibration
    habits: Habits
    tie: NDArray[np.float32]
    popularity: NDArray[np.float32]
    half_life_days: float
    popularity_features: bool

    @cached_property
    def witnesses(self) -> Witnesses:
        """What speaks for each item."""
        return Witnesses(self.legs, self.facts, popularity_features=self.popularity_features)

    @cached_property
    def bought(self) -> Sequences:
        """What each customer on record had bought."""
        return self.history.known.purchases()

    def had(self, visitors: Visitors) -> Rows:
        """Return what each visitor had bought before the session."""
        bought = self.bought.take(visitors.customer)
        return Rows(bought.start, bought.item)

    def blend(self, shares: list[NDArray[np.float32]], out: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return by what candidates are retrieved: the mean of what the legs say, no two alike."""
        total = space(out, *shares[0].shape)
        total[:] = shares[0]
        for share in shares[1:]:
            total += share
        total *= np.float32(1.0) + np.float32(1e-5) * self.tie
        return total

    def probability(self, evidence: Evidence, idle: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the probability that each candidate is bought within the window, of shape (rows, width).

        ``idle``, of shape (rows,), tells who is on record and never came.
        """
        # Whole eights of rows, so that the last digits do not depend on who else is asked for.
        lacking = -len(evidence.item) % EIGHT
        columns = (getattr(evidence, field.name) for field in attrs.fields(Evidence))
        whole = Evidence(*(np.pad(c, [(0, lacking), *[(0, 0)] * (c.ndim - 1)]) for c in columns))
        score = self.gate.scores(whole)[: len(evidence.item)]
        return self.calibration.probability(softmax(score), evidence.context, idle)


def softmax(score: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the softmax of each row; minus infinity gives 0."""
    if not score.size:
        return score
    highest = score.max(axis=1, keepdims=True)
    grown = np.exp(score - np.where(np.isfinite(highest), highest, 0.0))
    return np.asarray(grown / np.maximum(grown.sum(axis=1, keepdims=True), 1e-30), dtype=np.float32)


def contexts(history: History, visitors: Visitors, now: float) -> Sequences:
    """Return what may be used of each visitor at the day ``now``: the record, then the session, then the cart."""
    session, cart = visitors.session, visitors.cart
    record = history.sequences.take(visitors.customer).at(now)
    if not session.rows.item.size and not cart.item.size:
        return record
    row = np.concatenate([session.rows.row, cart.row])
    age = np.concatenate([np.nan_to_num(session.age_days), np.zeros(cart.item.size)])
    kind = np.concatenate([session.kind, np.full(cart.item.size, _CART, np.int8)])
    item = np.concatenate([session.rows.item, cart.item])
    kept = INTEREST[kind] > 0
    row, age, kind, item = row[kept], age[kept], kind[kept], item[kept]
    order = np.lexsort((-age, row))
    row, age, kind, item = row[order], age[order], kind[order], item[order]
    start = np.searchsorted(row, np.arange(len(visitors) + 1))
    turns = np.append(True, (np.diff(age) < -0.5) | (np.diff(row) > 0))[: row.size]
    number = np.cumsum(turns) - 1
    opening = np.append(number, 0)[np.minimum(start[:-1], max(row.size - 1, 0))]
    later = Sequences(start, item, kind.astype(np.int8), now - age, number - opening[row], record.now)
    # A long session does not push out what is known of the customer.
    return record.followed_by(later.newest(_NEWEST // 2)).newest(_NEWEST)
