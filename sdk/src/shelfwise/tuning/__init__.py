"""Search for a plugin's best options by Bayesian optimisation, judged on a validation split alone.

``space`` reads from a plugin what may be tried, an ``Objective`` of its stage judges what was tried, ``search`` tries.
What tries needs Optuna, which the extra ``shelfwise[tune]`` installs.
"""

from shelfwise.tuning.objective import Objective, Watch
from shelfwise.tuning.result import Candidate, Tuning
from shelfwise.tuning.space import SearchSpace

__all__ = ["Candidate", "Objective", "SearchSpace", "Tuning", "Watch"]
