"""How a model is written down: arrays as safetensors, names and numbers as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from scipy import sparse

from shelfwise.slates import Trial
from shelfwise.types import Index
from shelfwise_recommender_hybrid.calibration import Calibration
from shelfwise_recommender_hybrid.content import Content
from shelfwise_recommender_hybrid.evidence import ItemFacts
from shelfwise_recommender_hybrid.gate import Gate
from shelfwise_recommender_hybrid.habits import Habits
from shelfwise_recommender_hybrid.legs import Associations, Collaborative, Leg, Popular, Similar, Transformer
from shelfwise_recommender_hybrid.legs.collaborative import CollaborativeSettings
from shelfwise_recommender_hybrid.legs.network import Effort
from shelfwise_recommender_hybrid.legs.transformer import TransformerSettings
from shelfwise_recommender_hybrid.model import Model
from shelfwise_recommender_hybrid.sequences import History, Sequences

__all__ = ["load", "save"]

_ARRAYS, _NAMES = "recommender.safetensors", "recommender.json"
_SEQUENCES = ("start", "item", "kind", "day", "visit", "now")
_HABITS = ("units", "node_share", "weekday_share", "visits")
_FACTS = ("sales", "again", "price")


def save(model: Model, directory: Path) -> None:
    """Write a model into an empty directory."""
    parts: dict[str, dict[str, NDArray[Any]]] = {
        "history": {name: getattr(model.history.sequences, name) for name in _SEQUENCES},
        "content": _packed(model.content.matrix) | {"category": model.content.category},
        "facts": {name: getattr(model.facts, name) for name in _FACTS},
        "habits": {name: getattr(model.habits, name) for name in _HABITS},
        "steered": _packed(model.habits.steered),
        "gate": model.gate.tensors(),
        "calibration": model.calibration.tensors(),
        "model": {"zone": model.zone, "tie": model.tie, "popularity": model.popularity},
    }
    parts |= {f"leg:{name}": leg.tensors() for name, leg in model.legs.items()}
    tensors = {f"{part}/{key}": value for part, found in parts.items() for key, value in found.items()}
    save_file({name: np.ascontiguousarray(value) for name, value in tensors.items()}, directory / _ARRAYS)
    document = {
        "items": list(model.history.items),
        "customers": list(model.history.customers),
        "zones": list(model.zones),
        "features": list(model.content.names),
        "categories": list(model.content.categories),
        "node_ids": list(model.habits.node_ids),
        "lines": model.habits.lines,
        "trial": attrs.asdict(model.habits.trial),
        "half_life_days": model.half_life_days,
        "popularity_features": model.popularity_features,
        "legs": {name: _settings(leg) for name, leg in model.legs.items()},
    }
    (directory / _NAMES).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def load(directory: Path) -> Model:
    """Read what :func:`save` wrote."""
    document = json.loads((directory / _NAMES).read_text(encoding="utf-8"))
    parts: dict[str, dict[str, NDArray[Any]]] = {}
    for name, value in load_file(directory / _ARRAYS).items():
        part, _, key = name.partition("/")
        parts.setdefault(part, {})[key] = value
    content = Content(
        matrix=_unpacked(parts["content"]),
        names=tuple(document["features"]),
        category=parts["content"]["category"],
        categories=tuple(document["categories"]),
    )
    habits = Habits(
        **parts["habits"],
        node_ids=tuple(document["node_ids"]),
        lines=document["lines"],
        trial=Trial(**document["trial"]),
        steered=_unpacked(parts["steered"]),
    )
    zones = Index(tuple(document["zones"]))
    popularity = parts["model"]["popularity"]
    legs = {
        name: _leg(name, parts.get(f"leg:{name}", {}), settings, content, len(zones), popularity)
        for name, settings in document["legs"].items()
    }
    return Model(
        history=History(
            Index(tuple(document["items"])), Index(tuple(document["customers"])), Sequences(**parts["history"])
        ),
        content=content,
        zones=zones,
        zone=parts["model"]["zone"],
        legs=legs,
        facts=ItemFacts(**parts["facts"]),
        gate=Gate.from_tensors(parts["gate"]),
        calibration=Calibration.from_tensors(parts["calibration"]),
        habits=habits,
        tie=parts["model"]["tie"],
        popularity=popularity,
        half_life_days=document["half_life_days"],
        popularity_features=document["popularity_features"],
    )


def _settings(leg: Leg) -> dict[str, Any]:
    if isinstance(leg, Transformer | Collaborative):
        return attrs.asdict(leg.network.settings, filter=lambda field, _: field.name != "effort")
    return {}


def _leg(
    name: str,
    tensors: dict[str, NDArray[Any]],
    settings: dict[str, Any],
    content: Content,
    zones: int,
    popularity: NDArray[np.float32],
) -> Leg:
    if name == "transformer":
        return Transformer.from_tensors(tensors, content, TransformerSettings(Effort(0), **settings))
    if name == "ncf":
        return Collaborative.from_tensors(tensors, content, zones, CollaborativeSettings(Effort(0), **settings))
    if name == "popular":
        return Popular(**tensors)
    if name == "content":
        return Similar(content.matrix, popularity, *tensors["numbers"].tolist())
    return Associations.from_tensors(tensors, popularity)


def _packed(matrix: sparse.csr_array) -> dict[str, NDArray[Any]]:
    return {
        "data": matrix.data,
        "indices": matrix.indices.astype(np.int32),
        "indptr": matrix.indptr.astype(np.int64),
        "shape": np.array(matrix.shape),
    }


def _unpacked(tensors: dict[str, NDArray[Any]]) -> sparse.csr_array:
    parts = (tensors["data"], tensors["indices"], tensors["indptr"])
    return sparse.csr_array(parts, shape=tuple(tensors["shape"].tolist()))
