"""From messages to values: moments, days, amounts of money, words, ids and arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import numpy as np
from google.protobuf.timestamp_pb2 import Timestamp
from numpy.typing import NDArray

from shelfwise.types import Index
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire.faults import Faults
from shelfwise.wire.words import Word, Words

Wire = TypeVar("Wire")
Value = TypeVar("Value")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_799
"""The years 1 to 9999, in seconds since 1970."""
BILLION = 1_000_000_000


class Reading(Faults):
    """Reads values from a message; all money must be in ``currency``, or in one currency where that is empty."""

    def part(self, field: str, read: Callable[[Wire, Reading], Value], message: Wire) -> Value:
        """Read the message in a field."""
        first = len(self.violations)
        value = read(message, self)
        if len(self.violations) > first:
            self.place(first, field)
        return value

    def rows(self, field: str, read: Callable[[Wire, Reading], Value], messages: Iterable[Wire]) -> list[Value]:
        """Read the messages in a repeated field."""
        values = []
        first = len(self.violations)
        for row, message in enumerate(messages):
            values.append(read(message, self))
            if len(self.violations) > first:
                self.place(first, f"{field}[{row}]")
                first = len(self.violations)
        return values

    def moment(self, message: Timestamp, field: str) -> datetime:
        """Read a moment, to the microsecond."""
        seconds, nanos = message.seconds, message.nanos
        if not (FIRST_SECOND <= seconds <= LAST_SECOND and 0 <= nanos < BILLION):
            self.add(field, f"must be of the years 1 to 9999, got {seconds} seconds and {nanos} nanos since 1970")
            return EPOCH
        return EPOCH + timedelta(0, seconds, nanos // 1000)

    def day(self, text: str, field: str) -> date:
        """Read a day, such as 2026-03-31."""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or day.isoformat() != text:
            self.add(field, f"must be a day such as 2026-03-31, got {text!r}")
            return EPOCH.date()
        return day

    def money(self, message: pb.Money, field: str) -> float:
        """Read an amount of money."""
        units, nanos, currency = message.units, message.nanos, message.currency_code
        if currency and currency != self.currency:
            if self.currency:
                self.add(f"{field}.currency_code", f"must be {self.currency} as elsewhere, or empty, got {currency!r}")
            self.currency = self.currency or currency
        if not -BILLION < nanos < BILLION or (units > 0 > nanos) or (units < 0 < nanos):
            self.add(f"{field}.nanos", f"must be below a unit and of the sign of the units {units}, got {nanos}")
        return (units * BILLION + nanos) / BILLION

    def word(self, words: Words[Word], number: int, field: str) -> Word:
        """Read a member of a closed set, which must be specified."""
        word = words.word.get(number)
        if word is None:
            self.add(field, f"must be one of {words}, got {number or 'nothing'}")
            return next(iter(words.number))
        return word

    def index(self, ids: Iterable[str], field: str) -> Index:
        """Read distinct ids."""
        try:
            return Index(ids)
        except ValueError as error:
            self.add(field, str(error))
            return Index()

    def shaped(self, values: NDArray[np.float64], shape: tuple[int, ...], field: str) -> NDArray[np.float64]:
        """Give a flat array the shape that the rest of the message implies."""
        if min(shape) >= 0 and values.size == math.prod(shape):
            return values.reshape(shape)
        self.add(field, f"must hold {' x '.join(map(str, shape))} numbers, got {values.size}")
        return np.zeros((0,) * len(shape))
