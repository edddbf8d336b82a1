"""On which days a lane takes orders: whether today, and when next."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

_WEEK = 7


def order_calendar(
    weekdays: NDArray[np.bool_], today: date, review_days: int
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return for each lane whether it takes orders ``today``, and the days until the next order over it.

    ``weekdays`` has shape (lanes, 7), Monday first. The next order is placed on the lane's first day that is at
    least ``review_days`` from today.
    """
    coming = (today.weekday() + review_days + np.arange(_WEEK)) % _WEEK
    return weekdays[:, today.weekday()], review_days + weekdays[:, coming].argmax(axis=1)
