"""Slates of three items that two nodes sell, and what can be promised of them."""

import numpy as np

from shelfwise.types import Exposure, Index, Recommendations, Slate, SlateItem, StockOutlook

ITEMS, NODES = Index(("apple", "bread", "crème")), Index(("east", "west"))


def outlook(available):
    """Return an outlook with this available to promise."""
    available = np.asarray(available, dtype=float)
    return StockOutlook(ITEMS, NODES, available, np.ones(available.shape), np.zeros(available.shape))


def recommendations(*slates, units=1.0, days=2):
    """Return slates, each a list of (item, node, probability), and their exposure; an open node is spread evenly."""
    promised = np.zeros((3, 2, days))
    made = []
    for number, slots in enumerate(slates):
        items = []
        for rank, (item, node, probability) in enumerate(slots, 1):
            items.append(SlateItem(rank, item, 1.0, probability, 2.0, node))
            columns = [NODES.position(node)] if node else [0, 1]
            promised[ITEMS.position(item), columns] += units * probability / len(columns) / days
        made.append(Slate(f"c{number}", items))
    return Recommendations(made, Exposure(ITEMS, NODES, promised * 10, promised / 4, promised))


def shown(answer):
    """Return the items and nodes of each slate."""
    return [[(item.item_id, item.node_id) for item in slate.items] for slate in answer.slates]
