"""From what a model expects to an answer that keeps the contract: parts, exposure, quantiles in order."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from shelfwise.types import DemandForecast, Exposure, ForecastRequest, Index, State

__all__ = ["answer"]

_ROUNDING = 1e-9


def answer(
    request: ForecastRequest,
    state: State,
    *,
    mean: NDArray[np.float64],
    quantiles: NDArray[np.float64],
    parts: Mapping[str, NDArray[np.float64]],
    exposure: Exposure | None,
) -> DemandForecast:
    """Return a forecast put together from what is expected without the exposure, which is added as a part.

    What the exposure adds is told by :meth:`~shelfwise.types.Exposure.caused_units`. ``mean`` and each of the ``parts``
    hold items x nodes x days values in the order of the request, in any shape that reshapes to that, ``quantiles`` as
    many for each level. Below 0 they are cut off; quantiles that cross are put in order (Chernozhukov, Fernandez-Val &
    Galichon 2010); what the parts leave out of the mean is counted as ``base``.
    """
    shape = (len(request.item_ids), len(request.node_ids), request.horizon_days)
    expected = np.maximum(mean.reshape(shape), 0.0)
    extra = _caused(exposure, request, state, expected)
    drivers = {name: part.reshape(shape) for name, part in parts.items()}
    left = expected - sum(drivers.values(), start=np.zeros(shape))
    base = drivers.get("base", np.zeros(shape))
    drivers["base"] = np.where(np.abs(left) > _ROUNDING * (1 + expected), base + left, base)
    ordered = np.empty((len(request.quantiles), *shape))
    ordered[np.argsort(request.quantiles)] = np.sort(quantiles.reshape(ordered.shape), axis=0)
    return DemandForecast(
        items=Index(request.item_ids),
        nodes=Index(request.node_ids),
        starts_on=state.starts_on,
        levels=request.quantiles,
        mean=expected + extra,
        quantiles=np.maximum(np.maximum(ordered, 0.0) + extra, 0.0),
        parts=drivers | {"exposure": extra},
    )


def _caused(
    exposure: Exposure | None, request: ForecastRequest, state: State, expected: NDArray[np.float64]
) -> NDArray[np.float64]:
    if exposure is None:
        return np.zeros(expected.shape)
    category = np.append(state.items.category_codes, -1)[state.items.index.positions(request.item_ids)]
    return exposure.caused_units(request.item_ids, request.node_ids, category, expected)
