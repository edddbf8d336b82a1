"""Every kind of heuristic passes the conformance kit with no check excused."""

from shelfwise.baselines.heuristic import HeuristicInventory
from shelfwise.testing import parametrize_checks


@parametrize_checks("inventory", lambda: HeuristicInventory(kind="eoq"))
def test_eoq(check):
    """The economic order quantity keeps the contract."""
    check()


@parametrize_checks("inventory", lambda: HeuristicInventory(kind="reorder_quantity"))
def test_reorder_quantity(check):
    """(r, Q) keeps the contract."""
    check()


@parametrize_checks("inventory", lambda: HeuristicInventory(kind="reorder_point"))
def test_reorder_point(check):
    """(s, S) keeps the contract."""
    check()


@parametrize_checks("inventory", lambda: HeuristicInventory(kind="base_stock"))
def test_base_stock(check):
    """Base-stock keeps the contract."""
    check()


@parametrize_checks("inventory", lambda: HeuristicInventory(kind="capped_base_stock"))
def test_capped_base_stock(check):
    """Capped base-stock keeps the contract."""
    check()


@parametrize_checks("inventory", lambda: HeuristicInventory(kind="projected_inventory"))
def test_projected_inventory(check):
    """The projected inventory level keeps the contract."""
    check()


@parametrize_checks("inventory", lambda: HeuristicInventory(kind="newsvendor"))
def test_newsvendor(check):
    """The newsvendor keeps the contract."""
    check()


@parametrize_checks("inventory", lambda: HeuristicInventory(kind="echelon_base_stock"))
def test_echelon_base_stock(check):
    """Echelon base-stock keeps the contract."""
    check()
