"""What an experiment with arms found, read from its JSON: what pages and plots are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from shelfwise.evaluation.report import Interval

__all__ = ["Findings"]

Figures = dict[str, dict[str, Interval]]


@attrs.frozen(eq=False)
class Findings:
    """By arm and figure the mean and the difference to the siloed arm, and the curves, each an interval.

    ``p_value`` is of the primary figure after Holm. ``interaction``, ``closed``, ``first_year`` and ``payback_weeks``
    are None where the arms that they are about were not run. ``gained`` is cumulative profit per customer against the
    siloed arm by week, ``value_quantiles`` those of customers' margins, evenly apart, each by arm.
    """

    scenario: Mapping[str, Any]
    worlds: int
    primary: str
    arms: dict[str, str]
    definitions: dict[str, str]
    mean: Figures
    difference: Figures
    p_value: dict[str, float]
    interaction: Interval | None
    closed: Interval | None
    first_year: Interval | None
    payback_weeks: Interval | None
    gained: dict[str, list[Interval]]
    value_quantiles: dict[str, list[float]]

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Findings:
        """Take apart what :func:`shelfwise.twin.report.document` gave."""
        protocol, rows = document["protocol"], document["rows"]
        mean: Figures = {arm: {} for arm in protocol["arms"]}
        difference: Figures = {}
        for row in rows:
            mean[row["arm"]][row["figure"]] = _interval(row["mean"])
            if "difference_to_siloed" in row:
                difference.setdefault(row["arm"], {})[row["figure"]] = _interval(row["difference_to_siloed"])
        part = {name: None if document[name] is None else _interval(document[name]) for name in _PARTS}
        return cls(
            scenario=protocol["scenario"],
            worlds=len(protocol["worlds"]),
            primary=protocol["primary"],
            arms=protocol["arms"],
            definitions=document["definitions"],
            mean=mean,
            difference=difference,
            p_value={row["arm"]: row["p_value_holm"] for row in rows if "p_value_holm" in row},
            interaction=part["interaction"],
            closed=part["share_of_gap_closed"],
            first_year=part["return_in_first_year"],
            payback_weeks=part["payback_weeks"],
            gained={arm: [_interval(one) for one in weeks] for arm, weeks in document["gained_by_week"].items()},
            value_quantiles=document["value_quantiles"],
        )


_PARTS = "interaction", "share_of_gap_closed", "return_in_first_year", "payback_weeks"


def _interval(found: Mapping[str, float | None]) -> Interval:
    """Return an interval; JSON has none for what is no number."""
    return Interval(*(float("nan") if found[end] is None else float(found[end]) for end in ("estimate", "low", "high")))  # type: ignore[arg-type]
