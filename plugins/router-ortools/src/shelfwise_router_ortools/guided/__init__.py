"""Guided local search by OR-Tools' routing library, from one draft to a better one."""

from shelfwise_router_ortools.guided.search import improved

__all__ = ["improved"]
