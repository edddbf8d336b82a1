"""Simple policies at their best: parameters by formula, or by search in the simulator."""

from shelfwise.simulation.tuning.best import HEURISTICS, Best, best
from shelfwise.simulation.tuning.kinds import KINDS
from shelfwise.simulation.tuning.search import Tuned, tuned
from shelfwise.simulation.tuning.service import Service

__all__ = ["HEURISTICS", "KINDS", "Best", "Service", "Tuned", "best", "tuned"]
