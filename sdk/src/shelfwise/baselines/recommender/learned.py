"""Everything the recommender learns in training, and how it is written down."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.baselines.recommender.histories import Histories
from shelfwise.baselines.recommender.logistic import Logistic
from shelfwise.baselines.recommender.model import Memory
from shelfwise.baselines.recommender.popularity import Popularity
from shelfwise.baselines.recommender.propensity import Propensity
from shelfwise.baselines.recommender.reasons import Explainer
from shelfwise.slates import Effects, Trial
from shelfwise.types import Index

__all__ = ["Learned"]


@attrs.frozen(eq=False, slots=False)
class Learned:
    """The memory, the probabilities, and what turns purchases into units on nodes and days.

    ``units`` is the mean quantity of one purchase of each item, ``node_ids`` and ``node_share`` how demand spreads
    over nodes, ``weekday_share`` over the week (Monday first), ``tie`` in [0, 1) what decides between equal scores,
    ``visits`` per customer how many baskets are expected in the exposure window, ``lines`` the mean basket, and
    ``trial`` what was bought without being shown, and ``steered`` what slates have sold of late.
    """

    memory: Memory
    propensity: Propensity
    units: NDArray[np.float64]
    node_ids: tuple[str, ...]
    node_share: NDArray[np.float64]
    weekday_share: NDArray[np.float64]
    tie: NDArray[np.float64]
    visits: NDArray[np.float64]
    lines: float
    trial: Trial
    steered: sparse.csr_array

    @cached_property
    def explainer(self) -> Explainer:
        """What gives reasons for items, made when first used."""
        return Explainer(self.memory.neighbours.maximum(self.memory.companions).T.tocsr())

    @property
    def told_apart(self) -> frozenset[str]:
        """The zones whose sales are told apart."""
        zones = self.memory.popularity.zones.ids
        return frozenset(zones if len(zones) > 1 else ())

    def effects(self, days: int, incremental_share: float) -> Effects:
        """Return what turns purchases within so many days into units; a share is assumed as far as none was seen."""
        return Effects(
            days=days,
            incremental_share=self.trial.share(incremental_share),
            units=self.units,
            node_ids=self.node_ids,
            node_share=self.node_share,
            weekday_share=self.weekday_share,
            visits=self.visits,
            steered=self.steered,
        )

    def save(self, directory: Path) -> None:
        """Write arrays as ``recommender.npz`` and ids and numbers as ``recommender.json``."""
        memory, propensity = self.memory, self.propensity
        arrays = {f"history_{name}": value for name, value in _fields(memory.histories) if name not in _HISTORY_NUMBERS}
        arrays |= _pack("neighbours", memory.neighbours) | _pack("companions", memory.companions)
        arrays |= _pack("by_zone", memory.popularity.by_zone) | _pack("steered", self.steered)
        arrays |= _pack("attributes", memory.attributes)
        arrays |= {name: getattr(self, name) for name in _ARRAYS}
        arrays |= {
            "share": memory.popularity.overall,
            "again_rate": propensity.again_rate,
        }
        arrays |= {name: _coefficients(getattr(propensity, name)) for name in _MODELS}
        np.savez(directory / "recommender.npz", **arrays)
        document = {
            "items": memory.items.ids,
            "customers": memory.customers.ids,
            "zones": memory.popularity.zones.ids,
            "node_ids": self.node_ids,
            **{name: getattr(memory.histories, name) for name in _HISTORY_NUMBERS},
            "lines": self.lines,
            "trial": attrs.asdict(self.trial),
            **{name: getattr(propensity, name) for name in _NUMBERS},
        }
        (directory / "recommender.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> Learned:
        """Read what :meth:`save` wrote."""
        document = json.loads((directory / "recommender.json").read_text(encoding="utf-8"))
        with np.load(directory / "recommender.npz", allow_pickle=False) as stored:
            arrays = dict(stored)
        histories = {
            name: arrays[f"history_{name}"] for name in attrs.fields_dict(Histories) if name not in _HISTORY_NUMBERS
        }
        memory = Memory(
            items=Index(document["items"]),
            customers=Index(document["customers"]),
            neighbours=_unpack("neighbours", arrays),
            companions=_unpack("companions", arrays),
            histories=Histories(**histories, **{name: document[name] for name in _HISTORY_NUMBERS}),
            popularity=Popularity(arrays["share"], Index(document["zones"]), _unpack("by_zone", arrays)),
            attributes=_unpack("attributes", arrays),
        )
        propensity = Propensity(
            new=_model(arrays["new"]),
            repeat=_model(arrays["repeat"]),
            basket=_model(arrays["basket"]),
            again_rate=arrays["again_rate"],
            **{name: document[name] for name in _NUMBERS},
        )
        kept = {name: arrays[name] for name in _ARRAYS}
        return cls(
            memory,
            propensity,
            node_ids=tuple(document["node_ids"]),
            lines=document["lines"],
            trial=Trial(**document["trial"]),
            steered=_unpack("steered", arrays),
            **kept,
        )


_ARRAYS = ("units", "node_share", "weekday_share", "tie", "visits")
_MODELS = ("new", "repeat", "basket")
_NUMBERS = ("prior", "cold_items", "exponent")
_HISTORY_NUMBERS = ("now", "decay")


def _fields(value: Any) -> list[tuple[str, Any]]:
    return [(field.name, getattr(value, field.name)) for field in attrs.fields(type(value))]


def _coefficients(model: Logistic) -> NDArray[np.float64]:
    return np.append(model.intercept, model.slope)


def _model(coefficients: NDArray[np.float64]) -> Logistic:
    return Logistic(float(coefficients[0]), coefficients[1:])


def _pack(name: str, matrix: sparse.csr_array) -> dict[str, NDArray[Any]]:
    return {
        f"{name}_data": matrix.data,
        f"{name}_indices": matrix.indices,
        f"{name}_indptr": matrix.indptr,
        f"{name}_shape": np.array(matrix.shape),
    }


def _unpack(name: str, arrays: dict[str, NDArray[Any]]) -> sparse.csr_array:
    parts = (arrays[f"{name}_data"], arrays[f"{name}_indices"], arrays[f"{name}_indptr"])
    return sparse.csr_array(parts, shape=tuple(arrays[f"{name}_shape"]))
