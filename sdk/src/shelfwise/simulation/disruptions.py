"""What goes wrong, where, when and how badly."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import attrs
import numpy as np
from attrs.validators import ge, gt
from numpy.typing import NDArray

__all__ = ["Disruption", "Disruptions", "Kind"]


class Kind(StrEnum):
    """The kinds of disruption, each of the lane into an item-node or of the item-node itself."""

    OUTAGE = "supplier_outage"
    """The source sends nothing."""
    INFLATION = "lead_time_inflation"
    """What is sent takes ``strength`` times as long."""
    TRANSIT = "transit_pause"
    """What is on the lane does not move."""
    RECEIVING = "receiving_pause"
    """What arrives waits at the gate."""
    SURGE = "demand_surge"
    """Demand is ``strength`` times what it was."""
    CUT = "capacity_cut"
    """The lane moves ``strength`` times its capacity."""


@attrs.frozen
class Disruption:
    """One thing that goes wrong at the item-node ``row``, in ``periods`` periods from ``start`` on."""

    kind: Kind = attrs.field(converter=Kind)
    row: int = attrs.field(validator=ge(0))
    start: int = attrs.field(validator=ge(0))
    periods: int = attrs.field(validator=gt(0))
    strength: float = attrs.field(default=0.0, validator=ge(0.0))


@attrs.frozen(eq=False)
class Disruptions:
    """Everything that goes wrong in a world, as arrays of shape (periods, item-nodes).

    ``open_source``, ``moving`` and ``receiving`` are False where something stands still; ``slower``, ``surge`` and
    ``capacity_share`` are factors. Several of one kind at once multiply.
    """

    open_source: NDArray[np.bool_]
    moving: NDArray[np.bool_]
    receiving: NDArray[np.bool_]
    slower: NDArray[np.float64]
    surge: NDArray[np.float64]
    capacity_share: NDArray[np.float64]

    @classmethod
    def of(cls, some: Iterable[Disruption], periods: int, rows: int) -> Disruptions:
        """Lay disruptions out over the periods of a world; what lies after its end does nothing.

        Raises:
            ValueError: A disruption is of an item-node that there is not.
        """
        flags = {kind: np.ones((periods, rows), bool) for kind in (Kind.OUTAGE, Kind.TRANSIT, Kind.RECEIVING)}
        factors = {kind: np.ones((periods, rows)) for kind in (Kind.INFLATION, Kind.SURGE, Kind.CUT)}
        for one in some:
            if one.row >= rows:
                raise ValueError(f"{one.kind} is of item-node {one.row}, but there are {rows}, counted from 0")
            when = slice(one.start, one.start + one.periods)
            if one.kind in flags:
                flags[one.kind][when, one.row] = False
            else:
                factors[one.kind][when, one.row] *= one.strength
        return cls(*flags.values(), *factors.values())
