"""Ruin and recreate, compiled, with everything that binds a route considered."""

from shelfwise_router_pyvrp.refining.refine import prepare, refine

__all__ = ["prepare", "refine"]
