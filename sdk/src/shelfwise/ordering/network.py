"""Who supplies what: one lane for every item at every node."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.calendar import order_calendar
from shelfwise.types import DeliveryCosts, NodeKind, State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@attrs.frozen(eq=False)
class Supply:
    """The lane chosen for each item at each node: arrays of shape (items, nodes).

    ``source`` is the row of the supplying node, -1 where nobody supplies. Following sources from any node ends at
    a node without a source: there are no cycles.
    """

    source: Ints
    purchase: NDArray[np.bool_]
    """Whether the source is a supplier."""
    lead_days: Ints
    """Whole days from placing an order to its arrival."""
    lead_variance: Floats
    """In days squared."""
    fixed_cost: Floats
    """Of an order, in currency."""
    own_cost: NDArray[np.bool_]
    """Whether the fixed cost is of a lane for this item alone."""
    unit_cost: Floats
    """Transport, in currency per unit."""
    minimum: Floats
    maximum: Floats
    open_today: NDArray[np.bool_]
    """Whether the lane takes orders today."""
    review_days: Ints
    """Days until the next order, from today on: those of the request where there is no lane."""

    @property
    def supplied(self) -> NDArray[np.bool_]:
        """Where there is a lane."""
        return self.source >= 0


def choose_lanes(
    state: State, items: Ints, daily_holding: Floats, node_rate: Floats, costs: DeliveryCosts | None, review_days: int
) -> Supply:
    """Choose for each item at each node the lane over which a unit arrives at least cost from its first source.

    ``items`` are rows of the catalogue, ``daily_holding`` (items,) is the cost of holding a unit for a day,
    ``node_rate`` (nodes,) the units a day over which the fixed cost of a lane is spread. A lane of its own takes
    precedence over the node's lanes for every item. A supplier's lane for every item serves the items that name
    that supplier, or none on record. ``costs`` adds to a lane's fixed cost what it costs to visit its end from its
    start, which counts for the choice alone: it is paid by whoever drives, and many items share a visit. Paths are
    relaxed one lane at a time (Bellman-Ford), so they have no cycles. A lane that takes no orders today is chosen all
    the same: nothing is ordered over it until it does.
    """
    lanes, width = state.lanes, len(state.nodes.index)
    visit = lanes.fixed_cost + _visit_cost(state, costs)
    transport = lanes.unit_cost + visit / np.maximum(node_rate[lanes.to_node], 1.0)
    rows, places, lane = candidates(state, items)
    own = transport[lane] + lanes.lead_time_days[lane] * daily_holding[rows]
    reached = np.zeros((len(items), width))
    reached[rows, places] = np.inf
    best = np.full((len(items), width), -1, dtype=np.int64)
    while True:
        total = reached[rows, lanes.from_node[lane]] + own
        order = np.lexsort((lane, total, places, rows))
        first = np.ones(len(order), dtype=bool)
        first[1:] = np.diff(rows[order] * width + places[order]) != 0
        winner = order[first]
        winner = winner[total[winner] < reached[rows[winner], places[winner]] - 1e-12]
        if not len(winner):
            break
        reached[rows[winner], places[winner]] = total[winner]
        best[rows[winner], places[winner]] = lane[winner]
    return _supply(state, best, review_days)


def _visit_cost(state: State, costs: DeliveryCosts | None) -> Floats:
    """What it costs to visit the end of each lane from its start, 0 where nobody knows."""
    lanes, ids = state.lanes, state.nodes.index.array
    if costs is None or not costs.visit_cost.size:
        return np.zeros(len(lanes.from_node))
    place, node = costs.places.positions(ids[lanes.to_node]), costs.nodes.positions(ids[lanes.from_node])
    cost = np.where(np.isfinite(costs.visit_cost), costs.visit_cost, 0.0)
    return np.where((place >= 0) & (node >= 0), cost[place, node], 0.0)


def candidates(state: State, items: Ints) -> tuple[Ints, Ints, Ints]:
    """Return rows (in ``items``), end nodes and lanes of all lanes that may supply an item."""
    lanes, width = state.lanes, len(state.nodes.index)
    row_of = np.full(len(state.items.index) + 1, -1, dtype=np.int64)
    row_of[items] = np.arange(len(items))
    special = np.flatnonzero(lanes.item >= 0)
    special = special[row_of[lanes.item[special]] >= 0]
    special_rows = row_of[lanes.item[special]]
    general = np.flatnonzero(lanes.item < 0)
    rows, which = np.divmod(np.arange(len(items) * len(general)), max(len(general), 1))
    lane = general[which]
    has_own = np.zeros((len(items), width), dtype=bool)
    has_own[special_rows, lanes.to_node[special]] = True
    allowed = _serves(state, items)[rows, lanes.from_node[lane]] & ~has_own[rows, lanes.to_node[lane]]
    rows, lane = np.concatenate([special_rows, rows[allowed]]), np.concatenate([special, lane[allowed]])
    return rows, lanes.to_node[lane], lane


def _serves(state: State, items: Ints) -> NDArray[np.bool_]:
    """Tell which nodes offer which items: a supplier only those that name it, or name nobody on record."""
    named = state.nodes.index.positions(state.items.supplier_id[items])
    supplier = state.nodes.kind == NodeKind.SUPPLIER
    bound = (named >= 0) & np.append(supplier, False)[named]
    same: NDArray[np.bool_] = named[:, None] == np.arange(len(supplier))[None, :]
    return np.asarray(~supplier[None, :] | ~bound[:, None] | same)


def _supply(state: State, best: Ints, review_days: int) -> Supply:
    lanes = state.lanes
    found = best >= 0
    open_today, next_order = order_calendar(lanes.order_weekdays, state.starts_on, review_days)

    def pick(column: NDArray[np.generic], missing: float) -> Floats:
        return np.where(found, np.append(column, missing)[best], missing)

    source = pick(lanes.from_node, -1).astype(np.int64)
    supplier = np.append(state.nodes.kind == NodeKind.SUPPLIER, False)
    return Supply(
        source=source,
        purchase=supplier[source],
        lead_days=np.ceil(pick(lanes.lead_time_days, 0.0) - 1e-9).astype(np.int64),
        lead_variance=pick(lanes.lead_time_sd_days, 0.0) ** 2,
        fixed_cost=pick(lanes.fixed_cost, 0.0),
        own_cost=(pick(lanes.item, -1) >= 0) & (pick(lanes.fixed_cost, 0.0) > 0),
        unit_cost=pick(lanes.unit_cost, 0.0),
        minimum=pick(lanes.minimum, 0.0),
        maximum=pick(lanes.maximum, np.inf),
        open_today=pick(open_today, 0.0).astype(bool),
        review_days=pick(next_order, review_days).astype(np.int64),
    )
