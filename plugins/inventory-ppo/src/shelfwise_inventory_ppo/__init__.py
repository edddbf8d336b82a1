"""An inventory policy learned in simulation, behind a gate."""

from shelfwise_inventory_ppo.plugin import PPOInventory

__all__ = ["PPOInventory"]
