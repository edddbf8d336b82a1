"""Which policy decides for which item-node, and why."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

from shelfwise.types import Index
from shelfwise_inventory_ppo.evidence import Evidence
from shelfwise_inventory_ppo.heuristics import KINDS, NAMES, Heuristics
from shelfwise_inventory_ppo.terms import Terms
from shelfwise_inventory_ppo.verdicts import Verdicts

__all__ = ["Choice", "Gate"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_COLUMNS = ("item", "node", "review", "kind", "score", "cap", "saved", "low", "high")
_FILE = "gate.safetensors"


@attrs.frozen(eq=False)
class Choice:
    """By row: whether the learned policy decides, and whether a simple one has been found best.

    ``names`` are those of the simple ones; ``verdicts`` say in words what the learned policy was beside them.
    """

    learned: NDArray[np.bool_]
    tuned: NDArray[np.bool_]
    heuristics: Heuristics
    names: NDArray[np.object_]
    verdicts: NDArray[np.object_]


@attrs.frozen(eq=False)
class Gate:
    """Verdicts of trials, by the ``item`` and ``node`` (rows,) they are of, as positions in the ids.

    A verdict holds for orders every ``review`` (rows,) days, as they were in the trial.
    """

    items: Index
    nodes: Index
    item: Ints
    node: Ints
    review: Ints
    verdicts: Verdicts
    evidence: Evidence

    @classmethod
    def untried(cls) -> Gate:
        """Return the gate that knows no more than what the shipped policy was tried on."""
        nothing = np.zeros(0)
        heuristics = Heuristics(nothing.astype(np.int64), nothing, nothing)
        verdicts = Verdicts(heuristics, nothing, nothing, nothing)
        none = np.zeros(0, np.int64)
        return cls(Index(()), Index(()), none, none, none, verdicts, Evidence.shipped())

    def choose(
        self, item_ids: NDArray[np.object_], node_ids: NDArray[np.object_], terms: Terms, ratio: Floats
    ) -> Choice:
        """Choose for the item-nodes of these ids, each (rows,).

        The learned policy decides where its own trial has proven it cheaper or, where there was none, that of
        item-nodes of the same class; where it has not, the simple policy that was found best.
        """
        row = self._rows(item_ids, node_ids)
        row = np.where(np.append(self.review, 0)[row] == terms.review, row, -1)
        tried, found = row >= 0, self.verdicts.take(row)
        heuristics, saved, low, high = found.heuristics, found.saved, found.low, found.high
        alike, alike_low = self.evidence.about(terms, ratio)
        learned = np.where(tried, low > 0.0, alike_low > 0.0)
        names = np.asarray([NAMES[kind] for kind in KINDS], object)[heuristics.kind]
        verdicts = np.full(len(row), "not proven cheaper than the best simple one for such items", object)
        for place in np.flatnonzero(tried):
            span = f"{saved[place]:.1%} ({low[place]:.1%} to {high[place]:.1%})"
            if learned[place]:
                verdicts[place] = f"{span} cheaper than the best {names[place]} in its trial"
            else:
                verdicts[place] = f"{'dearer' if high[place] < 0 else 'not proven cheaper'} in its trial: {span}"
        for place in np.flatnonzero(~tried & learned):
            verdicts[place] = f"on average {alike[place]:.1%} cheaper than the best simple one for such items"
        return Choice(learned, tried & ~learned, heuristics, names, verdicts)

    def _rows(self, item_ids: NDArray[np.object_], node_ids: NDArray[np.object_]) -> Ints:
        """Return the row of each item-node's trial, -1 where there was none."""
        items, nodes = self.items.positions(item_ids), self.nodes.positions(node_ids)
        row = np.full((len(self.items) + 1, len(self.nodes) + 1), -1)
        row[self.item, self.node] = np.arange(len(self.item))
        return np.asarray(row[items, nodes])

    def save(self, directory: Path) -> None:
        """Write the verdicts."""
        heuristics, verdicts = self.verdicts.heuristics, self.verdicts
        columns = (
            self.item,
            self.node,
            self.review,
            heuristics.kind,
            heuristics.score,
            heuristics.cap,
            verdicts.saved,
            verdicts.low,
            verdicts.high,
        )
        named = dict(zip(_COLUMNS, columns, strict=True))
        (directory / _FILE).write_bytes(save({name: np.ascontiguousarray(column) for name, column in named.items()}))

    @classmethod
    def load(cls, directory: Path, items: Index, nodes: Index) -> Gate:
        """Read what :meth:`save` wrote."""
        found = load_file(directory / _FILE)
        heuristics = Heuristics(found["kind"], found["score"], found["cap"])
        verdicts = Verdicts(heuristics, found["saved"], found["low"], found["high"])
        return cls(items, nodes, found["item"], found["node"], found["review"], verdicts, Evidence.shipped())
