"""A retailer of the old school as plugins: best sellers for all, a moving average, the nearest customer next.

The fourth, the economic order quantity, is the plugin ``heuristic`` of kind ``eoq``.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise import __version__
from shelfwise.dataset import Dataset
from shelfwise.hookspecs import hookimpl
from shelfwise.plugins import Member, PluginSet, build
from shelfwise.routing.draft import Draft
from shelfwise.routing.planning import write_plan
from shelfwise.routing.problem import Problem
from shelfwise.series import answer
from shelfwise.types import (
    Deadline,
    Delivery,
    DemandForecast,
    ForecastRequest,
    Recommendations,
    RecommendRequest,
    RoutePlan,
    RouteRequest,
    Slate,
    SlateItem,
    Stage,
    State,
)

__all__ = ["MovingAverage", "NearestNeighbour", "Popular", "classic_plugins"]

Floats = NDArray[np.float64]

_DAYS = 28


def classic_plugins(holding_rate_per_year: float) -> PluginSet:
    """Return the four, without fallbacks: they know no deadline that they could miss."""
    options = {"kind": "eoq", "item_nodes": 0, "holding_rate_per_year": holding_rate_per_year}
    members = {
        Stage.RECOMMENDER: Member(Stage.RECOMMENDER, "popular", __version__, Popular()),
        Stage.FORECASTER: Member(Stage.FORECASTER, "moving average", __version__, MovingAverage()),
        Stage.INVENTORY: build(Stage.INVENTORY, "heuristic", options),
        Stage.ROUTER: Member(Stage.ROUTER, "nearest neighbour", __version__, NearestNeighbour()),
    }
    return PluginSet({stage: (member,) for stage, member in members.items()})


@attrs.define(eq=False)
class Popular:
    """The best sellers of the last four weeks, the same for everybody."""

    _best: tuple[tuple[str, float], ...] = attrs.field(init=False, default=())

    @hookimpl
    def train(self, dataset: Dataset) -> None:
        """Count what was bought, and what share of the customers did."""
        recent = dataset.events[dataset.events["kind"] == "purchase"]
        since = np.datetime64(dataset.as_of.replace(tzinfo=None)) - np.timedelta64(_DAYS, "D")
        recent = recent[recent["time"].to_numpy() > since]
        count = recent.groupby("item_id")["customer_id"].nunique().sort_values(ascending=False, kind="stable")
        customers = max(len(dataset.customers), 1)
        self._best = tuple((str(item), min(float(buyers) / customers, 1.0)) for item, buyers in count.items())

    @hookimpl
    def recommend(self, request: RecommendRequest, state: State) -> Recommendations:
        """Show everybody the same."""
        hidden = set(request.exclude_item_ids)
        best = [(item, chance) for item, chance in self._best if item not in hidden][: request.slate_size]
        rows = state.items.index.positions(item for item, _ in best)
        items = tuple(
            SlateItem(rank + 1, item, chance, chance, float(state.items.price[row]))
            for rank, ((item, chance), row) in enumerate(zip(best, rows, strict=True))
        )
        return Recommendations(tuple(Slate(one.customer_id, items, impersonal=True) for one in request.customers))


@attrs.define(eq=False)
class MovingAverage:
    """The mean of the last four weeks, with the quantiles of a normal law."""

    _mean: dict[tuple[str, str], tuple[float, float]] = attrs.field(init=False, factory=dict)

    @hookimpl
    def train(self, dataset: Dataset) -> None:
        """Take mean and deviation of each item at each node."""
        panel = dataset.demand_panel()
        last = panel.units[:, :, -_DAYS:]
        mean, deviation = np.nan_to_num(np.nanmean(last, axis=2)), np.nan_to_num(np.nanstd(last, axis=2))
        self._mean = {
            (item, node): (float(mean[row, column]), float(deviation[row, column]))
            for row, item in enumerate(panel.items)
            for column, node in enumerate(panel.nodes)
        }

    @hookimpl
    def forecast(self, request: ForecastRequest, state: State) -> DemandForecast:
        """Forecast the same for every day."""
        from scipy.special import ndtri

        pairs = [(item, node) for item in request.item_ids for node in request.node_ids]
        known = np.array([self._mean.get(pair, (0.0, 0.0)) for pair in pairs]).reshape(-1, 2)
        mean = np.repeat(known[:, :1], request.horizon_days, axis=1)
        spread = known[:, 1:] * np.ones(request.horizon_days)
        quantiles = mean + spread * ndtri(np.asarray(request.quantiles))[:, None, None]
        return answer(request, state, mean=mean, quantiles=quantiles, parts={"base": mean}, exposure=None)


@attrs.define(eq=False)
class NearestNeighbour:
    """A dispatcher who sends each vehicle to the nearest drop that it can still make."""

    @hookimpl
    def route(
        self, request: RouteRequest, state: State, deliveries: tuple[Delivery, ...], deadline: Deadline
    ) -> RoutePlan:
        """Plan vehicle after vehicle."""
        problem = Problem.of(request, state, deliveries)
        draft = Draft(problem, request)
        for vehicle in range(len(draft.vehicles)):
            trip: list[int] = []
            cost, place = 0.0, int(problem.types.depot[draft.kind[vehicle]])
            while (found := _next(draft, vehicle, trip, place)) is not None:
                row, cost = found
                trip.append(row)
                place = row
            if trip:
                draft.put(vehicle, [trip], cost)
        return write_plan(draft, request, deadline, solver="nearest neighbour", in_time=True)


def _next(draft: Draft, vehicle: int, trip: list[int], place: int) -> tuple[int, float] | None:
    """Return the nearest drop that a trip can be made longer by, and what the trip then costs."""
    problem = draft.problem
    for row in np.argsort(problem.distance[place, : len(problem)], kind="stable").tolist():
        if row not in draft.where and row not in trip:
            longer = float(draft.price(vehicle, [[*trip, row]]))
            if longer < np.inf:
                return row, longer
    return None
