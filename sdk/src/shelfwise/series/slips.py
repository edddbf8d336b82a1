"""Demand that no series can mean: a slip of the keyboard, or a unit that was taken for another."""

from __future__ import annotations

import attrs
import numpy as np
import structlog

from shelfwise.series.history import History

__all__ = ["without_slips"]

log = structlog.get_logger("shelfwise")

_SLIP = 1_000.0
"""Demand is a slip from so many times the usual sale on."""


def without_slips(history: History) -> History:
    """Return a record in which no period counts for more than 1,000 times the median period with a sale of its series.

    Campaigns have sold 500 times the usual week; one entry of a million pieces, learned from as it is, would drown the
    level of the series for weeks and the means of all that are like it.
    """
    units = history.units
    told = history.mask() & (units > 0)
    count = told.sum(axis=1)
    ranked = np.sort(np.where(told, units, np.inf), axis=1)
    # The lower one of two, so that one slip among two sales is seen.
    median = ranked[np.arange(len(units)), np.maximum(count - 1, 0) // 2]
    most = _SLIP * np.where(count > 0, median, np.inf)
    capped = np.minimum(units, most[:, None])
    slips = int((capped < units).sum())
    if not slips:
        return history
    series = int(np.argmax((units - capped).max(axis=1)))
    log.warning(
        "demand.capped",
        periods=slips,
        largest=float(units[series].max()),
        item_id=history.items.ids[series // len(history.nodes)],
        node_id=history.nodes.ids[series % len(history.nodes)],
        counted_as=float(most[series]),
    )
    return attrs.evolve(history, units=capped)
