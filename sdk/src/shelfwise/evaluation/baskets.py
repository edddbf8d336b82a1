"""Baskets of the next-basket literature: a customer's past baskets in one file, the one to predict in another."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from shelfwise.dataset import Dataset
from shelfwise.errors import DataError
from shelfwise.evaluation.recommender_task import RecommenderTask, events_of

__all__ = ["predict_basket", "read_baskets"]

_ENDS = datetime(2020, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=30)
"""The files carry no times: all customers' last baskets are taken to lie together, a month after the ones before."""


def read_baskets(path: Path) -> dict[str, list[list[str]]]:
    """Read gzipped JSON that maps a customer to a list of baskets, ``[-1]`` marking both ends.

    Raises:
        DataError: The file cannot be read or holds something else.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            document = json.load(file)
        return {
            str(customer): [[str(item) for item in basket] for basket in baskets if basket != [-1]]
            for customer, baskets in document.items()
        }
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise DataError(f"baskets {path}: cannot be read: {error}") from error


def predict_basket(
    history: Path,
    future: Path,
    *,
    split: Literal["test", "validation"] = "test",
    refit: bool = True,
    seed: int = 0,
) -> RecommenderTask:
    """Learn from the history and predict the basket that follows; all items are ranked, repeats count.

    The validation takes the last basket of each history away and predicts that one. Without ``refit`` each customer's
    last basket of those left is held out of the events and comes with the request. The tables list customers and items
    in an order drawn by ``seed``.

    Raises:
        DataError: A file cannot be read or is not in the format.
    """
    past, then = read_baskets(history), read_baskets(future)
    generator = np.random.default_rng(seed)
    customers = [str(customer) for customer in generator.permutation(np.array(list(past), dtype=object))]
    if split == "test":
        targets = {customer: frozenset(then[customer][0]) for customer in customers if then.get(customer)}
        train = past
    else:
        targets = {customer: frozenset(past[customer][-1]) for customer in customers if len(past[customer]) > 1}
        train = {customer: baskets[:-1] if customer in targets else baskets for customer, baskets in past.items()}
    rows = [
        (_ENDS - _STEP * (len(train[customer]) - place), customer, item)
        for customer in customers
        for place, basket in enumerate(train[customer])
        for item in basket
    ]
    catalogue = sorted({item for part in (past, then) for baskets in part.values() for b in baskets for item in b})
    items = [str(item) for item in generator.permutation(np.array(catalogue, dtype=object))]
    tables = {
        "events": pd.DataFrame(rows, columns=["time", "customer_id", "item_id"]),
        "items": pd.DataFrame({"item_id": items}),
        "customers": pd.DataFrame({"customer_id": customers}),
    }
    protocol = {
        "name": "predict basket",
        "history": history.name,
        "split": split,
        "refit": refit,
        "customers": len(targets),
        "items": len(items),
        "candidates": "all items",
    }
    dataset = Dataset.from_tables(tables, as_of=_ENDS)
    if not refit:
        dataset = dataset.hold_out(_ENDS - _STEP)
    return RecommenderTask(dataset, targets, events_of(dataset.held_out), protocol=protocol)
