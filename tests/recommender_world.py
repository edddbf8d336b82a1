"""Small worlds for the tests of the recommender: who bought what, day by day."""

from datetime import UTC

import numpy as np
import pandas as pd

from shelfwise.baselines.recommender import BaselineRecommender
from shelfwise.dataset import Dataset
from shelfwise.types import Customer, Deadline, RecommendRequest

START = pd.Timestamp("2024-01-01")


def dataset(baskets, *, items=None, customers=None, kind="purchase"):
    """Return the data set of baskets ``(customer, day, items)``, each on a day of its own or one of a session."""
    rows = [
        (START + pd.Timedelta(days=float(day)), customer, item, kind)
        for customer, day, held in baskets
        for item in held
    ]
    tables = {"events": pd.DataFrame(rows, columns=["time", "customer_id", "item_id", "kind"])}
    if items is not None:
        tables["items"] = pd.DataFrame(items)
    if customers is not None:
        tables["customers"] = pd.DataFrame(customers)
    return Dataset.from_tables(tables)


def pairs_world(customers=60, seed=1):
    """Return a world in which x0 goes with y0, x1 with y1 and so on, and nothing is bought twice."""
    generator = np.random.default_rng(seed)
    baskets = []
    for number in range(customers):
        for step, pair in enumerate(generator.permutation(6)[:4]):
            baskets.append((f"c{number}", 10 * step + generator.random(), [f"x{pair}", f"y{pair}"]))
    items = [
        {"item_id": f"{side}{pair}", "category": side, "price": 10.0, "unit_cost": 6.0}
        for side in "xy"
        for pair in range(6)
    ]
    return dataset(baskets, items=items)


def staples_world(customers=60, seed=1):
    """Return a world in which each customer buys two own staples again and again, and now and then another item."""
    generator = np.random.default_rng(seed)
    baskets = []
    for number in range(customers):
        staples = [f"i{item}" for item in generator.permutation(20)[:2]]
        for step in range(8):
            other = f"i{generator.integers(20)}"
            baskets.append((f"c{number}", 10 * step + generator.random(), [*staples, other]))
    return dataset(baskets)


def trained(data, **options):
    """Return the baseline trained on ``data``."""
    plugin = BaselineRecommender(**options)
    plugin.train(data, lambda _step, _done, _total: None)
    return plugin


def ask(plugin, data, *customers, stock_outlook=None, delivery_costs=None, deadline=None, state=None, **request):
    """Return the answer to a request for ``customers``, each an id or a :class:`Customer`."""
    people = tuple(Customer(one) if isinstance(one, str) else one for one in customers)
    return plugin.recommend(
        request=RecommendRequest(customers=people, **request),
        state=state or data.state(),
        stock_outlook=stock_outlook,
        delivery_costs=delivery_costs,
        deadline=deadline or Deadline(),
    )


def shown(slate):
    """Return the ids of a slate's items in order."""
    return [item.item_id for item in slate.items]


def at(day):
    """Return the moment ``day`` days after the world began."""
    return (START + pd.Timedelta(days=day)).to_pydatetime().replace(tzinfo=UTC)


__all__ = ["START", "ask", "at", "dataset", "pairs_world", "shown", "staples_world", "trained"]
