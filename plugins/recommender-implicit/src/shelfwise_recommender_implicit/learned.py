"""Everything a factorisation recommender learns, and how it is written down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.slates import Effects
from shelfwise.types import Index
from shelfwise_recommender_implicit.calibration import Calibration
from shelfwise_recommender_implicit.factors import Factors
from shelfwise_recommender_implicit.interactions import Interactions

__all__ = ["Learned"]

_ARRAYS, _IDS = "recommender.npz", "recommender.json"


@attrs.frozen(eq=False)
class Learned:
    """The past, its factors, the probabilities, and what purchases cause.

    ``popular``, of shape (items,), is the probability that somebody of whom nothing is known buys each item, and
    ``lines`` the mean size of a basket.
    """

    past: Interactions
    factors: Factors
    calibration: Calibration
    popular: NDArray[np.float64]
    effects: Effects
    lines: float

    def save(self, directory: Path) -> None:
        """Write the arrays as ``recommender.npz``, ids and numbers as ``recommender.json``."""
        effects, past = self.effects, self.past
        arrays: dict[str, NDArray[Any]] = {
            "item": self.factors.item,
            "customer": self.factors.customer,
            "share": past.share,
            "popular": self.popular,
            "units": effects.units,
            "node_share": effects.node_share,
            "weekday_share": effects.weekday_share,
            "visits": effects.visits,
        }
        arrays |= _pack("weight", past.weight) | _pack("bought", past.bought)
        if effects.steered is not None:
            arrays |= _pack("steered", effects.steered)
        np.savez(directory / _ARRAYS, allow_pickle=False, **arrays)
        document = {
            "items": past.items.ids,
            "customers": past.customers.ids,
            "calibration": attrs.asdict(self.calibration),
            "scale": self.factors.scale,
            "days": effects.days,
            "incremental_share": effects.incremental_share,
            "node_ids": effects.node_ids,
            "lines": self.lines,
        }
        (directory / _IDS).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> Learned:
        """Read what :meth:`save` wrote."""
        document = json.loads((directory / _IDS).read_text(encoding="utf-8"))
        with np.load(directory / _ARRAYS, allow_pickle=False) as stored:
            arrays = dict(stored)
        return cls(
            past=Interactions(
                items=Index(document["items"]),
                customers=Index(document["customers"]),
                weight=_unpack("weight", arrays),
                bought=_unpack("bought", arrays),
                share=arrays["share"],
            ),
            factors=Factors(arrays["item"], arrays["customer"], document["scale"]),
            calibration=Calibration(**document["calibration"]),
            popular=arrays["popular"],
            effects=Effects(
                days=document["days"],
                incremental_share=document["incremental_share"],
                units=arrays["units"],
                node_ids=tuple(document["node_ids"]),
                node_share=arrays["node_share"],
                weekday_share=arrays["weekday_share"],
                visits=arrays["visits"],
                steered=_unpack("steered", arrays) if "steered_data" in arrays else None,
            ),
            lines=document["lines"],
        )


def _pack(name: str, matrix: sparse.csr_array) -> dict[str, NDArray[Any]]:
    return {
        f"{name}_data": matrix.data,
        f"{name}_indices": matrix.indices,
        f"{name}_indptr": matrix.indptr,
        f"{name}_shape": np.array(matrix.shape),
    }


def _unpack(name: str, arrays: dict[str, NDArray[Any]]) -> sparse.csr_array:
    parts = (arrays[f"{name}_data"], arrays[f"{name}_indices"], arrays[f"{name}_indptr"])
    return sparse.csr_array(parts, shape=tuple(arrays[f"{name}_shape"].tolist()))
