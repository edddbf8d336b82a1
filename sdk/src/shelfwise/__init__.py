"""Coordinated decisions for retailers: recommendations, forecasts, orders and routes from plugins."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shelfwise.config import Config
    from shelfwise.dataset import Dataset
    from shelfwise.hookspecs import hookimpl
    from shelfwise.orchestrator import Orchestrator
    from shelfwise.types import Decision, DecisionRequest

__version__ = "0.1.0"

_HOME = {
    "Config": "shelfwise.config",
    "Dataset": "shelfwise.dataset",
    "Decision": "shelfwise.types",
    "DecisionRequest": "shelfwise.types",
    "Orchestrator": "shelfwise.orchestrator",
    "hookimpl": "shelfwise.hookspecs",
}

__all__ = ["Config", "Dataset", "Decision", "DecisionRequest", "Orchestrator", "__version__", "hookimpl"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import shelfwise`` costs next to nothing."""
    if name not in _HOME:
        raise AttributeError(f"module 'shelfwise' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
