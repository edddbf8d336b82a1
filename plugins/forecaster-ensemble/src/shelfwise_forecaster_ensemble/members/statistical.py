"""Estimators of sktime, fitted to each series by its demand class; what they forecast is kept, not they."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types import Deadline, Progress
from shelfwise.types._fields import array
from shelfwise_forecaster_ensemble.beyond import less_sure
from shelfwise_forecaster_ensemble.members.statistical_fitting import forecast
from shelfwise_forecaster_ensemble.outlook import LEVELS, Outlook
from shelfwise_forecaster_ensemble.panel import Panel

__all__ = ["Statistical"]

_ARRAYS = "statistical.npz"


@attrs.frozen(eq=False)
class Statistical:
    """What was forecast in training of each record, one a row: fitting at request would take minutes.

    A record is a series as it was known at an end: the ``key`` (R, 4) holds its item, its node, the first day of its
    last period as days since 1970 and how many of its periods tell of demand. So there is no opinion of a panel that
    ends elsewhere, or of a series whose record is another. ``mean`` has shape (R, H), ``quantiles`` (R, H, levels).
    """

    key: NDArray[np.int64] = array(np.int64)
    mean: NDArray[np.float32] = array(np.float32)
    quantiles: NDArray[np.float32] = array(np.float32)

    @classmethod
    def fit(
        cls,
        panels: Sequence[Panel],
        opened: NDArray[np.bool_],
        horizon: int,
        *,
        whole: bool,
        most: int,
        jobs: int,
        progress: Progress,
        deadline: Deadline,
    ) -> Statistical:
        """Forecast ``horizon`` periods, or a season if that is longer, from the end of each of the panels.

        Records that several panels share are forecast once, and of more than ``most`` series with a record so many,
        drawn at random but alike each time. ``opened`` (nodes, T) tells when each node traded, ``jobs`` is the number
        of processes (-1: one a core). A series has none where sktime refuses it - with fewer than 8 periods on record,
        or with demand that never varied - or where it was not fitted by the ``deadline``.
        """
        keys = np.zeros((0, 4), np.int64)
        means = [np.zeros((0, max(horizon, panels[0].cadence.season_length)), np.float32)]
        quantiles = [np.zeros((*means[0].shape, len(LEVELS)), np.float32)]
        recorded = np.flatnonzero(np.any([panel.mask.any(axis=1) for panel in panels], axis=0))
        drawn = np.zeros(panels[0].series, bool)
        drawn[np.random.default_rng(0).permutation(recorded)[:most]] = True
        for panel in panels:
            key = _key(panel)
            fresh = np.flatnonzero(drawn & (key[:, 3] > 0) & (_places(key, keys) < 0))
            open_then, reach = opened[:, : panel.known], means[0].shape[1]
            found = forecast(panel, fresh, open_then, reach, jobs=jobs, progress=progress, deadline=deadline)
            told = np.flatnonzero(np.isfinite(found.mean).all(axis=1))
            keys = np.concatenate([keys, key[fresh[told]]])
            means.append(found.mean[told])
            quantiles.append(np.rint(found.quantiles[told]) if whole else found.quantiles[told])
        return cls(keys, np.concatenate(means), np.concatenate(quantiles))

    def outlook(self, panel: Panel) -> Outlook:
        """Return what was forecast; NaN for series whose record it was not.

        Where that ends the last season is said again, less surely. Plans and covariates change nothing.
        """
        row, step = _places(_key(panel), self.key), self._steps(panel)
        season, reach = panel.cadence.season_length, self.mean.shape[1]
        column = np.where(step < reach, step, reach - season + (step - reach) % season)
        mean = np.full((panel.series, panel.horizon), np.nan, np.float32)
        quantiles = np.full((*mean.shape, len(LEVELS)), np.nan, np.float32)
        told = np.flatnonzero(row >= 0)
        mean[told] = self.mean[row[told, None], column]
        quantiles[told] = np.maximum(less_sure(self.quantiles[row[told, None], column], step, reach), 0.0)
        return Outlook(mean, quantiles)

    @staticmethod
    def _steps(panel: Panel) -> NDArray[np.int64]:
        """Return how far ahead each period is on the calendar, counted from 0; the panel may leave out closed ones."""
        number = panel.cadence.number(panel.days)
        return np.asarray(number[panel.known :] - number[panel.known - 1] - 1, dtype=np.int64)

    def save(self, directory: Path) -> None:
        """Write the forecasts as arrays."""
        np.savez_compressed(directory / _ARRAYS, allow_pickle=False, **attrs.asdict(self, recurse=False))

    @classmethod
    def load(cls, directory: Path) -> Statistical:
        """Read what :meth:`save` wrote."""
        with np.load(directory / _ARRAYS, allow_pickle=False) as stored:
            return cls(**stored)


def _key(panel: Panel) -> NDArray[np.int64]:
    end = panel.days[panel.known - 1].astype("datetime64[D]").astype(np.int64)
    told = panel.mask.sum(axis=1)
    return np.stack([panel.item, panel.node, np.full(panel.series, end), told], axis=1)


def _places(wanted: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the row of each wanted key among those known, -1 where it is none of them."""
    if not len(known):
        return np.full(len(wanted), -1)
    low, span = known.min(axis=0), np.ptp(known, axis=0) + 1
    rows = np.flatnonzero(((wanted >= low) & (wanted < low + span)).all(axis=1))
    own, asked = (np.ravel_multi_index(tuple((key - low).T), tuple(span)) for key in (known, wanted[rows]))
    order = np.argsort(own)
    found = order[np.minimum(np.searchsorted(own, asked, sorter=order), len(order) - 1)]
    place = np.full(len(wanted), -1)
    place[rows] = np.where(own[found] == asked, found, -1)
    return place
