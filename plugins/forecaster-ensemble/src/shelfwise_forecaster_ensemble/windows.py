"""Rolling windows at the end of the record, forecast by members that have seen none of them."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import array
from shelfwise_forecaster_ensemble.buckets import bucket_of
from shelfwise_forecaster_ensemble.members.member import Member
from shelfwise_forecaster_ensemble.panel import Panel

__all__ = ["Trial", "cuts"]

_WINDOWS = 3
_FEWEST = 6
"""Periods before the first window without which there is none."""


def cuts(known: int, horizon: int) -> tuple[int, ...]:
    """Return the periods at which the windows begin, the earliest first; none where the record is too short.

    A window is as long as the horizon, but no longer than an eighth of the record.
    """
    length = max(1, min(horizon, known // 8))
    first = known - _WINDOWS * length
    return tuple(range(first, known, length)) if first >= _FEWEST else ()


@attrs.frozen(eq=False)
class Trial:
    """What members expected in the windows and what happened.

    One row a series, period and window: the logarithms of one plus the ``quantiles`` (rows, members, levels), NaN where
    a member has no opinion, as one at least has in each row; ``units``, the ``group`` of the series and the ``bucket``
    of the horizon (rows,).
    """

    quantiles: NDArray[np.float32] = array(np.float32)
    units: NDArray[np.float32] = array(np.float32)
    group: NDArray[np.int64] = array(np.int64)
    bucket: NDArray[np.int64] = array(np.int64)

    @classmethod
    def of(cls, panel: Panel, members: Mapping[str, Member], starts: tuple[int, ...], *, most: int, seed: int) -> Trial:
        """Let members that learned before the first of the ``starts`` forecast each window; draw some of the rows.

        Rows in which all have an opinion come first, as most is learned from these.
        """
        generator, parts = np.random.default_rng(seed), []
        ends = (*starts[1:], panel.known)
        for start, end in zip(starts, ends, strict=True):
            seen = panel.until(start, end - start)
            told = [member.outlook(seen).quantiles for member in members.values()]
            opinions = np.sum([np.isfinite(one[..., 0]) for one in told], axis=0)
            row, step = np.nonzero(panel.mask[:, start:end] & seen.mask.any(axis=1, keepdims=True) & (opinions > 0))
            drawn = generator.permutation(row.size)
            chosen = np.sort(
                drawn[np.argsort(-opinions[row[drawn], step[drawn]], kind="stable")][: most // len(starts)]
            )
            row, step = row[chosen], step[chosen]
            quantiles = np.log1p(np.stack([one[row, step] for one in told], axis=1))
            parts.append((quantiles, panel.units[row, start + step], panel.group[row], bucket_of(step)))
        return cls(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def only(self, members: NDArray[np.int64]) -> Trial:
        """Return what some of the members expected, where one of them has an opinion."""
        heard = self.told[:, members].any(axis=1)
        return Trial(self.quantiles[heard][:, members], self.units[heard], self.group[heard], self.bucket[heard])

    @property
    def told(self) -> NDArray[np.bool_]:
        """Which member has an opinion in which row, (rows, members)."""
        return np.isfinite(self.quantiles[:, :, 0])

    def __len__(self) -> int:
        return self.units.size
