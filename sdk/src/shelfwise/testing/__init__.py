"""The conformance kit for authors of plugins: named checks of each stage, and plugins that misbehave on purpose."""

from shelfwise.testing.checks import CheckResult, checks_of, parametrize_checks, run_checks
from shelfwise.testing.faults import Fault, FaultyPlugin, InjectedError, faulty

__all__ = [
    "CheckResult",
    "Fault",
    "FaultyPlugin",
    "InjectedError",
    "checks_of",
    "faulty",
    "parametrize_checks",
    "run_checks",
]
