"""The request: which stages are asked, what is live, and how to go about it.

These types hold whatever a caller wrote; :mod:`shelfwise.validation` reports every violation at once.
"""

from __future__ import annotations

from datetime import datetime

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import array, as_tuple
from shelfwise.types.forecast import ForecastRequest
from shelfwise.types.recommendation import Event, RecommendRequest
from shelfwise.types.replenishment import ReplenishRequest
from shelfwise.types.routing import RouteRequest
from shelfwise.types.state import Promotion
from shelfwise.types.vocabulary import Link


@attrs.frozen
class StockLevels:
    """Units on hand now, as columns of equal length; each row overrides that item at that node."""

    item_ids: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    node_ids: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    on_hand: NDArray[np.float64] = array(np.float64, default=())


@attrs.frozen
class OpenOrderLines:
    """All replenishment under way, as columns of equal length; given, it replaces what is on record."""

    item_ids: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    node_ids: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    quantity: NDArray[np.float64] = array(np.float64, default=())
    arrives_on: NDArray[np.datetime64] = array("datetime64[D]", default=())


@attrs.frozen
class Live:
    """What has changed since the model was trained; None leaves the record as it is."""

    stock: StockLevels | None = None
    open_orders: OpenOrderLines | None = None
    promotions: tuple[Promotion, ...] = attrs.field(converter=as_tuple, default=())
    """Planned promotions, added to those on record."""
    events: tuple[Event, ...] = attrs.field(converter=as_tuple, default=())
    """Recent events with their ``customer_id``, oldest first."""


@attrs.frozen
class Options:
    """How the decision is made."""

    disabled_links: frozenset[Link] = attrs.field(converter=frozenset, default=frozenset())
    seed: int = 0
    time_budget_seconds: float | None = None
    strict: bool = False
    """A degraded stage is an error."""
    explain: bool = True
    """Reasons are given with items and order lines."""
    validate_only: bool = False
    """Check the request and decide nothing."""


@attrs.frozen
class DecisionRequest:
    """What a caller asks: the presence of a stage's request asks for that stage.

    ``as_of`` None means the moment up to which the model's data reaches.
    """

    request_id: str = ""
    as_of: datetime | None = None
    recommend: RecommendRequest | None = None
    forecast: ForecastRequest | None = None
    replenish: ReplenishRequest | None = None
    route: RouteRequest | None = None
    live: Live = attrs.field(factory=Live)
    options: Options = attrs.field(factory=Options)
