"""Closed sets of words beside their numbers on the wire."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Generic, TypeVar

Word = TypeVar("Word", bound=StrEnum)


class Words(Generic[Word]):
    """The members of an enumeration of ``shelfwise.types`` and the numbers of the wire's enumeration of that name."""

    def __init__(self, wire: Any, words: type[Word]) -> None:
        unspecified: str = wire.DESCRIPTOR.values[0].name
        self._prefix = unspecified.removesuffix("UNSPECIFIED")
        self.number: dict[Word, Any] = {word: wire.Value(self._prefix + word.name) for word in words}
        self.word: dict[int, Word] = {number: word for word, number in self.number.items()}

    def __str__(self) -> str:
        return ", ".join(self._prefix + word.name for word in self.number)
