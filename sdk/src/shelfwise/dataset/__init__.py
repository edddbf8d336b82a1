"""A retailer's data: tables in, one clean, complete data set out."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shelfwise.dataset.config import Cleaning, DataConfig, Defaults, TableSource
    from shelfwise.dataset.dataset import Dataset
    from shelfwise.dataset.exports import known_export
    from shelfwise.dataset.panel import DemandPanel
    from shelfwise.dataset.quality import Finding, QualityReport
    from shelfwise.dataset.reading import read_dataset

_HOME = {
    "Cleaning": "config",
    "DataConfig": "config",
    "Dataset": "dataset",
    "Defaults": "config",
    "DemandPanel": "panel",
    "Finding": "quality",
    "QualityReport": "quality",
    "TableSource": "config",
    "known_export": "exports",
    "read_dataset": "reading",
}

__all__ = [
    "Cleaning",
    "DataConfig",
    "Dataset",
    "Defaults",
    "DemandPanel",
    "Finding",
    "QualityReport",
    "TableSource",
    "known_export",
    "read_dataset",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that reading a configuration does not load pandas."""
    if name not in _HOME:
        raise AttributeError(f"module 'shelfwise.dataset' has no attribute {name!r}")
    return getattr(import_module(f"shelfwise.dataset.{_HOME[name]}"), name)
