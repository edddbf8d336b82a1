"""Checks of recommenders: promises that the stock can keep."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.coordination.promises import promised_units
from shelfwise.testing.common import valid
from shelfwise.testing.registry import check
from shelfwise.testing.subject import Subject
from shelfwise.types import Customer, Index, Recommendations, Stage, StockOutlook

_CUSTOMERS, _SIZE = 60, 5
_ROUNDING = 1e-6


@check(Stage.RECOMMENDER)
def promises_stay_within_the_stock(subject: Subject) -> None:
    """What is expected to be bought of the slates is at no node more than it can promise, and slates are filled."""
    plenty = _outlook(subject, np.full((len(subject.state.items.index), 1), 1e9))
    answer = _served(subject, plenty)
    if answer.exposure is None:
        return
    wanted = promised_units(answer.exposure, plenty).sum(axis=1, keepdims=True)
    for share in (0.9, 0.3):
        outlook = _outlook(subject, np.where(wanted > 0, share * wanted, 1e9))
        answer = _served(subject, outlook)
        assert answer.exposure is not None, "what slates cause is told only where there is plenty"
        over = promised_units(answer.exposure, outlook) - outlook.available_to_promise
        row, column = np.unravel_index(int(over.argmax()), over.shape)
        assert over.max() <= _ROUNDING, (
            f"slates promise {over.max():g} units of {outlook.items[int(row)]!r} at {outlook.nodes[int(column)]!r} "
            f"more than there are"
        )
        short = [slate.customer_id for slate in answer.slates if len(slate.items) < _SIZE]
        assert not short, f"the slates of {short[:3]} are short though there is enough of other items"


def _outlook(subject: Subject, units: NDArray[np.float64]) -> StockOutlook:
    """Return an outlook of so many units of each item, of shape (items, 1), spread over the nodes unevenly."""
    nodes = Index(subject.state.nodes.selling_ids)
    by_node = np.linspace(0.2, 1.0, len(nodes))
    available = units * by_node / by_node.sum()
    return StockOutlook(
        subject.state.items.index, nodes, available, np.ones(available.shape), np.zeros(available.shape)
    )


def _served(subject: Subject, outlook: StockOutlook) -> Recommendations:
    customers = tuple(Customer(customer) for customer in subject.state.customers.index.ids[:_CUSTOMERS])
    request = subject.request(customers=customers, slate_size=_SIZE)
    answer: Recommendations = subject.ask(request, stock_outlook=outlook)
    valid(subject, request, answer)
    return answer
