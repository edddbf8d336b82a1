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
from shelfwise.wire.values import Reading, Words, Writing

EVENT_KINDS = Words(pb.EventKind, EventKind)


def read_event(message: pb.Event, path: str, reading: Reading) -> Event:
    """Read an event."""
    return Event(
        item_id=message.item_id,
        kind=reading.word(EVENT_KINDS, message.kind, f"{path}.kind"),
        time=reading.moment(message.time, f"{path}.time") if message.HasField("time") else None,
        quantity=message.quantity if message.HasField("quantity") else 1.0,
        customer_id=message.customer_id,
    )


def write_event(message: pb.Event, event: Event, path: str, writing: Writing) -> None:
    """Write an event."""
    message.item_id = event.item_id
    message.kind = EVENT_KINDS.number[event.kind]
    message.quantity = event.quantity
    message.customer_id = event.customer_id
    if event.time is not None:
        writing.moment(message.time, event.time, f"{path}.time")


def _read_customer(message: pb.Customer, path: str, reading: Reading) -> Customer:
    return Customer(
        customer_id=message.customer_id,
        events=[read_event(event, f"{path}.events[{row}]", reading) for row, event in enumerate(message.events)],
        cart=[CartLine(line.item_id, line.quantity if line.HasField("quantity") else 1.0) for line in message.cart],
        zone=message.zone,
        consent=message.consent if message.HasField("consent") else None,
    )


def _write_customer(message: pb.Customer, customer: Customer, path: str, writing: Writing) -> None:
    message.customer_id = customer.customer_id
    message.zone = customer.zone
    if customer.consent is not None:
        message.consent = customer.consent
    for row, event in enumerate(customer.events):
        write_event(message.events.add(), event, f"{path}.events[{row}]", writing)
    for line in customer.cart:
        message.cart.add(item_id=line.item_id, quantity=line.quantity)


def read_recommend(message: pb.RecommendRequest, path: str, reading: Reading) -> RecommendRequest:
    """Read what is asked of the recommender."""
    customers = [
        _read_customer(customer, f"{path}.customers[{row}]", reading) for row, customer in enumerate(message.customers)
    ]
    default = RecommendRequest()
    return RecommendRequest(
        customers=customers,
        all_customers=message.all_customers,
        slate_size=message.slate_size if message.HasField("slate_size") else default.slate_size,
        placement=message.placement,
        exclude_item_ids=message.exclude_item_ids,
        allow_categories=message.allow_categories,
        deny_categories=message.deny_categories,
        exclude_purchased=message.exclude_purchased,
    )


def write_recommend(message: pb.RecommendRequest, request: RecommendRequest, path: str, writing: Writing) -> None:
    """Write what is asked of the recommender."""
    message.SetInParent()
    for row, customer in enumerate(request.customers):
        _write_customer(message.customers.add(), customer, f"{path}.customers[{row}]", writing)
    message.all_customers = request.all_customers
    message.slate_size = writing.whole(request.slate_size, f"{path}.slate_size")
    message.placement = request.placement
    message.exclude_item_ids.extend(request.exclude_item_ids)
    message.allow_categories.extend(request.allow_categories)
    message.deny_categories.extend(request.deny_categories)
    message.exclude_purchased = request.exclude_purchased


def _read_slate_item(message: pb.SlateItem, path: str, reading: Reading) -> SlateItem:
    promised_on = message.promised_on
    return SlateItem(
        rank=message.rank,
        item_id=message.item_id,
        score=message.score,
        purchase_probability=message.purchase_probability,
        price=reading.money(message.price, f"{path}.price"),
        node_id=message.node_id,
        promised_on=reading.day(promised_on, f"{path}.promised_on") if promised_on else None,
        reasons=[Reason(reason.code, reason.text) for reason in message.reasons],
    )


def read_slate(message: pb.Slate, path: str, reading: Reading) -> Slate:
    """Read a slate."""
    return Slate(
        customer_id=message.customer_id,
        items=[_read_slate_item(item, f"{path}.items[{row}]", reading) for row, item in enumerate(message.items)],
        withheld=[WithheldItem(item.item_id, Reason(item.reason.code, item.reason.text)) for item in message.withheld],
        impersonal=message.impersonal,
    )


def write_slate(message: pb.Slate, slate: Slate, path: str, writing: Writing) -> None:
    """Write a slate."""
    message.customer_id = slate.customer_id
    message.impersonal = slate.impersonal
    for item in slate.items:
        row = message.items.add(
            rank=item.rank,
            item_id=item.item_id,
            score=item.score,
            purchase_probability=item.purchase_probability,
            node_id=item.node_id,
            promised_on=item.promised_on.isoformat() if item.promised_on else None,
        )
        writing.money(row.price, item.price, f"{path}.items[{item.rank - 1}].price")
        for reason in item.reasons:
            row.reasons.add(code=reason.code, text=reason.text)
    for withheld in slate.withheld:
        reason = withheld.reason
        message.withheld.add(item_id=withheld.item_id, reason=pb.Reason(code=reason.code, text=reason.text))
