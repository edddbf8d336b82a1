"""The catalogue of the state, lined up with the items that the recommender knows."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types import Index, Items, State

__all__ = ["Catalogue"]


@attrs.frozen(eq=False)
class Catalogue:
    """Columns of shape (items,) in the order of the model's items.

    ``row`` is the place in ``source`` (-1 where an item is not in the catalogue any more), ``margin`` in currency per
    unit is the mean one where it is not known.
    """

    source: Items
    row: NDArray[np.int64]
    names: NDArray[np.object_]
    category: NDArray[np.object_]
    price: NDArray[np.float64]
    margin: NDArray[np.float64]
    mean_margin: float

    @classmethod
    def of(cls, items: Index, source: Items) -> Catalogue:
        """Look the model's items up in the catalogue."""
        row = source.index.positions(items)
        description = np.append(source.description, "")[row]
        margin = np.append(source.margin, np.nan)[row]
        earning = margin[margin > 0]
        mean = float(earning.mean()) if earning.size else 1.0
        return cls(
            source=source,
            row=row,
            names=np.where(description == "", items.array, description),
            category=np.append(source.category, "")[row].astype(str).astype(object),
            price=np.nan_to_num(np.append(source.price, 0.0)[row]),
            margin=np.where(np.isfinite(margin), margin, mean),
            mean_margin=mean,
        )

    def price_on_the_day(self, state: State, items: Index) -> NDArray[np.float64]:
        """Return the prices of the day: those of running promotions, else the regular ones."""
        today = state.as_of.date()
        running = [p for p in state.promotions if p.price is not None and p.starts_on <= today <= p.ends_on]
        if not running:
            return self.price
        price = self.price.copy()
        for promotion in running:
            place = items.position(promotion.item_id)
            if place >= 0 and promotion.price is not None:
                price[place] = promotion.price
        return price

    def lined_up(self, index: Index) -> NDArray[np.int64]:
        """Return the place of each of the model's items in an axis that often is that of the state."""
        if index.ids == self.source.index.ids:
            return self.row
        places = index.positions(self.source.index)
        return np.where(self.row >= 0, np.append(places, -1)[self.row], -1)
