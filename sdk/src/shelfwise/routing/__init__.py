"""Routing facts that belong to no solver: how far it is, when a vehicle arrives, and whether a plan holds."""

from shelfwise.routing.checker import check_routes
from shelfwise.routing.schedule import schedule
from shelfwise.routing.travel import DETOUR_FACTOR, Travel, great_circle_km

__all__ = ["DETOUR_FACTOR", "Travel", "check_routes", "great_circle_km", "schedule"]
