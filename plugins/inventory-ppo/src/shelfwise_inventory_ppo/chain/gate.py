"""Which chains are decided together, and why."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

from shelfwise.types import Index
from shelfwise_inventory_ppo.chain.numbers import Numbers
from shelfwise_inventory_ppo.chain.verdicts import ChainVerdicts

__all__ = ["ChainGate"]

Ints = NDArray[np.int64]

_FILE = "chains.safetensors"


@attrs.frozen(eq=False)
class ChainGate:
    """Verdicts of trials by the ``item`` and the warehouse, ``node``, they are of, as positions in the ids; (chains,).

    A verdict holds for as many stores as were in the trial, ``size`` (chains,), and for orders as often, ``reviews``.
    """

    items: Index
    nodes: Index
    item: Ints
    node: Ints
    size: Ints
    reviews: Ints
    verdicts: ChainVerdicts

    @classmethod
    def untried(cls) -> ChainGate:
        """Return the gate that decides no chain together."""
        none, nothing = np.zeros(0, np.int64), np.zeros(0)
        verdicts = ChainVerdicts(none.astype(bool), Numbers.usual(0), nothing, nothing, nothing)
        return cls(Index(()), Index(()), none, none, none, none, verdicts)

    def rows(self, items: Index, nodes: Index) -> Ints:
        """Return the row of the trial of each item at each warehouse, (items, nodes), -1 where there was none."""
        row = np.full((len(self.items) + 1, len(self.nodes) + 1), -1)
        row[self.item, self.node] = np.arange(len(self.item))
        return row[self.items.positions(items)][:, self.nodes.positions(nodes)]

    def save(self, directory: Path) -> None:
        """Write the verdicts."""
        verdicts = self.verdicts
        columns = {"item": self.item, "node": self.node, "size": self.size, "reviews": self.reviews}
        columns |= {name: getattr(verdicts, name) for name in ("learned", "saved", "low", "high")}
        columns |= attrs.asdict(verdicts.numbers, recurse=False)
        (directory / _FILE).write_bytes(save({name: np.ascontiguousarray(column) for name, column in columns.items()}))

    @classmethod
    def load(cls, directory: Path, items: Index, nodes: Index) -> ChainGate:
        """Read what :meth:`save` wrote."""
        found = load_file(directory / _FILE)
        numbers = Numbers(*(found[field.name] for field in attrs.fields(Numbers)))
        verdicts = ChainVerdicts(found["learned"], numbers, found["saved"], found["low"], found["high"])
        return cls(items, nodes, found["item"], found["node"], found["size"], found["reviews"], verdicts)
