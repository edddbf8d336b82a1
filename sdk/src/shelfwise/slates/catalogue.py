"""The catalogue of the state, lined up with the items that a model knows."""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types import Index, Items, State
from shelfwise.types.state import UNCATEGORISED

__all__ = ["Catalogue"]


@attrs.frozen(eq=False, slots=False)
class Catalogue:
    """Columns of shape (items,) in the order of the model's items.

    ``row`` is the place in ``source`` (-1 where an item is not in the catalogue any more). ``category`` and ``brand``
    are positions in ``categories`` and ``brands``, -1 where they are blank. ``margin`` in currency per unit is the mean
    one where it is not known.
    """

    items: Index
    source: Items
    row: NDArray[np.int64]
    category: NDArray[np.int64]
    categories: tuple[str, ...]
    brand: NDArray[np.int64]
    brands: tuple[str, ...]
    price: NDArray[np.float64]
    margin: NDArray[np.float64]
    mean_margin: float

    @classmethod
    def of(cls, items: Index, source: Items) -> Catalogue:
        """Look the model's items up in the catalogue."""
        row = source.index.positions(items)
        category, categories = _codes(source.category, row)
        brand, brands = _codes(source.brand, row)
        margin = np.append(source.margin, np.nan)[row]
        earning = margin[margin > 0]
        mean = float(earning.mean()) if earning.size else 1.0
        return cls(
            items=items,
            source=source,
            row=row,
            category=category,
            categories=categories,
            brand=brand,
            brands=brands,
            price=np.nan_to_num(np.append(source.price, 0.0)[row]),
            margin=np.where(np.isfinite(margin), margin, mean),
            mean_margin=mean,
        )

    @cached_property
    def recorded_category(self) -> NDArray[np.int64]:
        """The category of each item, -1 where none is recorded: what caps count and diversity compares."""
        none = self.categories.index(UNCATEGORISED) if UNCATEGORISED in self.categories else -1
        return np.where(self.category == none, -1, self.category)

    def name(self, item: int) -> str:
        """Return what people call an item: its description, or its id where there is none."""
        row = int(self.row[item])
        return (str(self.source.description[row]) if row >= 0 else "") or self.items[item]

    def price_on_the_day(self, state: State) -> NDArray[np.float64]:
        """Return the prices of the day, of shape (items,): those of running promotions, else the regular ones."""
        today = state.as_of.date()
        running = [p for p in state.promotions if p.price is not None and p.starts_on <= today <= p.ends_on]
        if not running:
            return self.price
        price = self.price.copy()
        for promotion in running:
            place = self.items.position(promotion.item_id)
            if place >= 0 and promotion.price is not None:
                price[place] = promotion.price
        return price

    def lined_up(self, index: Index) -> NDArray[np.int64]:
        """Return the place of each of the model's items in an axis that often is that of the state."""
        if index is self.source.index or index.ids is self.source.index.ids or index.ids == self.source.index.ids:
            return self.row
        places = index.positions(self.source.index)
        return np.where(self.row >= 0, np.append(places, -1)[self.row], -1)


def _codes(texts: NDArray[np.object_], row: NDArray[np.int64]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the distinct texts, and for each row the position of its text; a column may be missing altogether."""
    seen: dict[str, int] = {"": -1}
    code = np.array([seen.setdefault(str(text), len(seen) - 1) for text in texts.tolist()], dtype=np.int64)
    if not code.size:
        return np.full(row.size, -1), ()
    return np.append(code, -1)[row], tuple(seen)[1:]
