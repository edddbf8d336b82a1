"""What is known of items besides who had them: category, brand, price, words and any other column, as features."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

if TYPE_CHECKING:
    from pandas import DataFrame, Series

__all__ = ["Content"]

_MEASURES = ("pack_size", "minimum_order", "unit_cost", "volume_l", "weight_kg", "shelf_life_days")
"""Columns about handling, which customers do not see."""
_PRICE_BANDS = 8
_MOST_FEATURES = 4_000


@attrs.frozen(eq=False)
class Content:
    """Features of items: ``matrix`` of shape (items, features) with unit rows, rare features weighing more.

    ``names`` tells the features apart, as ``column:value``. ``category`` holds the position of each item's category in
    ``categories``.
    """

    matrix: sparse.csr_array
    names: tuple[str, ...]
    category: NDArray[np.int64]
    categories: tuple[str, ...]

    @classmethod
    def of(cls, items: DataFrame) -> Content:
        """Read the columns of ``Dataset.items``; features that all items, or only one, have tell nothing."""
        tokens: list[list[tuple[str, str]]] = [[] for _ in range(len(items))]
        for name in items.columns:
            if name in (*_MEASURES, "item_id", "supplier_id"):
                continue
            for row, found in enumerate(_tokens(name, items[name])):
                tokens[row] += found
        names: dict[tuple[str, str], int] = {}
        column = [names.setdefault(token, len(names)) for row in tokens for token in dict.fromkeys(row)]
        start = np.append(0, np.cumsum([len(set(row)) for row in tokens]))
        table = sparse.csr_array((np.ones(len(column), np.float32), column, start), shape=(len(items), len(names)))
        owners = np.asarray(table.sum(axis=0))
        telling = np.flatnonzero((owners > 1) & (owners < len(items)))
        telling = np.sort(telling[np.argsort(-owners[telling], kind="stable")][:_MOST_FEATURES])
        weight = np.log(len(items) / owners[telling]).astype(np.float32)
        table = sparse.csr_array(table[:, telling] @ sparse.diags_array(weight))
        length = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)))
        scale = sparse.diags_array((1.0 / np.where(length > 0, length, 1.0)).astype(np.float32))
        matrix = sparse.csr_array(scale @ table)
        matrix.sort_indices()  # now, as whoever sorts them later would change the last digits of sums
        kept = list(names)
        text = items["category"].astype(str).to_numpy(object)
        categories, category = np.unique(text, return_inverse=True)
        return cls(
            matrix,
            tuple(f"{field}:{value}" for field, value in (kept[place] for place in telling.tolist())),
            category.astype(np.int64),
            tuple(map(str, categories)),
        )

    @property
    def known(self) -> bool:
        """Whether there is any feature at all."""
        return bool(self.matrix.nnz)


def _tokens(name: str, column: Series) -> list[list[tuple[str, str]]]:
    import pandas as pd

    if pd.api.types.is_bool_dtype(column):
        return [[(name, str(value))] for value in column]
    if pd.api.types.is_numeric_dtype(column):
        return [[(name, band)] if band else [] for band in _bands(column.to_numpy(np.float64))]
    text = column.astype(str)
    if name in {"category", "brand"}:
        return [[(name, value)] if value else [] for value in text]
    return [[(name, word) for word in value.casefold().split()] for value in text]


def _bands(values: NDArray[np.float64]) -> list[str]:
    """Return the quantile band of each number, empty where there is none."""
    found = np.isfinite(values)
    if not found.any():
        return [""] * values.size
    edges = np.unique(np.quantile(values[found], np.arange(1, _PRICE_BANDS) / _PRICE_BANDS))
    return [str(band) if ok else "" for band, ok in zip(np.searchsorted(edges, values), found, strict=True)]
