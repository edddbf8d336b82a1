"""Lanes that lead in a circle: nothing that is asked for at their ends ever comes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.errors import DataError
from shelfwise.ordering.demand import DailyDemand
from shelfwise.ordering.network import Supply, candidates
from shelfwise.types import State


def check_circles(state: State, items: NDArray[np.int64], supply: Supply, demand: DailyDemand) -> None:
    """Refuse lanes that come from nowhere but each other where demand is expected.

    ``items`` are rows of the catalogue. A circle that a node outside of it supplies is none, as nothing is ordered
    over the lane that closes it.

    Raises:
        DataError: a node with demand for an item has lanes for it, but all come from a circle; each circle is named.
    """
    wanting = ~supply.supplied & (demand.rate > 0)
    lacking = np.flatnonzero(wanting.any(axis=1))
    rows, places, lane = candidates(state, items[lacking])
    above = np.full((len(lacking), supply.source.shape[1]), -1, dtype=np.int64)
    above[rows, places] = state.lanes.from_node[lane]
    row, node = np.nonzero(wanting[lacking] & (above >= 0))
    on_circle = node
    # Every source of a node that nothing reaches is another: after as many steps as nodes, all are on circles.
    for _ in range(above.shape[1]):
        on_circle = above[row, on_circle]
    names, found = state.nodes.index, dict[frozenset[int], str]()
    for first in np.unique(on_circle, return_index=True)[1]:
        circle = [int(on_circle[first])]
        while (source := int(above[row[first], circle[-1]])) != circle[0]:
            circle.append(source)
        item = state.items.index[int(items[lacking[row[first]]])]
        text = " to ".join(repr(names[place]) for place in (circle[0], *reversed(circle)))
        found.setdefault(
            frozenset(circle),
            f"lanes {text} lead in a circle, from which {names[int(node[first])]!r} asks for {item!r}",
        )
    if found:
        raise DataError(
            f"{'; '.join(found.values())}; one node of a circle needs a lane from a supplier or from a node outside of"
            " it, or no lane at all: correct the lanes table"
        )
