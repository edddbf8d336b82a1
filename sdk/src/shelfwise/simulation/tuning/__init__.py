"""Simple policies at their best: parameters by formula, or by search in the simulator."""

from shelfwise.simulation.tuning.kinds import KINDS
from shelfwise.simulation.tuning.search import Tuned, tuned
from shelfwise.simulation.tuning.service import Measure, Service

__all__ = ["KINDS", "Measure", "Service", "Tuned", "tuned"]
