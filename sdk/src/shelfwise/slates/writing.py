"""From what was chosen to slates: ids, prices, promises and reasons as the values of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.slates.candidates import Chosen
from shelfwise.slates.catalogue import Catalogue
from shelfwise.slates.offers import Offers
from shelfwise.slates.reasons import Reasons, Wording
from shelfwise.slates.rules import Rule
from shelfwise.slates.visitors import Visitors
from shelfwise.types import Slate, SlateItem, WithheldItem

__all__ = ["Writer"]


@attrs.frozen(eq=False)
class Writer:
    """Writes slates; ``price`` is that of the day, of shape (items,)."""

    catalogue: Catalogue
    offers: Offers
    price: NDArray[np.float64]
    today: date
    wording: Wording

    def slates(
        self, visitors: Visitors, chosen: Chosen, reasons: Reasons | None, tokens: Sequence[str]
    ) -> tuple[Slate, ...]:
        """Return a slate per customer, each with its token."""
        if reasons is None:
            blank = np.zeros((*chosen.item.shape, 1), dtype=np.int8)
            reasons = Reasons(blank, blank.astype(np.int64))
        reasons = reasons.drawn(chosen.explored)
        promised = [self._promised(zone) for zone in visitors.zones]
        ids, nodes = self.catalogue.items.ids, (*self.offers.nodes.ids, "")
        withheld = self._withheld(len(visitors), chosen)
        rows = zip(
            visitors.ids,
            visitors.zone.tolist(),
            chosen.impersonal.tolist(),
            chosen.item.tolist(),
            chosen.score.tolist(),
            chosen.probability.tolist(),
            self.price[chosen.item].tolist(),
            chosen.node.tolist(),
            self.wording.of(reasons, chosen.item, visitors.zone, visitors.zones).tolist(),
            chosen.explored.tolist(),
            chosen.propensity.tolist(),
            withheld,
            tokens,
            strict=True,
        )
        return tuple(
            Slate(
                customer,
                tuple(
                    SlateItem(rank, ids[item], score, chance, price, nodes[node], promised[zone][node], told, *drawn)
                    for rank, (item, score, chance, price, node, told, *drawn) in enumerate(
                        zip(items, *columns, strict=True), start=1
                    )
                    if item >= 0
                ),
                held_back,
                impersonal,
                token,
            )
            for customer, zone, impersonal, items, *columns, held_back, token in rows
        )

    def _promised(self, zone: str) -> list[date | None]:
        """Return the day on which each node can deliver to a zone, and at the end None for an undecided node."""
        days = self.offers.promise_days(zone).tolist()
        return [self.today + timedelta(days=int(np.ceil(d))) if np.isfinite(d) else None for d in days] + [None]

    def _withheld(self, customers: int, chosen: Chosen) -> list[tuple[WithheldItem, ...]]:
        if not chosen.withheld_row.size:
            return [()] * customers
        found: list[list[WithheldItem]] = [[] for _ in range(customers)]
        made: dict[tuple[int, int, float], WithheldItem] = {}
        columns = (chosen.withheld_row, chosen.withheld_item, chosen.withheld_rule, chosen.withheld_propensity)
        for row, *key in zip(*(column.tolist() for column in columns), strict=True):
            item, rule, chance = what = tuple(key)
            if what not in made:
                made[what] = WithheldItem(self.catalogue.items.ids[item], Rule(rule).reason, chance)
            found[row].append(made[what])
        return [tuple(one) for one in found]
