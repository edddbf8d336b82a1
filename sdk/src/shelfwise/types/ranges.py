"""The ranges in which a plugin's options are searched when it is tuned.

A plugin declares one in the metadata of an option's field, under the key :data:`TUNE`::

    smoothing: float = attrs.field(default=0.25, metadata={"tune": Uniform(0.0, 1.0)})
    neighbours: int = attrs.field(default=200, metadata={"tune": Integers(20, 1000, log=True)})
    loss: str = attrs.field(default="bpr", metadata={"tune": Choice("bpr", "softmax")})

Declare what shapes the learning and is found by trying: rates, sizes, weights, the number of neighbours. Leave out
what is a fact about the shop, such as a cost, and what buys quality with time alone, such as a number of threads.
"""

from __future__ import annotations

import attrs

__all__ = ["TUNE", "Choice", "Integers", "Range", "Uniform"]

TUNE = "tune"
"""Key of a field's metadata that holds the range of the option."""


@attrs.frozen
class Uniform:
    """Numbers from ``low`` to ``high``, both included; with ``log`` small ones are tried as often as large ones."""

    low: float
    high: float
    log: bool = False

    def __attrs_post_init__(self) -> None:
        _check(self.low, self.high, log=self.log)


@attrs.frozen
class Integers:
    """Whole numbers from ``low`` to ``high``, both included; with ``log`` small ones are tried as often as large."""

    low: int
    high: int
    log: bool = False

    def __attrs_post_init__(self) -> None:
        _check(self.low, self.high, log=self.log)


@attrs.frozen(init=False)
class Choice:
    """One of the values named, in no order: strings, numbers, booleans or None."""

    values: tuple[str | float | bool | None, ...]

    def __init__(self, *values: str | float | bool | None) -> None:
        if len(values) < 2:
            raise ValueError(f"a choice needs at least two values, got {values!r}")
        self.__attrs_init__(values)


Range = Uniform | Integers | Choice


def _check(low: float, high: float, *, log: bool) -> None:
    if not low < high:
        raise ValueError(f"low must be below high, got {low!r} and {high!r}")
    if log and low <= 0:
        raise ValueError(f"low must be above 0 with log, got {low!r}")
