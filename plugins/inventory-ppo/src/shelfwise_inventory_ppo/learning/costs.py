"""By what costs of different items are made comparable."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from shelfwise_inventory_ppo.learning.examples import Examples

__all__ = ["usual_cost"]


def usual_cost(examples: Examples) -> NDArray[np.float64]:
    """Return about what a period would cost if unmet demand waited: the newsvendor's cost of lead time and a period.

    Demand is taken for normal (Zipkin 2000, section 6.4); what a review's demand costs on average while it waits to be
    sold comes on top. In units of the cost of holding a unit for a period.
    """
    ratio = examples.shortage_ratio / examples.review
    deviation = examples.moments[:, 1] * np.sqrt(examples.lead_time + examples.review)
    cycle = examples.moments[:, 0] * (examples.review - 1) / 2.0
    return np.asarray(cycle + (ratio + 1.0) * deviation * stats.norm.pdf(stats.norm.ppf(ratio / (ratio + 1.0))))
