"""Proof for a few deliveries: all routes that could be part of a cheaper plan, and the cheapest choice of them."""

from shelfwise_router_ortools.exact.proof import prove

__all__ = ["prove"]
