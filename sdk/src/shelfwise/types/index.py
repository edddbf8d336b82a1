"""An ordered set of ids with their positions: the axis of every table and array."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import SupportsIndex

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import as_tuple


@attrs.define(frozen=True, slots=False)
class Index:
    """Ids in a fixed order, each at most once; the position of an id is its row in the arrays beside it."""

    ids: tuple[str, ...] = attrs.field(converter=as_tuple, default=())

    @ids.validator
    def _check(self, _attribute: object, ids: tuple[str, ...]) -> None:
        if len(set(ids)) != len(ids):
            seen: set[str] = set()
            twice = next(i for i in ids if i in seen or seen.add(i))  # type: ignore[func-returns-value]
            raise ValueError(f"ids must be distinct, but {twice!r} stands there twice")

    @cached_property
    def _position(self) -> dict[str, int]:
        return {identifier: row for row, identifier in enumerate(self.ids)}

    @cached_property
    def array(self) -> NDArray[np.object_]:
        """The ids as an object array, for indexing with an array of positions."""
        out = np.empty(len(self.ids), dtype=object)
        out[:] = self.ids
        out.flags.writeable = False
        return out

    def position(self, identifier: str) -> int:
        """Return the row of an id, or -1 where it is unknown."""
        return self._position.get(identifier, -1)

    def positions(self, identifiers: Iterable[str]) -> NDArray[np.int64]:
        """Return the rows of many ids as an int64 array, -1 where an id is unknown."""
        lookup = self._position.get
        return np.fromiter((lookup(i, -1) for i in identifiers), dtype=np.int64)

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._position

    def take(self, rows: Iterable[SupportsIndex]) -> tuple[str, ...]:
        """Return the ids at the given rows."""
        return tuple(self.ids[row] for row in rows)

    def __getitem__(self, row: SupportsIndex) -> str:
        return self.ids[row]

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)
