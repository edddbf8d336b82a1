"""The report's slates: what a few customers are shown, and why."""

from __future__ import annotations

from collections import Counter

import attrs

from shelfwise.report.formats import count, money, percent, short_day, words
from shelfwise.report.limits import Limits
from shelfwise.report.names import Names
from shelfwise.types import Decision, Slate, SlateItem, WithheldItem


@attrs.frozen
class Choice:
    """One item of a slate."""

    rank: int
    item_id: str
    name: str
    price: str
    probability: str
    promise: str
    reasons: tuple[str, ...]


@attrs.frozen
class Card:
    """One customer's slate."""

    customer: str
    impersonal: bool
    choices: tuple[Choice, ...]
    withheld: tuple[tuple[str, str], ...]
    withheld_total: int


@attrs.frozen
class Share:
    """How many of all items shown have one kind of reason; ``width`` is in per cent."""

    name: str
    width: float
    text: str


@attrs.frozen
class Slates:
    """The cards shown, how many slates there are, and what all of them have in common."""

    cards: tuple[Card, ...]
    total: int
    variety: str
    reasons: tuple[Share, ...]


def slates(decision: Decision, names: Names, limits: Limits) -> Slates | None:
    """Lay out the first slates, or None where nobody was to be served."""
    if not decision.recommendations:
        return None
    shown = decision.recommendations[: limits.customers]
    cards = tuple(_card(slate, decision.currency, names, limits) for slate in shown)
    return Slates(
        cards, len(decision.recommendations), _variety(decision.recommendations, names), _why(decision.recommendations)
    )


def _variety(all_slates: tuple[Slate, ...], names: Names) -> str:
    """Say how many different items are shown, and which one most often."""
    shown = Counter(item.item_id for slate in all_slates for item in slate.items)
    if not shown or len(all_slates) == 1:
        return ""
    favourite, times = shown.most_common(1)[0]
    return f"{count(len(shown), 'different item')}, most often {names.item(favourite) or favourite}, in {times:,}"


def _why(all_slates: tuple[Slate, ...]) -> tuple[Share, ...]:
    """Return the kinds of reasons, the most frequent first; an item may have several."""
    items = [item for slate in all_slates for item in slate.items]
    found = Counter(code for item in items for code in {reason.code for reason in item.reasons})
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Share(words(code), 100.0 * many / len(items), percent(many / len(items))) for code, many in ordered)


def _card(slate: Slate, currency: str, names: Names, limits: Limits) -> Card:
    return Card(
        customer=slate.customer_id,
        impersonal=slate.impersonal,
        choices=tuple(_choice(item, currency, names) for item in slate.items),
        withheld=tuple(_withheld(item, names) for item in slate.withheld[: limits.withheld]),
        withheld_total=len(slate.withheld),
    )


def _choice(item: SlateItem, currency: str, names: Names) -> Choice:
    promise = " ".join(
        part
        for part in (
            f"by {short_day(item.promised_on)}" if item.promised_on else "",
            f"from {item.node_id}" if item.node_id else "",
        )
        if part
    )
    return Choice(
        rank=item.rank,
        item_id=item.item_id,
        name=names.item(item.item_id),
        price=money(item.price, currency),
        probability=percent(item.purchase_probability),
        promise=promise,
        reasons=tuple(reason.text or reason.code for reason in item.reasons),
    )


def _withheld(item: WithheldItem, names: Names) -> tuple[str, str]:
    return names.item(item.item_id) or item.item_id, item.reason.text or item.reason.code
