"""From values to messages: moments, amounts of money, whole numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire.faults import Faults
from shelfwise.wire.reading import EPOCH

Wire = TypeVar("Wire")
Value = TypeVar("Value")
Added_co = TypeVar("Added_co", covariant=True)

LIMIT = 2**63
"""The first number of units that an amount of money has no room for."""
EXACT_MICROS = 2**33
"""Below this a float tells millionths apart."""


class Repeated(Protocol[Added_co]):
    """A repeated field of messages."""

    def add(self) -> Added_co:
        """Append an empty message and return it."""


class Writing(Faults):
    """Writes values into a message; money is marked with ``currency``."""

    def part(self, field: str, write: Callable[[Wire, Value, Writing], None], message: Wire, value: Value) -> None:
        """Write a value into the message in a field."""
        first = len(self.violations)
        write(message, value, self)
        if len(self.violations) > first:
            self.place(first, field)

    def rows(
        self,
        field: str,
        write: Callable[[Wire, Value, Writing], None],
        messages: Repeated[Wire],
        values: Iterable[Value],
    ) -> None:
        """Write values into the messages of a repeated field."""
        first = len(self.violations)
        for row, value in enumerate(values):
            write(messages.add(), value, self)
            if len(self.violations) > first:
                self.place(first, f"{field}[{row}]")
                first = len(self.violations)

    def moment(self, message: Timestamp, value: datetime, field: str) -> None:
        """Write a moment."""
        if value.tzinfo is None:
            self.add(field, f"must have a time zone, got {value.isoformat()}")
            return
        since = value - EPOCH
        message.seconds = since.days * 86_400 + since.seconds
        message.nanos = since.microseconds * 1000

    def money(self, message: pb.Money, amount: float, field: str) -> None:
        """Write an amount of money."""
        units = int(amount) if math.isfinite(amount) else LIMIT
        rest = amount - units
        if -EXACT_MICROS < units < EXACT_MICROS:
            message.nanos = round(rest * 1e6) * 1000
        elif -LIMIT <= units < LIMIT:
            message.nanos = round(rest * 1e9)
        else:
            self.add(field, f"must be an amount of money of less than {LIMIT}, got {amount}")
            return
        message.units = units
        message.currency_code = self.currency

    def whole(self, value: int, field: str, bits: int = 32) -> int:
        """Return a whole number if it fits the field."""
        if value == value // 1 and -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
            return int(value)
        self.add(field, f"must be a whole number of at most {bits} bits, got {value}")
        return 0
