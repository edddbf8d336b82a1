"""The profiles of visitors: what is on record of them, and what they did since."""

from __future__ import annotations

import numpy as np

from shelfwise.baselines.recommender.histories import Histories, Profiles
from shelfwise.baselines.recommender.interactions import KIND_WEIGHT
from shelfwise.slates import KINDS, Visitors
from shelfwise.types import EventKind

__all__ = ["profiles_of"]

_WEIGHT = np.array([KIND_WEIGHT.get(kind, 0.0) for kind in KINDS])
_PURCHASE = KINDS.index(EventKind.PURCHASE)


def profiles_of(visitors: Visitors, histories: Histories) -> Profiles:
    """Return the profile of each visitor; session and cart are one more basket."""
    kind, cart = visitors.session.kind, visitors.cart
    telling = _WEIGHT[kind] > 0
    events = visitors.session.rows.where(telling)
    return histories.profiles(visitors.customer).after(
        np.concatenate([events.row, cart.row]),
        np.concatenate([events.item, cart.item]),
        np.concatenate([_WEIGHT[kind[telling]], np.ones(cart.item.size)]),
        np.concatenate([kind[telling] == _PURCHASE, np.zeros(cart.item.size, dtype=bool)]),
        decay=histories.decay,
    )
