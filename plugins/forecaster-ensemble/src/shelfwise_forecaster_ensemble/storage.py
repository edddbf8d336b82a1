"""How a model is written down: arrays as npz without pickle, names and numbers as JSON, each member in a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelfwise.series import Cadence, Covariates, History, Norms
from shelfwise.types import Index
from shelfwise_forecaster_ensemble.blend import Blend
from shelfwise_forecaster_ensemble.calibration import Calibration
from shelfwise_forecaster_ensemble.members.boosting import Boosting
from shelfwise_forecaster_ensemble.members.member import Member
from shelfwise_forecaster_ensemble.members.recurrent import Recurrent
from shelfwise_forecaster_ensemble.members.statistical import Statistical
from shelfwise_forecaster_ensemble.members.temporal import Temporal
from shelfwise_forecaster_ensemble.model import Model

__all__ = ["load", "load_member", "save"]

_ARRAYS, _TEXT = "forecaster.npz", "forecaster.json"
_RECORD = (
    "group",
    "days",
    "phase",
    "opened",
    "units",
    "observed",
    "in_stock",
    "promoted",
    "price",
    "log_price",
    "reference_price",
)
_LOADERS: Mapping[str, Callable[[Path], Member]] = {
    "boosting": Boosting.load,
    "lstm": Recurrent.load,
    "transformer": Temporal.load,
    "statistical": Statistical.load,
}


def save(model: Model, directory: Path) -> None:
    """Write a model into an empty directory."""
    history = model.history
    parts: dict[str, dict[str, NDArray[Any]]] = {
        "history": {name: getattr(history, name) for name in _RECORD},
        "covariates": model.covariates.to_arrays(),
        "norms": model.norms.to_arrays(),
        "holidays": {"rests": model.rests},
        "blend": {"weight": model.blend.weight},
        "calibration": {"width": model.calibration.width, "level": model.calibration.level},
    }
    arrays = {f"{part}/{name}": array for part, found in parts.items() for name, array in found.items()}
    np.savez_compressed(directory / _ARRAYS, allow_pickle=False, **arrays)
    text = {
        "items": history.items.ids,
        "nodes": history.nodes.ids,
        "groups": history.groups.ids,
        "cadence": history.cadence.to_json(),
        "covariates": model.covariates.names,
        "members": list(model.members),
        "typical_cut": model.typical_cut,
        "whole": model.whole,
    }
    (directory / _TEXT).write_text(json.dumps(text, ensure_ascii=False), encoding="utf-8")
    for name, member in model.members.items():
        (directory / name).mkdir()
        member.save(directory / name)


def load(directory: Path) -> Model | None:
    """Read what :func:`save` wrote; None where nothing was saved."""
    if not (directory / _TEXT).exists():
        return None
    text = json.loads((directory / _TEXT).read_text(encoding="utf-8"))
    parts: dict[str, dict[str, NDArray[Any]]] = {}
    with np.load(directory / _ARRAYS, allow_pickle=False) as stored:
        for key, array in stored.items():
            part, _, name = key.partition("/")
            parts.setdefault(part, {})[name] = array
    return Model(
        history=History(
            items=Index(text["items"]),
            nodes=Index(text["nodes"]),
            groups=Index(text["groups"]),
            attributes={},
            cadence=Cadence.from_json(text["cadence"]),
            **parts["history"],
        ),
        covariates=Covariates.from_arrays(text["covariates"], parts["covariates"]),
        norms=Norms.from_arrays(parts["norms"]),
        members={name: load_member(name, directory / name) for name in text["members"]},
        blend=Blend(**parts["blend"]),
        calibration=Calibration(**parts["calibration"]),
        rests=parts["holidays"]["rests"],
        typical_cut=text["typical_cut"],
        whole=text["whole"],
    )


def load_member(name: str, directory: Path) -> Member:
    """Read what the member called ``name`` wrote."""
    return _LOADERS[name](directory)
