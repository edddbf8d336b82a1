"""A simulator of stock in networks: many scenarios side by side, every policy in the same world."""

from shelfwise.simulation.demand import Forecast, Replay, Source
from shelfwise.simulation.disruptions import Disruption, Kind
from shelfwise.simulation.network import OUTSIDE, Network
from shelfwise.simulation.outcome import Outcome
from shelfwise.simulation.policies import (
    BaseStock,
    EchelonBaseStock,
    Newsvendor,
    ProjectedInventory,
    ReorderPoint,
    ReorderQuantity,
)
from shelfwise.simulation.simulator import Happened, Policy, simulate
from shelfwise.simulation.state import State
from shelfwise.simulation.world import World

__all__ = [
    "OUTSIDE",
    "BaseStock",
    "Disruption",
    "EchelonBaseStock",
    "Forecast",
    "Happened",
    "Kind",
    "Network",
    "Newsvendor",
    "Outcome",
    "Policy",
    "ProjectedInventory",
    "ReorderPoint",
    "ReorderQuantity",
    "Replay",
    "Source",
    "State",
    "World",
    "simulate",
]
