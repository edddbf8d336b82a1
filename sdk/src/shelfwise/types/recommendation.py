"""Recommendations: what is asked of the recommender and what it answers."""

from __future__ import annotations

from datetime import date, datetime

import attrs

from shelfwise.types._fields import as_tuple, money
from shelfwise.types.signals import Exposure
from shelfwise.types.vocabulary import EventKind


@attrs.frozen
class Event:
    """Something a customer did with an item, in the session or since the model was trained.

    An item that nobody knows is passed over.
    """

    item_id: str
    kind: EventKind = EventKind.PURCHASE
    time: datetime | None = None
    quantity: float = 1.0
    customer_id: str = ""
    token: str = ""
    """The :attr:`Slate.token` of the slate that led to it; blank for none."""


@attrs.frozen
class CartLine:
    """An item in the customer's cart; one that nobody knows is passed over."""

    item_id: str
    quantity: float = 1.0


@attrs.frozen
class Customer:
    """One customer to serve, with what the caller knows of them at this moment.

    ``zone`` empty and ``consent`` None mean: as recorded. A customer nobody knows is served as a new one.
    """

    customer_id: str = ""
    events: tuple[Event, ...] = attrs.field(converter=as_tuple, default=())
    cart: tuple[CartLine, ...] = attrs.field(converter=as_tuple, default=())
    zone: str = ""
    consent: bool | None = None


@attrs.frozen
class RecommendRequest:
    """Ask for a slate per customer; ``all_customers`` adds every customer on record.

    ``most_per_category`` and ``most_per_brand`` cap how many items of one category and brand a slate holds, None for
    no cap; items without a category or brand are not counted. ``diversity``, from 0 to 1, weighs how unlike the items
    of a slate are against how well each fits. ``in_stock_only`` leaves out what no selling node has on hand where no
    stock outlook says what can be promised; where one does, what cannot be promised is left out anyway.

    ``exploration``, from 0 to 1, is the share of slots that are filled at random, to learn what showing an item causes:
    each slot of a slate with this probability, independently. These slots together are given a random draw, without
    replacement, from the items that ranking put there and the 50 next best, all by the rules. The draw is keyed by
    the seed, the request's id, the customer and the placement, so it needs an id of its own for each call. A customer
    without consent is never part of it.
    """

    customers: tuple[Customer, ...] = attrs.field(converter=as_tuple, default=())
    all_customers: bool = False
    slate_size: int = 10
    placement: str = ""
    exclude_item_ids: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    allow_categories: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    deny_categories: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    exclude_purchased: bool = False
    most_per_category: int | None = None
    most_per_brand: int | None = None
    diversity: float = 0.0
    in_stock_only: bool = False
    exploration: float = 0.0
    seed: int = 0
    """Set by the orchestrator from the request's options."""
    request_id: str = ""
    """Set by the orchestrator from the request."""


@attrs.frozen
class Reason:
    """Why an item stands in a slate, as a code for machines and a sentence for people."""

    code: str
    text: str


@attrs.frozen
class SlateItem:
    """One recommended item; ``rank`` counts from 1 and ``price`` is in currency per unit.

    ``explored`` says that it was drawn at random for this slot, in place of what ranking put there. ``propensity``,
    above 0 and at most 1, is the probability with which this item stands in this slot: 1 without exploration.
    """

    rank: int
    item_id: str
    score: float
    purchase_probability: float
    price: float = attrs.field(converter=money)
    node_id: str = ""
    promised_on: date | None = None
    reasons: tuple[Reason, ...] = attrs.field(converter=as_tuple, default=())
    explored: bool = False
    propensity: float = 1.0


@attrs.frozen
class WithheldItem:
    """An item that would have been recommended but for a rule, or for a random draw.

    ``propensity`` is the probability with which it is withheld: 1 by a rule, less by the draw of an exploration.
    """

    item_id: str
    reason: Reason
    propensity: float = 1.0


@attrs.frozen
class Slate:
    """The ranked items for one customer; ``impersonal`` where no personal data was used.

    ``token`` is what events that the slate leads to are to carry: a digest of request, customer and placement, in which
    nothing can be read. It is blank without a request id or without the customer's consent.
    """

    customer_id: str
    items: tuple[SlateItem, ...] = attrs.field(converter=as_tuple, default=())
    withheld: tuple[WithheldItem, ...] = attrs.field(converter=as_tuple, default=())
    impersonal: bool = False
    token: str = ""


@attrs.frozen
class Recommendations:
    """The recommender's answer: a slate per customer asked for, in that order, and what they will cause.

    ``exposure`` None means that the plugin does not estimate it.
    """

    slates: tuple[Slate, ...] = attrs.field(converter=as_tuple, default=())
    exposure: Exposure | None = None
