"""The links between the stages and the passes over them."""

from shelfwise.coordination.passes import Coordination
from shelfwise.coordination.plan import Plan
from shelfwise.coordination.signals import Signals
from shelfwise.coordination.standing_signals import StandingSignals

__all__ = ["Coordination", "Plan", "Signals", "StandingSignals"]
