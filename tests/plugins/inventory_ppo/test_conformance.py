"""The learned policy passes the conformance kit with no check excused."""

from shelfwise_inventory_ppo import PPOInventory

from shelfwise.testing import parametrize_checks


@parametrize_checks("inventory", lambda: PPOInventory(preset="fast", trials=6))
def test_the_learned_policy(check):
    """With trials of a few item-nodes it keeps the contract."""
    check()


@parametrize_checks("inventory", lambda: PPOInventory(steps=2, trials=4))
def test_learning_from_own_demand(check):
    """So it does when it learns from the retailer's demand."""
    check()
