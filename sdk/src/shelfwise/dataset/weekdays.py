"""Weekdays in words: the text of a cell, and the days that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = dict(zip((*WEEKDAYS, *_FULL), 2 * WEEKDAYS, strict=True))


def weekday_text(text: str) -> str | None:
    """Return the days that a text names, such as ``mon,thu``, or None where a word is no day.

    Days may stand in any order, in full or as three letters, between commas, semicolons or blanks.
    """
    days = [_DAY.get(word) for word in re.split(r"[\s,;]+", text.lower()) if word]
    return ",".join(day for day in WEEKDAYS if day in days) if days and None not in days else None


def weekday_flags(texts: Iterable[str]) -> NDArray[np.bool_]:
    """Return for each text of :func:`weekday_text` which days it names, Monday first; a blank one names all."""
    named = [[not text or day in text.split(",") for day in WEEKDAYS] for text in texts]
    return np.array(named, dtype=bool).reshape(-1, len(WEEKDAYS))


__all__ = ["WEEKDAYS", "weekday_flags", "weekday_text"]
