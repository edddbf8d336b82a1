"""What every forecaster needs besides its model: demand as arrays, plans for the horizon, and a complete answer.

A forecaster says how much of each item will sell at each node; the record it learns from, what is planned, and the form
of the answer are here. One row is a series, items before nodes, one column a period::

    @attrs.define(eq=False)
    class Average:
        _known: tuple[Index, Index, NDArray[np.float64]] | None = attrs.field(init=False, default=None)

        @hookimpl
        def train(self, dataset):
            history = read_history(dataset, periods=90)
            mask = history.mask()                                    # open, on sale and in stock
            level = (history.units * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)
            self._known = history.items, history.nodes, level.reshape(len(history.items), -1)

        @hookimpl
        def forecast(self, request, state, exposure):
            items, nodes, level = self._known
            asked = level[np.ix_(items.positions(request.item_ids), nodes.positions(request.node_ids))]
            mean = np.repeat(asked[..., None], request.horizon_days, axis=2)
            quantiles = demand_quantiles(mean, np.ones(mean.shape), request.quantiles)
            return answer(request, state, mean=mean, quantiles=quantiles, parts={"base": mean}, exposure=exposure)

:class:`Plans` holds promotions and prices over the horizon, :meth:`Cadence.ahead` its periods, :class:`Covariates` what
a calendar tells of them. :class:`Norms` holds levels, seasons and spreads that are shrunk toward their like: short
records and new items can be forecast from them.
"""

from shelfwise.series.answers import answer
from shelfwise.series.cadence import Cadence
from shelfwise.series.categories import groups_of
from shelfwise.series.covariates import HOLIDAY, Covariates, holidays, read_calendar, read_covariates
from shelfwise.series.history import History, read_history
from shelfwise.series.levels import (
    Kinship,
    Levels,
    discounted_sums,
    launch_ratio,
    level_weights,
    posterior_level,
    shrunk_levels,
)
from shelfwise.series.likeness import Likeness, fit_likeness
from shelfwise.series.norms import Expected, Norms, fit_norms
from shelfwise.series.plans import Plans, rival_means
from shelfwise.series.prices import reference_prices, relative_price
from shelfwise.series.quantiles import demand_quantiles
from shelfwise.series.seasons import open_phases, seasonal_factors, trading_season
from shelfwise.series.slips import without_slips
from shelfwise.series.spreads import SPREADS, fit_spreads, log_likelihood

__all__ = [
    "HOLIDAY",
    "SPREADS",
    "Cadence",
    "Covariates",
    "Expected",
    "History",
    "Kinship",
    "Levels",
    "Likeness",
    "Norms",
    "Plans",
    "answer",
    "demand_quantiles",
    "discounted_sums",
    "fit_likeness",
    "fit_norms",
    "fit_spreads",
    "groups_of",
    "holidays",
    "launch_ratio",
    "level_weights",
    "log_likelihood",
    "open_phases",
    "posterior_level",
    "read_calendar",
    "read_covariates",
    "read_history",
    "reference_prices",
    "relative_price",
    "rival_means",
    "seasonal_factors",
    "shrunk_levels",
    "trading_season",
    "without_slips",
]
