"""What is planned for the horizon of a request: promotions, prices, and the uplift that their planner expects."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types import Index, State
from shelfwise.types._fields import array

__all__ = ["Plans", "rival_means"]


@attrs.frozen(eq=False)
class Plans:
    """Arrays of shape (items, nodes, periods) of what is planned.

    ``promoted`` is 1 where the item is promoted, else 0; ``log_price`` relative to the customary price; ``uplift`` the
    factor on demand that the planner expects, NaN where none is stated.
    """

    promoted: NDArray[np.float64] = array(np.float64)
    log_price: NDArray[np.float64] = array(np.float64)
    uplift: NDArray[np.float64] = array(np.float64)

    @property
    def empty(self) -> bool:
        """Whether nothing at all is planned."""
        return not (self.promoted.any() or self.log_price.any() or np.isfinite(self.uplift).any())

    @classmethod
    def of(
        cls,
        state: State,
        items: Index,
        nodes: Index,
        days: NDArray[np.datetime64],
        *,
        step_days: float,
        reference_price: NDArray[np.float64],
        typical_cut: float,
    ) -> Plans:
        """Spread the state's promotions over items, nodes and the periods that begin on ``days``.

        A plan counts in every period that it touches; of two for the same period the last stated wins.
        ``reference_price`` (items, nodes) is the customary price. A promotion without a price is taken to cut it by the
        log ratio ``typical_cut``, as promotions did before.
        """
        shape = (len(items), len(nodes), len(days))
        promoted, log_price, uplift = np.zeros(shape), np.zeros(shape), np.full(shape, np.nan)
        ends = days + np.timedelta64(max(int(step_days) - 1, 0), "D")
        for plan in state.promotions:
            item, node = items.position(plan.item_id), nodes.position(plan.node_id)
            first = int(np.searchsorted(ends, np.datetime64(plan.starts_on)))
            last = int(np.searchsorted(days, np.datetime64(plan.ends_on), side="right"))
            if item < 0 or (plan.node_id and node < 0) or first >= last:
                continue
            where = (item, slice(node, node + 1) if plan.node_id else slice(None))
            cut = _log_ratio(plan.price, reference_price[where], typical_cut)
            for values, value in (
                (promoted, float(plan.advertised)),
                (log_price, cut[:, None]),
                (uplift, np.nan if plan.expected_uplift is None else plan.expected_uplift),
            ):
                values[(*where, slice(first, last))] = value
        return cls(promoted, log_price, uplift)


def rival_means(values: NDArray[np.float64], group: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return for each item the mean over the other items of its category; 0 for an item that has none.

    ``values`` has shape (items, ...) and ``group`` is the category of each item, as positions of shape (items,).
    """
    count = np.bincount(group)
    total = np.zeros((len(count), *values.shape[1:]))
    np.add.at(total, group, values)
    others = np.maximum(count - 1, 1)[group][:, None, None]
    return np.where(count[group][:, None, None] > 1, (total[group] - values) / others, 0.0)


def _log_ratio(price: float | None, reference: NDArray[np.float64], typical: float) -> NDArray[np.float64]:
    if price is None:
        return np.full(reference.shape, typical)
    known = (reference > 0) & (price > 0)
    return np.log(np.divide(price, reference, out=np.ones_like(reference), where=known))
