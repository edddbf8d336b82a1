"""The map of disruptions: what integration keeps more of, or less, by region and kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shelfwise.evaluation.inventory.drawing import Drawing
from shelfwise.simulation import Kind
from shelfwise.twin.arms import INTEGRATED, SILOED
from shelfwise.twin.plots.frame import words
from shelfwise.twin.resilience import regions_of

__all__ = ["heat_map"]

_LEFT, _TOP, _WIDE, _HIGH, _GAP = 104.0, 84.0, 128.0, 40.0, 10.0
_GREEN, _RED, _WHITE, _GREY = (28, 122, 69), (179, 38, 30), (255, 255, 255), "#ececea"


def heat_map(told: Mapping[str, Any], measure: str = "resilience") -> Drawing:
    """Draw integrated less siloed: green where integration keeps more for sure, red where less, grey otherwise."""
    cells = {(row["region"], row["kind"]): row for row in told["rows"] if row["figure"] == measure}
    regions = regions_of(told["rows"])
    title = f"{words(measure)} to disruptions: integrated less siloed"
    drawing = Drawing(_LEFT + _WIDE * len(Kind) + 20.0, _TOP + _HIGH * len(regions) + _GAP + 16.0, title)
    drawing.text((8.0, 22.0), title, size=15.0)
    drawing.text((8.0, 42.0), "profit per customer that is kept, in currency, 95 % interval; grey where it holds zero")
    most = max((abs(_difference(row)["estimate"]) for row in cells.values() if _sure(row)), default=1.0)
    for column, kind in enumerate(Kind):
        drawing.text((_LEFT + _WIDE * (column + 0.5), _TOP - 10.0), words(kind), "middle")
    for place, region in enumerate(regions):
        top = _TOP + _HIGH * place + (_GAP if place == len(regions) - 1 else 0.0)
        drawing.text((_LEFT - 8.0, top + _HIGH / 2 + 4.0), region, "end")
        for column, kind in enumerate(Kind):
            if (region, kind.value) in cells:
                _cell(drawing, cells[region, kind.value], (_LEFT + _WIDE * column, top), most)
    return drawing


def _difference(row: Mapping[str, Any]) -> Mapping[str, float]:
    found: Mapping[str, float] = row["difference_to_siloed"]
    return found


def _sure(row: Mapping[str, Any]) -> bool:
    found = _difference(row)
    return found["low"] > 0 or found["high"] < 0


def _cell(drawing: Drawing, row: Mapping[str, Any], at: tuple[float, float], most: float) -> None:
    found = _difference(row)
    said, low, high = (_written(found[end]) for end in ("estimate", "low", "high"))
    ends = f"{low} to {high}"
    arms = ", ".join(f"{arm} {_written(row[arm]['estimate'])}" for arm in (SILOED, INTEGRATED))
    colour = _colour(found["estimate"] / most) if _sure(row) else _GREY
    drawing.box(at, (_WIDE, _HIGH), colour, f"{row['region']}, {words(row['kind'])}: {said} ({ends}); {arms}")
    middle = at[0] + _WIDE / 2
    drawing.text((middle, at[1] + 17.0), said, "middle", "#222" if _sure(row) else "#777", 13.0)
    drawing.text((middle, at[1] + 32.0), ends, "middle", "#222" if _sure(row) else "#777", 10.0)


def _written(value: float) -> str:
    return f"{round(value, 2) + 0.0:+,.2f}"  # what is added makes a zero of a negative one


def _colour(share: float) -> str:
    """Return white for nothing, and up to seven tenths of green or red for the most that there is."""
    end, part = (_GREEN if share > 0 else _RED), 0.15 + 0.55 * min(abs(share), 1.0)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip(_WHITE, end, strict=True))
