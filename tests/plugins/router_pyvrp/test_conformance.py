"""The PyVRP router passes the conformance kit with no check excused."""

from shelfwise.plugins import build
from shelfwise.testing import parametrize_checks


@parametrize_checks("router", lambda: build("router", "pyvrp", {"iterations": 300}).plugin)
def test_pyvrp(check):
    """The router keeps the contract."""
    check()
