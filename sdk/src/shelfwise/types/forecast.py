"""Demand forecasts: what is asked of the forecaster and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from shelfwise.types._fields import array, as_tuple, read_only, same_array
from shelfwise.types.index import Index

DEFAULT_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@attrs.frozen
class ForecastRequest:
    """Ask for daily demand of items at nodes; empty ids mean all items, all selling nodes."""

    item_ids: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    node_ids: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    horizon_days: int = 28
    quantiles: tuple[float, ...] = attrs.field(converter=as_tuple, default=DEFAULT_QUANTILES)
    use_in_stock: bool = True
    """Whether days without stock are censored observations; off when the ``in_stock`` link is disabled."""
    seed: int = 0
    """Set by the orchestrator from the request's options."""


def _parts(values: Mapping[str, ArrayLike]) -> dict[str, NDArray[np.float64]]:
    return {name: read_only(part, np.float64) for name, part in values.items()}


def _same_parts(left: dict[str, NDArray[np.float64]], right: dict[str, NDArray[np.float64]]) -> bool:
    return left.keys() == right.keys() and all(same_array(left[name], right[name]) for name in left)


@attrs.frozen
class DemandForecast:
    """Expected demand in units per item, node and day.

    ``mean`` has shape (items, nodes, days), ``quantiles`` (levels, items, nodes, days). ``parts`` maps a driver
    (``base``, ``season``, ``calendar``, ``price``, ``promotion``, ``exposure``) to an array shaped as the mean;
    together they sum to it. Day 0 is ``starts_on``.
    """

    items: Index
    nodes: Index
    starts_on: date
    levels: tuple[float, ...] = attrs.field(converter=as_tuple)
    mean: NDArray[np.float64] = array(np.float64)
    quantiles: NDArray[np.float64] = array(np.float64)
    parts: dict[str, NDArray[np.float64]] = attrs.field(
        converter=_parts,
        factory=dict,
        eq=attrs.cmp_using(eq=_same_parts),  # type: ignore[attr-defined,unused-ignore]
    )

    @property
    def horizon_days(self) -> int:
        """The number of days that the forecast covers."""
        return int(self.mean.shape[2])
