"""What every evaluation reports besides its figures: versions, machine, definitions, and how sure it is."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from typing import Any

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Interval", "bootstrap_difference", "bootstrap_mean", "bootstrap_means", "envelope", "resampled_sums"]

_PACKAGES = ("shelfwise", "numpy", "scipy", "pandas")
_BLOCK = 4_000_000
"""Resampled values drawn at a time, which bounds the memory of a bootstrap."""


@attrs.frozen
class Interval:
    """An estimate with the ends of its confidence interval."""

    estimate: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        """Return the three numbers by name."""
        return attrs.asdict(self)


def bootstrap_mean(values: ArrayLike, *, seed: int = 0, samples: int = 1000, level: float = 0.95) -> Interval:
    """Return the mean of ``values`` with its percentile bootstrap interval (Efron & Tibshirani 1993, chapter 13).

    ``values`` holds one number per independent unit (a customer, a series), of shape (units,). The interval of
    no values at all is NaN.
    """
    column = np.asarray(values, dtype=np.float64)
    if not column.size:
        return Interval(math.nan, math.nan, math.nan)
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(_resampled_means(column, seed, samples), (tail, 1.0 - tail))
    return Interval(float(column.mean()), float(low), float(high))


def bootstrap_means(columns: ArrayLike, *, seed: int = 0, samples: int = 1000, level: float = 0.95) -> list[Interval]:
    """Return what :func:`bootstrap_mean` gives for each column, of shape (units, columns), in one go."""
    table = np.asarray(columns, dtype=np.float64)
    units = table.shape[0]
    if not units:
        return [Interval(math.nan, math.nan, math.nan)] * table.shape[1]
    means = resampled_sums(table, seed=seed, samples=samples) / units
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(means, (tail, 1.0 - tail), axis=0)
    return [Interval(*map(float, ends)) for ends in zip(table.mean(axis=0), low, high, strict=True)]


def resampled_sums(columns: ArrayLike, *, seed: int = 0, samples: int = 1000) -> NDArray[np.float64]:
    """Return the sums of columns, of shape (units, columns), over units drawn with replacement: (samples, columns)."""
    table = np.asarray(columns, dtype=np.float64)
    units = table.shape[0]
    return np.concatenate([_times(rows, units) @ table for rows in _draws(units, seed, samples)])


def bootstrap_difference(
    left: ArrayLike, right: ArrayLike, *, seed: int = 0, samples: int = 1000, level: float = 0.95
) -> Interval:
    """Return the mean of ``left - right`` with its interval, the two being measured on the same units."""
    difference = np.asarray(left, dtype=np.float64) - np.asarray(right, dtype=np.float64)
    return bootstrap_mean(difference, seed=seed, samples=samples, level=level)


def envelope(
    stage: str,
    *,
    seed: int,
    seconds: float,
    rows: Sequence[Mapping[str, Any]],
    definitions: Mapping[str, str],
    protocol: Mapping[str, Any],
    parts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return an evaluation as plain JSON: its rows, what the figures mean, and what produced them.

    ``rows`` holds one mapping per plugin (and split), ``definitions`` one sentence per metric, ``parts`` what is found
    beyond rows, by name. Numbers that are not finite become null, since JSON has none.
    """
    plain: dict[str, Any] = _plain(
        {
            "stage": stage,
            "protocol": protocol,
            "seed": seed,
            "seconds": seconds,
            "rows": rows,
            **(parts or {}),
            "definitions": definitions,
            "versions": _versions(),
            "machine": _machine(),
        }
    )
    return plain


def _resampled_means(column: NDArray[np.float64], seed: int, samples: int) -> NDArray[np.float64]:
    return np.concatenate([column[rows].mean(axis=1) for rows in _draws(column.size, seed, samples)])


def _draws(units: int, seed: int, samples: int) -> Iterator[NDArray[np.int64]]:
    """Yield resampled units in blocks of shape (samples of the block, units)."""
    generator = np.random.default_rng(seed)
    rows = max(1, _BLOCK // units)
    for start in range(0, samples, rows):
        yield generator.integers(0, units, (min(rows, samples - start), units))


def _times(rows: NDArray[np.int64], units: int) -> NDArray[np.float64]:
    """Return how often each unit was drawn in each sample, of the shape of ``rows``."""
    flat = (rows + np.arange(len(rows))[:, None] * units).ravel()
    return np.bincount(flat, minlength=rows.size).reshape(rows.shape).astype(np.float64)


def _versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in _PACKAGES}


def _machine() -> dict[str, Any]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {"cores": cores, "load_1_minute": load, "processor": platform.machine(), "system": platform.system()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
