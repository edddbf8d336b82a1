"""A plugin as a policy of the simulator: in each period its ``replenish`` hook plans a small shop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise import plugins, simulation
from shelfwise.errors import PluginError
from shelfwise.evaluation.inventory.scenario import Scenario
from shelfwise.simulation.laws import Law
from shelfwise.simulation.tuning import Service
from shelfwise.types import (
    DEFAULT_QUANTILES,
    Deadline,
    DemandForecast,
    Index,
    Items,
    Lanes,
    NodeKind,
    Nodes,
    OpenOrders,
    ReplenishmentPlan,
    ReplenishRequest,
    ServiceMeasure,
    State,
)

Floats = NDArray[np.float64]

_START = datetime(2024, 1, 1, tzinfo=UTC)
_DAYS_PER_YEAR = 365.0
_SUPPLIER, _STORE = 0, 1
_MIDPOINTS = (np.arange(1000) + 0.5) / 1000


@attrs.define(eq=False)
class PluginPolicy:
    """Asks a plugin for orders. Each item in each replication is an item of its own, supplied to one store by one lane.

    The plugin sees what it would see in a shop: stock, open orders with the day announced, prices, and a forecast
    of the law of demand; it does not see the demand or the true lead times that are to come.
    """

    plugin: object
    _state: State
    _forecast: DemandForecast
    _request: ReplenishRequest

    @classmethod
    def of(cls, plugin: object, scenario: Scenario, service: Service | None = None) -> PluginPolicy:
        """Lay the scenario out as a shop, with one item for each item and replication, in this order.

        With a ``service`` the plugin is asked to reach it, without one for the least cost.
        """
        replications = scenario.replications
        ids = tuple(f"{item.item_id}/{copy}" for item in scenario.items for copy in range(replications))
        state = _shop(scenario, Index(ids), replications)
        days = int(scenario.column("lead_time").max()) + scenario.review_periods + 1
        return cls(
            plugin,
            state,
            _forecast(scenario.laws, state, replications, days),
            ReplenishRequest(
                ids,
                ("store",),
                review_days=scenario.review_periods,
                service_target=None if service is None else service.target,
                service_measure=ServiceMeasure.CYCLE_SERVICE if service is None else service.measure,
            ),
        )

    def order(self, state: simulation.State) -> Floats:
        """Return what the plugin orders for the store today, (items, replications).

        Raises:
            PluginError: it gives no plan, or a quantity that is negative or no number.
        """
        shop = attrs.evolve(
            self._state,
            as_of=_START + timedelta(days=state.period),
            on_hand=np.column_stack([np.zeros(state.on_hand.size), _stock(state).ravel()]),
        )
        shop = attrs.evolve(shop, open_orders=_open_orders(state, np.datetime64(shop.starts_on)))
        arguments: dict[str, Any] = {
            "request": self._request,
            "state": shop,
            "forecast": attrs.evolve(self._forecast, starts_on=shop.starts_on),
            "delivery_costs": None,
            "deadline": Deadline(),
        }
        plan = plugins.call(self.plugin, "replenish", **arguments)
        return self._quantities(plan, shop).reshape(state.on_hand.shape)

    def _quantities(self, plan: ReplenishmentPlan | None, state: State) -> Floats:
        if plan is None:
            raise PluginError("the plugin gave no plan")
        ordered = np.zeros(len(state.items.index))
        for order in plan.orders:
            if order.to_node_id == "store" and order.place_on == state.starts_on:
                np.add.at(ordered, state.items.index.positions(order.lines.item_ids), order.lines.quantity)
        if not (np.isfinite(ordered).all() and (ordered >= 0).all()):
            raise PluginError("the plugin ordered a quantity that is negative or no number")
        return ordered


def _stock(state: simulation.State) -> Floats:
    """Return units in the store, below zero where demand waits."""
    return state.on_hand + state.gate - state.backlog


def _open_orders(state: simulation.State, today: np.datetime64) -> OpenOrders:
    """Return what is on order, due on the day that was announced when it was sent."""
    replications = state.on_hand.shape[1]
    # What is still to be sent would arrive as if it were sent today, as an age of 0 does.
    ages = state.by_age
    ages[:, 0] += state.owed
    item, age, replication = np.nonzero(ages)
    return OpenOrders(
        item=item * replications + replication,
        node=np.full(len(item), _STORE),
        quantity=ages[item, age, replication],
        arrives_on=today + (state.network.lead_time[item] - age),
    )


def _shop(scenario: Scenario, ids: Index, replications: int) -> State:
    def column(name: str) -> Floats:
        return np.repeat(scenario.column(name), replications)

    count = len(ids)
    unit_cost = column("holding") * _DAYS_PER_YEAR / scenario.holding_rate_per_year
    nothing, one = np.zeros(count), np.ones(count)
    return State(
        as_of=_START,
        items=Items(
            index=ids,
            description=np.full(count, ""),
            category=np.full(count, ""),
            price=unit_cost + column("penalty"),
            unit_cost=unit_cost,
            pack_size=one,
            minimum_order=nothing,
            supplier_id=np.full(count, "supplier"),
            volume_l=nothing,
            weight_kg=nothing,
            shelf_life_days=np.full(count, np.nan),
        ),
        nodes=Nodes(
            index=Index(("supplier", "store")),
            kind=np.array([NodeKind.SUPPLIER, NodeKind.STORE], dtype=object),
            latitude=np.full(2, np.nan),
            longitude=np.full(2, np.nan),
            capacity=np.full(2, np.inf),
        ),
        lanes=Lanes(
            from_node=np.full(count, _SUPPLIER),
            to_node=np.full(count, _STORE),
            item=np.arange(count),
            lead_time_days=column("lead_time"),
            lead_time_sd_days=column("lead_time_sd"),
            fixed_cost=column("fixed_order_cost"),
            unit_cost=nothing,
            minimum=nothing,
            maximum=np.full(count, np.inf),
        ),
        on_hand=np.zeros((count, 2)),
    )


def _forecast(laws: tuple[Law, ...], state: State, replications: int, days: int) -> DemandForecast:
    def spread(values: list[float]) -> Floats:
        return np.broadcast_to(np.repeat(values, replications)[:, None, None], (len(state.items.index), 1, days))

    return DemandForecast(
        items=state.items.index,
        nodes=Index(("store",)),
        starts_on=state.starts_on,
        levels=DEFAULT_QUANTILES,
        mean=spread([float(law.mean) for law in laws]),
        quantiles=np.stack([spread([float(law.quantile(level)) for law in laws]) for level in DEFAULT_QUANTILES]),
    )
