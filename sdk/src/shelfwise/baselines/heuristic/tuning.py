"""The search for each item's best parameters, on the retailer's own demand."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.heuristic.formula import shortage_ratio, spread_cost
from shelfwise.baselines.heuristic.kinds import LOTS, SEARCHED, Kind
from shelfwise.baselines.heuristic.scores import Scores, scored
from shelfwise.hookspecs import Progress
from shelfwise.ordering import CountLaw, ObservedDemand, Situation
from shelfwise.simulation import Network
from shelfwise.simulation.laws import DiscreteLaw, NormalLaw, empirical
from shelfwise.simulation.tuning import tuned
from shelfwise.types import Index

__all__ = ["Effort", "search"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_TOGETHER = 100
"""Items at nodes between two reports of progress."""


@attrs.frozen
class Effort:
    """For how many items at nodes parameters are searched, and for how many simulated days each at most.

    ``quantile_ceiling`` is the highest critical ratio that they are searched for.
    """

    quantile_ceiling: float
    item_nodes: int
    budget: int
    seed: int


@attrs.frozen(eq=False)
class _Candidates:
    """Items at nodes at the positions ``item`` and ``node`` (rows,) of a situation, with the ``laws`` of a day."""

    situation: Situation
    item: Ints
    node: Ints
    laws: Sequence[DiscreteLaw]

    def __len__(self) -> int:
        return len(self.item)

    def part(self, rows: Ints) -> _Candidates:
        """Return some rows."""
        return _Candidates(self.situation, self.item[rows], self.node[rows], [self.laws[row] for row in rows])

    def column(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return the rows of an array of shape (items, nodes)."""
        return values[self.item, self.node]


def search(situation: Situation, observed: ObservedDemand, kind: Kind, effort: Effort, progress: Progress) -> Scores:
    """Find parameters for the items at nodes with demand of their own, those first of which a day's demand earns most.

    Each is simulated by itself, with the demand that was seen in any order, the cost of an order that is paid for it
    alone, packs and minimum. Where orders are shared for their cost, lots are left to the formula.
    """
    candidates = _candidates(situation, observed, kind, effort)
    review = situation.review_days[candidates.item, candidates.node]
    level, lot, cap = np.full((3, len(candidates)), np.nan)
    done = 0
    for days in np.unique(review):
        rows = np.flatnonzero(review == days)
        for some in np.array_split(rows, -(-len(rows) // _TOGETHER)):
            progress("policies", done, len(candidates))
            level[some], lot[some], cap[some] = _found(candidates.part(some), int(days), kind, effort)
            done += len(some)
    progress("policies", done, len(candidates))
    return Scores(
        kind,
        situation.request.review_days,
        Index(situation.request.item_ids),
        situation.state.nodes.index,
        candidates.item,
        candidates.node,
        level,
        lot,
        cap,
    )


def _candidates(situation: Situation, observed: ObservedDemand, kind: Kind, effort: Effort) -> _Candidates:
    rate = situation.demand.rate
    can = situation.supply.supplied & (rate > 0) & np.isclose(situation.echelon.rate, rate)
    if kind in LOTS:
        can &= ~spread_cost(situation)
    item, node = np.nonzero(can)
    worth = (rate * situation.costs.shortage)[item, node]
    laws: list[DiscreteLaw] = []
    kept: list[int] = []
    for row in np.argsort(-worth, kind="stable"):
        if len(kept) == effort.item_nodes:
            break
        seen = observed.of(situation.request.item_ids[item[row]], situation.state.nodes.index[node[row]])
        if seen is not None:
            laws.append(empirical(seen))
            kept.append(row)
    return _Candidates(situation, item[kept], node[kept], laws)


def _found(candidates: _Candidates, review: int, kind: Kind, effort: Effort) -> tuple[Floats, Floats, Floats]:
    """Return the scores of levels, lots and caps, each (rows,)."""
    situation, at = candidates.situation, (candidates.item, candidates.node)
    moments = np.array([(law.mean, law.values**2 @ law.probabilities - law.mean**2) for law in candidates.laws]).T
    mean, variance = moments[0], np.maximum(moments[1], 0.0)
    lead, lead_variance = situation.lead_days[at], situation.lead_variance[at]
    best = tuned(
        SEARCHED[kind],
        _network(candidates, mean * (lead + review), kind, effort.quantile_ceiling),
        candidates.laws,
        lead_times=[
            NormalLaw(float(days), float(spread)) if spread > 0 else None
            for days, spread in zip(lead, np.sqrt(lead_variance), strict=True)
        ],
        review_periods=review,
        seed=effort.seed,
        budget=effort.budget,
    )
    cover = CountLaw(mean * (lead + review), variance * (lead + review) + mean**2 * lead_variance)
    return scored(kind, best.parameters, cover, CountLaw(mean * review, variance * review), mean)


def _network(candidates: _Candidates, stock: Floats, kind: Kind, quantile_ceiling: float) -> Network:
    """Return the items at nodes in the simulator; costs are in those of holding a unit for a day."""
    situation, at = candidates.situation, (candidates.item, candidates.node)
    supply, items = situation.supply, situation.state.items
    holding, alone = situation.daily_holding[at], supply.own_cost[at] & (situation.daily_holding[at] > 0)
    rows = situation.items[candidates.item]
    bought = np.where(supply.purchase[at], np.nan_to_num(items.minimum_order[rows]), 0.0)
    shortage = shortage_ratio(situation, kind, quantile_ceiling)[at]
    return Network(
        names=[
            f"{situation.request.item_ids[item]} at {situation.state.nodes.index[node]}"
            for item, node in zip(*at, strict=True)
        ],
        lead_time=situation.lead_days[at],
        minimum=np.maximum(bought, supply.minimum[at]),
        pack=np.where(items.pack_size[rows] > 1, items.pack_size[rows], 0.0),
        order_cost=np.divide(supply.fixed_cost[at], holding, out=np.zeros(len(rows)), where=alone),
        lost_cost=shortage if situation.lost_sales else 0.0,
        backorder_cost=0.0 if situation.lost_sales else shortage,
        backorder_share=0.0 if situation.lost_sales else 1.0,
        initial_stock=np.ceil(stock),
    )
