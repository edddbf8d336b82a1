"""The step: arrivals, orders, shipments, demand, age and cost of one period, in all scenarios at once.

A period begins with what arrives and clears demand that waits; the policy sees the state and orders; sources send
what they owe, those nearest to outside first, and what is sent with a lead time of L arrives at the beginning of the
L-th period after (0: at once); demand comes; what is too old is thrown away; what is left costs its holding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation.network import OUTSIDE
from shelfwise.simulation.outcome import Outcome, Tally
from shelfwise.simulation.rationing import ration
from shelfwise.simulation.state import State
from shelfwise.simulation.world import World

__all__ = ["Happened", "Policy", "simulate"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Policy(Protocol):
    """Decides what to order."""

    def order(self, state: State) -> Floats:
        """Return units to order now, of shape (item-nodes, scenarios)."""
        ...


@attrs.frozen(eq=False)
class Happened:
    """What a period brought, in units of shape (item-nodes, scenarios); ``state`` is as it was at its end."""

    state: State
    ordered: Floats
    sent: Floats
    demand: Floats
    met: Floats
    lost: Floats
    wasted: Floats


def simulate(
    world: World,
    policy: Policy,
    *,
    warmup: int = 0,
    review_periods: int = 1,
    watch: Callable[[Happened], None] | None = None,
) -> Outcome:
    """Run a policy through a world, and count what its periods after the ``warmup`` cost.

    It is asked in every ``review_periods``-th period; what it orders is made up to whole packs and the minimum.
    ``watch`` is told of every period.

    Raises:
        ValueError: The policy orders what is no quantity, no period is left to count, or there is no review.
    """
    if not 0 <= warmup < world.periods:
        raise ValueError(f"warmup must be at least 0 and less than the {world.periods} periods, got {warmup}")
    if review_periods < 1:
        raise ValueError(f"review_periods must be at least 1, got {review_periods}")
    state, tally = State.first(world), Tally.blank(world, review_periods)
    for period in range(world.periods):
        state.period = period
        _arrive(state, world)
        ordered = np.zeros(state.on_hand.shape)
        if period % review_periods == 0:
            ordered = _orders(policy.order(state), state)
        state.owed += ordered
        sent = _send(state, world)
        demand = world.demand_in(period)
        met, lost = _sell(state, world, demand)
        wasted = _age(state)
        happened = Happened(state, ordered, sent, demand, met, lost, wasted)
        if period >= warmup:
            tally.add(happened)
        if watch is not None:
            watch(happened)
    return tally.outcome()


def _orders(asked: Floats, state: State) -> Floats:
    if asked.shape != state.on_hand.shape or not (asked >= 0).all() or not np.isfinite(asked).all():
        raise ValueError(f"a policy must order finite quantities of at least 0, of shape {state.on_hand.shape}")
    return state.network.orderable(asked)


def _arrive(state: State, world: World) -> None:
    """Move lanes on, let in what arrives, and meet demand that waits."""
    rows = np.arange(len(state.head))
    if state.period > 0:
        state.head += world.disruptions.moving[state.period]
    place = state.head % state.lane.shape[1]
    # Where a lane stood still its place is empty.
    arrived = state.lane[rows, place]
    state.lane[rows, place] = 0.0
    state.in_transit -= arrived
    state.gate += arrived
    _admit(state, world, rows)


def _admit(state: State, world: World, rows: Ints) -> None:
    """Let some item-nodes in what waits at their gates, as far as it fits in, and meet demand that waits."""
    gate = state.gate[rows]
    if not gate.any():
        return
    # What demand waits for leaves at once, and takes no room.
    room = np.maximum(state.network.storage[rows, None] - state.on_hand[rows], 0.0) + state.backlog[rows]
    inside = np.where(world.disruptions.receiving[state.period, rows, None], np.minimum(gate, room), 0.0)
    cleared = np.minimum(state.backlog[rows], inside)
    state.gate[rows] -= inside
    state.backlog[rows] -= cleared
    state.on_hand[rows] += inside - cleared
    if state.aged is not None:
        state.aged[0, rows] += inside - cleared


def _send(state: State, world: World) -> Floats:
    """Send what is owed, from outside first, as far as there is any and lanes can move it."""
    sent = np.zeros(state.owed.shape)
    wrong = world.disruptions
    share = np.where(wrong.open_source[state.period], wrong.capacity_share[state.period], 0.0)
    most = np.where(share > 0, state.network.capacity, 0.0) * share
    for rows in state.network.tiers:
        wanted = np.minimum(state.owed[rows], np.floor(most[rows, None]))
        if state.network.source[rows[0]] != OUTSIDE:
            wanted = _from_sources(state, rows, wanted)
        sent[rows] = wanted
        state.owed[rows] -= wanted
        _load(state, world, rows, wanted)
    return sent


def _from_sources(state: State, rows: Ints, wanted: Floats) -> Floats:
    """Take what item-nodes of one tier want from their sources, as far as these have it."""
    sources, first = np.unique(state.network.source[rows], return_index=True)
    sent = ration(wanted, state.on_hand[sources], first)
    _take(state, sources, np.add.reduceat(sent, first, axis=0))
    return sent


def _load(state: State, world: World, rows: Ints, sent: Floats) -> None:
    """Put what is sent on the lanes, and let in at once what takes no time."""
    lead, head = world.lead_time_in(state.period)[rows], state.head[rows, None]
    if not world.crossing:
        lead = np.maximum(lead, state.last[rows] - head)
        state.last[rows] = np.where(sent > 0, head + lead, state.last[rows])
    at_once = np.where(lead <= 0, sent, 0.0) if (lead <= 0).any() else None
    later = sent if at_once is None else sent - at_once
    state.in_transit[rows] += later
    place = (head + lead) % state.lane.shape[1]
    if place.shape[1] == 1:
        state.lane[rows, place[:, 0]] += later
    else:
        state.lane[rows[:, None], place, np.arange(sent.shape[1])] += later
    if state.sent is not None and state.due is not None:
        back = state.period % len(state.sent)
        state.sent[back, rows], state.due[back, rows] = later, head + lead
    if at_once is not None:
        state.gate[rows] += at_once
        _admit(state, world, rows)


def _sell(state: State, world: World, demand: Floats) -> tuple[Floats, Floats]:
    """Return the demand that stock meets at once, and what of the rest is lost."""
    met = np.minimum(state.on_hand, demand)
    _take(state, np.arange(len(demand)), met)
    short = demand - met
    waits = short * state.network.backorder_share[:, None]
    luck = world.luck_in(state.period)
    if luck is not None:
        waits = np.minimum(np.floor(waits + luck), short)
    state.backlog += waits
    return met, short - waits


def _take(state: State, rows: Ints, units: Floats) -> None:
    """Take units on hand away, the oldest first."""
    state.on_hand[rows] -= units
    if state.aged is None:
        return
    left = units.copy()
    for age in reversed(range(len(state.aged))):
        taken = np.minimum(state.aged[age, rows], left)
        state.aged[age, rows] -= taken
        left -= taken


def _age(state: State) -> Floats:
    """End the period: units grow older, and those that are too old are thrown away."""
    wasted = np.zeros(state.on_hand.shape)
    if state.aged is not None:
        oldest = state.aged[-1].copy()
        state.aged[1:] = state.aged[:-1].copy()
        state.aged[0] = 0.0
        # Where nothing spoils the oldest stay together.
        state.aged[-1] += oldest
        ages = np.arange(len(state.aged))[:, None]
        old = (ages >= state.network.shelf_life)[:, :, None]
        wasted = np.where(old, state.aged, 0.0).sum(axis=0)
        state.aged[np.broadcast_to(old, state.aged.shape)] = 0.0
        state.on_hand -= wasted
    return wasted
