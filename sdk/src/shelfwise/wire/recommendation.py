"""Recommendations: the request for slates, and the slates."""

from __future__ import annotations

from shelfwise.types import (
    CartLine,
    Customer,
    Event,
    EventKind,
    Reason,
    RecommendRequest,
    Slate,
    SlateItem,
    WithheldItem,
)
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire.reading import Reading
from shelfwise.wire.words import Words
from shelfwise.wire.writing import Writing

EVENT_KINDS = Words(pb.EventKind, EventKind)


def read_event(message: pb.Event, reading: Reading) -> Event:
    """Read an event."""
    kind = reading.word(EVENT_KINDS, message.kind, "kind")
    time = reading.moment(message.time, "time") if message.HasField("time") else None
    quantity = message.quantity if message.HasField("quantity") else 1.0
    return Event(message.item_id, kind, time, quantity, message.customer_id, message.token)


def write_event(message: pb.Event, event: Event, writing: Writing) -> None:
    """Write an event."""
    message.item_id = event.item_id
    message.kind = EVENT_KINDS.number[event.kind]
    message.quantity = event.quantity
    message.customer_id = event.customer_id
    message.token = event.token
    if event.time is not None:
        writing.moment(message.time, event.time, "time")


def _read_customer(message: pb.Customer, reading: Reading) -> Customer:
    return Customer(
        customer_id=message.customer_id,
        events=reading.rows("events", read_event, message.events),
        cart=[CartLine(line.item_id, line.quantity if line.HasField("quantity") else 1.0) for line in message.cart],
        zone=message.zone,
        consent=message.consent if message.HasField("consent") else None,
    )


def _write_customer(message: pb.Customer, customer: Customer, writing: Writing) -> None:
    message.customer_id = customer.customer_id
    message.zone = customer.zone
    if customer.consent is not None:
        message.consent = customer.consent
    writing.rows("events", write_event, message.events, customer.events)
    for line in customer.cart:
        message.cart.add(item_id=line.item_id, quantity=line.quantity)


def read_recommend(message: pb.RecommendRequest, reading: Reading) -> RecommendRequest:
    """Read what is asked of the recommender."""
    return RecommendRequest(
        customers=reading.rows("customers", _read_customer, message.customers),
        all_customers=message.all_customers,
        slate_size=message.slate_size if message.HasField("slate_size") else 10,
        placement=message.placement,
        exclude_item_ids=message.exclude_item_ids,
        allow_categories=message.allow_categories,
        deny_categories=message.deny_categories,
        exclude_purchased=message.exclude_purchased,
        most_per_category=message.most_per_category if message.HasField("most_per_category") else None,
        most_per_brand=message.most_per_brand if message.HasField("most_per_brand") else None,
        diversity=message.diversity,
        in_stock_only=message.in_stock_only,
        exploration=message.exploration,
    )


def write_recommend(message: pb.RecommendRequest, request: RecommendRequest, writing: Writing) -> None:
    """Write what is asked of the recommender; ``seed`` and ``request_id`` are the orchestrator's."""
    writing.rows("customers", _write_customer, message.customers, request.customers)
    message.all_customers = request.all_customers
    message.slate_size = writing.whole(request.slate_size, "slate_size")
    message.placement = request.placement
    message.exclude_item_ids.extend(request.exclude_item_ids)
    message.allow_categories.extend(request.allow_categories)
    message.deny_categories.extend(request.deny_categories)
    message.exclude_purchased = request.exclude_purchased
    if request.most_per_category is not None:
        message.most_per_category = writing.whole(request.most_per_category, "most_per_category")
    if request.most_per_brand is not None:
        message.most_per_brand = writing.whole(request.most_per_brand, "most_per_brand")
    message.diversity = request.diversity
    message.in_stock_only = request.in_stock_only
    message.exploration = request.exploration


def _read_slate_item(message: pb.SlateItem, reading: Reading) -> SlateItem:
    return SlateItem(
        rank=message.rank,
        item_id=message.item_id,
        score=message.score,
        purchase_probability=message.purchase_probability,
        price=reading.money(message.price, "price"),
        node_id=message.node_id,
        promised_on=reading.day(message.promised_on, "promised_on") if message.promised_on else None,
        reasons=[Reason(reason.code, reason.text) for reason in message.reasons],
        explored=message.explored,
        propensity=message.propensity if message.HasField("propensity") else 1.0,
    )


def _write_slate_item(message: pb.SlateItem, item: SlateItem, writing: Writing) -> None:
    message.rank = item.rank
    message.item_id = item.item_id
    message.score = item.score
    message.purchase_probability = item.purchase_probability
    writing.money(message.price, item.price, "price")
    message.node_id = item.node_id
    if item.promised_on is not None:
        message.promised_on = item.promised_on.isoformat()
    for reason in item.reasons:
        message.reasons.add(code=reason.code, text=reason.text)
    message.explored = item.explored
    message.propensity = item.propensity


def _read_withheld(message: pb.WithheldItem) -> WithheldItem:
    propensity = message.propensity if message.HasField("propensity") else 1.0
    return WithheldItem(message.item_id, Reason(message.reason.code, message.reason.text), propensity)


def read_slate(message: pb.Slate, reading: Reading) -> Slate:
    """Read a slate."""
    return Slate(
        customer_id=message.customer_id,
        items=reading.rows("items", _read_slate_item, message.items),
        withheld=map(_read_withheld, message.withheld),
        impersonal=message.impersonal,
        token=message.token,
    )


def write_slate(message: pb.Slate, slate: Slate, writing: Writing) -> None:
    """Write a slate."""
    message.customer_id = slate.customer_id
    message.impersonal = slate.impersonal
    message.token = slate.token
    writing.rows("items", _write_slate_item, message.items, slate.items)
    for withheld in slate.withheld:
        reason = pb.Reason(code=withheld.reason.code, text=withheld.reason.text)
        message.withheld.add(item_id=withheld.item_id, reason=reason, propensity=withheld.propensity)
