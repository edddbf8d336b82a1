"""An inventory policy learned by proximal policy optimisation and pathwise gradients, behind a gate."""

from shelfwise_inventory_ppo.plugin import PPOInventory

__all__ = ["PPOInventory"]
