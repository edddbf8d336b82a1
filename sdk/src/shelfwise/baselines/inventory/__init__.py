"""The inventory baseline: order-up-to levels from the demand over the lead time and the review period."""

from shelfwise.baselines.inventory.plugin import BaselineInventory

__all__ = ["BaselineInventory"]
