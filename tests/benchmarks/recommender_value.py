"""What recommending by contribution brings: units bought and money earned within the window, by its weight."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shelfwise.dataset import Dataset
from shelfwise.plugins import build, call
from shelfwise.types import Customer, Deadline, Index, RecommendRequest, State, StockOutlook, silent
from tests.benchmarks.recommender_data import SPLIT

OPTION = "contribution_weight"
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)


def contribution(plugins: Sequence[str], dataset: Dataset) -> None:
    """Print for each weight what customers on record bought of their slates after the split, and what it earned."""
    train = dataset.before(SPLIT)
    state = train.state()
    margin = dict(zip(state.items.index, state.items.margin.tolist(), strict=True))
    known = [customer for customer in train.events["customer_id"].unique() if customer]
    request = RecommendRequest(tuple(map(Customer, known)))
    print(f"\nOnline Retail, what {len(known)} customers bought of their slates, by {OPTION}")
    for name in plugins:
        plugin = build("recommender", name).plugin
        if not hasattr(plugin, OPTION):
            continue
        call(plugin, "train", dataset=train, progress=silent)
        bought = _bought(dataset, getattr(plugin, "exposure_days", 28))
        for weight in WEIGHTS:
            setattr(plugin, OPTION, weight)
            arguments = {"stock_outlook": _plenty(state), "delivery_costs": None, "deadline": Deadline()}
            answer = call(plugin, "recommend", request=request, state=state, **arguments)
            shown = [(slate.customer_id, item) for slate in answer.slates for item in slate.items]
            chance, happened, earned = _columns(
                [(item.purchase_probability, (c, item.item_id) in bought, margin[item.item_id]) for c, item in shown]
            )
            print(
                f"  {name} {weight:.2f}: {happened.sum():.0f} items, contribution per unit each "
                f"{happened @ earned:.0f} (expected {chance @ earned:.0f}) {state.currency}"
            )


def _columns(rows: Sequence[tuple[float, bool, float]]) -> NDArray[np.float64]:
    return np.array(rows, dtype=np.float64).T


def _bought(dataset: Dataset, days: int) -> set[tuple[str, str]]:
    events = dataset.events
    start = np.datetime64(SPLIT.replace(tzinfo=None))
    after = events[(events["time"] >= start) & (events["time"] < start + np.timedelta64(days, "D"))]
    return set(zip(after["customer_id"], after["item_id"], strict=True))


def _plenty(state: State) -> StockOutlook:
    """Return an outlook with enough of everything everywhere."""
    nodes = Index(state.nodes.selling_ids)
    shape = (len(state.items.index), len(nodes))
    return StockOutlook(state.items.index, nodes, np.full(shape, 50.0), np.ones(shape), np.zeros(shape))
