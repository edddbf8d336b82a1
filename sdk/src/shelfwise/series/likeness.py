"""How much more than its category an item sells, by what is known before it sells: price, brand and the like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.series.history import History
from shelfwise.types import Index, State
from shelfwise.types._fields import array

__all__ = ["Likeness", "fit_likeness"]

Floats = NDArray[np.float64]

_RIDGES = (2.0, 8.0, 32.0, 128.0)
"""Items that it takes to believe an effect half."""
_WORTH = 0.98
"""Of the squared error without effects, what is left at most where there are some."""
_FEWEST_ITEMS, _FEWEST_ALIKE = 20, 3
_MOST_TEXTS = 100
"""Texts of an attribute that are told apart, the most frequent ones."""
_PERIODS = 5.0
_FURTHEST = np.log(10.0)
BRAND = "brand"


@attrs.frozen(eq=False)
class Likeness:
    """Effects on the logarithm of an item's level relative to that of its category, times ``scale``.

    ``slope`` is that of the logarithm of the price relative to its ``usual`` one in the category (groups,). ``effect``
    (K,) belongs to the items of which the attribute ``name`` (K,) is the ``text`` (K,).
    """

    slope: float
    scale: float
    usual: Floats = array(np.float64)
    name: NDArray[np.str_] = array(np.str_)
    text: NDArray[np.str_] = array(np.str_)
    effect: Floats = array(np.float64)

    @classmethod
    def none(cls, groups: int) -> Likeness:
        """Return what tells nothing of any item."""
        return cls(0.0, 1.0, np.zeros(groups), np.zeros(0, "U1"), np.zeros(0, "U1"), np.zeros(0))

    def factor(self, group: NDArray[np.int64], price: Floats, attributes: Mapping[str, NDArray[np.object_]]) -> Floats:
        """Return by how much items sell more than their categories, (items,), between a tenth and tenfold.

        ``group`` is the category of each, -1 for an unknown one, ``price`` its price, NaN where unknown.
        """
        logs = np.log(np.where(price > 0, price, np.nan)) - np.append(self.usual, np.nan)[group]
        found = self.slope * np.nan_to_num(logs)
        for name, texts in attributes.items():
            own = self.name == name
            if own.any():
                place = Index(tuple(self.text[own].tolist())).positions([str(text) for text in texts])
                found += np.append(self.effect[own], 0.0)[place]
        return np.asarray(self.scale * np.exp(np.clip(found, -_FURTHEST, _FURTHEST)), dtype=np.float64)

    def of(self, items: tuple[str, ...] | list[str], group: NDArray[np.int64], state: State) -> Floats:
        """Return the factors of items by the catalogue of a state, 1 for those that it does not have."""
        place = state.items.index.positions(items)
        brand = np.append(state.items.brand if len(state.items.brand) else np.full(len(state.items.index), ""), "")
        found = self.factor(group, np.append(state.items.price, np.nan)[place], {BRAND: brand[place]})
        return np.where(place >= 0, found, 1.0)

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return everything as arrays by name."""
        return {name: np.asarray(value) for name, value in attrs.asdict(self, recurse=False).items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Likeness:
        """Return what :meth:`to_arrays` gave."""
        told: dict[str, Any] = {field.name: arrays[field.name] for field in attrs.fields(Likeness)}
        return cls(**told | {name: float(told[name]) for name in ("slope", "scale")})


def fit_likeness(history: History, sold: Floats, periods: Floats) -> Likeness:
    """Learn from what each series ``sold`` in so many ``periods``, both (S,), seasons and promotions left aside.

    Ridge regression (Hoerl and Kennard 1970) of the logarithm of each item's level relative to the mean level of its
    category, with the penalty, or with no effect at all, that errs least on items left out one by one.
    """
    groups, items = len(history.groups), len(history.items)
    item, group = history.item, history.group
    units, told = np.bincount(item, sold, items), np.bincount(item, periods, items)
    rows = np.flatnonzero(told >= _PERIODS)
    if rows.size < _FEWEST_ITEMS or not units.sum():
        return Likeness.none(groups)
    overall = units.sum() / told.sum()
    category = (np.bincount(group, units, groups) + _PERIODS * overall) / (np.bincount(group, told, groups) + _PERIODS)
    relative = (units / category[group] + _PERIODS) / (told + _PERIODS)
    logs = np.log(np.where(history.list_price > 0, history.list_price, np.nan))
    known = np.isfinite(logs)
    usual = np.bincount(group[known], logs[known], groups) / np.maximum(np.bincount(group[known], minlength=groups), 1)
    price = np.nan_to_num(logs - usual[group])[rows]
    spread = float(price.std()) or 1.0
    words = {name: values[rows].astype(np.str_) for name, values in history.attributes.items()}
    texts = [(name, str(text)) for name, values in words.items() for text in _frequent(values)]
    columns = np.stack([price / spread, *(words[name] == text for name, text in texts)], axis=1)
    found = _ridge(columns, np.log(relative[rows]))
    if found is None:
        return Likeness.none(groups)
    effect, fitted = found
    scale = relative[rows].mean() / np.exp(np.clip(fitted, -_FURTHEST, _FURTHEST)).mean()
    name, text = (np.array([pair[side] for pair in texts], np.str_) for side in (0, 1))
    return Likeness(float(effect[0]) / spread, float(scale), usual, name, text, effect[1:])


def _frequent(values: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return the texts that several items have, the most frequent ones first, no more than can be told apart."""
    seen, count = np.unique(values[values != ""], return_counts=True)
    order = np.argsort(-count, kind="stable")[:_MOST_TEXTS]
    return seen[order[count[order] >= _FEWEST_ALIKE]]


def _ridge(columns: Floats, target: Floats) -> tuple[Floats, Floats] | None:
    """Return effects and what they say of each row under the best penalty; None where none is clearly worth it."""
    rows = len(target)
    centred = target - target.mean()
    # Left out, a row is as far from the mean of the others as it is from that of all, times n / (n - 1).
    best, found = _WORTH * float(((centred * rows / (rows - 1)) ** 2).sum()), None
    for ridge in _RIDGES:
        gram = columns.T @ columns + ridge * np.eye(columns.shape[1])
        effect = np.linalg.solve(gram, columns.T @ centred)
        fitted = columns @ effect
        leverage = np.einsum("rc,cr->r", columns, np.linalg.solve(gram, columns.T)) + 1.0 / rows
        error = float((((centred - fitted) / (1.0 - np.minimum(leverage, 0.999))) ** 2).sum())
        if error < best:
            best, found = error, (effect, fitted)
    return found
