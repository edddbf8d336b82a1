"""Where everything is: suppliers, warehouses and the roads between them."""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from shelfwise.twin.keyed import Keyed
from shelfwise.twin.scenario import Scenario
from shelfwise.types import Index

__all__ = ["Places"]

Floats = NDArray[np.float64]

_CENTRE = 52.09, 5.12
_KM_NORTH, _KM_EAST = 1 / 111.2, 1 / 68.3
"""Degrees per kilometre at the latitude of the centre."""
_APART, _FAR = 3.0, 12.0
"""Distance of warehouses and of suppliers from the first warehouse, in radii of a delivery area."""


@attrs.frozen(eq=False)
class Places:
    """Names and places in kilometres north and east of the first warehouse; suppliers come first in ``names``.

    ``sells`` (warehouses,) tells which warehouses have customers.
    """

    suppliers: Index
    warehouses: Index
    north_km: Floats
    east_km: Floats
    sells: NDArray[np.bool_]

    @cached_property
    def names(self) -> Index:
        """All nodes, suppliers first."""
        return Index(self.suppliers.ids + self.warehouses.ids)

    @classmethod
    def draw(cls, scenario: Scenario, draws: Keyed) -> Places:
        """Put the first warehouse in the middle, the others around it, and suppliers far away."""
        asked, radius = scenario.supply, scenario.delivery.radius_km
        others = np.arange(1, asked.warehouses)
        angle = 2 * np.pi * (others / max(len(others), 1) + 0.05 * draws.normals("warehouse", others))
        far = _APART * radius * (1.0 + 0.1 * draws.normals("warehouse distance", others))
        supplier = np.arange(asked.suppliers)
        direction = 2 * np.pi * draws.uniforms("supplier", supplier)
        return cls(
            suppliers=Index(f"supplier-{number}" for number in supplier + 1),
            warehouses=Index(f"warehouse-{number}" for number in range(1, asked.warehouses + 1)),
            north_km=np.concatenate([_FAR * radius * np.cos(direction), [0.0], far * np.cos(angle)]),
            east_km=np.concatenate([_FAR * radius * np.sin(direction), [0.0], far * np.sin(angle)]),
            sells=(np.arange(asked.warehouses) > 0) | asked.first_sells,
        )

    @staticmethod
    def coordinates(north_km: ArrayLike, east_km: ArrayLike) -> tuple[Floats, Floats]:
        """Return latitude and longitude in degrees."""
        north, east = np.asarray(north_km, np.float64), np.asarray(east_km, np.float64)
        return np.round(_CENTRE[0] + north * _KM_NORTH, 5), np.round(_CENTRE[1] + east * _KM_EAST, 5)
