"""Values in both directions: moments, days, amounts of money, words of a closed set, ids and arrays.

A :class:`Reading` or :class:`Writing` goes through a whole message and gathers all that is wrong with it, each fault
under its full field path. A value at fault is replaced by a stand-in, which nobody sees because the whole is refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sized
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

import numpy as np
from google.protobuf.timestamp_pb2 import Timestamp
from numpy.typing import NDArray

from shelfwise.errors import ContractError, InvalidRequestError, Violation
from shelfwise.types import Index
from shelfwise.v1 import decision_pb2 as pb

Word = TypeVar("Word", bound=StrEnum)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_SECOND = -62_135_596_800
LAST_SECOND = 253_402_300_799
BILLION = 1_000_000_000
EXACT_MICROS = 2.0**33
"""Below this a float tells millionths apart."""


class Words(Generic[Word]):
    """The members of an enumeration of ``shelfwise.types`` beside their numbers on the wire."""

    def __init__(self, wire: Any, words: type[Word]) -> None:
        unspecified: str = wire.DESCRIPTOR.values[0].name
        self._prefix = unspecified.removesuffix("UNSPECIFIED")
        self.number: dict[Word, Any] = {word: wire.Value(self._prefix + word.name) for word in words}
        self.word: dict[int, Word] = {number: word for word, number in self.number.items()}

    def __str__(self) -> str:
        return ", ".join(self._prefix + word.name for word in self.number)


class Faults:
    """Gathers violations while a whole message is converted."""

    def __init__(self) -> None:
        self.violations: list[Violation] = []

    def add(self, path: str, description: str) -> None:
        """Note that what stands at ``path`` is wrong."""
        self.violations.append(Violation(path, description))

    def equal_lengths(self, path: str, **columns: Sized) -> None:
        """Note it where the columns of the table at ``path`` differ in length."""
        lengths = {name: len(column) for name, column in columns.items()}
        if len(set(lengths.values())) > 1:
            self.add(path, f"must have columns of equal length, got {lengths}")

    def raise_if_any(self, error: type[ContractError] = InvalidRequestError) -> None:
        """Raise with every violation gathered."""
        if self.violations:
            raise error(self.violations)


class Reading(Faults):
    """Reads values from a message; all money must be in ``currency``, or in one currency where that is empty."""

    def __init__(self, currency: str = "") -> None:
        super().__init__()
        self.currency = currency

    def moment(self, message: Timestamp, path: str) -> datetime:
        """Read a moment, to the microsecond."""
        seconds, nanos = message.seconds, message.nanos
        if not (FIRST_SECOND <= seconds <= LAST_SECOND and 0 <= nanos < BILLION):
            self.add(path, f"must be of the years 1 to 9999, got {seconds} seconds and {nanos} nanos since 1970")
            return EPOCH
        return EPOCH + timedelta(0, seconds, nanos // 1000)

    def day(self, text: str, path: str) -> date:
        """Read a day, such as 2026-03-31."""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or len(text) != 10:
            self.add(path, f"must be a day such as 2026-03-31, got {text!r}")
            return EPOCH.date()
        return day

    def money(self, message: pb.Money, path: str) -> float:
        """Read an amount of money."""
        units, nanos, currency = message.units, message.nanos, message.currency_code
        if currency and currency != self.currency:
            if self.currency:
                self.add(f"{path}.currency_code", f"must be {self.currency} as elsewhere, or empty, got {currency!r}")
            self.currency = self.currency or currency
        if not -BILLION < nanos < BILLION or (units > 0 > nanos) or (units < 0 < nanos):
            self.add(f"{path}.nanos", f"must be below a unit and of the sign of the units {units}, got {nanos}")
        return (units * BILLION + nanos) / BILLION

    def word(self, words: Words[Word], number: int, path: str) -> Word:
        """Read a member of a closed set, which must be specified."""
        word = words.word.get(number)
        if word is None:
            self.add(path, f"must be one of {words}, got {number or 'nothing'}")
            return next(iter(words.number))
        return word

    def index(self, ids: Iterable[str], path: str) -> Index:
        """Read distinct ids."""
        try:
            return Index(ids)
        except ValueError as error:
            self.add(path, str(error))
            return Index()

    def shaped(self, values: NDArray[np.float64], shape: tuple[int, ...], path: str) -> NDArray[np.float64]:
        """Give a flat array the shape that the rest of the message implies."""
        if min(shape) >= 0 and values.size == math.prod(shape):
            return values.reshape(shape)
        self.add(path, f"must hold {' x '.join(map(str, shape))} numbers, got {values.size}")
        return np.zeros((0,) * len(shape))


class Writing(Faults):
    """Writes values into a message; money is marked with ``currency``."""

    def __init__(self, currency: str = "") -> None:
        super().__init__()
        self.currency = currency

    def moment(self, message: Timestamp, value: datetime, path: str) -> None:
        """Write a moment."""
        if value.tzinfo is None:
            self.add(path, f"must have a time zone, got {value.isoformat()}")
            return
        since = value - EPOCH
        message.seconds = since.days * 86_400 + since.seconds
        message.nanos = since.microseconds * 1000
        message.SetInParent()

    def money(self, message: pb.Money, amount: float, path: str) -> None:
        """Write an amount of money."""
        if not (math.isfinite(amount) and -(2.0**63) < amount < 2.0**63):
            self.add(path, f"must be a finite amount of money, got {amount}")
            return
        units = int(amount)
        rest = amount - units
        exact = -EXACT_MICROS < amount < EXACT_MICROS
        message.units = units
        message.nanos = round(rest * 1e6) * 1000 if exact else round(rest * 1e9)
        message.currency_code = self.currency
        message.SetInParent()

    def whole(self, value: int, path: str, bits: int = 32) -> int:
        """Return a whole number if it fits the field."""
        if value == int(value) and -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
            return int(value)
        self.add(path, f"must be a whole number of at most {bits} bits, got {value}")
        return 0
