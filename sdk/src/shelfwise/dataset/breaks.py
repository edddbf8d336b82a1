"""Breaks in words: the text of a cell, and the breaks of one day that it means."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from itertools import pairwise

from shelfwise.types import Break

_BREAK = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)/(\d+(?:\.\d+)?)")


def break_text(text: str) -> str | None:
    """Return breaks such as ``12:00-13:00/30``, with commas between them, or None where the text is something else.

    Each is the earliest and the latest start and the minutes that it takes. Breaks stand in order of time, between
    commas, semicolons or blanks.
    """
    words = [word for word in re.split(r"[\s,;]+", text) if word]
    found = [match.groups() for word in words if (match := _BREAK.fullmatch(word))]
    if not found or len(found) < len(words):
        return None
    ordered = all(earliest <= latest for earliest, latest, _ in found)
    ordered &= all(one[0] <= other[0] and one[1] <= other[1] for one, other in pairwise(found))
    return ",".join(words) if ordered else None


def breaks_on(day: date, text: str) -> tuple[Break, ...]:
    """Return the breaks that a text of :func:`break_text` means on a day; a blank one means none."""

    def moment(clock: str) -> datetime:
        return datetime.combine(day, time.fromisoformat(clock), UTC)

    found = (match.groups() for match in _BREAK.finditer(text))
    return tuple(Break(moment(earliest), moment(latest), float(minutes)) for earliest, latest, minutes in found)


__all__ = ["break_text", "breaks_on"]
