"""The customers: where they live, how often they come, and what they like."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.twin.keyed import Keyed
from shelfwise.twin.scenario import Scenario
from shelfwise.twin.world.goods import DIMENSIONS, Goods
from shelfwise.twin.world.places import Places
from shelfwise.types import Index

__all__ = ["People"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LIKE_SEGMENT, _SENSITIVITY_SPREAD = 0.7, 0.4
_ATTRIBUTE_SHARE = 0.25
_NEAR = 0.6
"""Who lives within this part of the radius is in the near zone of the warehouse."""


@attrs.frozen(eq=False)
class People:
    """One row a customer. ``home`` is the warehouse that serves them, as a position among the warehouses.

    ``value`` (customers, items) is what an item at its regular price is worth to a customer, in units of the noise of
    a visit; ``sensitivity`` how much a price cut by a factor of e adds to it, ``visits`` the chance of a visit a day
    while content. All of it is latent.
    """

    ids: Index
    choice: str
    home: Ints
    zone: tuple[str, ...]
    north_km: Floats
    east_km: Floats
    delivered: NDArray[np.bool_]
    consent: NDArray[np.bool_]
    visits: Floats
    sensitivity: Floats
    value: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def draw(cls, scenario: Scenario, draws: Keyed, goods: Goods, places: Places) -> People:
        """Draw the customers of a world, as many around each warehouse that sells."""
        asked, radius = scenario.people, scenario.delivery.radius_km
        who = np.arange(asked.customers)
        sells = np.flatnonzero(places.sells)
        home = sells[who % len(sells)]
        first = len(places.suppliers)
        distance = radius * np.sqrt(draws.uniforms("distance", who))
        angle = 2 * np.pi * draws.uniforms("angle", who)
        segment = (draws.uniforms("segment", who) * asked.segments).astype(np.int64)
        dimension = np.arange(DIMENSIONS)
        shared = draws.normals("segment taste", segment[:, None], dimension)
        own = draws.normals("customer taste", who[:, None], dimension)
        taste = _LIKE_SEGMENT * shared + np.sqrt(1.0 - _LIKE_SEGMENT**2) * own
        rate = np.exp(asked.visits_spread * draws.normals("visits", who) - asked.visits_spread**2 / 2)
        near = np.where(distance < _NEAR * radius, "near", "far")
        choice = scenario.market.choice
        if choice == "either":
            choice = "attribute" if draws.uniforms("choice") < _ATTRIBUTE_SHARE else "logit"
        if choice == "attribute":
            # Each cares for the one attribute that matters most to them alone.
            most = np.abs(taste).argmax(axis=1)
            taste = np.where(dimension == most[:, None], np.sqrt(DIMENSIONS / 2) * taste, 0.0)
        return cls(
            ids=Index(f"customer-{number:06d}" for number in who + 1),
            choice=choice,
            home=home.astype(np.int64),
            zone=tuple(f"{places.warehouses[at]}/{part}" for at, part in zip(home, near, strict=True)),
            north_km=places.north_km[first + home] + distance * np.cos(angle),
            east_km=places.east_km[first + home] + distance * np.sin(angle),
            delivered=draws.uniforms("delivered", who) < asked.delivered_share,
            consent=draws.uniforms("consent", who) < asked.consent_share,
            visits=np.minimum(asked.visits_per_week / 7.0 * rate, 0.9),
            sensitivity=asked.price_sensitivity
            * np.exp(_SENSITIVITY_SPREAD * draws.normals("sensitivity", who) - _SENSITIVITY_SPREAD**2 / 2),
            value=(asked.taste * taste @ goods.attributes.T + goods.appeal).astype(np.float32),
        )
