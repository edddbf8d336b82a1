"""How far purchase probabilities can be trusted: what was expected beside what happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from shelfwise.evaluation.recommender_task import Window
from shelfwise.types import Slate

__all__ = ["Calibration"]

_BINS = 10


@attrs.frozen(eq=False)
class Calibration:
    """The reliability diagram of purchase probabilities, arrays of shape (bins,) with as many items shown in each.

    ``expected`` is the mean probability of a bin, ``observed`` the share that was bought within ``window_days`` and
    ``count`` the number of items shown. ``error`` is the expected calibration error: the distance of the two, averaged
    over what was shown (Naeini, Cooper & Hauskrecht 2015).
    """

    window_days: float
    expected: NDArray[np.float64]
    observed: NDArray[np.float64]
    count: NDArray[np.int64]

    @classmethod
    def of(cls, chance: ArrayLike, bought: ArrayLike, window_days: float) -> Calibration:
        """Sort what was shown by probability, both of shape (shown,), and divide it into equal bins."""
        probability, happened = np.asarray(chance, dtype=np.float64), np.asarray(bought, dtype=np.float64)
        order = np.argsort(probability, kind="stable")
        bins = [rows for rows in np.array_split(order, _BINS) if rows.size]
        return cls(
            window_days,
            np.array([probability[rows].mean() for rows in bins]),
            np.array([happened[rows].mean() for rows in bins]),
            np.array([rows.size for rows in bins], dtype=np.int64),
        )

    @classmethod
    def of_slates(cls, slates: Iterable[Slate], window: Window, window_days: float) -> Calibration:
        """Compare the probabilities of slates with what was bought within ``window_days``, at most the window's own."""
        shown = [
            (item.purchase_probability, window.bought.get(slate.customer_id, {}).get(item.item_id, np.inf))
            for slate in slates
            for item in slate.items
        ]
        chance, waited = np.array(shown, dtype=np.float64).reshape(-1, 2).T
        return cls.of(chance, waited < window_days, window_days)

    @property
    def error(self) -> float:
        """The expected calibration error; not a number where nothing was shown."""
        return (
            float(np.average(np.abs(self.expected - self.observed), weights=self.count)) if len(self.count) else np.nan
        )

    def to_json(self) -> dict[str, Any]:
        """Return the curve with its error, bin by bin."""
        return attrs.asdict(self) | {"error": self.error}
