"""Ruin and recreate, compiled, with everything that binds a route considered."""

from shelfwise_router_pyvrp.refining.refine import prepare, prepared, refine
from shelfwise_router_pyvrp.refining.together import refined

__all__ = ["prepare", "prepared", "refine", "refined"]
