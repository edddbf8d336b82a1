"""Routes by PyVRP's local search, annealed to the deadline."""

from shelfwise_router_pyvrp.plugin import PyVRPRouter

__all__ = ["PyVRPRouter"]
