"""How much an item is like what a customer has had, by its category and other attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["item_attributes"]

_TEXT_COLUMNS = ("category", "attributes")


def item_attributes(items: DataFrame) -> sparse.csr_array:
    """Return the items as unit vectors over their attributes, rare ones weighing more, of shape (items, attributes).

    An attribute is the category, or a word of the column ``attributes`` where there is one. Those that all items, or
    only one item, have tell nothing and are left out.
    """
    rows, names = [], []
    for column in _TEXT_COLUMNS:
        if column not in items:
            continue
        for row, text in enumerate(items[column].astype(str)):
            words = [text] * bool(text) if column == "category" else text.split()
            rows += [row] * len(words)
            names += [f"{column}:{word}" for word in words]
    distinct, column_of = np.unique(np.array(names, dtype=object), return_inverse=True)
    table = sparse.csr_array((np.ones(len(rows)), (rows, column_of)), shape=(len(items), max(1, distinct.size)))
    table.data[:] = 1.0
    owners = table.sum(axis=0)
    weight = np.where((owners > 1) & (owners < len(items)), np.log(max(1, len(items)) / np.maximum(owners, 1.0)), 0.0)
    table = sparse.csr_array(table @ sparse.diags_array(weight))
    table.eliminate_zeros()
    length = np.sqrt(table.multiply(table).sum(axis=1))
    return sparse.csr_array(sparse.diags_array(1.0 / np.where(length > 0, length, 1.0)) @ table)
