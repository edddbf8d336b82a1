"""A first plan in milliseconds: savings, on what a fast search knows of routes, then mended to all that binds them."""

from shelfwise.routing.construction.construct import construct, settle, with_releases_as_windows
from shelfwise.routing.construction.drafting import constructed, drafted
from shelfwise.routing.construction.fleet import cheapest_type, route_cost
from shelfwise.routing.construction.insertion import best_insertion
from shelfwise.routing.construction.solution import Snapshot, Solution
from shelfwise.routing.construction.sweep import swept

__all__ = [
    "Snapshot",
    "Solution",
    "best_insertion",
    "cheapest_type",
    "construct",
    "constructed",
    "drafted",
    "route_cost",
    "settle",
    "swept",
    "with_releases_as_windows",
]
