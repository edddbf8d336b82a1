"""The closed sets of words that code, wire, configuration and logs share."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """One of the four kinds of decision a plugin can make."""

    RECOMMENDER = "recommender"
    FORECASTER = "forecaster"
    INVENTORY = "inventory"
    ROUTER = "router"


class Link(StrEnum):
    """A signal from one stage to another; each can be disabled in a request."""

    EXPOSURE = "exposure"
    IN_STOCK = "in_stock"
    FORECAST = "forecast"
    STOCK_OUTLOOK = "stock_outlook"
    DELIVERY_COSTS = "delivery_costs"
    DELIVERIES = "deliveries"


class StageState(StrEnum):
    """How a stage fared in one decision."""

    OK = "ok"
    DEGRADED = "degraded"
    SKIPPED = "skipped"
    FAILED = "failed"


class NodeKind(StrEnum):
    """What a place in the supply network does."""

    SUPPLIER = "supplier"
    WAREHOUSE = "warehouse"
    STORE = "store"


class EventKind(StrEnum):
    """What a customer did with an item."""

    VIEW = "view"
    CART = "cart"
    PURCHASE = "purchase"
    RETURN = "return"


class ServiceMeasure(StrEnum):
    """What a service target counts: units served from stock, or replenishment cycles without a stock-out."""

    FILL_RATE = "fill_rate"
    CYCLE_SERVICE = "cycle_service"


class SkipReason(StrEnum):
    """Why a delivery is not in any route."""

    NO_VEHICLE = "no_vehicle"
    CAPACITY = "capacity"
    WINDOW = "window"
    SHIFT = "shift"
    LOCATION = "location"
    COST = "cost"
    TIME_LIMIT = "time_limit"
    SKILL = "skill"
    DISTANCE = "distance"
    STOPS = "stops"


class StopKind(StrEnum):
    """What a vehicle does at a stop."""

    DELIVERY = "delivery"
    PICKUP = "pickup"
    RELOAD = "reload"
    BREAK = "break"
