"""How sure the figures of forecasts are: bootstraps over series, those of two forecasters paired."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.report import Interval

__all__ = ["Sums", "cuts", "differences", "estimates", "intervals"]

_SAMPLES, _BLOCK = 1000, 50
Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class Sums:
    """What figures are ratios of: numerators and denominators of shape (series, figures)."""

    names: tuple[str, ...]
    top: Floats
    bottom: Floats


def estimates(sums: Sums) -> dict[str, float]:
    """Return each figure over all series, NaN where its denominator is 0."""
    return dict(zip(sums.names, _ratio(sums.top.sum(axis=0), sums.bottom.sum(axis=0)).tolist(), strict=True))


def intervals(sums: Sums, seed: int) -> dict[str, Interval]:
    """Return each figure with its 95 % percentile bootstrap interval over series, all figures resampled together."""
    return _resampled((sums,), lambda figures: figures[0], seed)


def differences(left: Sums, right: Sums, seed: int) -> dict[str, Interval]:
    """Return by how much each figure of ``left`` is above that of ``right``, on the same resampled series."""
    return _resampled((left, right), lambda figures: figures[0] - figures[1], seed)


def cuts(left: Sums, right: Sums, seed: int) -> dict[str, Interval]:
    """Return the share of each figure of ``right`` that ``left`` saves, on the same resampled series."""
    return _resampled((left, right), lambda figures: 1.0 - _ratio(figures[0], figures[1]), seed)


def _resampled(tables: tuple[Sums, ...], combine: Callable[[list[Floats]], Floats], seed: int) -> dict[str, Interval]:
    names, series = tables[0].names, len(tables[0].top)
    if not series:
        return dict.fromkeys(names, Interval(np.nan, np.nan, np.nan))
    generator = np.random.default_rng(seed)
    blocks = []
    for _ in range(_SAMPLES // _BLOCK):
        weights = generator.multinomial(series, np.full(series, 1 / series), _BLOCK).astype(np.float64)
        blocks.append(combine([_ratio(weights @ sums.top, weights @ sums.bottom) for sums in tables]))
    samples = np.concatenate(blocks)
    defined = np.isfinite(samples).any(axis=0)
    ends = np.full((2, len(names)), np.nan)
    ends[:, defined] = np.nanquantile(samples[:, defined], (0.025, 0.975), axis=0)
    whole = combine([_ratio(sums.top.sum(axis=0), sums.bottom.sum(axis=0)) for sums in tables])
    return {name: Interval(float(whole[k]), float(ends[0, k]), float(ends[1, k])) for k, name in enumerate(names)}


def _ratio(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
