"""Everything the plugin keeps between training and forecasting, in memory and on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.series import Cadence, Norms
from shelfwise.types import Index
from shelfwise_forecaster_sktime.forecasts import Forecasts
from shelfwise_forecaster_sktime.records import Records

__all__ = ["Learned"]

_ARRAYS, _TEXT = "sktime.npz", "sktime.json"


@attrs.frozen(eq=False)
class Learned:
    """The forecasts of an estimator, what it was fitted to, and what is normal where it gave none.

    ``estimator`` and ``seed`` say what was fitted; ``group`` is the category of each item as a position in ``groups``;
    ``reference_price`` (S,) the customary price; ``typical_cut`` the mean log price of promotions; ``whole`` tells
    whether units are whole numbers. ``norms`` leave periods without stock out, ``naive_norms`` do not.
    """

    estimator: str
    seed: int
    items: Index
    nodes: Index
    groups: Index
    group: NDArray[np.int64]
    cadence: Cadence
    reference_price: NDArray[np.float64]
    typical_cut: float
    whole: bool
    norms: Norms
    naive_norms: Norms
    records: Records
    forecasts: Forecasts

    def save(self, directory: Path) -> None:
        """Write the arrays and the text to a directory."""
        tables = {
            "": {"group": self.group, "reference_price": self.reference_price},
            "norms/": self.norms.to_arrays(),
            "naive/": {} if self.naive_norms is self.norms else self.naive_norms.to_arrays(),
            "records/": attrs.asdict(self.records, recurse=False),
            "forecasts/": attrs.asdict(self.forecasts, recurse=False),
        }
        arrays = {prefix + name: array for prefix, table in tables.items() for name, array in table.items()}
        np.savez_compressed(directory / _ARRAYS, allow_pickle=False, **arrays)
        text = {
            "estimator": self.estimator,
            "seed": self.seed,
            "items": self.items.ids,
            "nodes": self.nodes.ids,
            "groups": self.groups.ids,
            "cadence": self.cadence.to_json(),
            "typical_cut": self.typical_cut,
            "whole": self.whole,
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
        norms = Norms.from_arrays(_below(arrays, "norms/"))
        naive = _below(arrays, "naive/")
        return cls(
            estimator=text["estimator"],
            seed=text["seed"],
            items=Index(text["items"]),
            nodes=Index(text["nodes"]),
            groups=Index(text["groups"]),
            group=arrays["group"],
            cadence=Cadence.from_json(text["cadence"]),
            reference_price=arrays["reference_price"],
            typical_cut=text["typical_cut"],
            whole=text["whole"],
            norms=norms,
            naive_norms=Norms.from_arrays(naive) if naive else norms,
            records=Records(**_below(arrays, "records/")),
            forecasts=Forecasts(**_below(arrays, "forecasts/")),
        )


def _below(arrays: dict[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
