"""The customers of a request as the recommender may see them: consent, zone, history, session and cart."""

from __future__ import annotations

import attrs
import numpy as np

from shelfwise.baselines.recommender.histories import Profile
from shelfwise.baselines.recommender.interactions import KIND_WEIGHT
from shelfwise.baselines.recommender.model import Memory
from shelfwise.types import Customer, EventKind, State

__all__ = ["Visitor", "visitor"]


@attrs.frozen(eq=False)
class Visitor:
    """A customer of the request: the profile that may be used, and the items in the cart."""

    customer_id: str
    zone: str
    profile: Profile
    cart: frozenset[int]
    """Places of the items in the cart, which are not recommended again."""

    @property
    def impersonal(self) -> bool:
        """Whether nothing is known of the customer, or may be used."""
        return not self.profile.item.size


def visitor(customer: Customer, state: State, memory: Memory) -> Visitor:
    """Look a customer up; without consent neither history nor events nor cart count, only the zone does."""
    items = memory.items
    row = state.customers.index.position(customer.customer_id)
    recorded = row >= 0
    zone = customer.zone or (str(state.customers.zone[row]) if recorded else "")
    consent = customer.consent
    if consent is None:
        consent = bool(state.customers.consent[row]) if recorded else True
    cart = items.positions(line.item_id for line in customer.cart)
    cart = cart[cart >= 0]
    held = frozenset(cart.tolist())
    if not consent:
        return Visitor(customer.customer_id, zone, Profile(), held)
    profile = memory.histories.profile(memory.customers.position(customer.customer_id))
    events = [event for event in customer.events if event.item_id in items and event.kind in KIND_WEIGHT]
    if not events and not cart.size:
        return Visitor(customer.customer_id, zone, profile, held)
    kinds = [event.kind for event in events]
    profile = profile.after(
        np.concatenate([items.positions(event.item_id for event in events), cart]),
        np.array([KIND_WEIGHT[kind] for kind in kinds] + [1.0] * cart.size),
        np.array([kind == EventKind.PURCHASE for kind in kinds] + [False] * cart.size, dtype=bool),
        decay=memory.histories.decay,
    )
    return Visitor(customer.customer_id, zone, profile, held)
