"""What a forecaster learns from: one row a series, one column a period, on the calendar of the data itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from shelfwise.series.cadence import Cadence
from shelfwise.series.prices import relative_price
from shelfwise.types import Index
from shelfwise.types._fields import array, read_only

if TYPE_CHECKING:
    import pandas as pd

    from shelfwise.dataset import Dataset, DemandPanel

__all__ = ["History", "read_history"]


def _texts(columns: Mapping[str, ArrayLike]) -> dict[str, NDArray[np.object_]]:
    return {name: read_only(column, object) for name, column in columns.items()}


@attrs.frozen(eq=False)
class History:
    """Series x periods, shape (S, T); series ``s`` is item ``s // len(nodes)`` at node ``s % len(nodes)``.

    ``group`` (items,) is the category of each item as a position in ``groups``; ``attributes`` maps ``brand`` and every
    column of the items table that the schema does not name to the text of each item, blank where it is unknown.
    ``days`` (T,) is the first day of each period and ``phase`` (T,) its place in the season. ``opened`` (nodes, T)
    tells when a node traded; ``observed`` marks the periods in which it did and the item was on sale; ``in_stock``
    those in which demand was not cut off. ``price`` is in currency per unit, NaN where unknown; ``log_price`` is
    relative to the customary price, 0 where that is unknown; ``reference_price`` (S,) is the customary price at the
    end, NaN where it is unknown. ``list_price`` (items,) is that of the catalogue, NaN where it is unknown.
    """

    items: Index
    nodes: Index
    groups: Index
    attributes: dict[str, NDArray[np.object_]] = attrs.field(converter=_texts)
    cadence: Cadence
    group: NDArray[np.int64] = array(np.int64)
    days: NDArray[np.datetime64] = array("datetime64[D]")
    phase: NDArray[np.int64] = array(np.int64)
    opened: NDArray[np.bool_] = array(np.bool_)
    units: NDArray[np.float64] = array(np.float64)
    observed: NDArray[np.bool_] = array(np.bool_)
    in_stock: NDArray[np.bool_] = array(np.bool_)
    promoted: NDArray[np.bool_] = array(np.bool_)
    price: NDArray[np.float64] = array(np.float64)
    log_price: NDArray[np.float64] = array(np.float64)
    reference_price: NDArray[np.float64] = array(np.float64)
    list_price: NDArray[np.float64] = array(np.float64)

    @list_price.default
    def _unknown(self) -> NDArray[np.float64]:
        return np.full(len(self.items), np.nan)

    @property
    def item(self) -> NDArray[np.int64]:
        """The item row of each series, shape (S,)."""
        return np.repeat(np.arange(len(self.items)), len(self.nodes))

    @property
    def node(self) -> NDArray[np.int64]:
        """The node row of each series, shape (S,)."""
        return np.tile(np.arange(len(self.nodes)), len(self.items))

    @property
    def whole(self) -> bool:
        """Whether units are whole numbers."""
        return bool((self.units == np.rint(self.units)).all())

    @property
    def censored(self) -> bool:
        """Whether demand was cut off anywhere, so that the two masks differ."""
        return bool((self.observed & ~self.in_stock).any())

    def mask(self, *, use_in_stock: bool = True) -> NDArray[np.bool_]:
        """Return which periods tell of demand, shape (S, T): those observed, and in stock unless that is left out."""
        return self.observed & self.in_stock if use_in_stock else self.observed

    def typical_cut(self, mask: NDArray[np.bool_]) -> float:
        """Return the mean log price of promoted periods, for plans without a price; 0 where there are none."""
        cuts = self.log_price[self.promoted & mask]
        return float(cuts.mean()) if len(cuts) else 0.0


def read_history(dataset: Dataset, *, periods: int, season_length: int | None = None) -> History:
    """Return the last ``periods`` periods of a data set's demand.

    ``season_length`` None means 7 for daily data and no season otherwise.
    """
    from shelfwise.dataset.periods import trading_periods

    panel = dataset.demand_panel()
    calendar = trading_periods(panel)
    kept, days = calendar.columns[-periods:], calendar.days[-periods:]
    cadence = Cadence(days[0], days[-1], calendar.step_days, season_length or (7 if calendar.step_days == 1 else 1))

    def rows(values: NDArray[Any]) -> NDArray[Any]:
        return values.reshape(-1, values.shape[-1])[:, kept]

    opened, promoted, price = panel.open[:, kept], rows(panel.on_promotion), rows(panel.price)
    on_sale = days >= _on_sale_from(dataset, panel)[:, None]
    log_price, reference = relative_price(price, promoted)
    items = dataset.items.set_index("item_id").loc[list(panel.items)]
    categories = [str(name) for name in items["category"]]
    groups = Index(sorted(set(categories)))
    return History(
        items=panel.items,
        nodes=panel.nodes,
        groups=groups,
        group=groups.positions(categories),
        attributes=_attributes(items),
        cadence=cadence,
        days=days,
        phase=cadence.number(days) % cadence.season_length,
        opened=opened,
        units=rows(panel.units),
        observed=np.tile(opened, (len(panel.items), 1)) & on_sale,
        in_stock=rows(panel.in_stock),
        promoted=promoted,
        price=price,
        log_price=log_price,
        reference_price=reference,
        list_price=items["price"].to_numpy(np.float64),
    )


def _attributes(items: pd.DataFrame) -> dict[str, NDArray[np.object_]]:
    """Return the brand and the columns of the table that the schema does not name, as text."""
    from shelfwise.dataset.schema import TABLES

    extra = [name for name in items.columns if name == "brand" or name not in TABLES["items"].names]
    return {str(name): items[name].astype(object).where(items[name].notna(), "").map(str).to_numpy() for name in extra}


def _on_sale_from(dataset: Dataset, panel: DemandPanel) -> NDArray[np.datetime64]:
    """Return the first day that tells something of each series, shape (S,), in the far future where there is none.

    That is the first row of its demand where it says 0, and else the day after: what follows a first sale is an
    unbiased sample of the demand, the first sale itself is not.
    """
    first = dataset.demand.sort_values("date", kind="stable").drop_duplicates(["item_id", "node_id"])
    item, node = panel.items.positions(first["item_id"]), panel.nodes.positions(first["node_id"])
    known = (item >= 0) & (node >= 0)
    days = first["date"].to_numpy("datetime64[D]") + (first["units"].to_numpy() > 0).astype("timedelta64[D]")
    out = np.full(len(panel.items) * len(panel.nodes), np.datetime64("9999-01-01"))
    out[item[known] * len(panel.nodes) + node[known]] = days[known]
    return out
