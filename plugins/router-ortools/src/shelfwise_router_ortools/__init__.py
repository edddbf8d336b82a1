"""Routes proven cheapest for a few deliveries, and by guided local search with OR-Tools for more."""

from shelfwise_router_ortools.plugin import ORToolsRouter

__all__ = ["ORToolsRouter"]
