"""The decision: the coordinated answer of all stages, and how it came about."""

from __future__ import annotations

from datetime import datetime

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import array, as_tuple, money, optional_money
from shelfwise.types.forecast import DemandForecast
from shelfwise.types.recommendation import Slate
from shelfwise.types.replenishment import Order
from shelfwise.types.routing import Route, SkippedDelivery
from shelfwise.types.vocabulary import Link, Stage, StageState


@attrs.frozen
class StageReport:
    """Who answered for a stage and how it fared; ``milliseconds`` is left out of comparisons."""

    stage: Stage
    state: StageState
    plugin: str = ""
    version: str = ""
    message: str = ""
    milliseconds: float = attrs.field(default=0.0, eq=False)


@attrs.frozen
class LinkReport:
    """What one link changed in this decision: ``effect`` in ``unit``, against the siloed plan."""

    link: Link
    enabled: bool
    effect: float = 0.0
    unit: str = ""
    text: str = ""


@attrs.frozen
class ShadowPrices:
    """What is scarce, as columns, the dearest first; what is not named costs nothing beyond its own cost.

    One more of each of ``item_ids`` at the node beside it in ``node_ids`` is worth ``unit_value`` plus ``unit_price``,
    in currency per unit: what it would earn where stock may run out before the next order, and what comes on top of
    that where slates asked for more than can be promised. ``delivery_price``, in currency per delivery, comes on top of
    the cost of leaving from each of ``vehicle_node_ids``, where vehicles could not carry all.
    """

    item_ids: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    node_ids: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    unit_price: NDArray[np.float64] = array(np.float64, amounts=True, default=())
    vehicle_node_ids: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    delivery_price: NDArray[np.float64] = array(np.float64, amounts=True, default=())
    unit_value: NDArray[np.float64] = array(
        np.float64, amounts=True, default=attrs.Factory(lambda self: np.zeros(self.unit_price.shape), takes_self=True)
    )


@attrs.frozen
class SignalReport:
    """How the stages were coordinated.

    Pass 1 is the siloed plan. ``objective`` and ``siloed_objective`` are the expected contribution of the plan
    returned and of pass 1, in currency, until the next orders can help. ``prices`` tell what is scarce under the plan,
    whatever links were on, ``budget_price`` is what one more unit of currency in the replenishment budget would save.
    """

    passes: int = 0
    best_pass: int = 0
    converged: bool = False
    objective: float = attrs.field(converter=money, default=0.0)
    siloed_objective: float = attrs.field(converter=money, default=0.0)
    budget_price: float = attrs.field(converter=money, default=0.0)
    links: tuple[LinkReport, ...] = attrs.field(converter=as_tuple, default=())
    plan_id: str = ""
    """The decision whose signals a storefront call was answered with; empty where there was none."""
    prices: ShadowPrices = attrs.field(factory=ShadowPrices)


@attrs.frozen
class RoutingReport:
    """How good the routes are.

    ``cost`` is that of the routes and of the optional deliveries left out, ``lower_bound``, where one is proven, what
    no plan can cost less than. ``moved_stops`` counts deliveries of the plan before that changed their vehicle or
    their place in the order; None where none was given.
    """

    solver: str = ""
    cost: float = attrs.field(converter=money, default=0.0)
    lower_bound: float | None = attrs.field(converter=optional_money, default=None)
    moved_stops: int | None = None

    @property
    def gap(self) -> float | None:
        """How far the cost may be above the least possible, as a share of the cost; None where nothing is proven."""
        if self.lower_bound is None:
            return None
        return max(self.cost - self.lower_bound, 0.0) / self.cost if self.cost else 0.0


@attrs.frozen
class Decision:
    """The answer to a :class:`~shelfwise.types.request.DecisionRequest`. Money is in ``currency``."""

    decision_id: str
    request_id: str
    as_of: datetime
    currency: str
    model_id: str
    recommendations: tuple[Slate, ...] = attrs.field(converter=as_tuple, default=())
    forecasts: DemandForecast | None = None
    orders: tuple[Order, ...] = attrs.field(converter=as_tuple, default=())
    routes: tuple[Route, ...] = attrs.field(converter=as_tuple, default=())
    skipped_deliveries: tuple[SkippedDelivery, ...] = attrs.field(converter=as_tuple, default=())
    routing: RoutingReport | None = None
    signals: SignalReport = attrs.field(factory=SignalReport)
    stages: tuple[StageReport, ...] = attrs.field(converter=as_tuple, default=())
    warnings: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    valid_until: datetime | None = None

    def stage(self, stage: Stage) -> StageReport:
        """Return the report of one stage."""
        return next(report for report in self.stages if report.stage == stage)
