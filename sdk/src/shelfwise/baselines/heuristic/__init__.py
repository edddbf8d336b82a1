"""The classical heuristics: (r, Q), (s, S), base-stock and their kin, by the textbook or tuned in simulation."""

from shelfwise.baselines.heuristic.plugin import HeuristicInventory

__all__ = ["HeuristicInventory"]
