"""The HTML report of a decision: one self-contained file that a person reads in a browser."""

from shelfwise.report.forecasts import History
from shelfwise.report.limits import Limits
from shelfwise.report.page import render

__all__ = ["History", "Limits", "render"]
