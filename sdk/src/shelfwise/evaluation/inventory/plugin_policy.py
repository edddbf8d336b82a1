"""A plugin as a policy of the simulator: in each period its ``replenish`` hook plans a small shop."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise import plugins, simulation
from shelfwise.errors import PluginError
from shelfwise.evaluation.inventory.scenario import Scenario
from shelfwise.evaluation.inventory.shop import Shop
from shelfwise.simulation.tuning import Service
from shelfwise.types import Deadline, DemandForecast, ReplenishmentPlan, ReplenishRequest, ServiceMeasure, State

__all__ = ["PluginPolicy"]

Floats = NDArray[np.float64]


@attrs.define(eq=False)
class PluginPolicy:
    """Asks a plugin for orders. Each item in each scenario is an item of its own to it.

    The plugin sees what it would see in a shop: stock, open orders with the day announced, prices, and a forecast
    of the law of demand; it does not see the demand or the true lead times that are to come.
    """

    plugin: object
    _shop: Shop
    _state: State
    _forecast: DemandForecast
    _request: ReplenishRequest

    @classmethod
    def of(cls, plugin: object, scenario: Scenario, service: Service | None = None) -> PluginPolicy:
        """Lay the scenario out as a shop of one store.

        With a ``service`` the plugin is asked to reach it, without one for the least cost.
        """
        return cls.in_shop(plugin, Shop.of(scenario), scenario.review_periods, service)

    @classmethod
    def in_shop(
        cls, plugin: object, shop: Shop, review_periods: int = 1, service: Service | None = None
    ) -> PluginPolicy:
        """Let a plugin plan a shop of any network."""
        state = shop.empty()
        # As far as the longest way from outside, and the review after it.
        way = int(shop.network.lead_time.max()) * len(shop.network.tiers)
        request = ReplenishRequest(
            shop.item_ids,
            shop.nodes,
            review_days=review_periods,
            service_target=None if service is None else service.target,
            service_measure=ServiceMeasure.CYCLE_SERVICE if service is None else service.measure,
        )
        return cls(plugin, shop, state, shop.forecast(state, way + review_periods + 1), request)

    def order(self, state: simulation.State) -> Floats:
        """Return what the plugin orders today, (item-nodes, scenarios).

        Raises:
            PluginError: it gives no plan, or a quantity that is negative or no number.
        """
        shop = self._shop.on(self._state, state)
        arguments: dict[str, Any] = {
            "request": self._request,
            "state": shop,
            "forecast": attrs.evolve(self._forecast, starts_on=shop.starts_on),
            "delivery_costs": None,
            "deadline": Deadline(),
        }
        plan = plugins.call(self.plugin, "replenish", **arguments)
        return self._quantities(plan, shop)[self._shop.places]

    def _quantities(self, plan: ReplenishmentPlan | None, state: State) -> Floats:
        """Return what is ordered today, of shape (items, nodes) of the shop."""
        if plan is None:
            raise PluginError("the plugin gave no plan")
        ordered = np.zeros(state.on_hand.shape)
        for order in plan.orders:
            if order.place_on == state.starts_on:
                items, node = (
                    state.items.index.positions(order.lines.item_ids),
                    state.nodes.index.position(order.to_node_id),
                )
                if node < 0 or (items < 0).any():
                    raise PluginError(f"the plugin ordered for {order.to_node_id} what does not exist in the shop")
                np.add.at(ordered[:, node], items, order.lines.quantity)
        if not (np.isfinite(ordered).all() and (ordered >= 0).all()):
            raise PluginError("the plugin ordered a quantity that is negative or no number")
        return ordered
