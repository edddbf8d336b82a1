"""The kinds of policy that can be tuned: what is searched, over which range, and the policy it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import special

from shelfwise.simulation.policies import (
    BaseStock,
    EchelonBaseStock,
    Newsvendor,
    ProjectedInventory,
    ReorderPoint,
    ReorderQuantity,
)
from shelfwise.simulation.simulator import Policy
from shelfwise.simulation.tuning.setting import Setting
from shelfwise.simulation.tuning.textbook import order_quantity, reorder_point

__all__ = ["KINDS", "Axis", "Kind"]

Floats = NDArray[np.float64]
Values = Mapping[str, Floats]
"""By name, of shape (item-nodes,) or (item-nodes, scenarios)."""


@attrs.frozen(eq=False)
class Axis:
    """A range to search, from ``low`` to ``high``, begun at ``start``, each of shape (item-nodes,).

    The first grid has so many ``points``, the last has steps of ``finest``. No value is below ``least``; where
    ``whole``, values are whole numbers.
    """

    low: Floats
    high: Floats
    start: Floats
    finest: Floats
    points: int
    whole: bool
    least: float = 0.0

    @property
    def step(self) -> Floats:
        """The steps of the first, coarsest grid; (item-nodes,)."""
        return np.maximum((self.high - self.low) / (self.points - 1), self.finest)

    def legal(self, values: Floats) -> Floats:
        """Return the nearest allowed values, of the same shape (item-nodes, any)."""
        return np.maximum(np.rint(values) if self.whole else values, self.least)


@attrs.frozen
class Kind:
    """A kind of policy: the axes of its search, its parameters at values of these, and the policy they make."""

    axes: Callable[[Setting], dict[str, Axis]]
    parameters: Callable[[Setting, Values], dict[str, Floats]]
    policy: Callable[[Setting, Values], Policy]


def _axis(setting: Setting, low: Floats, high: Floats, start: Floats, unit: Floats, points: int) -> Axis:
    """Return an axis of units of stock that ends with steps of a twentieth of ``unit``, or of one whole unit."""
    finest = np.maximum(unit / 20.0, 1.0 if setting.whole else 1e-9)
    low, high = (np.floor(low), np.ceil(high)) if setting.whole else (low, high)
    return Axis(low, np.maximum(high, low + finest), start, finest, points, setting.whole)


def _level(setting: Setting, points: int, cover: Floats | None = None) -> Axis:
    periods = setting.cover if cover is None else cover
    mean, spread = setting.mean * periods, setting.spread(periods)
    return _axis(setting, 0.0 * mean, mean + 4.5 * spread + 1.0, mean + 1.5 * spread, spread, points)


def _point(setting: Setting, points: int) -> Axis:
    mean, spread = setting.mean * setting.cover, setting.spread(setting.cover)
    return _axis(setting, 0.0 * mean, mean + 4.0 * spread, mean + spread, spread, points)


def _cap(setting: Setting) -> Axis:
    mean = setting.mean * setting.review_periods
    spread = np.sqrt(setting.variance * setting.review_periods)
    # Below the mean demand of a review most of the rest is lost.
    axis = _axis(setting, mean, mean + 4.0 * spread + 1.0, mean + 2.0 * spread + 1.0, spread, 11)
    return attrs.evolve(axis, least=_smallest(setting))


def _lot(setting: Setting) -> Axis:
    quantity, least = order_quantity(setting), _smallest(setting)
    # Lots matter less than levels: one that is a tenth off costs half a percent of ordering and holding.
    unit = np.maximum(quantity, np.sqrt(setting.variance))
    axis = _axis(setting, np.full_like(quantity, least), least + 2.5 * quantity, quantity, unit, 11)
    return attrs.evolve(axis, least=least)


def _smallest(setting: Setting) -> float:
    return 1.0 if setting.whole else 1e-6


def _projected(setting: Setting) -> Axis:
    mean, spread = setting.mean * setting.review_periods, setting.spread(setting.cover)
    stock = _axis(setting, 0.0 * mean, mean + 4.5 * spread + 1.0, mean + spread, spread, 15)
    return attrs.evolve(stock, finest=np.maximum(np.sqrt(setting.variance) / 20.0, 1e-9), whole=False)


def _probability(setting: Setting) -> Axis:
    """Scores of the standard normal law, so that steps near certainty are as large as in the middle."""
    rows = np.ones(len(setting.network))
    return Axis(-2.0 * rows, 4.0 * rows, rows, 0.05 * rows, 13, whole=False, least=-4.0)


def _same(_: Setting, values: Values) -> dict[str, Floats]:
    return dict(values)


def _economic(setting: Setting, _: Values) -> dict[str, Floats]:
    quantity = order_quantity(setting)
    return {"reorder_point": reorder_point(setting, quantity), "quantity": quantity}


def _like(values: Floats, column: Floats) -> Floats:
    """Return one number an item-node in the shape of the others."""
    return np.broadcast_to(column.reshape(-1, *[1] * (values.ndim - 1)), values.shape)


def _order_up_to(_: Setting, values: Values) -> dict[str, Floats]:
    point = values["reorder_point"]
    return {"reorder_point": point, "level": point + values["lot"]}


KINDS: Mapping[str, Kind] = {
    "eoq": Kind(lambda _: {}, _economic, lambda _, told: ReorderQuantity(**told)),
    "tuned_eoq": Kind(
        lambda setting: {"reorder_point": _point(setting, 21)},
        lambda setting, values: {**values, "quantity": _like(values["reorder_point"], order_quantity(setting))},
        lambda _, told: ReorderQuantity(**told),
    ),
    "base_stock": Kind(
        lambda setting: {"level": _level(setting, 21)},
        _same,
        lambda _, told: BaseStock(**told),
    ),
    "capped_base_stock": Kind(
        lambda setting: {"level": _level(setting, 15), "cap": _cap(setting)},
        _same,
        lambda _, told: BaseStock(**told),
    ),
    "reorder_point": Kind(
        lambda setting: {"reorder_point": _point(setting, 15), "lot": _lot(setting)},
        _order_up_to,
        lambda _, told: ReorderPoint(**told),
    ),
    "reorder_quantity": Kind(
        lambda setting: {"reorder_point": _point(setting, 15), "quantity": _lot(setting)},
        _same,
        lambda _, told: ReorderQuantity(**told),
    ),
    "projected_inventory": Kind(
        lambda setting: {"level": _projected(setting)},
        _same,
        lambda setting, told: ProjectedInventory(told["level"], *setting.moments, whole=setting.whole),
    ),
    "newsvendor": Kind(
        lambda setting: {"score": _probability(setting)},
        lambda _, values: {"probability": np.asarray(special.ndtr(values["score"]))},
        lambda setting, told: Newsvendor(told["probability"], setting.sums),
    ),
    "echelon_base_stock": Kind(
        lambda setting: {"level": _level(setting, 21, setting.echelon_cover)},
        _same,
        lambda _, told: EchelonBaseStock(**told),
    ),
}
"""By name. ``eoq`` is (r, Q) by formula, ``tuned_eoq`` has the same Q with the best r; ``reorder_point`` is (s, S), and
``reorder_quantity`` (r, nQ)."""
