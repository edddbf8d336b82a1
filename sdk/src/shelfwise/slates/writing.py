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
        shown = chosen.item >= 0
        row, slot = np.nonzero(shown)
        item, node, zone = chosen.item[shown], chosen.node[shown], visitors.zone[row]
        ids, nodes = self.catalogue.items.ids, (*self.offers.nodes.ids, "")
        promised = [self._promised(zone) for zone in visitors.zones]
        items = tuple(
            map(
                SlateItem,
                (slot + 1).tolist(),
                [ids[place] for place in item.tolist()],
                chosen.score[shown].tolist(),
                chosen.probability[shown].tolist(),
                self.price[item].tolist(),
                [nodes[place] for place in node.tolist()],
                [promised[home][place] for home, place in zip(zone.tolist(), node.tolist(), strict=True)],
                self.wording.of(reasons, chosen.item, visitors.zone, visitors.zones)[shown].tolist(),
                chosen.explored[shown].tolist(),
                chosen.propensity[shown].tolist(),
            )
        )
        ends = np.cumsum(shown.sum(axis=1)).tolist()
        rows = zip(
            visitors.ids,
            [0, *ends[:-1]],
            ends,
            self._withheld(len(visitors), chosen),
            chosen.impersonal.tolist(),
            tokens,
            strict=True,
        )
        return tuple(
            Slate(customer, items[start:end], held_back, impersonal, token)
            for customer, start, end, held_back, impersonal, token in rows
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
