"""The periods of a demand table: its days, or its weeks or months where no two days of trade are adjacent."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.dataset.panel import DemandPanel

_MONTH_DAYS = 365.25 / 12


@attrs.frozen(eq=False)
class Periods:
    """Which columns of a panel are periods, the first day of each, and how many days one lasts (30.4: a month)."""

    columns: NDArray[np.intp]
    days: NDArray[np.datetime64]
    step_days: float


def trading_periods(panel: DemandPanel) -> Periods:
    """Return every day of the panel, or only its days of trade where these are at least two days apart."""
    trading = np.flatnonzero(panel.open.any(axis=0))
    gaps = np.diff(trading)
    if not len(gaps) or gaps.min() == 1:
        return Periods(np.arange(len(panel.days)), panel.days, 1.0)
    step = float(np.median(gaps))
    return Periods(trading, panel.days[trading], _MONTH_DAYS if 28 <= step <= 31 else step)


__all__ = ["Periods", "trading_periods"]
