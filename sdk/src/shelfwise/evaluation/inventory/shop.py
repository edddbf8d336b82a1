"""A simulated network as a shop that a plugin can plan: items, nodes, lanes, prices and the forecast."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise import simulation
from shelfwise.evaluation.inventory.scenario import Scenario
from shelfwise.simulation.laws import Law
from shelfwise.types import (
    DEFAULT_QUANTILES,
    DemandForecast,
    Index,
    Items,
    Lanes,
    NodeKind,
    Nodes,
    OpenOrders,
    State,
)

__all__ = ["Shop"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

START = datetime(2024, 1, 1, tzinfo=UTC)
_DAYS_PER_YEAR = 365.0
_SUPPLIER = "supplier"


@attrs.frozen(eq=False)
class Shop:
    """A network in ``scenarios``, each of which is an item of its own to the plugin.

    ``item`` and ``node`` (item-nodes,) say which of ``items`` lies at which of ``nodes``, whose ``kinds`` are told;
    the supplier is one more node. ``laws`` and ``lead_time_sd`` go by item-node, ``holding`` and ``margin`` by item: a
    unit costs what makes ``holding_rate_per_year`` of it the holding cost, and sells for its margin more.
    """

    network: simulation.Network
    items: tuple[str, ...]
    nodes: tuple[str, ...]
    kinds: tuple[NodeKind, ...]
    item: Ints
    node: Ints
    laws: Sequence[Law | None]
    lead_time_sd: Floats
    holding: Floats
    margin: Floats
    holding_rate_per_year: float
    scenarios: int

    @classmethod
    def of(cls, scenario: Scenario) -> Shop:
        """Return the items of a scenario, supplied to one store by a lane each."""
        rows = len(scenario.items)
        return cls(
            network=scenario.network,
            items=tuple(item.item_id for item in scenario.items),
            nodes=("store",),
            kinds=(NodeKind.STORE,),
            item=np.arange(rows),
            node=np.zeros(rows, np.int64),
            laws=scenario.laws,
            lead_time_sd=scenario.column("lead_time_sd"),
            holding=scenario.column("holding"),
            margin=scenario.column("penalty"),
            holding_rate_per_year=scenario.holding_rate_per_year,
            scenarios=scenario.replications,
        )

    @property
    def item_ids(self) -> tuple[str, ...]:
        """Every item in every scenario, in this order."""
        return tuple(f"{item}/{scenario}" for item in self.items for scenario in range(self.scenarios))

    @property
    def places(self) -> tuple[Ints, Ints]:
        """Where an item-node in a scenario lies among the items and the nodes of the shop, (item-nodes, scenarios)."""
        item = self.item[:, None] * self.scenarios + np.arange(self.scenarios)
        return item, np.broadcast_to(self.node[:, None] + 1, item.shape)

    def empty(self) -> State:
        """Return the shop on its first day, with nothing in stock and nothing on order."""

        def copied(values: Floats) -> Floats:
            return np.repeat(values, self.scenarios)

        count = len(self.items) * self.scenarios
        item, node = self.places
        source = np.where(self.network.source < 0, 0, self.node[self.network.source] + 1)
        unit_cost = copied(self.holding) * _DAYS_PER_YEAR / self.holding_rate_per_year
        nothing = np.zeros(count)
        return State(
            as_of=START,
            items=Items(
                index=Index(self.item_ids),
                description=np.full(count, ""),
                category=np.full(count, ""),
                price=unit_cost + copied(self.margin),
                unit_cost=unit_cost,
                pack_size=np.ones(count),
                minimum_order=nothing,
                supplier_id=np.full(count, _SUPPLIER),
                volume_l=nothing,
                weight_kg=nothing,
                shelf_life_days=np.full(count, np.nan),
            ),
            nodes=Nodes(
                index=Index((_SUPPLIER, *self.nodes)),
                kind=np.array([NodeKind.SUPPLIER, *self.kinds], dtype=object),
                latitude=np.full(len(self.nodes) + 1, np.nan),
                longitude=np.full(len(self.nodes) + 1, np.nan),
                capacity=np.full(len(self.nodes) + 1, np.inf),
            ),
            lanes=Lanes(
                from_node=np.repeat(source, self.scenarios),
                to_node=node.ravel(),
                item=item.ravel(),
                lead_time_days=copied(self.network.lead_time.astype(np.float64)),
                lead_time_sd_days=copied(self.lead_time_sd),
                fixed_cost=copied(self.network.order_cost),
                unit_cost=np.zeros(item.size),
                minimum=np.zeros(item.size),
                maximum=np.full(item.size, np.inf),
            ),
            on_hand=np.zeros((count, len(self.nodes) + 1)),
        )

    def on(self, empty: State, state: simulation.State) -> State:
        """Return the shop as it is in a state of the simulation; below zero where demand waits."""
        on_hand = np.zeros_like(empty.on_hand)
        on_hand[self.places] = state.on_hand + state.gate - state.backlog
        shop = attrs.evolve(empty, as_of=START + timedelta(days=state.period), on_hand=on_hand)
        return attrs.evolve(shop, open_orders=self._open_orders(state, np.datetime64(shop.starts_on)))

    def _open_orders(self, state: simulation.State, today: np.datetime64) -> OpenOrders:
        """Return what is on order, due on the day that was announced when it was sent."""
        # What is still to be sent would arrive as if it were sent today, as an age of 0 does.
        ages = state.by_age
        ages[:, 0] += state.owed
        row, age, scenario = np.nonzero(ages)
        item, node = self.places
        return OpenOrders(
            item=item[row, scenario],
            node=node[row, scenario],
            quantity=ages[row, age, scenario],
            arrives_on=today + (state.network.lead_time[row] - age),
        )

    def forecast(self, empty: State, days: int) -> DemandForecast:
        """Return the laws of demand as a forecast for the nodes that have any."""
        sold = [row for row, law in enumerate(self.laws) if law is not None]
        nodes = sorted({int(self.node[row]) for row in sold})
        mean = np.zeros((len(self.items), len(nodes)))
        quantiles = np.zeros((len(DEFAULT_QUANTILES), *mean.shape))
        for row in sold:
            law, place = self.laws[row], (int(self.item[row]), nodes.index(int(self.node[row])))
            if law is not None:
                mean[place] = law.mean
                quantiles[(slice(None), *place)] = law.quantile(DEFAULT_QUANTILES)

        def spread(values: Floats) -> Floats:
            by_scenario = np.repeat(values, self.scenarios, axis=-2)[..., None]
            return np.broadcast_to(by_scenario, (*by_scenario.shape[:-1], days))

        return DemandForecast(
            items=empty.items.index,
            nodes=Index(tuple(self.nodes[node] for node in nodes)),
            starts_on=empty.starts_on,
            levels=DEFAULT_QUANTILES,
            mean=spread(mean),
            quantiles=spread(quantiles),
        )
