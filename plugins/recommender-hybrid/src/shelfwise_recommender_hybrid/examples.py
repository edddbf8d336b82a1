"""What the gate learns from: customers as they stood, and what they had next."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.slates import Rows
from shelfwise_recommender_hybrid.sequences import PURCHASE, History, Sequences

__all__ = ["Examples", "examples"]

_SHORTENED = 0.2
"""Examples of which most of the history is forgotten, per example with all of it."""
_MOST_BASKETS = 4_000
"""Baskets of which a part is taken as the session, at most."""
_MOST_ALIKE = 1_000
"""Customers of whom nothing is seen, at most, for each reason: but for their zone they are all alike."""


@attrs.frozen(eq=False)
class Examples:
    """Contexts, and the items that were had next: ``targets`` has one row per row of ``sequences``.

    ``customer`` is the position of each among those on record. ``weight`` is how many of them a row stands for where
    probabilities are learned, 0 where it was drawn because of what came next. ``hidden`` tells whose history is left
    out altogether, as that of somebody who has not agreed to be known.
    """

    sequences: Sequences
    zone: NDArray[np.int64]
    targets: Rows
    customer: NDArray[np.int64]
    weight: NDArray[np.float64]
    hidden: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.sequences)

    def take(self, rows: NDArray[np.int64]) -> Examples:
        """Return some of the examples."""
        return Examples(
            self.sequences.take(rows),
            self.zone[rows],
            self.targets.take(rows),
            self.customer[rows],
            self.weight[rows],
            self.hidden[rows],
        )


def examples(
    history: History, later: Sequences, zone: NDArray[np.int64], *, most: int, seed: int, now: float
) -> Examples:
    """Draw examples of what came ``later``, one row per customer on record.

    There are five kinds: customers as they were, whether they came back or not; those on record who never came; some
    of both as if nothing was known of them; customers of whom all but the last few events are forgotten; and customers
    in the middle of a basket. Where everybody on record came one day, those without a history count for no probability:
    nothing tells how many like them did not come.
    """
    generator = np.random.default_rng(seed)
    known = history.known.lengths > 0
    everybody, never = np.flatnonzero(known | (later.lengths > 0)), np.flatnonzero(~known & (later.lengths == 0))
    chosen = np.sort(generator.permutation(everybody)[:most])
    alike = never.size * chosen.size / max(everybody.size, 1)
    idle = np.sort(generator.permutation(never)[: min(int(np.ceil(alike)), _MOST_ALIKE)])
    weight = np.append(known[chosen] | (never.size > 0), np.full(idle.size, alike / max(idle.size, 1)))
    drawn = generator.permutation(np.flatnonzero(weight > 0))[:_MOST_ALIKE]
    hidden = np.append(chosen, idle)[drawn]
    bought = later.purchases() if (later.kind == PURCHASE).any() else later
    whole = history.sequences.take(np.append(chosen, idle)).at(now)
    blank = history.sequences.take(hidden).at(now)
    blank = blank.where(np.zeros(blank.item.size, dtype=np.bool_))

    came = chosen[bought.take(chosen).lengths > 0]
    short = np.sort(generator.permutation(came)[: int(_SHORTENED * chosen.size)])
    shortened = history.sequences.take(short).at(now)
    kept = generator.integers(0, 4, short.size)
    shortened = shortened.where(
        shortened.start[1:][shortened.row] - np.arange(shortened.item.size) <= kept[shortened.row]
    )

    joined, rest, buyers = _baskets(history, bought, generator)
    customer = np.concatenate([chosen, idle, hidden, short, buyers])
    targets = [_distinct(bought.take(customer[: -buyers.size or None])), rest]
    return Examples(
        sequences=_stacked((whole, blank, shortened, joined)),
        zone=zone[customer],
        targets=Rows.of([rows.at(place) for rows in targets for place in range(len(rows))]),
        customer=customer,
        weight=np.concatenate([weight, weight[drawn], np.zeros(short.size + buyers.size)]),
        hidden=np.repeat([False, True, False], [len(whole), hidden.size, short.size + buyers.size]),
    )


def _baskets(
    history: History, bought: Sequences, generator: np.random.Generator
) -> tuple[Sequences, Rows, NDArray[np.int64]]:
    """Return contexts that end in a part of the next basket, the rest of it, and whose they are."""
    first = bought.where(bought.visit == 0)
    buyers = np.flatnonzero(first.lengths > 1)
    buyers = np.sort(generator.permutation(buyers)[:_MOST_BASKETS])
    first = first.take(buyers)
    place = generator.random(first.item.size)
    order = np.lexsort((place, first.row))
    shuffled = attrs.evolve(first, item=first.item[order], kind=first.kind[order])
    seen = generator.integers(1, np.minimum(first.lengths, 6)) if buyers.size else np.zeros(0, np.int64)
    inside = np.arange(first.item.size) - first.start[:-1][first.row] < seen[first.row]
    moment = first.day[first.start[:-1]] if buyers.size else np.zeros(0)
    session = shuffled.where(inside)
    session = attrs.evolve(session, day=moment[session.row], now=moment)
    return history.sequences.take(buyers).at(moment).followed_by(session), _distinct(shuffled.where(~inside)), buyers


def _distinct(sequences: Sequences) -> Rows:
    return Rows(sequences.start, sequences.item).distinct()


def _stacked(parts: tuple[Sequences, ...]) -> Sequences:
    offset = np.cumsum([0, *(part.item.size for part in parts)])
    start = [part.start[:-1] + first for part, first in zip(parts, offset, strict=False)]
    return Sequences(
        start=np.append(np.concatenate(start), offset[-1]),
        item=np.concatenate([part.item for part in parts]),
        kind=np.concatenate([part.kind for part in parts]),
        day=np.concatenate([part.day for part in parts]),
        visit=np.concatenate([part.visit for part in parts]),
        now=np.concatenate([part.now for part in parts]),
    )
