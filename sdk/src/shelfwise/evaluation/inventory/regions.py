"""A chain of eight regions: an item goes from the supplier to a region's warehouse, and from there to its stores."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.errors import DataError
from shelfwise.evaluation.inventory.scenario import Scenario, ScenarioItem
from shelfwise.evaluation.inventory.shop import Shop
from shelfwise.simulation import OUTSIDE, Disruption, Kind, Network
from shelfwise.simulation.laws import Law, NormalLaw, negative_binomial, poisson
from shelfwise.types import NodeKind

__all__ = ["REGIONS", "STRENGTH", "Chain"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

REGIONS = tuple(f"region {number}" for number in range(1, 9))
_SHARE = (1.5, 1.25, 1.0, 1.0, 0.75, 0.75, 0.5, 0.5)
"""Demand of a region, that of the scenario's item being 1."""
_FARTHER = (0, 1, 0, 2, 1, 3, 2, 4)
"""Periods that the lane into a region's warehouse is longer than the item's lead time."""
_STORES = (0.5, 0.3, 0.2)
"""Shares of a region's demand."""
_CAPACITY = 3.0
"""Times the mean demand of a review that the lane into a warehouse moves a period."""
_WAREHOUSE_HOLDING = 0.5
"""Cost of holding a unit in a warehouse, in a store being 1."""

STRENGTH = {Kind.INFLATION: 2.0, Kind.SURGE: 1.5, Kind.CUT: 0.2}
"""Lead times double, demand is half more, and a fifth of the capacity is left; the other kinds stop everything."""


@attrs.frozen(eq=False)
class Chain:
    """The network of a scenario in all regions; ``region`` (item-nodes,) tells where each lies, ``shop`` the rest."""

    shop: Shop
    region: Ints

    @classmethod
    def of(cls, scenario: Scenario, scenarios: int) -> Chain:
        """Lay out the items of a scenario.

        Raises:
            DataError: Unmet demand waits, of which resilience to lost sales says nothing.
        """
        if not scenario.lost_sales:
            raise DataError('resilience is told by sales that are lost: give unmet_demand = "lost"')
        names: list[str] = []
        laws: list[Law | None] = []
        columns: dict[str, list[float]] = {name: [] for name in _COLUMNS}
        for row, item in enumerate(scenario.items):
            for place, region in enumerate(REGIONS):
                warehouse = len(names)
                names += [f"{item.item_id}/{region}/{node}" for node in ("warehouse", *_NAMES)]
                demand = [_part(scenario.laws[row], _SHARE[place] * share) for share in _STORES]
                laws += [None, *demand]
                told = _told(item, place, [law.mean for law in demand], scenario.review_periods)
                for name, values in told.items():
                    columns[name] += values
                columns["source"] += [OUTSIDE] + [warehouse] * len(_STORES)
        width = 1 + len(_STORES)
        rows = np.arange(len(names))
        network = Network(tuple(names), **{name: np.array(values) for name, values in columns.items()})
        shop = Shop(
            network=network,
            items=tuple(item.item_id for item in scenario.items),
            nodes=tuple(f"{region}/{node}" for region in REGIONS for node in ("warehouse", *_NAMES)),
            kinds=(NodeKind.WAREHOUSE, *[NodeKind.STORE] * len(_STORES)) * len(REGIONS),
            item=rows // (width * len(REGIONS)),
            node=rows % (width * len(REGIONS)),
            laws=laws,
            lead_time_sd=np.zeros(len(names)),
            holding=scenario.column("holding"),
            margin=scenario.column("penalty"),
            holding_rate_per_year=scenario.holding_rate_per_year,
            scenarios=scenarios,
        )
        return cls(shop, rows // width % len(REGIONS))

    def struck(self, kind: Kind, start: int, periods: int) -> list[Disruption]:
        """Return what strikes all regions at once: a surge their stores, everything else their warehouses.

        No region supplies another, so that each is struck as if it were the only one.
        """
        warehouse = self.shop.network.source == OUTSIDE
        rows = np.flatnonzero(~warehouse if kind is Kind.SURGE else warehouse)
        return [Disruption(kind, int(row), start, periods, STRENGTH.get(kind, 0.0)) for row in rows]

    def by_region(self, values: Floats) -> Floats:
        """Return sums of shape (regions, scenarios) of values of shape (item-nodes, scenarios)."""
        sums = np.zeros((len(REGIONS), values.shape[1]))
        np.add.at(sums, self.region, values)
        return sums


_NAMES = tuple(f"store {number}" for number in range(1, len(_STORES) + 1))
_COLUMNS = (
    "source",
    "lead_time",
    "capacity",
    "order_cost",
    "holding_cost",
    "lost_cost",
    "initial_stock",
)


def _told(item: ScenarioItem, place: int, means: list[float], review_periods: int) -> dict[str, list[float]]:
    """Return the columns of a warehouse and its stores, which are a period away."""
    stores, lead = len(means), item.lead_time + _FARTHER[place]
    total = sum(means)
    return {
        "lead_time": [lead, *[1] * stores],
        # So much that a cut leaves a unit, or nothing would come.
        "capacity": [max(np.ceil(_CAPACITY * total * review_periods), 5.0), *[np.inf] * stores],
        "order_cost": [item.fixed_order_cost, *[0.0] * stores],
        "holding_cost": [_WAREHOUSE_HOLDING * item.holding, *[item.holding] * stores],
        "lost_cost": [0.0, *[item.penalty] * stores],
        "initial_stock": [np.ceil(total * (lead + review_periods)), *(np.ceil(2.0 * mean) for mean in means)],
    }


def _part(law: Law, share: float) -> Law:
    """Return the law of a share of demand, whose mean and variance are that share of the whole's."""
    if isinstance(law, NormalLaw):
        return NormalLaw(law.mean * share, law.deviation * float(np.sqrt(share)))
    mean = law.mean * share
    variance = float((law.values - law.mean) ** 2 @ law.probabilities) * share
    return negative_binomial(mean, variance) if mean > 0 and variance > 1.01 * mean else poisson(mean)
