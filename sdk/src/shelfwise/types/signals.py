"""The economic signals that tie the four stages together."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import array, optional_array
from shelfwise.types.index import Index


@attrs.frozen
class Exposure:
    """What our own slates and campaigns are expected to cause.

    ``impressions`` and ``extra_units`` have shape (items, nodes, days); day 0 is ``DemandForecast.starts_on``.
    ``extra_units`` are units above what would have sold without the exposure, ``promised_units``, of the same shape,
    all that is expected to be bought of what the slates show; None where that is not known.
    """

    items: Index
    nodes: Index
    impressions: NDArray[np.float64] = array(np.float64)
    extra_units: NDArray[np.float64] = array(np.float64)
    promised_units: NDArray[np.float64] | None = optional_array(np.float64)


@attrs.frozen
class StockOutlook:
    """What the stock will allow, per item and node: arrays of shape (items, nodes).

    ``available_to_promise`` in units over the lead time; ``in_stock_probability`` from 0 to 1 on delivery;
    ``unit_value`` is the shadow price of one more unit, in currency.
    """

    items: Index
    nodes: Index
    available_to_promise: NDArray[np.float64] = array(np.float64)
    in_stock_probability: NDArray[np.float64] = array(np.float64)
    unit_value: NDArray[np.float64] = array(np.float64, amounts=True)


@attrs.frozen
class DeliveryCosts:
    """What one more delivery costs and when it can arrive: arrays of shape (zones, nodes).

    ``marginal_cost`` in currency per delivery; ``promise_days`` is whole days from the planning day to the
    earliest arrival.
    """

    zones: Index
    nodes: Index
    marginal_cost: NDArray[np.float64] = array(np.float64, amounts=True)
    promise_days: NDArray[np.float64] = array(np.float64)
