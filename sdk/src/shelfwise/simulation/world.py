"""A world: everything that no policy can change, drawn once for all policies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation.demand import Source
from shelfwise.simulation.disruptions import Disruption, Disruptions
from shelfwise.simulation.draws import uniforms
from shelfwise.simulation.network import Network

__all__ = ["World"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@attrs.frozen(eq=False, slots=False)
class World:
    """Scenarios of a network: ``demand`` (periods, item-nodes, scenarios) and what is sent takes, ``lead_time``.

    That has the same shape, or a last axis of 1 where it is alike in every scenario. ``luck``, shaped as the demand,
    decides of parts of units; None where none are. Without ``crossing`` nothing overtakes what was sent before it.
    All scenarios stand side by side ``copies`` times, first those of the first copy, so that as many policies can be
    tried on the same draws in one run.
    """

    network: Network
    demand: Floats
    lead_time: Ints
    luck: Floats | None
    disruptions: Disruptions
    crossing: bool
    copies: int = 1

    @property
    def periods(self) -> int:
        """How long it goes on."""
        return len(self.demand)

    @property
    def scenarios(self) -> int:
        """How many there are side by side, copies counted."""
        return int(self.demand.shape[2]) * self.copies

    @property
    def ages(self) -> int:
        """More periods than anything stays on a lane."""
        stops = (~self.disruptions.moving).sum(axis=0).max(initial=0)
        return min(int(self.lead_time.max(initial=0) + stops) + 1, self.periods)

    @cached_property
    def steady(self) -> bool:
        """Whether what is sent always takes as long as the network says."""
        as_told = bool((self.lead_time == self.network.lead_time[:, None]).all())
        return as_told and bool(self.disruptions.moving.all())

    def first(self, scenarios: int, copies: int = 1) -> World:
        """Return the first scenarios alone, side by side in so many copies."""
        luck = None if self.luck is None else self.luck[:, :, :scenarios]
        return attrs.evolve(
            self,
            demand=self.demand[:, :, :scenarios],
            lead_time=self.lead_time[:, :, :scenarios],
            luck=luck,
            copies=copies,
        )

    def demand_in(self, period: int) -> Floats:
        """Return units of shape (item-nodes, scenarios)."""
        return self._copied(self.demand[period])

    def luck_in(self, period: int) -> Floats | None:
        """Return numbers in [0, 1) of shape (item-nodes, scenarios), None where nothing hangs on luck."""
        return None if self.luck is None else self._copied(self.luck[period])

    def lead_time_in(self, period: int) -> Ints:
        """Return how long it takes what is sent, of shape (item-nodes, scenarios or 1)."""
        lead: Ints = self.lead_time[period]
        return lead if lead.shape[1] == 1 else self._copied(lead)

    def _copied(self, values: NDArray[Any]) -> NDArray[Any]:
        return values if self.copies == 1 else np.tile(values, (1, self.copies))

    @classmethod
    def draw(
        cls,
        network: Network,
        demand: Sequence[Source | None],
        *,
        periods: int,
        scenarios: int,
        seed: int,
        lead_times: Sequence[Source | None] | None = None,
        disruptions: Iterable[Disruption] = (),
        crossing: bool = True,
        study: str = "",
    ) -> World:
        """Draw a world: ``demand`` and ``lead_times`` by item-node, None for none and for those of the network.

        Each draw is keyed by the seed, its purpose, the name of the item-node and its time; studies of other names
        have other draws.

        Raises:
            ValueError: There are not as many sources as item-nodes, or a disruption is of one that there is not.
        """
        wrong = Disruptions.of(disruptions, periods, len(network))
        shape = (periods, len(network), scenarios)

        def drawn(purpose: str, row: int) -> Floats:
            return uniforms(seed, f"{study}/{purpose}" if study else purpose, network.names[row], periods, scenarios)

        units = np.zeros(shape)
        for row, source in _listed("demand", demand, network):
            units[:, row] = source.quantile(drawn("demand", row))
        surge = wrong.surge[:, :, None]
        if (surge != 1.0).any():
            units = np.where(surge != 1.0, np.rint(units * surge), units)
        lead = np.broadcast_to(network.lead_time[:, None], (periods, len(network), 1))
        told = _listed("lead_times", lead_times, network) if lead_times is not None else []
        if told:
            lead = np.broadcast_to(lead, shape).copy()
        for row, source in told:
            lead[:, row] = np.rint(source.quantile(drawn("lead time", row))).astype(np.int64)
        lead = np.rint(lead * wrong.slower[:, :, None]).astype(np.int64)
        luck = None
        share = network.backorder_share
        if ((share > 0) & (share < 1)).any():
            luck = np.stack([drawn("luck", row) for row in range(len(network))], axis=1)
        return cls(network, units, lead, luck, wrong, crossing)


def _listed(what: str, sources: Sequence[Source | None], network: Network) -> list[tuple[int, Source]]:
    if len(sources) != len(network):
        raise ValueError(f"{what} must have a source or None for each of {len(network)} item-nodes, got {len(sources)}")
    return [(row, source) for row, source in enumerate(sources) if source is not None]
