"""Small worlds for the tests of the hybrid recommender: sequences written as baskets, and neural legs of no effort."""

import attrs
import numpy as np
import pandas as pd
import torch
from recommender_world import dataset
from shelfwise_recommender_hybrid import HybridRecommender
from shelfwise_recommender_hybrid.content import Content
from shelfwise_recommender_hybrid.legs.collaborative import CollaborativeSettings
from shelfwise_recommender_hybrid.legs.network import Effort
from shelfwise_recommender_hybrid.legs.transformer import TransformerSettings
from shelfwise_recommender_hybrid.sequences import PURCHASE, History, Sequences

from shelfwise.plugins import call
from shelfwise.types import Index, silent

torch.set_num_threads(1)

EFFORT = Effort(epochs=25, learning_rate=1e-2)
TRANSFORMER = TransformerSettings(attrs.evolve(EFFORT, epochs=80), size=16, layers=1, longest=8, dropout=0.0)
NCF = CollaborativeSettings(EFFORT, size=16, dropout=0.0)


def rows(*customers, now=None):
    """Return the sequences of customers, each a list of baskets, each a list of items; basket n was on day 10 n."""
    items, days, visits = [], [], []
    for baskets in customers:
        for number, basket in enumerate(baskets):
            items += basket
            days += [10.0 * number] * len(basket)
            visits += [number] * len(basket)
    lengths = [sum(map(len, baskets)) for baskets in customers]
    return Sequences(
        start=np.append(0, np.cumsum(np.array(lengths, np.int64))),
        item=np.array(items, np.int64),
        kind=np.full(len(items), PURCHASE, np.int8),
        day=np.array(days, np.float64),
        visit=np.array(visits, np.int64),
        now=np.full(len(customers), max(days, default=0.0) if now is None else now),
    )


def history(*customers, items):
    """Return the history of customers c0, c1, ... with a catalogue of so many items."""
    names = Index(tuple(f"c{number}" for number in range(len(customers))))
    return History(Index(tuple(f"i{number}" for number in range(items))), names, rows(*customers))


def cycle(items=8, customers=60, steps=6, seed=0):
    """Return customers who buy item after item, each followed by the next of the catalogue, the last by the first."""
    starts = np.random.default_rng(seed).integers(0, items, customers)
    return [[[int((start + step) % items)] for step in range(steps)] for start in starts]


def content(categories, **columns):
    """Return the features of items i0, i1, ... of those categories."""
    ids = [f"i{number}" for number in range(len(categories))]
    return Content.of(pd.DataFrame({"item_id": ids, "category": categories, **columns}))


def plain(items):
    """Return the features of items of which nothing is known."""
    return content([""] * items)


def pairs_world(customers=250, seed=1):
    """Return a world in which whoever buys x0 buys y0 on the next visit, x1 and then y1 and so on, again and again."""
    generator = np.random.default_rng(seed)
    baskets = []
    for number in range(customers):
        day = float(generator.integers(0, 90))
        while day < 100.0:
            pair, gap = int(generator.integers(6)), generator.uniform(2.0, 8.0)
            baskets += [(f"c{number}", day, [f"x{pair}"]), (f"c{number}", min(day + gap, 100.0), [f"y{pair}"])]
            day += gap + generator.uniform(2.0, 8.0)
    items = [
        {"item_id": f"{side}{pair}", "category": side, "price": 10.0, "unit_cost": 6.0}
        for side in "xy"
        for pair in range(6)
    ]
    return dataset(baskets, items=items)


def trained(data, cls=HybridRecommender, **options):
    """Return a recommender trained with the least effort."""
    plugin = cls(**({"preset": "fast", "size": 8, "epochs": 2} | options))
    call(plugin, "train", dataset=data, progress=silent)
    return plugin


__all__ = ["EFFORT", "NCF", "TRANSFORMER", "content", "cycle", "history", "pairs_world", "plain", "rows", "trained"]
