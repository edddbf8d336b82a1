"""The plots of an experiment's page, one a file."""

from shelfwise.twin.plots.forest import forest
from shelfwise.twin.plots.frontier import frontier
from shelfwise.twin.plots.funnel import funnel
from shelfwise.twin.plots.heat_map import heat_map
from shelfwise.twin.plots.scenarios import scenarios
from shelfwise.twin.plots.values import values
from shelfwise.twin.plots.weekly import weekly

__all__ = ["forest", "frontier", "funnel", "heat_map", "scenarios", "values", "weekly"]
