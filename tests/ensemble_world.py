"""Panels drawn for the tests of the ensemble."""

import numpy as np
from shelfwise_forecaster_ensemble.panel import Panel
from shelfwise_forecaster_ensemble.trends import Trends

from shelfwise.series import Cadence


def panel(units, *, horizon=0, season=7, promoted=None, mask=None, group=None):
    """Return a panel of daily demand, of shape (series, periods), with nothing planned but ``promoted``."""
    units = np.asarray(units, dtype=np.float32)
    series, known = units.shape
    days = np.datetime64("2024-01-01") + np.arange(known + horizon)
    blank = np.zeros((series, known + horizon), np.float32)
    mask = np.ones(units.shape, bool) if mask is None else np.asarray(mask)
    item, node = np.arange(series), np.zeros(series, np.int64)
    return Panel(
        cadence=Cadence(days[0], days[known - 1], 1.0, season),
        trends=Trends.of(units, mask, item, node),
        item=item,
        node=node,
        group=np.zeros(series, np.int64) if group is None else np.asarray(group),
        units=units,
        mask=mask,
        promoted=blank if promoted is None else np.asarray(promoted, np.float32),
        log_price=blank,
        rivals_promoted=blank,
        rivals_price=blank,
        price_level=blank,
        rivals_level=blank,
        days=days,
        phase=np.arange(known + horizon) % season,
    )
