"""From scores to slates: the best items that no rule withholds, with price, node, promise and reasons."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.recommender.offers import Offer
from shelfwise.baselines.recommender.reasons import Explainer
from shelfwise.baselines.recommender.rules import Rule
from shelfwise.baselines.recommender.session import Visitor
from shelfwise.types import Index, Slate, SlateItem, WithheldItem

__all__ = ["Shelf", "best"]


def best(score: NDArray[np.float64], size: int) -> NDArray[np.int64]:
    """Return the places of the ``size`` highest scores, highest first, without those of minus infinity."""
    top = np.argpartition(-score, size - 1)[:size] if size < score.size else np.arange(score.size)
    top = top[np.argsort(-score[top], kind="stable")]
    return np.asarray(top[np.isfinite(score[top])])


@attrs.frozen(eq=False)
class Shelf:
    """What slates of one request have in common: arrays of shape (items,), and the rules in force."""

    items: Index
    names: NDArray[np.object_]
    price: NDArray[np.float64]
    rule: NDArray[np.int8]
    nodes: Index
    explainer: Explainer
    today: date
    size: int
    exclude_purchased: bool

    def slate(
        self,
        visitor: Visitor,
        probability: NDArray[np.float64],
        offer: Offer,
    ) -> tuple[Slate, NDArray[np.int64]]:
        """Return one customer's slate, and the places of its items."""
        score = probability * offer.worth
        score[list(visitor.cart)] = -np.inf
        rule = self.rule
        if not offer.available.all():
            rule = np.where((rule == 0) & ~offer.available, np.int8(Rule.OUT_OF_STOCK), rule)
        if self.exclude_purchased and not visitor.impersonal:
            rule = rule.copy()
            mine = visitor.profile.item[visitor.profile.count > 0]
            rule[mine] = np.where(rule[mine] == 0, np.int8(Rule.PURCHASED), rule[mine])
        chosen = best(score, self.size)
        withheld = chosen[rule[chosen] > 0]
        if withheld.size:
            chosen = best(np.where(rule > 0, -np.inf, score), self.size)
        slate = Slate(
            customer_id=visitor.customer_id,
            items=self._items(chosen, score, probability, visitor, offer),
            withheld=tuple(
                WithheldItem(self.items[int(i)], Rule(int(rule[i])).reason) for i in withheld if rule[i] != Rule.GONE
            ),
            impersonal=visitor.impersonal,
        )
        return slate, chosen

    def _items(
        self,
        chosen: NDArray[np.int64],
        score: NDArray[np.float64],
        probability: NDArray[np.float64],
        visitor: Visitor,
        offer: Offer,
    ) -> tuple[SlateItem, ...]:
        weight = np.zeros(score.size)
        weight[visitor.profile.item] = visitor.profile.weight
        slate = []
        for rank, item in enumerate(chosen.tolist(), start=1):
            node = int(offer.node[item])
            slate.append(
                SlateItem(
                    rank=rank,
                    item_id=self.items[item],
                    score=float(score[item]),
                    purchase_probability=float(probability[item]),
                    price=float(self.price[item]),
                    node_id=self.nodes[node] if node >= 0 else "",
                    promised_on=self._promised(offer.promise_days[node]) if node >= 0 else None,
                    reasons=self.explainer.reasons(item, visitor, weight, self.names),
                )
            )
        return tuple(slate)

    def _promised(self, days: float) -> date | None:
        return self.today + timedelta(days=int(np.ceil(days))) if np.isfinite(days) else None
