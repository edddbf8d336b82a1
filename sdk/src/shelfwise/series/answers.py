"""From what a model expects to an answer that keeps the contract: parts, exposure, quantiles in order."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from shelfwise.types import DemandForecast, Exposure, ForecastRequest, Index, State

__all__ = ["answer", "extra_units"]

_ROUNDING = 1e-9


def extra_units(exposure: Exposure | None, request: ForecastRequest) -> NDArray[np.float64]:
    """Return the exposure's extra units in the order of the request, 0 where it says nothing.

    The shape is (items, nodes, days).
    """
    extra = np.zeros((len(request.item_ids), len(request.node_ids), request.horizon_days))
    if exposure is not None and exposure.extra_units.size:  # slates may show nothing at all
        item, node = exposure.items.positions(request.item_ids), exposure.nodes.positions(request.node_ids)
        days = min(request.horizon_days, exposure.extra_units.shape[2])
        known = (item >= 0)[:, None] & (node >= 0)
        extra[..., :days] = np.where(known[..., None], exposure.extra_units[np.ix_(item, node)][..., :days], 0.0)
    return extra


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

    ``mean`` and each of the ``parts`` hold items x nodes x days values in the order of the request, in any shape that
    reshapes to that, ``quantiles`` as many for each level. Below 0 they are cut off; quantiles that cross are put in
    order (Chernozhukov, Fernandez-Val & Galichon 2010); what the parts leave out of the mean is counted as ``base``.
    """
    shape = (len(request.item_ids), len(request.node_ids), request.horizon_days)
    extra = extra_units(exposure, request)
    expected = np.maximum(mean.reshape(shape), 0.0)
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
        quantiles=np.maximum(ordered, 0.0) + extra,
        parts=drivers | {"exposure": extra},
    )
