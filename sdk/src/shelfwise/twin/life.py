"""A world lived through, day by day, under whoever runs its shop."""

from __future__ import annotations

import copy

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation import Kind
from shelfwise.twin.baskets import Basket, baskets
from shelfwise.twin.diary import Diary
from shelfwise.twin.drives import drive
from shelfwise.twin.ledger import Ledger
from shelfwise.twin.market import Market, Outcome, Slates
from shelfwise.twin.opening import Opening
from shelfwise.twin.operator import Morning, Operator, Situation
from shelfwise.twin.record import Record
from shelfwise.twin.shelves import Shelves
from shelfwise.twin.supply import Supply
from shelfwise.twin.world import World
from shelfwise.types import RoutePlan

__all__ = ["Life"]

Floats = NDArray[np.float64]

_TRIAL_DAYS = 14
_OPENING_DAYS = 12.0
"""Days of demand that each warehouse opens with, beyond those that its supply takes."""
_ENDLESS = 1e7
"""Units of each item where shelves never run empty."""


@attrs.define(eq=False)
class Life:
    """The shop and its market as they stand in the morning of ``today``.

    ``daily`` (items, warehouses) is what two weeks of trade with full shelves ask for a day: the retailer's opening
    stock, its suppliers' capacity and its budget are in proportion to it.
    """

    world: World
    market: Market
    shelves: Shelves
    supply: Supply
    record: Record
    ledger: Ledger
    daily: Floats
    today: int = 0
    diary: Diary = attrs.field(init=False)
    _drops: list[Basket] = attrs.field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        self.diary = Diary(self.world)

    @classmethod
    def begin(cls, world: World) -> Life:
        """Open the shop."""
        daily = _trial(world)
        scenario = world.scenario
        supplied = daily.sum(axis=1)
        on_hand = _OPENING_DAYS * daily
        on_hand[:, 0] += world.goods.lead_time_days * supplied
        on_hand[world.goods.launched_on > 0] = 0.0
        keeps_days = world.goods.shelf_life_days
        if scenario.operation.slates_only:
            on_hand[:], keeps_days = _ENDLESS, np.full(len(world.goods), np.nan)
        shelves = Shelves(np.ceil(on_hand), keeps_days, scenario.last_day)
        weekly = 7 * np.bincount(world.goods.supplier, supplied, scenario.supply.suppliers)
        supply = Supply(world, np.asarray(scenario.supply.capacity_share * weekly))
        life = cls(world, Market(world), shelves, supply, Record(world), Ledger(scenario.last_day), daily)
        life.until(scenario.history_days, Opening(scenario, daily))
        life.diary.start_again()
        return life

    @property
    def budget(self) -> float | None:
        """What the purchases of one plan may cost, in currency; None any amount."""
        share = self.world.scenario.supply.budget_share
        if share is None:
            return None
        daily_cost = float((self.daily.sum(axis=1) * self.world.goods.unit_cost).sum())
        return share * daily_cost * self.world.scenario.operation.plan_every_days

    def branch(self) -> Life:
        """Return a copy that can be lived on its own; the world is the same."""
        return copy.deepcopy(self, {id(self.world): self.world})

    def until(self, day: int, operator: Operator) -> None:
        """Live up to the morning of ``day``."""
        while self.today < day:
            self._day(operator)
            self.today += 1

    def _day(self, operator: Operator) -> None:
        day, goods = self.today, self.world.goods
        arrived = self.supply.arriving(day)
        self.shelves.receive(
            arrived.item, arrived.node, arrived.quantity, np.where(arrived.came < 0, day, arrived.came)
        )
        spoiled = self.shelves.spoil(day)
        situation = self.situation()
        morning = operator.morning(situation)
        self._order(morning)
        self._drive(morning)
        customer = self.market.visitors(day, self._surge())
        slates = operator.slates(situation, customer) if len(customer) else Slates.empty(0)
        looks = self.market.look(day, customer, slates)
        before = self.shelves.on_hand
        outcome = self.market.trade(day, looks, before)
        self.shelves.remove(outcome.sold.item, outcome.sold.node, outcome.sold.quantity)
        self._drops += baskets(self.world, day, outcome.sold)
        self.record.enter(day, outcome, self.shelves.on_hand, slates.log)
        degraded = morning.degraded + slates.degraded
        self.ledger.enter(day, waste=float((spoiled.sum(axis=1) * goods.unit_cost).sum()), degraded=degraded)
        self._account(outcome)
        self.diary.enter(day, outcome, slates.item)
        self.market.night()

    def situation(self) -> Situation:
        """Return what is known in the morning; what is overdue is expected every day."""
        coming = self.supply.under_way
        seen = attrs.evolve(coming, announced=np.maximum(coming.announced, self.today), arrives=coming.announced)
        drops = tuple(basket.drop for basket in self._drops)
        return Situation(self.today, self.record, self.shelves.on_hand.copy(), seen, drops)

    def _order(self, morning: Morning) -> None:
        day, bought = self.today, morning.source < 0
        shipped = np.zeros(len(bought))
        shipped[bought] = self.supply.order(
            day, morning.item[bought], morning.quantity[bought], morning.announced[bought]
        )
        item, source, node = morning.item[~bought], morning.source[~bought], morning.node[~bought]
        # No more leaves than is there, whoever asked first.
        there, quantity = self.shelves.on_hand.copy(), np.zeros(len(item))
        for row, asked in enumerate(morning.quantity[~bought].tolist()):
            quantity[row] = min(asked, there[item[row], source[row]])
            there[item[row], source[row]] -= quantity[row]
        part, units, came = self.shelves.leave(item, source, quantity)
        self.supply.transfer(item[part], node[part], units, morning.announced[~bought][part], came)
        shipped[~bought] = quantity
        ordering = morning.fixed_cost + float(morning.unit_cost @ shipped)
        self.ledger.enter(day, ordering=ordering, delivery=morning.apart)

    def _drive(self, morning: Morning) -> None:
        """Bring the baskets; those that are in no route wait for tomorrow, and are late from the first day on."""
        due = self._drops
        customer = np.array([basket.customer for basket in due], dtype=np.int64)
        waits = np.array([basket.waits for basket in due], dtype=bool)
        if morning.routes is None:
            late, self._drops = np.zeros(len(due), bool), []
        else:
            late = self._bring(morning.routes)
        self.market.delivered(customer[late], customer[~late & ~waits])
        self.ledger.enter(self.today, drops=float((~waits).sum()), drops_late=float((late & ~waits).sum()))

    def _bring(self, plan: RoutePlan) -> NDArray[np.bool_]:
        """Drive the routes, keep what is in none, and tell which baskets are late or not brought."""
        world, drops = self.world, {basket.drop.delivery_id: basket.drop for basket in self._drops}
        driven = drive(plan, drops, day=self.today, draws=world.draws, traffic=world.scenario.delivery.traffic)
        self.ledger.enter(self.today, delivery=driven.cost)
        late = np.array([driven.late.get(name, True) for name in drops], dtype=bool)
        self._drops = [one.tomorrow() for one in self._drops if one.drop.delivery_id not in driven.late]
        return late

    def _account(self, outcome: Outcome) -> None:
        day, goods, sold, wanted = self.today, self.world.goods, outcome.sold, outcome.wanted
        price = self.world.seasons.price[day, sold.item]
        on_hand = self.shelves.on_hand
        listed = goods.launched_on <= day
        looks = outcome.looks
        interest = (looks.slot >= 0) & (looks.wish > 0.0)
        rate = self.world.scenario.supply.holding_rate_per_year / 365.0
        self.ledger.enter(
            day,
            revenue=float((sold.quantity * price).sum()),
            cost_of_goods=float((sold.quantity * goods.unit_cost[sold.item]).sum()),
            holding=rate * float((on_hand.sum(axis=1) * goods.unit_cost).sum()),
            visits=len(looks.customer),
            buyers=len(np.unique(sold.customer)),
            units_sold=float(sold.quantity.sum()),
            lines_wanted=len(wanted),
            lines_wanted_met=len(wanted) - len(outcome.unmet),
            stocked_out=float((on_hand[listed] <= 0).sum()),
            shelves=float(on_hand[listed].size),
            slots_seen=float(looks.seen.sum()),
            slots_of_interest=float(interest.sum()),
            slot_lines=float((sold.slot >= 0).sum()),
            slot_clicks=float(outcome.clicked_slots),
            clicks=len(outcome.clicks[0]),
            lines_sold=len(sold),
            aware=float(looks.seen.any(axis=1).sum()),
            considering=float(interest.any(axis=1).sum()),
            intending=len(np.unique(wanted.customer)),
        )

    def _surge(self) -> Floats:
        """Return what the visits to each warehouse are multiplied by."""
        factor = np.ones(len(self.world.places.warehouses))
        at = self.today - self.world.scenario.history_days
        for strike in self.world.scenario.disruptions:
            if strike.kind == Kind.SURGE and strike.first_day <= at < strike.first_day + strike.days:
                factor[slice(None) if strike.region is None else strike.region] *= strike.strength
        return factor


def _trial(world: World) -> Floats:
    """Return what is asked for a day on average with full shelves, in two weeks of another life."""
    market, asked = Market(world), np.zeros((len(world.goods), len(world.places.warehouses)))
    full, busy = np.full(asked.shape, np.inf), np.ones(asked.shape[1])
    for day in range(_TRIAL_DAYS):
        customer = market.visitors(day, busy)
        looks = market.look(day, customer, Slates.empty(len(customer)))
        sold = market.trade(day, looks, full).sold
        np.add.at(asked, (sold.item, sold.node), sold.quantity)
        market.night()
    return asked / _TRIAL_DAYS
