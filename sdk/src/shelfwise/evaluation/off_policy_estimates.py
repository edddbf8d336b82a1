"""What another recommender would have earned in the slots of a log: three estimates, with intervals."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.off_policy_log import SlateLog
from shelfwise.evaluation.off_policy_outcome import expected_rewards
from shelfwise.evaluation.report import Interval, resampled_sums

__all__ = ["DEFINITIONS", "Support", "Value", "value_of"]

DEFINITIONS = {
    "purchases_per_slate": "items of a slate that were bought from it within the window, on average",
    "contribution_per_slate": "price less unit cost of what was bought from a slate within the window, on average",
    "ips": (
        "inverse propensity: outcomes of slots that show what the plugin shows there, each divided by its propensity;"
        " right where every slot's item could have been shown there and what comes of a slot depends on its customer,"
        " item and place alone"
    ),
    "snips": "self-normalised: the same divided by the mean weight instead of 1; less variable, with a small bias",
    "dr": (
        "doubly robust: what a model of outcomes expects, learned from other customers, plus the inverse propensity"
        " estimate of what it misses; right where either is"
    ),
    "dr_against_logged": "dr less what the slates earned as they were shown",
    "supported": "mean weight, an estimate of the share of slots whose item could have been shown there; 1 is wanted",
    "effective_slots": "slots of equal weight that would tell as much: squared sum of weights over sum of squares",
    "matched": "slots in which the log shows what the plugin shows",
}
_LEVEL = 0.95


@attrs.frozen
class Value:
    """Estimates of one figure a slate, with 95 % percentile bootstrap intervals over customers; None where none is."""

    ips: Interval
    snips: Interval
    dr: Interval | None = None
    dr_against_logged: Interval | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the estimates by name."""
        return attrs.asdict(self)


@attrs.frozen
class Support:
    """How much of a plugin's slates the log can speak of; see the definitions."""

    slots: int
    matched: int
    effective_slots: float
    supported: Interval

    @classmethod
    def of(cls, log: SlateLog, weight: NDArray[np.float64], *, seed: int) -> Support:
        """Look at the weights of the slots."""
        ones = np.ones(weight.size)
        supported = _Ratios(log, seed).of(weight, ones)
        square = float((weight**2).sum())
        return cls(
            weight.size, int((weight > 0).sum()), float(weight.sum()) ** 2 / square if square else 0.0, supported
        )

    def warnings(self, *, least_slots: float = 100.0) -> list[str]:
        """Say in words where the log does not carry an estimate."""
        found = []
        if self.supported.high < 1.0:
            low, high = self.supported.low, self.supported.high
            found.append(
                f"the log could have shown what the plugin shows in only {self.supported.estimate:.0%} of the slots"
                f" ({low:.0%} to {high:.0%}): ips counts nothing for the others, snips and dr extrapolate; explore more"
            )
        if self.effective_slots < least_slots:
            found.append(
                f"estimates rest on {self.effective_slots:.0f} slots of equal weight; log more, or explore more"
            )
        return found


def value_of(
    log: SlateLog,
    reward: NDArray[np.float64],
    weight: NDArray[np.float64],
    targets: NDArray[np.int64] | None,
    *,
    seed: int = 0,
) -> Value:
    """Return what slots earn a slate if each shows its target.

    ``reward`` and ``weight`` have shape (slots,); the weight is 1 / propensity where the log shows the target, else 0.
    ``targets`` are positions in the log's items, -1 for no item; without them there is no doubly robust estimate
    (Dudik, Langford and Li 2011). Slots are taken by themselves, as in the item-position model (Li et al. 2018).
    """
    ratios = _Ratios(log, seed)
    slate = _first_slots(log)
    ips = ratios.of(weight * reward, slate)
    a_slate = reward.size / slate.sum()
    snips = ratios.of(a_slate * weight * reward, weight)
    if targets is None:
        return Value(ips, snips)
    shown, aimed = expected_rewards(log, reward, targets)
    robust = aimed + weight * (reward - shown)
    return Value(ips, snips, ratios.of(robust, slate), ratios.of(robust - reward, slate))


def _first_slots(log: SlateLog) -> NDArray[np.float64]:
    """Return 1 for one slot of each slate, else 0."""
    first = np.zeros(log.visit.size)
    first[np.unique(log.visit, return_index=True)[1]] = 1.0
    return first


@attrs.frozen(eq=False)
class _Ratios:
    """Ratios of sums over slots, with intervals by resampling customers."""

    log: SlateLog
    seed: int

    def of(self, above: NDArray[np.float64], below: NDArray[np.float64]) -> Interval:
        columns = [np.bincount(self.log.person, column, self.log.people) for column in (above, below)]
        with np.errstate(invalid="ignore", divide="ignore"):
            sums = resampled_sums(np.column_stack(columns), seed=self.seed)
            drawn = sums[:, 0] / sums[:, 1]
            estimate = float(above.sum() / below.sum())
        drawn = drawn[np.isfinite(drawn)]
        if not drawn.size:
            return Interval(np.nan, np.nan, np.nan)
        tail = (1.0 - _LEVEL) / 2.0
        return Interval(estimate, *map(float, np.quantile(drawn, (tail, 1.0 - tail))))
