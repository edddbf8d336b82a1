"""Where everything is at a moment: on hand, at the gate, on the lanes, owed."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation.network import Network
from shelfwise.simulation.world import World

__all__ = ["State"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@attrs.define(eq=False)
class State:
    """Units of shape (item-nodes, scenarios) at a ``period``; policies look at it and change nothing.

    ``on_hand`` can be sold or sent; ``gate`` has arrived but not been let in; ``backlog`` is demand that waits;
    ``owed`` was ordered and not yet sent; ``in_transit`` is on the lane, of which ``lane`` (item-nodes, places,
    scenarios) tells when it arrives: a ring of which the place ``head`` (item-nodes,) arrives next. ``aged`` (ages,
    item-nodes, scenarios) parts the units on hand by their age, the newest first; None where nothing spoils.
    ``sent`` and ``due`` (periods back, item-nodes, scenarios), a ring, keep what was sent and how far lanes must have
    moved for it to arrive; None where that takes as long as the network says.
    """

    network: Network
    period: int
    on_hand: Floats
    gate: Floats
    backlog: Floats
    owed: Floats
    in_transit: Floats
    lane: Floats
    head: Ints
    last: Ints
    aged: Floats | None
    sent: Floats | None
    due: Ints | None

    @classmethod
    def first(cls, world: World) -> State:
        """Return the state before the first period: the initial stock, all of it new, and nothing else."""
        network = world.network
        shape = (len(network), world.scenarios)
        nothing = np.zeros(shape)
        places = int(world.lead_time.max(initial=0)) + 1
        on_hand = np.broadcast_to(network.initial_stock[:, None], shape).copy()
        spoils = np.isfinite(network.shelf_life)
        aged = None
        if spoils.any():
            aged = np.zeros((int(network.shelf_life[spoils].max()) + 1, *shape))
            aged[0] = on_hand
        return cls(
            network=network,
            period=0,
            on_hand=on_hand,
            gate=nothing.copy(),
            backlog=nothing.copy(),
            owed=nothing.copy(),
            in_transit=nothing.copy(),
            lane=np.zeros((shape[0], places, shape[1])),
            head=np.zeros(shape[0], np.int64),
            last=np.zeros(shape, np.int64),
            aged=aged,
            sent=None if world.steady else np.zeros((world.ages, *shape)),
            due=None if world.steady else np.zeros((world.ages, *shape), np.int64),
        )

    @property
    def position(self) -> Floats:
        """On hand and on order, less demand that waits."""
        return self.on_hand + self.gate + self.in_transit + self.owed - self.backlog

    @property
    def pipeline(self) -> Floats:
        """What arrives in 0, 1, 2, ... periods if nothing stands still, (item-nodes, places, scenarios)."""
        return self._at(np.arange(self.lane.shape[1])[None])

    @property
    def by_age(self) -> Floats:
        """What is on the lanes by how many periods ago it was sent, 0, 1, 2, ...; (item-nodes, ages, scenarios).

        It is what a buyer knows of open orders; ``pipeline`` tells when they will arrive, which a buyer does not know
        where lead times are random or lanes stand still.
        """
        if self.sent is None or self.due is None:
            left = self.network.lead_time[:, None] - np.arange(self.lane.shape[1])
            units = self._at(left)
            units[left < 0] = 0.0
            return units
        back = (self.period - np.arange(len(self.sent))) % len(self.sent)
        there = np.where(self.due[back] > self.head[:, None], self.sent[back], 0.0)
        return there.transpose(1, 0, 2)

    @property
    def echelon_position(self) -> Floats:
        """The position of an item-node with all that it supplies: what is on order between them counts once."""
        network = self.network
        own = self.on_hand + self.gate + self.in_transit - self.backlog
        return network.echelon(own) + self.owed

    def _at(self, moves: Ints) -> Floats:
        """Return what arrives after so many moves of the lane, ``moves`` of shape (item-nodes or 1, any)."""
        place = (self.head[:, None] + moves) % self.lane.shape[1]
        units: Floats = self.lane[np.arange(len(place))[:, None], place]
        return units
