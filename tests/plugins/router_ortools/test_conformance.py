"""The router passes the conformance kit with no check excused."""

from shelfwise_router_ortools import ORToolsRouter

from shelfwise.testing import parametrize_checks


@parametrize_checks("router", lambda: ORToolsRouter(solutions=5))
def test_the_search(check):
    """With a search of a few solutions, and proofs of few deliveries, it keeps the contract."""
    check()


@parametrize_checks("router", lambda: ORToolsRouter(solutions=5, proven_deliveries=0))
def test_without_proofs(check):
    """So it does where nothing is proven."""
    check()
