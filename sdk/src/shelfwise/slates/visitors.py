"""The customers of a request as a recommender may see them: consent, zone, session and cart, as positions."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.slates.rows import Rows
from shelfwise.slates.session import KINDS, Session
from shelfwise.types import Customer, EventKind, Index, State

__all__ = ["Visitors"]


@attrs.frozen(eq=False)
class Visitors:
    """Some customers of a request; arrays have shape (customers,), items and customers are positions in the model.

    ``customer`` is -1 where nobody is known by that id, or personal data may not be used; ``on_record`` is the position
    whatever the consent, for totals over customers such as exposure, never for a slate. ``record`` is the row in the
    customers of the state, -1 as ``customer`` is. ``zone`` holds positions in
    ``zones``. ``session`` and ``cart`` hold what may be used, nothing without consent; ``held`` is everything in the
    carts, which is not recommended again.
    """

    ids: tuple[str, ...]
    consent: NDArray[np.bool_]
    customer: NDArray[np.int64]
    on_record: NDArray[np.int64]
    record: NDArray[np.int64]
    zone: NDArray[np.int64]
    zones: tuple[str, ...]
    session: Session
    cart: Rows
    held: Rows

    @classmethod
    def of(cls, customers: Sequence[Customer], state: State, items: Index, known: Index) -> Visitors:
        """Look customers up; ``items`` and ``known`` are the items and customers of the model.

        Consent is that of the request, else the recorded one, else given. Events and cart lines of items that the
        model does not know are passed over.
        """
        rows = state.customers.index.positions(customer.customer_id for customer in customers)
        recorded_zone, recorded_consent = state.customers.zone, state.customers.consent
        zones: dict[str, int] = {}
        zone, consent = [], []
        for customer, row in zip(customers, rows.tolist(), strict=True):
            name = customer.zone or (str(recorded_zone[row]) if row >= 0 else "")
            zone.append(zones.setdefault(name, len(zones)))
            agreed = customer.consent
            consent.append((bool(recorded_consent[row]) if row >= 0 else True) if agreed is None else agreed)
        agreeing = np.array(consent, dtype=bool)
        on_record = known.positions(customer.customer_id for customer in customers)
        held = Rows.of([_cart(customer, items) if customer.cart else () for customer in customers])
        events = [customer.events if agreed else () for customer, agreed in zip(customers, consent, strict=True)]
        return cls(
            ids=tuple(customer.customer_id for customer in customers),
            consent=agreeing,
            customer=np.where(agreeing, on_record, -1),
            on_record=on_record,
            record=np.where(agreeing, rows, -1),
            zone=np.array(zone, dtype=np.int64),
            zones=tuple(zones),
            session=Session.of(events, items, state.as_of),
            cart=held.where(agreeing[held.row]),
            held=held,
        )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """Whether nothing is known of a customer, or may be used: no record, no session and no cart."""
        return np.asarray((self.customer < 0) & (self.session.rows.lengths == 0) & (self.cart.lengths == 0))

    @property
    def bought_now(self) -> Rows:
        """What was bought in the session."""
        return self.session.rows.where(self.session.kind == KINDS.index(EventKind.PURCHASE))

    def take(self, rows: NDArray[np.int64]) -> Visitors:
        """Return some of the customers, in the order asked."""
        return Visitors(
            ids=tuple(self.ids[row] for row in rows.tolist()),
            consent=self.consent[rows],
            customer=self.customer[rows],
            on_record=self.on_record[rows],
            record=self.record[rows],
            zone=self.zone[rows],
            zones=self.zones,
            session=self.session.take(rows),
            cart=self.cart.take(rows),
            held=self.held.take(rows),
        )

    def forgotten(self) -> Visitors:
        """Return the same customers with nothing known of them but their zone and what is in the cart."""
        nothing = Rows.empty(len(self))
        nobody = np.full(len(self), -1)
        return attrs.evolve(self, customer=nobody, record=nobody, session=Session.empty(len(self)), cart=nothing)


def _cart(customer: Customer, items: Index) -> list[int]:
    """Return the positions of the items in a cart, each once."""
    found = (items.position(line.item_id) for line in customer.cart)
    return list(dict.fromkeys(item for item in found if item >= 0))
