"""The profiles of visitors: what is on record of them, and what they did since."""

from __future__ import annotations

import numpy as np

from shelfwise.baselines.recommender.histories import Histories, Profile
from shelfwise.baselines.recommender.interactions import KIND_WEIGHT
from shelfwise.slates import KINDS, Visitors
from shelfwise.types import EventKind

__all__ = ["profiles_of"]

_WEIGHT = np.array([KIND_WEIGHT.get(kind, 0.0) for kind in KINDS])
_PURCHASE = KINDS.index(EventKind.PURCHASE)


def profiles_of(visitors: Visitors, histories: Histories) -> list[Profile]:
    """Return the profile of each visitor; session and cart are one more basket."""
    events, session = visitors.session.rows, visitors.session
    found = []
    for row, customer in enumerate(visitors.customer.tolist()):
        profile = histories.profile(customer)
        mine = slice(events.start[row], events.start[row + 1])
        telling = _WEIGHT[session.kind[mine]] > 0
        item, kind = events.item[mine][telling], session.kind[mine][telling]
        cart = visitors.cart.at(row)
        if item.size or cart.size:
            profile = profile.after(
                np.concatenate([item, cart]),
                np.concatenate([_WEIGHT[kind], np.ones(cart.size)]),
                np.concatenate([kind == _PURCHASE, np.zeros(cart.size, dtype=bool)]),
                decay=histories.decay,
            )
        found.append(profile)
    return found
