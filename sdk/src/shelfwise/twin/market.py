"""What customers do on a day: who comes, what they look at, what they would take, and what becomes of it.

A visitor looks at a bounded number of items: those of the slate that catch the eye, and for the rest what comes to mind
first. So a slate adds an item to the choice and takes another one out of it. Of what is looked at, the items that are
worth most are taken, as many as the visitor has in mind, if they are worth more than the money: a multinomial logit
with an outside option in each line. Every piece of noise is keyed by customer, item and day, so that it is the same
whatever is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.twin.sales import Lines, served
from shelfwise.twin.world import World

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Looks", "Market", "Outcome", "Slates"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_MEAN_NOISE = 0.5772
"""Mean of a standard Gumbel number."""
_CLICKED = 0.35
"""Chance that what was looked at with interest and not bought is clicked on."""
_UNITS, _UNITS_ON_OFFER = 0.35, 4.0
"""Mean units beyond the first of a line, and how much a price cut multiplies them by its share."""
_SATED, _SATED_DAYS, _HABIT_DAYS = 1.2, 6.0, 60.0
"""What a unit at home takes from the wish for more, and the days that leave e times less of it and of a habit."""
_BACK_IN_DAYS = 3


@attrs.frozen(eq=False)
class Slates:
    """What visitors are shown, of shape (visitors, slots).

    ``item`` is its position, -1 for none; ``node`` that of the warehouse to serve it, -1 for the one of the customer.
    """

    item: Ints
    node: Ints
    degraded: int = 0
    """Stages that did not have the answer of their plugin."""
    log: DataFrame | None = None
    """What was shown to customers who agreed to it, as rows of the table of impressions."""

    @classmethod
    def empty(cls, visitors: int) -> Slates:
        """Return no slates."""
        nothing = np.full((visitors, 0), -1, np.int64)
        return cls(nothing, nothing)


@attrs.frozen(eq=False)
class Looks:
    """What each visitor looks at, best first.

    ``item``, ``wish`` and ``slot`` (-1 for what came to mind) have shape (visitors, width); ``lines`` is how many items
    each has in mind.
    """

    customer: Ints
    item: Ints
    wish: Floats
    slot: Ints
    node: Ints
    lines: Ints
    seen: Flags
    """Of shape (visitors, slots)."""


@attrs.frozen(eq=False)
class Outcome:
    """A day's trade. ``wanted`` are lines as they would be with full shelves, ``sold`` those that were."""

    looks: Looks
    wanted: Lines
    sold: Lines
    unmet: Lines
    clicks: tuple[Ints, Ints]
    """Customers and items of what was looked at with interest and not bought."""
    clicked_slots: int = 0
    """How many of the clicks were on a slot of a slate."""


@attrs.define(eq=False)
class Market:
    """The customers of a world with what they remember; ``satisfaction`` (customers,) is 1 where they are content."""

    world: World
    satisfaction: Floats = attrs.field(init=False)
    _habit: NDArray[np.float32] = attrs.field(init=False)
    _sated: NDArray[np.float32] = attrs.field(init=False)
    _coming_back: dict[int, list[tuple[Ints, Ints, Ints]]] = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        shape = self.world.people.value.shape
        self.satisfaction = np.ones(shape[0])
        self._habit, self._sated = np.zeros(shape, np.float32), np.zeros(shape, np.float32)

    def visitors(self, day: int, surge: Floats) -> Ints:
        """Return who comes; ``surge`` multiplies the visits to each warehouse."""
        people, draws = self.world.people, self.world.draws
        chance = people.visits * self.satisfaction * self.world.seasons.busy[day] * surge[people.home]
        came = draws.uniforms("visit", day, np.arange(len(people))) < chance
        for customer, _, _ in self._coming_back.get(day, ()):
            came[customer] = True
        return np.flatnonzero(came)

    def look(self, day: int, customer: Ints, slates: Slates) -> Looks:
        """Return what visitors look at, and how much they wish for it."""
        market, draws = self.world.scenario.market, self.world.draws
        value = self._value(day, customer)
        catalogue = np.arange(value.shape[1])
        slots = slates.item.shape[1]
        eye = market.slot_attention ** (1 + np.arange(slots))
        seen = (slates.item >= 0) & (draws.uniforms("eye", day, customer[:, None], np.arange(slots)) < eye)
        room = np.maximum(market.attention - seen.sum(axis=1), 0)
        search = value + draws.gumbels("search", day, customer[:, None], catalogue)
        width = min(market.attention, value.shape[1])
        own = np.argpartition(-search, width - 1, axis=1)[:, :width]
        own = np.take_along_axis(own, np.argsort(-np.take_along_axis(search, own, axis=1), axis=1), axis=1)
        item = np.hstack([np.where(seen, slates.item, -1), np.where(np.arange(width) < room[:, None], own, -1)])
        item[:, slots:][(item[:, slots:, None] == item[:, None, :slots]).any(axis=2)] = -1
        slot = np.hstack([np.broadcast_to(np.arange(slots), seen.shape), np.full(own.shape, -1)])
        node = np.hstack([slates.node, np.full(own.shape, -1)])
        wish = np.take_along_axis(value, np.maximum(item, 0), axis=1).astype(np.float64)
        wish += draws.gumbels("wish", day, customer[:, None], np.maximum(item, 0)) - _MEAN_NOISE - market.reluctance
        wish[item < 0] = -np.inf
        order = np.argsort(-wish, axis=1, kind="stable")
        item, wish, slot, node = (np.take_along_axis(table, order, axis=1) for table in (item, wish, slot, node))
        lines = 1 + draws.counts("basket", max(market.basket - 1.0, 0.0), day, customer)
        return Looks(customer, item, wish, slot, node, lines, seen)

    def trade(self, day: int, looks: Looks, on_hand: Floats) -> Outcome:
        """Sell what is there, of ``on_hand`` (items, warehouses), to visitors in the order in which they come.

        A line is served by the customer's own warehouse, or else by the one that the slate named.
        """
        wanted, left = self._wanted(day, looks), on_hand.copy()
        at_home, rest = _sell(wanted, left)
        elsewhere = rest.take(rest.named >= 0)
        brought, _ = _sell(attrs.evolve(elsewhere, node=elsewhere.named), left)
        unmet = rest.take(~rest.among(brought))
        instead, _ = _sell(self._instead(day, looks, wanted, unmet, left), left)
        sold = Lines.sum([at_home, brought, instead])
        self._remember(day, looks, sold, unmet)
        clicks, of_slates = self._clicks(day, looks, sold)
        return Outcome(looks, wanted, sold, unmet, clicks, of_slates)

    def chance(self, day: int, customer: Ints) -> Floats:
        """Return the chance that customers want an item that they look at, of shape (customers, items)."""
        wish = self._value(day, customer).astype(np.float64) - _MEAN_NOISE - self.world.scenario.market.reluctance
        return np.asarray(-np.expm1(-np.exp(wish)))

    def night(self) -> None:
        """Let a day pass: what is at home is used, habits fade, and grudges are forgotten."""
        self._sated *= np.float32(np.exp(-1.0 / _SATED_DAYS))
        self._habit *= np.float32(np.exp(-1.0 / _HABIT_DAYS))
        self.satisfaction += self.world.scenario.market.forgetting / 7.0 * (1.0 - self.satisfaction)

    def delivered(self, late: Ints, in_time: Ints) -> None:
        """Take note of whose baskets came in time, and whose came late or not at all today."""
        market = self.world.scenario.market
        self._felt(late, -market.late_hurt)
        self._felt(in_time, market.delight)

    def _value(self, day: int, customer: Ints) -> NDArray[np.float32]:
        """Return what items are worth to visitors today, of shape (visitors, items); -inf before its launch."""
        people, goods, seasons = self.world.people, self.world.goods, self.world.seasons
        value = people.value[customer] + seasons.appeal[day]
        cut = np.log(seasons.price[day] / goods.price).astype(np.float32)
        value -= people.sensitivity[customer].astype(np.float32)[:, None] * cut
        value += np.float32(self.world.scenario.people.habit) * np.log1p(self._habit[customer])
        value -= self._sated[customer]
        value[:, goods.launched_on > day] = -np.inf
        return np.asarray(value)

    def _wanted(self, day: int, looks: Looks) -> Lines:
        """Return the lines of all visitors with full shelves, in the order of their visits.

        Who has come back for an item does not want it a second time on that visit.
        """
        draws = self.world.draws
        rank = np.arange(looks.item.shape[1])
        taken = (looks.wish > 0.0) & (rank < looks.lines[:, None])
        hour = draws.uniforms("hour", day, looks.customer)
        row, column = np.nonzero(taken)
        first = np.lexsort((column, hour[row]))
        lines = self._lines(day, looks, row[first], column[first])
        again = self._coming_back.pop(day, [])
        if not again:
            return lines
        customer, item, quantity = (np.concatenate(part) for part in zip(*again, strict=True))
        _, once = np.unique(customer * len(self.world.goods) + item, return_index=True)
        customer, item, quantity = customer[once], item[once], quantity[once]
        visitor = np.searchsorted(looks.customer, customer)
        nothing = np.full(len(item), -1)
        back = Lines(visitor, customer, item, self.world.people.home[customer], quantity, nothing, nothing)
        return Lines.sum([back, lines.take(~lines.among(back))])

    def _lines(self, day: int, looks: Looks, row: Ints, column: Ints) -> Lines:
        people, seasons, draws = self.world.people, self.world.seasons, self.world.draws
        customer, item = looks.customer[row], looks.item[row, column]
        cut = 1.0 - seasons.price[day, item] / self.world.goods.price[item]
        quantity = 1 + draws.counts("units", _UNITS * (1.0 + _UNITS_ON_OFFER * cut), day, customer, item)
        # Only what is brought may come from elsewhere.
        named = np.where(people.delivered[customer], looks.node[row, column], -1)
        return Lines(row, customer, item, people.home[customer], quantity, looks.slot[row, column], named)

    def _instead(self, day: int, looks: Looks, wanted: Lines, unmet: Lines, left: Floats) -> Lines:
        """Return what is taken in place of what is out of stock: the best of the rest that is there."""
        market, draws = self.world.scenario.market, self.world.draws
        mood = draws.uniforms("empty shelf", day, unmet.customer, unmet.item)
        for customer, item, quantity, when in self._deferring(day, unmet, mood):
            self._coming_back.setdefault(when, []).append((customer, item, quantity))
        asked = unmet.take(mood < market.substitute)
        if not len(asked):
            return asked
        visitor = np.unique(asked.visitor)
        item, home = looks.item[visitor], self.world.people.home[looks.customer[visitor]]
        free = (looks.wish[visitor] > 0.0) & (left[np.maximum(item, 0), home[:, None]] >= 1.0)
        taken = np.zeros((len(looks.customer), left.shape[0]), dtype=bool)
        taken[wanted.visitor, wanted.item] = True
        free &= ~taken[visitor[:, None], np.maximum(item, 0)]
        many = np.bincount(asked.visitor, minlength=len(looks.customer))[visitor]
        row, column = np.nonzero(free & (np.cumsum(free, axis=1) <= many[:, None]))
        return self._lines(day, looks, visitor[row], column)

    def _deferring(self, day: int, unmet: Lines, mood: Floats) -> list[tuple[Ints, Ints, Ints, int]]:
        market, draws = self.world.scenario.market, self.world.draws
        later = unmet.take((mood >= market.substitute) & (mood < market.substitute + market.defer))
        days = 1 + (draws.uniforms("back", day, later.customer, later.item) * _BACK_IN_DAYS).astype(int)
        return [
            (*(part[days == wait] for part in (later.customer, later.item, later.quantity)), day + wait)
            for wait in range(1, _BACK_IN_DAYS + 1)
            if (days == wait).any()
        ]

    def _remember(self, day: int, looks: Looks, sold: Lines, unmet: Lines) -> None:
        """Let visitors remember what they took, what was missing, and whether the slate was of any interest."""
        market, draws = self.world.scenario.market, self.world.draws
        np.add.at(self._habit, (sold.customer, sold.item), np.float32(1.0))
        cut = 1.0 - self.world.seasons.price[day, sold.item] / self.world.goods.price[sold.item]
        usual = 1.0 + _UNITS
        extra = np.maximum(sold.quantity - usual, 0.0) * market.pull_forward * (cut > 0)
        np.add.at(self._sated, (sold.customer, sold.item), (_SATED * (1.0 + extra)).astype(np.float32))
        mood = draws.uniforms("empty shelf", day, unmet.customer, unmet.item)
        gone = (mood >= 1.0 - market.switch) * 1.0
        self._felt(unmet.customer, np.asarray(-market.stock_out_hurt * (1.0 + gone)))
        of_slate = (looks.slot >= 0) & (looks.wish > 0.0)
        shown = looks.seen.any(axis=1)
        self._felt(looks.customer[shown & ~of_slate.any(axis=1)], -market.irrelevance_hurt)
        self._felt(np.unique(sold.customer[sold.slot >= 0]), market.delight)

    def _felt(self, customer: Ints, change: Floats | float) -> None:
        np.add.at(self.satisfaction, customer, change)
        np.clip(self.satisfaction, 0.05, 1.3, out=self.satisfaction)

    def _clicks(self, day: int, looks: Looks, sold: Lines) -> tuple[tuple[Ints, Ints], int]:
        """Return some of what was of half a wish or more and not bought, and how many of these were slots."""
        draws = self.world.draws
        row, column = np.nonzero(looks.wish > -1.0)
        customer, item = looks.customer[row], looks.item[row, column]
        clicked = draws.uniforms("click", day, customer, item) < _CLICKED
        items = len(self.world.goods)
        bought = np.isin(customer * items + item, sold.customer * items + sold.item)
        clicked &= ~bought
        return (customer[clicked], item[clicked]), int((looks.slot[row, column][clicked] >= 0).sum())


def _sell(lines: Lines, left: Floats) -> tuple[Lines, Lines]:
    """Return the lines that are served and those that are not, and take what was sold out of what is ``left``."""
    met = served(lines, left)
    np.subtract.at(left, (lines.item[met], lines.node[met]), lines.quantity[met])
    return lines.take(met), lines.take(~met)
