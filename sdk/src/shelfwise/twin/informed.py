"""Plugins that know the world, for a bound: what the same shop would earn if nothing had to be guessed.

The recommender knows what each customer would buy of what they look at, and the forecaster what was wanted in another
life of the same world. Orders and routes are those of the configured plugins.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise import __version__
from shelfwise.config import Config
from shelfwise.configured_plugins import build_plugins
from shelfwise.hookspecs import hookimpl
from shelfwise.plugins import Member, PluginSet
from shelfwise.series import answer
from shelfwise.slates import Candidates, Effects, SlateMaker
from shelfwise.twin.market import Market
from shelfwise.twin.world.seasons import FIRST_DAY
from shelfwise.types import (
    DeliveryCosts,
    DemandForecast,
    ForecastRequest,
    Recommendations,
    RecommendRequest,
    Stage,
    State,
    StockOutlook,
)

__all__ = ["Clairvoyant", "Foresight", "informed_plugins"]

Floats = NDArray[np.float64]

_BATCH = 500
_SPREAD = 0.25
"""Deviation of the foreseen demand of a day by the root of its mean: slates still change it a little."""


def informed_plugins(config: Config, market: Market, wanted: NDArray[np.float32]) -> PluginSet:
    """Return the plugins of a configuration with recommender and forecaster replaced by those that know."""
    known: dict[Stage, object] = {Stage.RECOMMENDER: Clairvoyant(market), Stage.FORECASTER: Foresight(market, wanted)}
    chains = dict(build_plugins(config).chains)
    for stage, plugin in known.items():
        chains[stage] = (Member(stage, "informed", __version__, plugin),)
    return PluginSet(chains)


@attrs.define(eq=False)
class Clairvoyant:
    """Ranks by the chance that a customer who looks at an item today wants it."""

    _market: Market
    _maker: SlateMaker | None = attrs.field(init=False, default=None)

    @hookimpl
    def recommend(
        self,
        request: RecommendRequest,
        state: State,
        stock_outlook: StockOutlook | None,
        delivery_costs: DeliveryCosts | None,
    ) -> Recommendations:
        """Rank the catalogue."""
        world = self._market.world
        if self._maker is None:
            effects = Effects(
                days=28,
                incremental_share=0.0,  # what slates add is in the foreseen demand
                units=np.ones(len(world.goods)),
                node_ids=(),
                node_share=np.zeros(0),
                weekday_share=np.full(7, 1 / 7),
                visits=28.0 * world.people.visits,
            )
            self._maker = SlateMaker(world.goods.ids, world.people.ids, effects, basket_lines=2.0)
        shelf = self._maker.shelf(request, state, stock_outlook, delivery_costs)
        day = int((np.datetime64(state.starts_on) - FIRST_DAY).astype(int))
        served = []
        for visitors in shelf.visitors(_BATCH):
            chance = self._market.chance(day, visitors.on_record)
            chosen = shelf.choose(visitors, Candidates.whole(chance))
            served.append(shelf.serve(visitors, chosen))
        return shelf.answer(served)


@attrs.define(eq=False)
class Foresight:
    """Forecasts what was ``wanted`` (days, items, warehouses) in another life of the world; its last days go on."""

    _market: Market
    _wanted: NDArray[np.float32]

    @hookimpl
    def forecast(self, request: ForecastRequest, state: State) -> DemandForecast:
        """Look it up."""
        from scipy.special import ndtri

        world = self._market.world
        first = int((np.datetime64(state.starts_on) - FIRST_DAY).astype(int))
        days = np.minimum(first + np.arange(request.horizon_days), len(self._wanted) - 1)
        item = world.goods.ids.positions(request.item_ids)
        node = world.places.warehouses.positions(request.node_ids)
        mean = self._wanted[np.ix_(days, item, node)].transpose(1, 2, 0).reshape(-1, len(days)).astype(np.float64)
        spread = _SPREAD * np.sqrt(mean)
        quantiles = mean + spread * ndtri(np.asarray(request.quantiles))[:, None, None]
        return answer(request, state, mean=mean, quantiles=quantiles, parts={"base": mean}, exposure=None)
