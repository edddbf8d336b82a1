"""Everything the forecaster keeps between training and forecasting, in memory and on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.forecaster.effects import Effects
from shelfwise.baselines.forecaster.model import Model
from shelfwise.series import Cadence, Norms
from shelfwise.types import Index

__all__ = ["Learned"]

_ARRAYS, _TEXT = "forecaster.npz", "forecaster.json"


@attrs.frozen(eq=False)
class Learned:
    """The axes, and two models: ``in_stock`` leaves periods without stock out, ``naive`` takes them at face value.

    ``group`` is the category of each item as a position in ``groups``; ``reference_price`` the customary price per
    series; ``whole`` tells whether units are whole numbers.
    """

    items: Index
    nodes: Index
    groups: Index
    group: NDArray[np.int64]
    cadence: Cadence
    reference_price: NDArray[np.float64]
    whole: bool
    in_stock: Model
    naive: Model

    def save(self, directory: Path) -> None:
        """Write the arrays and the text to a directory."""
        arrays = {"group": self.group, "reference_price": self.reference_price} | _to_arrays(self.in_stock, "in_stock")
        if self.naive is not self.in_stock:
            arrays |= _to_arrays(self.naive, "naive")
        np.savez(directory / _ARRAYS, allow_pickle=False, **arrays)
        text = {
            "items": self.items.ids,
            "nodes": self.nodes.ids,
            "groups": self.groups.ids,
            "whole": self.whole,
            "cadence": self.cadence.to_json(),
        }
        (directory / _TEXT).write_text(json.dumps(text, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> Learned | None:
        """Read what :meth:`save` wrote; None where nothing was saved."""
        if not (directory / _TEXT).exists():
            return None
        text = json.loads((directory / _TEXT).read_text(encoding="utf-8"))
        with np.load(directory / _ARRAYS, allow_pickle=False) as stored:
            arrays = dict(stored)
        in_stock = _from_arrays(arrays, "in_stock")
        return cls(
            items=Index(text["items"]),
            nodes=Index(text["nodes"]),
            groups=Index(text["groups"]),
            group=arrays["group"],
            cadence=Cadence.from_json(text["cadence"]),
            reference_price=arrays["reference_price"],
            whole=text["whole"],
            in_stock=in_stock,
            naive=_from_arrays(arrays, "naive") if "naive/spread" in arrays else in_stock,
        )


def _to_arrays(model: Model, name: str) -> dict[str, NDArray[Any]]:
    arrays = {
        "numbers": np.array([model.half_life, model.effects.typical_cut]),
        "effects_items": model.effects.items,
        "effects_groups": model.effects.groups,
    }
    return {f"{name}/{key}": array for key, array in (arrays | model.norms.to_arrays()).items()}


def _from_arrays(arrays: dict[str, NDArray[Any]], name: str) -> Model:
    own = {key.removeprefix(f"{name}/"): array for key, array in arrays.items() if key.startswith(f"{name}/")}
    half_life, typical_cut = own["numbers"].tolist()
    effects = Effects(own["effects_items"], own["effects_groups"], typical_cut)
    return Model(Norms.from_arrays(own), effects, half_life)
