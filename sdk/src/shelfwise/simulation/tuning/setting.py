"""What a policy is tuned for: a network with its demand, and the moments that formulas and ranges go by."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation.demand import Forecast, Replay, Source
from shelfwise.simulation.network import Network
from shelfwise.simulation.tuning.service import Service
from shelfwise.simulation.world import World

__all__ = ["Setting"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MIDPOINTS = (np.arange(1000.0) + 0.5) / 1000.0


@attrs.frozen(eq=False, slots=False)
class Setting:
    """A network, where its demand and lead times come from, how often it is reviewed, and the service it must reach.

    Without a ``service`` the whole cost counts, with one that of shortage does not.
    """

    network: Network
    demand: Sequence[Source | None]
    lead_times: Sequence[Source | None] | None
    review_periods: int
    seed: int
    service: Service | None
    crossing: bool

    def world(self, periods: int, scenarios: int, study: str) -> World:
        """Draw a world of the setting."""
        return World.draw(
            self.network,
            self.demand,
            periods=periods,
            scenarios=scenarios,
            seed=self.seed,
            lead_times=self.lead_times,
            crossing=self.crossing,
            study=study,
        )

    @cached_property
    def horizon(self) -> int:
        """The periods after which the law of demand comes back: 1 where it never changes."""
        return max((source.quantiles.shape[1] for source in self.demand if isinstance(source, Forecast)), default=1)

    @cached_property
    def moments(self) -> tuple[Floats, Floats]:
        """Mean and variance of the demand of an item-node and all that it supplies, each (horizon, item-nodes)."""
        mean, variance = self._own
        return self.network.echelon(mean.T).T, self.network.echelon(variance.T).T

    @cached_property
    def sold(self) -> Floats:
        """Mean demand that comes to an item-node itself in a period; (item-nodes,)."""
        return np.asarray(self._own[0].mean(axis=0))

    @cached_property
    def _own(self) -> tuple[Floats, Floats]:
        kept: dict[int, tuple[Floats, Floats]] = {}
        mean, variance = np.zeros((2, self.horizon, len(self.network)))
        for row, source in enumerate(self.demand):
            if source is not None:
                if id(source) not in kept:
                    kept[id(source)] = _moments(source, self.horizon)
                mean[:, row], variance[:, row] = kept[id(source)]
        return mean, variance

    @cached_property
    def mean(self) -> Floats:
        """Mean demand of a period, what an item-node supplies included; (item-nodes,)."""
        return np.asarray(self.moments[0].mean(axis=0))

    @cached_property
    def variance(self) -> Floats:
        """Variance of the demand of a period, over time as well; (item-nodes,)."""
        return np.asarray(self.moments[1].mean(axis=0) + self.moments[0].var(axis=0))

    @cached_property
    def lead_time(self) -> tuple[Floats, Floats]:
        """Mean and variance of the lead times, each (item-nodes,)."""
        mean, variance = self.network.lead_time.astype(np.float64), np.zeros(len(self.network))
        for row, source in enumerate(self.lead_times or ()):
            if source is not None:
                drawn = np.rint(source.quantile(_MIDPOINTS[None]))
                mean[row], variance[row] = drawn.mean(), drawn.var()
        return mean, variance

    @cached_property
    def cover(self) -> Floats:
        """Periods that an order has to last: until the order after it arrives; (item-nodes,)."""
        return self.lead_time[0] + self.review_periods

    @cached_property
    def echelon_cover(self) -> Floats:
        """The same with the longest way down from an item-node; (item-nodes,)."""
        below = np.zeros(len(self.network))
        for rows, sources in self.network.upwards():
            np.maximum.at(below, sources, below[rows] + self.lead_time[0][rows])
        return self.cover + below

    def spread(self, periods: Floats) -> Floats:
        """Return the deviation of the demand of so many periods and of an uncertain lead time; (item-nodes,)."""
        return np.sqrt(self.variance * periods + self.mean**2 * self.lead_time[1])

    @cached_property
    def whole(self) -> bool:
        """Whether units are whole."""
        return all(bool((drawn % 1.0 == 0).all()) for drawn in self._drawn)

    @property
    def _drawn(self) -> list[Floats]:
        different = {id(source): source for source in self.demand if source is not None}.values()
        return [source.quantile(_MIDPOINTS[None]) for source in different]

    @cached_property
    def sums(self) -> Floats:
        """Sorted draws of the demand of an order's cover from each period on, (item-nodes, horizon, samples)."""
        samples = 1000 if self.horizon == 1 else 200
        periods = int(np.ceil(self.cover.max(initial=1))) + int(4 * np.sqrt(self.lead_time[1].max(initial=0)))
        world = self.world(self.horizon + periods, samples, "sums")
        demand = np.stack([self.network.echelon(units) for units in world.demand])
        for row, source in enumerate(self.demand):
            if isinstance(source, Replay):
                # A policy knows how a record varies, not what comes next.
                demand[:, row] = np.random.default_rng(self.seed).choice(source.units, demand[:, row].shape)
        before = np.concatenate([np.zeros((1, *demand.shape[1:])), np.cumsum(demand, axis=0)])
        start = np.arange(self.horizon)[:, None, None]
        until = np.minimum(start + world.lead_time[: self.horizon] + self.review_periods, len(demand))
        rows, scenarios = np.arange(len(self.network))[:, None], np.arange(samples)
        summed = before[until, rows, scenarios] - before[start, rows, scenarios]
        return np.sort(summed, axis=2).transpose(1, 0, 2)


def _moments(source: Source, horizon: int) -> tuple[Floats, Floats]:
    """Return mean and variance of each period, those of all periods where a policy is not to know which one comes."""
    if isinstance(source, Replay):
        return np.full(horizon, source.units.mean()), np.full(horizon, source.units.var())
    varies = isinstance(source, Forecast)
    drawn = source.quantile(np.broadcast_to(_MIDPOINTS, (horizon if varies else 1, len(_MIDPOINTS))))
    return drawn.mean(axis=1), drawn.var(axis=1)
