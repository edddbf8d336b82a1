"""A world: everything that no policy can change, drawn once for all policies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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


@attrs.frozen(eq=False)
class World:
    """Scenarios of a network: ``demand`` (periods, item-nodes, scenarios) and what is sent takes, ``lead_time``.

    That has the same shape, or a last axis of 1 where it is alike in every scenario. ``luck``, shaped as the demand,
    decides of parts of units; None where none are. Without ``crossing`` nothing overtakes what was sent before it.
    """

    network: Network
    demand: Floats
    lead_time: Ints
    luck: Floats | None
    disruptions: Disruptions
    crossing: bool

    @property
    def periods(self) -> int:
        """How long it goes on."""
        return len(self.demand)

    @property
    def scenarios(self) -> int:
        """How many there are side by side."""
        return int(self.demand.shape[2])

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
    ) -> World:
        """Draw a world: ``demand`` and ``lead_times`` by item-node, None for none and for those of the network.

        Each draw is keyed by the seed, its purpose, the name of the item-node and its time.

        Raises:
            ValueError: There are not as many sources as item-nodes, or a disruption is of one that there is not.
        """
        wrong = Disruptions.of(disruptions, periods, len(network))
        shape = (periods, len(network), scenarios)

        def drawn(purpose: str, row: int) -> Floats:
            return uniforms(seed, purpose, network.names[row], periods, scenarios)

        units = np.zeros(shape)
        for row, source in _listed("demand", demand, network):
            units[:, row] = source.quantile(drawn("demand", row))
        surge = wrong.surge[:, :, None]
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
