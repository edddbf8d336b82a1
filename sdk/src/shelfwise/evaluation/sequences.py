"""Sequences of the recommender literature, one customer a line, and the leave-one-out protocol on them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from shelfwise.dataset import Dataset
from shelfwise.errors import DataError
from shelfwise.evaluation.recommender_task import RecommenderTask, events_of

__all__ = ["leave_one_out", "read_attributes", "read_sequences"]

_ENDS = datetime(2020, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=30)
"""Sequences carry no times: all customers' last events are taken to lie together, a month after the ones before."""
_LONGEST = 3_000


def read_sequences(path: Path) -> dict[str, tuple[str, ...]]:
    """Read lines of ``customer item item ...`` in time order; ids are opaque text, blank lines are skipped.

    Raises:
        DataError: The file cannot be read, a line has no item, or a customer has two lines.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"sequences {path}: cannot be read: {error}") from error
    sequences: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(lines, start=1):
        customer, *items = line.split() or [""]
        if not customer:
            continue
        if not items:
            raise DataError(f"sequences {path}, line {number}: expected a customer and its items, got {line!r}")
        if customer in sequences:
            raise DataError(f"sequences {path}, line {number}: customer {customer!r} has a line already")
        sequences[customer] = tuple(items)
    if not sequences:
        raise DataError(f"sequences {path}: there is no line in it")
    return sequences


def read_attributes(path: Path) -> dict[str, tuple[str, ...]]:
    """Read a JSON object that maps each item to a list of its attributes.

    Raises:
        DataError: The file cannot be read or holds something else.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"attributes {path}: cannot be read: {error}") from error
    if not isinstance(document, dict) or not all(isinstance(values, list) for values in document.values()):
        raise DataError(f"attributes {path}: expected an object that maps each item to a list of attributes")
    return {str(item): tuple(str(value) for value in values) for item, values in document.items()}


def leave_one_out(
    sequences: Path,
    attributes: Path | None = None,
    *,
    refit: bool = False,
    split: Literal["test", "validation"] = "test",
    seed: int = 0,
) -> RecommenderTask:
    """Hold out each customer's last item as the test, the one before as the validation.

    All items of the file are ranked except those the customer has had. A recommender fits on what precedes the
    validation items, which it is given as ``held_out`` and which come as events of the request too, or with ``refit``
    on them as well. With ``split`` "validation" everything is one step earlier: the validation items are the target
    and those before them held out, so that what is tuned there never sees a test item. Attributes become the column
    ``attributes`` of the items table, divided by blanks. The tables list customers and items in an order drawn by
    ``seed``, so that ids cannot leak through it.

    Raises:
        DataError: A file cannot be read or is not in the format.
    """
    histories = read_sequences(sequences)
    known = read_attributes(attributes) if attributes else {}
    generator = np.random.default_rng(seed)
    customers = [str(customer) for customer in generator.permutation(np.array(list(histories), dtype=object))]
    last = 1 if split == "test" else 2
    targets, train = {}, {}
    for customer in customers:
        items = histories[customer]
        if len(items) >= last:
            targets[customer] = frozenset(items[len(items) - last :][:1])
        train[customer] = items[: max(0, len(items) - last)]
    catalogue = sorted({item for items in histories.values() for item in items} | set(known))
    shuffled = [str(item) for item in generator.permutation(np.array(catalogue, dtype=object))]
    protocol = {
        "name": "leave one out",
        "sequences": sequences.name,
        "attributes": attributes.name if attributes else None,
        "split": split,
        "refit": refit,
        "customers": len(targets),
        "items": len(shuffled),
        "candidates": "all items but those the customer has had",
    }
    dataset = _dataset(train, shuffled, known, refit=refit)
    return RecommenderTask(dataset, targets, events_of(dataset.held_out), exclude_purchased=True, protocol=protocol)


def _dataset(
    train: dict[str, tuple[str, ...]], items: list[str], attributes: dict[str, tuple[str, ...]], *, refit: bool
) -> Dataset:
    longest = max(map(len, train.values()), default=0)
    step = _STEP if longest <= _LONGEST else timedelta(days=1)
    rows = [
        (_ENDS - step * (len(history) - place), customer, item)
        for customer, history in train.items()
        for place, item in enumerate(history)
    ]
    events = pd.DataFrame(rows, columns=["time", "customer_id", "item_id"])
    catalogue = pd.DataFrame({"item_id": items})
    if attributes:
        catalogue["attributes"] = [" ".join(attributes.get(item, ())) for item in items]
    tables = {"events": events, "items": catalogue, "customers": pd.DataFrame({"customer_id": list(train)})}
    dataset = Dataset.from_tables(tables, as_of=_ENDS)
    return dataset if refit else dataset.hold_out(_ENDS - step)
