"""The textbook's (r, Q): the economic order quantity, and a reorder point from the normal approximation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from shelfwise.simulation.tuning.setting import Setting
from shelfwise.types import ServiceMeasure

__all__ = ["order_quantity", "reorder_point"]

Floats = NDArray[np.float64]


def order_quantity(setting: Setting) -> Floats:
    """Return sqrt(2 K d / h) (Harris 1913), and no less than a review's demand, minimum and pack; (item-nodes,)."""
    network, mean = setting.network, setting.mean
    economic = np.sqrt(2.0 * network.order_cost * mean / np.maximum(network.holding_cost, 1e-12))
    least = np.maximum(network.minimum, np.maximum(network.pack, mean * setting.review_periods))
    quantity = np.maximum(economic, least)
    return np.maximum(np.rint(quantity), 1.0) if setting.whole else np.maximum(quantity, 1e-6)


def reorder_point(setting: Setting, quantity: Floats) -> Floats:
    """Return m + z s, with m and s the mean and deviation of the demand of lead time and review; (item-nodes,).

    By cost, stock-outs are as likely a cycle as h Q / (h Q + p d) where demand is lost (Hadley, Whitin 1963, section
    4.11), and as h / (h + b) where it waits. By cycle service, z is its quantile; by fill rate, the one whose expected
    shortage s G(z) is (1 - target) Q (Silver, Pyke, Thomas 2017, section 6.7).
    """
    spread = np.maximum(setting.spread(setting.cover), 1e-9)
    point = setting.mean * setting.cover + _score(setting, quantity, spread) * spread
    return np.maximum(np.ceil(point - 1e-9) if setting.whole else point, 0.0)


def _score(setting: Setting, quantity: Floats, spread: Floats) -> Floats:
    network = setting.network
    if setting.service is None:
        hold, waits = network.holding_cost, _of_sales(setting, network.backorder_share)
        held, lost = hold * quantity, _of_sales(setting, network.lost_cost) * setting.mean
        short = waits * hold / np.maximum(hold + _of_sales(setting, network.backorder_cost), 1e-12)
        short = short + (1.0 - waits) * held / np.maximum(held + lost, 1e-12)
        return np.asarray(-special.ndtri(np.clip(short, 1e-6, 1.0 - 1e-6)))
    if setting.service.measure is ServiceMeasure.CYCLE_SERVICE:
        return np.full(len(network), special.ndtri(setting.service.target))
    allowed = (1.0 - setting.service.target) * quantity / spread
    low, high = np.full(len(network), -6.0), np.full(len(network), 6.0)
    for _ in range(50):
        middle = (low + high) / 2.0
        too_short = _loss(middle) > allowed
        low, high = np.where(too_short, middle, low), np.where(too_short, high, middle)
    return high


def _of_sales(setting: Setting, values: Floats) -> Floats:
    """Return the mean of a number over the sales of all that an item-node supplies, itself included."""
    sold = setting.sold
    return np.divide(setting.network.echelon(values * sold), setting.mean, out=values.copy(), where=setting.mean > 0)


def _loss(score: Floats) -> Floats:
    """Return G(z), the expected excess of a standard normal variable above z."""
    return np.asarray(np.exp(-0.5 * score**2) / np.sqrt(2.0 * np.pi) - score * special.ndtr(-score))
