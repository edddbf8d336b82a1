"""One request's slates: what holds for all its customers, and the way from candidates to the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.slates.candidates import Candidates, Chosen, Reserve
from shelfwise.slates.catalogue import Catalogue
from shelfwise.slates.exploration import POOL, Draw
from shelfwise.slates.exposure import Effects, Tally
from shelfwise.slates.homes import Homes
from shelfwise.slates.limits import Limits
from shelfwise.slates.offers import Offers
from shelfwise.slates.ranking import taken, top
from shelfwise.slates.reasons import Reasons, Wording
from shelfwise.slates.retrieval import retrieve
from shelfwise.slates.rows import Rows
from shelfwise.slates.rules import SILENT, Blocks, Rule
from shelfwise.slates.steered import of_customers
from shelfwise.slates.token import key_of, token_of
from shelfwise.slates.visitors import Visitors
from shelfwise.slates.writing import Writer
from shelfwise.types import Index, Recommendations, RecommendRequest, Slate, State

__all__ = ["Served", "Shelf"]

_NOTHING = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int8))
_CELLS = 4_000_000
"""Candidates held at a time, at most, where short slates are filled from the reserve."""


@attrs.frozen(eq=False)
class Served:
    """The slates of some customers, and what they will cause."""

    slates: tuple[Slate, ...]
    tally: Tally


@attrs.frozen(eq=False, slots=False)
class Shelf:
    """What the slates of one request have in common.

    ``rule``, of shape (items,), is the :class:`Rule` that withholds an item from everybody, 0 for none. Under a stock
    outlook customers are served in the order of the request: what has all been promised to the first is sold out for
    the rest; see :class:`~shelfwise.slates.account.Account`.
    """

    request: RecommendRequest
    state: State
    catalogue: Catalogue
    customers: Index
    offers: Offers
    homes: Homes
    rule: NDArray[np.int8]
    limits: Limits
    effects: Effects
    told_apart: frozenset[str]

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """Which items no rule withholds from everybody, of shape (items,): what retrieval may look at."""
        return np.asarray(self.rule == Rule.NONE)

    @cached_property
    def _writer(self) -> Writer:
        price, today = self.catalogue.price_on_the_day(self.state), self.state.as_of.date()
        return Writer(self.catalogue, self.offers, price, today, Wording(self.catalogue, self.told_apart))

    def visitors(self, most: int = 500) -> Iterator[Visitors]:
        """Yield the customers of the request in order, ``most`` at a time, which bounds the memory of a batch."""
        customers = self.request.customers
        for start in range(0, len(customers), most):
            yield Visitors.of(customers[start : start + most], self.state, self.catalogue.items, self.customers)

    def blocks(self, visitors: Visitors, bought: Rows | None = None) -> Blocks:
        """Return what single customers may not be shown: what is in the cart and, if so asked, what was bought.

        ``bought`` holds what each customer had bought before the session; without consent it does not count.
        """
        if not self.request.exclude_purchased:
            return Blocks.of(Rows.empty(len(visitors)), visitors.held)
        purchased = visitors.bought_now
        if bought is not None:
            both = Blocks.of(bought.where(visitors.consent[bought.row]), purchased)
            purchased = Rows.grouped(both.row, both.item, len(visitors))
        return Blocks.of(purchased, visitors.held)

    def open_to(self, visitors: Visitors, bought: Rows | None = None) -> NDArray[np.bool_]:
        """Return which items may be shown to whom, of shape (customers, items): ``allowed`` without the ``blocks``."""
        open_to = np.broadcast_to(self.allowed, (len(visitors), self.allowed.size)).copy()
        blocks = self.blocks(visitors, bought)
        open_to[blocks.row, blocks.item] = False
        return open_to

    def retrieve(
        self, visitors: Visitors, score: NDArray[np.floating[Any]], width: int, bought: Rows | None = None
    ) -> NDArray[np.int64]:
        """Return the ``width`` best items that may be shown to each customer, -1 where there are fewer.

        ``score`` has shape (customers, items); higher is better, of equals the earlier item. Behind them come the best
        of what a rule blocks, which :meth:`choose` names as withheld.
        """
        return retrieve(score, self.rule, self.blocks(visitors, bought), width, self.request.slate_size)

    def choose(
        self,
        visitors: Visitors,
        candidates: Candidates,
        bought: Rows | None = None,
        reserve: Reserve | None = None,
    ) -> Chosen:
        """Return the best slate of each customer: priced by the offers, within rules, caps and diversity.

        Items are ranked by relevance times what their sale is worth; see
        :class:`~shelfwise.slates.offers.Offers`. ``bought`` is as in :meth:`blocks`. Slates that the candidates leave
        short are filled from the ``reserve``. What stands in the slates has then been promised.
        """
        chosen, account = self._filled(visitors, candidates, bought, reserve), self.offers.account
        if account is None:
            return chosen
        while True:
            items, rows = account.close(chosen.item, chosen.node, chosen.probability)
            if not rows.size:
                break
            gone = items[self.offers.closed(items)]
            self.rule[gone[self.rule[gone] == Rule.NONE]] = Rule.OUT_OF_STOCK
            own = None if bought is None else bought.take(rows)
            again = self._filled(visitors.take(rows), candidates.take(rows), own, reserve)
            chosen = chosen.replaced([(rows, again)], self.request.slate_size)
        account.book(chosen.item, chosen.node, chosen.probability)
        return chosen

    def _filled(
        self, visitors: Visitors, candidates: Candidates, bought: Rows | None, reserve: Reserve | None
    ) -> Chosen:
        """Return the best slates by the prices and rules of the moment."""
        chosen = self._choose(visitors, candidates, self.blocks(visitors, bought))
        if reserve is None:
            return chosen
        short = np.flatnonzero((chosen.item >= 0).sum(axis=1) < self.request.slate_size)
        if not short.size:
            return chosen
        reserve = reserve.where(self.allowed[reserve.item])
        if not reserve.item.size:
            return chosen
        step = max(1, _CELLS // (candidates.item.shape[1] + reserve.item.size))
        parts = []
        for start in range(0, short.size, step):
            some = short[start : start + step]
            wider = candidates.beside(reserve, some, self.rule.size)
            own = None if bought is None else bought.take(some)
            part = visitors.take(some)
            parts.append((some, self._choose(part, wider, self.blocks(part, own))))
        return chosen.replaced(parts, self.request.slate_size)

    def serve(self, visitors: Visitors, chosen: Chosen, reasons: Reasons | None = None) -> Served:
        """Return the slates in the form of an answer, and what they will cause."""
        agreed = zip(visitors.ids, visitors.consent.tolist(), strict=True)
        tokens = [token_of(self.request, customer) if consent else "" for customer, consent in agreed]
        slates = self._writer.slates(visitors, chosen, reasons, tokens)
        return Served(slates, self._tally(visitors, chosen))

    def _tally(self, visitors: Visitors, chosen: Chosen) -> Tally:
        """Return what the slates will cause, beside what slates for the same customers have sold of late."""
        effects = self.effects
        tally = Tally.of(chosen.item, chosen.node, effects.visits_of(visitors.on_record), chosen.probability)
        if effects.steered is None or not effects.steered.nnz:
            return tally
        row, item, units = of_customers(effects.steered, visitors.on_record)
        home = np.full(len(visitors), -1) if self.offers.plain else self.homes.of_visitors(visitors)
        return tally.after(item, home[row], units)

    def answer(self, served: Sequence[Served]) -> Recommendations:
        """Return the answer to the request, all its customers having been served in order."""
        tally = Tally.sum([part.tally for part in served])
        exposure = tally.exposure(self.catalogue.items, self.offers.nodes, self.effects, self.state.starts_on)
        return Recommendations(tuple(slate for part in served for slate in part.slates), exposure)

    def _choose(self, visitors: Visitors, candidates: Candidates, blocks: Blocks) -> Chosen:
        item, size = candidates.item, self.request.slate_size
        worth, node = self.offers.at(visitors.zone, visitors.zones, self.homes.of_visitors(visitors), item)
        relevance = candidates.probability if candidates.relevance is None else candidates.relevance
        rule = self._rules(item, node, blocks)
        score = np.where((item >= 0) & (rule != Rule.IN_CART), relevance * worth, -np.inf)
        blocked = rule > Rule.NONE
        free = not blocked.any()
        usable = score if free else np.where(blocked, -np.inf, score)
        ranked = self.limits.choose(item, usable, size)
        row, withheld, why = _NOTHING if free and self.limits.idle else self._withheld(item, score, rule, ranked)
        draw = self._draw(visitors, item, usable, ranked)
        by_draw = np.full(draw.row.size, Rule.DRAWN, dtype=np.int8)
        return Chosen(
            item=taken(item, draw.column, -1),
            score=taken(score, draw.column, 0.0),
            probability=taken(candidates.probability, draw.column, 0.0),
            node=taken(node, draw.column, -1),
            explored=draw.explored,
            propensity=draw.propensity,
            impersonal=visitors.unknown if candidates.impersonal is None else candidates.impersonal | ~visitors.consent,
            withheld_row=np.concatenate([row, draw.row]),
            withheld_item=np.concatenate([withheld, item[draw.row, draw.withheld]]),
            withheld_rule=np.concatenate([why, by_draw]),
            withheld_propensity=np.concatenate([np.ones(row.size), draw.chance]),
        )

    def _draw(
        self, visitors: Visitors, item: NDArray[np.int64], score: NDArray[np.float64], ranked: NDArray[np.int64]
    ) -> Draw:
        """Return the slates with so many slots filled at random as the request asks for, where customers agreed."""
        share = self.request.exploration
        if share == 0.0:
            return Draw.none(ranked)
        agreed = zip(visitors.ids, visitors.consent.tolist(), strict=True)
        keys = [key_of(self.request, customer) if consent else None for customer, consent in agreed]
        return Draw.of(ranked, self.limits.beside(item, score, ranked, POOL), share, keys)

    def _rules(self, item: NDArray[np.int64], node: NDArray[np.int64], blocks: Blocks) -> NDArray[np.int8]:
        """Return the rule that withholds each candidate from its customer; what is withheld from all comes first."""
        rule = self.rule[item]
        if self.offers.account is not None:  # what is there, but not where this customer could have it from
            rule = np.where((rule == Rule.NONE) & (node < 0), Rule.OUT_OF_STOCK, rule)
        if blocks.item.size:
            own = np.zeros((len(item), self.rule.size), dtype=np.int8)
            own[blocks.row, blocks.item] = blocks.rule
            mine = own[np.arange(len(item))[:, None], item]
            rule = np.where((rule == Rule.NONE) | (mine == Rule.IN_CART), mine, rule)
        return rule

    def _withheld(
        self, item: NDArray[np.int64], score: NDArray[np.float64], rule: NDArray[np.int8], chosen: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]:
        """Return row, item and rule of what would stand in the slates but for a rule."""
        best = top(score, self.request.slate_size)
        why = taken(rule, best, 0)
        row, slot = np.nonzero((why > Rule.NONE) & ~np.isin(why, list(SILENT)))
        capped = list(self.limits.held_back(item, score, chosen, np.where(why == Rule.NONE, best, -1)))
        rows = np.array([entry[0] for entry in capped], dtype=np.int64)
        columns = np.array([entry[1] for entry in capped], dtype=np.int64)
        rules = np.array([entry[2] for entry in capped], dtype=np.int8)
        return (
            np.concatenate([row, rows]),
            np.concatenate([item[row, best[row, slot]], item[rows, columns]]),
            np.concatenate([why[row, slot], rules]),
        )
