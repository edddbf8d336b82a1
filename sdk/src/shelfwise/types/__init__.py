"""The value types of shelfwise: frozen, with numpy arrays inside where rows are many."""

from shelfwise.types.deadline import Deadline
from shelfwise.types.decision import Decision, LinkReport, SignalReport, StageReport
from shelfwise.types.forecast import DEFAULT_QUANTILES, DemandForecast, ForecastRequest
from shelfwise.types.index import Index
from shelfwise.types.progress import Progress, silent
from shelfwise.types.ranges import Choice, Integers, Uniform
from shelfwise.types.recommendation import (
    CartLine,
    Customer,
    Event,
    Reason,
    Recommendations,
    RecommendRequest,
    Slate,
    SlateItem,
    WithheldItem,
)
from shelfwise.types.replenishment import Order, OrderLines, ReplenishmentPlan, ReplenishRequest
from shelfwise.types.request import DecisionRequest, Live, OpenOrderLines, Options, StockLevels
from shelfwise.types.routing import (
    Delivery,
    Depot,
    Route,
    RoutePlan,
    RouteRequest,
    SkippedDelivery,
    Stop,
    TravelMatrix,
    Vehicle,
)
from shelfwise.types.signals import DeliveryCosts, Exposure, StockOutlook
from shelfwise.types.state import Calendar, Customers, Items, Lanes, Nodes, OpenOrders, Promotion, State
from shelfwise.types.vocabulary import EventKind, Link, NodeKind, ServiceMeasure, SkipReason, Stage, StageState

__all__ = [
    "DEFAULT_QUANTILES",
    "Calendar",
    "CartLine",
    "Choice",
    "Customer",
    "Customers",
    "Deadline",
    "Decision",
    "DecisionRequest",
    "Delivery",
    "DeliveryCosts",
    "DemandForecast",
    "Depot",
    "Event",
    "EventKind",
    "Exposure",
    "ForecastRequest",
    "Index",
    "Integers",
    "Items",
    "Lanes",
    "Link",
    "LinkReport",
    "Live",
    "NodeKind",
    "Nodes",
    "OpenOrderLines",
    "OpenOrders",
    "Options",
    "Order",
    "OrderLines",
    "Progress",
    "Promotion",
    "Reason",
    "RecommendRequest",
    "Recommendations",
    "ReplenishRequest",
    "ReplenishmentPlan",
    "Route",
    "RoutePlan",
    "RouteRequest",
    "ServiceMeasure",
    "SignalReport",
    "SkipReason",
    "SkippedDelivery",
    "Slate",
    "SlateItem",
    "Stage",
    "StageReport",
    "StageState",
    "State",
    "StockLevels",
    "StockOutlook",
    "Stop",
    "TravelMatrix",
    "Uniform",
    "Vehicle",
    "WithheldItem",
    "silent",
]
