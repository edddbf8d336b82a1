"""What arms differ by: paired differences over worlds, their intervals, and what is left of them after Holm.

A world is the unit: the arms share it, and every number in it is keyed, so that they differ by what was decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.report import Interval, bootstrap_difference, bootstrap_mean, resampled_sums
from shelfwise.twin.arms import INFORMED, INTEGRATED, SILOED
from shelfwise.types import Link

__all__ = ["SAMPLES", "Comparison", "compare", "holm"]

Floats = NDArray[np.float64]

SAMPLES = 10_000
"""Resamples of a bootstrap."""


@attrs.frozen(eq=False)
class Comparison:
    """By arm and figure the values of the worlds, and the difference to the siloed arm with its 95 % interval.

    ``p_value`` is of the primary figure alone, two-sided, ``adjusted`` after Holm over all arms. ``interaction`` is
    what all links are worth together less the sum of what each is worth alone, ``closed`` the share of the way from
    siloed to perfect information that integration goes, in the primary figure, each where these arms were run.
    """

    primary: str
    values: dict[str, dict[str, Floats]]
    mean: dict[str, dict[str, Interval]]
    difference: dict[str, dict[str, Interval]]
    p_value: dict[str, float]
    adjusted: dict[str, float]
    interaction: Interval | None
    closed: Interval | None
    profit_by_week: dict[str, Floats]
    """Of shape (worlds, weeks)."""

    def rows(self) -> list[dict[str, Any]]:
        """Return a row an arm and figure, ready for JSON."""
        rows = []
        for arm, figures in self.mean.items():
            for name, mean in figures.items():
                row: dict[str, Any] = {"arm": arm, "figure": name, "mean": mean.to_json()}
                if arm in self.difference:
                    row["difference_to_siloed"] = self.difference[arm][name].to_json()
                if name == self.primary and arm in self.p_value:
                    row |= {"p_value": self.p_value[arm], "p_value_holm": self.adjusted[arm]}
                row["worlds"] = self.values[arm][name].tolist()
                rows.append(row)
        return rows


def compare(worlds: Sequence[Mapping[str, Any]], primary: str, seed: int = 0) -> Comparison:
    """Compare arms of finished worlds with the siloed one; a figure that is NaN in a world leaves that world out."""
    arms = list(worlds[0]["arms"])
    names = list(worlds[0]["arms"][SILOED]["figures"])
    values = {
        arm: {name: np.array([_number(world["arms"][arm]["figures"][name]) for world in worlds]) for name in names}
        for arm in arms
    }
    base = values[SILOED]
    others = [arm for arm in arms if arm != SILOED]
    difference = {arm: {name: _paired(values[arm][name], base[name], seed) for name in names} for arm in others}
    gain = {arm: values[arm][primary] - base[primary] for arm in others}
    p_value = {arm: _p_value(gain[arm], seed) for arm in others}
    single = [f"only_{link.value}" for link in Link]
    together = None
    if gain.keys() >= {INTEGRATED, *single}:
        together = _mean(gain[INTEGRATED] - sum(gain[arm] for arm in single), seed)
    return Comparison(
        primary=primary,
        values=values,
        mean={arm: {name: _mean(column, seed) for name, column in table.items()} for arm, table in values.items()},
        difference=difference,
        p_value=p_value,
        adjusted=holm(p_value),
        interaction=together,
        closed=_closed(gain[INTEGRATED], gain[INFORMED], seed) if gain.keys() >= {INTEGRATED, INFORMED} else None,
        profit_by_week={arm: np.array([world["arms"][arm]["profit_by_week"] for world in worlds]) for arm in arms},
    )


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return p-values for a family of tests by the step-down method of Holm (1979)."""
    order = sorted(p_values, key=lambda name: p_values[name])
    adjusted, highest = {}, 0.0
    for rank, name in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - rank) * p_values[name]))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p_values}


def _closed(ours: Floats, most: Floats, seed: int) -> Interval:
    """Return a ratio of mean gains, both resampled together.

    All of it is NaN where there is no way to go, its ends where there may be none.
    """
    gains = np.column_stack([ours, most])
    gains = gains[np.isfinite(gains).all(axis=1)]
    nan = float("nan")
    if not len(gains) or gains[:, 1].mean() <= 0:
        return Interval(nan, nan, nan)
    estimate = float(gains[:, 0].mean() / gains[:, 1].mean())
    sums = resampled_sums(gains, seed=seed, samples=SAMPLES)
    if np.quantile(sums[:, 1], 0.025) <= 0:
        return Interval(estimate, nan, nan)
    way = sums[:, 1] > 0
    low, high = np.quantile(sums[way, 0] / sums[way, 1], (0.025, 0.975))
    return Interval(estimate, float(low), float(high))


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _mean(column: Floats, seed: int) -> Interval:
    return bootstrap_mean(column[np.isfinite(column)], seed=seed, samples=SAMPLES)


def _paired(left: Floats, right: Floats, seed: int) -> Interval:
    both = np.isfinite(left) & np.isfinite(right)
    return bootstrap_difference(left[both], right[both], seed=seed, samples=SAMPLES)


def _p_value(difference: Floats, seed: int) -> float:
    """Return the share of flips of the worlds' signs that give a mean as far from zero: a permutation test, two-sided.

    All flips are counted where they are few, and otherwise as many as there are resamples; few worlds cannot be sure.
    """
    difference = difference[np.isfinite(difference)]
    worlds = len(difference)
    if 2**worlds <= SAMPLES:
        signs = 1.0 - 2.0 * (np.arange(2**worlds)[:, None] >> np.arange(worlds) & 1)
    else:
        drawn = np.random.default_rng(seed).integers(0, 2, (SAMPLES, worlds))
        signs = np.vstack([np.ones(worlds), 1.0 - 2.0 * drawn])
    means = np.abs(signs @ difference)
    return float((means >= means[0] * (1.0 - 1e-9)).mean())
