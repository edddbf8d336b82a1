"""A retailer's data: tables in, one clean, complete data set out."""

from shelfwise.dataset.config import Cleaning, DataConfig, Defaults, TableSource
from shelfwise.dataset.dataset import Dataset
from shelfwise.dataset.exports import known_export
from shelfwise.dataset.panel import DemandPanel
from shelfwise.dataset.quality import Finding, QualityReport
from shelfwise.dataset.reading import read_dataset
from shelfwise.dataset.sample import sample_tables, write_sample

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
    "sample_tables",
    "write_sample",
]
