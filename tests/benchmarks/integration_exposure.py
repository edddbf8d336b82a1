"""What slates cause on the day on which they are seen, as only the twin knows, beside what shelfwise learns."""

from __future__ import annotations

import copy

import attrs
import numpy as np

from shelfwise.baselines.recommender import BaselineRecommender
from shelfwise.config import Config
from shelfwise.slates import Trial
from shelfwise.twin.arms import arm_named
from shelfwise.twin.life import Life
from shelfwise.twin.market import Slates
from shelfwise.twin.operator import Morning, Operator, Situation
from shelfwise.twin.scenario import Scenario
from shelfwise.twin.world import World

__all__ = ["lift"]

_PLUGIN = BaselineRecommender()
_WINDOW_DAYS, _ASSUMED = _PLUGIN.exposure_days, _PLUGIN.incremental_share


def lift(shop: Scenario, config: Config, worlds: list[int], exploration: float) -> None:
    """Print shares of the units bought of what was shown, mean over worlds, with full shelves.

    What is bought is compared with what the same customers would have bought that day without any slate.
    """
    rows = []
    for number in worlds:
        life = Life.begin(World.draw(shop, number))
        retailer = arm_named(f"siloed~{exploration}").retailer(shop, config, life.budget)
        watched = _Watched(retailer, life)
        life.until(shop.last_day, watched)
        log = life.record.dataset(life.today - 1, life.shelves.on_hand, life.situation().under_way)
        caused, same, others = watched.shares
        rows.append((caused, Trial.of(log, _WINDOW_DAYS).share(_ASSUMED), same, others))
    caused, learned, same, others = np.mean(rows, axis=0)
    print(f"{'share of the units bought of shown items that no slate would have sold':74}{caused:6.2f}")
    print(
        f"{f'  learned from {exploration:.0%} random slots in {shop.weeks} weeks, {_ASSUMED} assumed':74}{learned:6.2f}"
    )
    print(f"{'of these the share that other items of the category lose':74}{same:6.2f}")
    print(f"{'  and items of other categories, since attention is scarce':74}{others:6.2f}", flush=True)


@attrs.define(eq=False)
class _Watched:
    """Runs a shop as somebody else does, and notes what each day's slates cause."""

    operator: Operator
    life: Life
    bought: float = 0.0
    caused: float = 0.0
    same: float = 0.0
    others: float = 0.0

    def morning(self, situation: Situation) -> Morning:
        return self.operator.morning(situation)

    def slates(self, situation: Situation, customer: np.ndarray) -> Slates:
        slates = self.operator.slates(situation, customer)
        shown = np.zeros((len(customer), len(self.life.world.goods)), dtype=bool)
        row, slot = np.nonzero(slates.item >= 0)
        shown[row, slates.item[row, slot]] = True
        there = self._sold(situation.day, customer, slates, shown.shape)
        change = there - self._sold(situation.day, customer, Slates.empty(len(customer)), shown.shape)
        category = self.life.world.goods.category
        beside = np.stack([shown[:, category == kind].any(axis=1) for kind in category], axis=1) & ~shown
        self.bought += there[shown].sum()
        self.caused += change[shown].sum()
        self.same -= change[beside].sum()
        self.others -= change[~shown & ~beside].sum()
        return slates

    def _sold(self, day: int, customer: np.ndarray, slates: Slates, shape: tuple[int, int]) -> np.ndarray:
        """Return the units that each customer takes of each item where no shelf is empty."""
        market = copy.deepcopy(self.life.market, {id(self.life.world): self.life.world})
        full = np.full((shape[1], len(self.life.world.places.warehouses)), np.inf)
        sold = market.trade(day, market.look(day, customer, slates), full).sold
        units = np.zeros(shape)
        np.add.at(units, (sold.visitor, sold.item), sold.quantity)
        return units

    @property
    def shares(self) -> tuple[float, float, float]:
        """Caused of what was bought; and of what was caused, what other items lost, of the category and beyond."""
        return self.caused / self.bought, self.same / self.caused, self.others / self.caused
