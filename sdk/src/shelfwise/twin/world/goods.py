"""The catalogue, with what customers will think of it."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.twin.keyed import Keyed
from shelfwise.twin.scenario import Scenario
from shelfwise.types import Index

__all__ = ["DIMENSIONS", "Goods"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DIMENSIONS = 6
"""Attributes that tastes are about."""
_LIKE_CATEGORY, _PACKS, _POPULARITY = 0.75, (1.0, 4.0, 6.0, 12.0), 0.8
_LEAST_MARGIN, _MARGIN_SPREAD = 0.08, 0.1


@attrs.frozen(eq=False)
class Goods:
    """One row an item: columns of shape (items,), ``attributes`` of shape (items, DIMENSIONS).

    ``appeal`` and ``attributes`` are latent: nobody but the customers knows them. ``launched_on`` is a day of the
    world, 0 for what was always there.
    """

    ids: Index
    category: Ints
    brand: Ints
    price: Floats
    unit_cost: Floats
    pack_size: Floats
    supplier: Ints
    lead_time_days: Floats
    lead_time_sd_days: Floats
    volume_l: Floats
    weight_kg: Floats
    shelf_life_days: Floats
    launched_on: Ints
    appeal: Floats
    attributes: Floats

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def draw(cls, scenario: Scenario, draws: Keyed) -> Goods:
        """Draw the catalogue of a world."""
        asked, count = scenario.range, scenario.range.items
        item = np.arange(count)
        category = item % asked.categories
        price = asked.price * np.exp(asked.price_spread * draws.normals("price", item))
        margin = np.clip(asked.margin + _MARGIN_SPREAD * draws.normals("margin", item), _LEAST_MARGIN, 0.9)
        pack = np.array(_PACKS)[(draws.uniforms("pack", item) * len(_PACKS)).astype(int)]
        volume = 0.2 + 3.0 * draws.uniforms("volume", item)
        spoils = np.arange(asked.categories) < round(asked.perishable_share * asked.categories)
        life = asked.shelf_life_days * (0.7 + 0.6 * draws.uniforms("life", item))
        fresh = draws.uniforms("launch", item) < asked.new_share
        launch = scenario.history_days + (draws.uniforms("launch day", item) * 7 * scenario.weeks).astype(int)
        centre = draws.normals("category taste", category[:, None], np.arange(DIMENSIONS))
        own = draws.normals("item taste", item[:, None], np.arange(DIMENSIONS))
        attributes = _LIKE_CATEGORY * centre + np.sqrt(1.0 - _LIKE_CATEGORY**2) * own
        price = np.maximum(np.round(price, 2), 0.2)
        supplier = category % scenario.supply.suppliers
        takes = 1.0 + scenario.supply.lead_time_spread * np.linspace(-1.0, 1.0, scenario.supply.suppliers)[supplier]
        return cls(
            ids=Index(f"item-{number:05d}" for number in item + 1),
            category=category,
            brand=(draws.uniforms("brand", item) * asked.brands).astype(np.int64),
            price=price,
            unit_cost=np.maximum(np.round(price * (1.0 - margin), 2), 0.01),
            pack_size=pack,
            supplier=supplier.astype(np.int64),
            lead_time_days=scenario.supply.lead_time_days * takes,
            lead_time_sd_days=scenario.supply.lead_time_sd_days * takes,
            volume_l=np.round(volume, 2),
            weight_kg=np.round(volume * (0.3 + 0.6 * draws.uniforms("weight", item)), 2),
            shelf_life_days=np.where(spoils[category], np.maximum(np.round(life), 3.0), np.nan),
            launched_on=np.where(fresh, launch, 0).astype(np.int64),
            appeal=_POPULARITY * draws.normals("appeal", item),
            attributes=attributes / np.sqrt(DIMENSIONS),
        )
