"""Everything that is wrong with a message, gathered while it is converted."""

from __future__ import annotations

from shelfwise.errors import ContractError, Violation


class Faults:
    """Gathers violations while a whole message is converted.

    A fault is noted under the name of its field, to which every message around it then adds its own: only faults pay
    for their paths. A value at fault is replaced by a stand-in, which nobody sees because the whole is refused.
    """

    def __init__(self, currency: str = "") -> None:
        self.currency = currency
        self.violations: list[Violation] = []

    def add(self, field: str, description: str) -> None:
        """Note that a field of the message at hand is wrong."""
        self.violations.append(Violation(field, description))

    def place(self, first: int, around: str) -> None:
        """Say that the violations from number ``first`` on were found inside the field ``around``."""
        for row, fault in enumerate(self.violations[first:], first):
            self.violations[row] = Violation(f"{around}.{fault.field}" if fault.field else around, fault.description)

    def raise_if_any(self, error: type[ContractError]) -> None:
        """Raise with every violation gathered."""
        if self.violations:
            raise error(self.violations)
