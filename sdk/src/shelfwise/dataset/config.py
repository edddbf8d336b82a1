"""The ``[data]`` section of ``shelfwise.toml``: where the tables are and how to understand them."""

from __future__ import annotations

import math
from typing import Any

import attrs


def _without_secrets(url: str) -> str:
    return repr("..." if url else "")


@attrs.frozen
class TableSource:
    """Where one table comes from: a file, or a query over a database.

    ``columns`` maps our column to theirs; columns that bear our name need no mapping. ``constants`` gives a column
    the same value in every row, ``values`` translates cells (our column -> their value -> ours).
    """

    path: str = ""
    """File (.csv or .parquet, also .gz), relative to the data directory; by default named after the table."""
    query: str = ""
    """SQL query, or the name of a database table; needs ``url``."""
    url: str = attrs.field(default="", repr=_without_secrets)
    """SQLAlchemy URL; ``${NAME}`` stands for an environment variable, the right place for a password."""
    columns: dict[str, str] = attrs.field(factory=dict)
    constants: dict[str, Any] = attrs.field(factory=dict)
    values: dict[str, dict[str, str]] = attrs.field(factory=dict)
    encoding: str = ""
    """Encoding of a text file; by default UTF-8, then Windows-1252."""
    delimiter: str = ""
    """Column delimiter of a text file; by default the one of comma, semicolon, tab and bar that fits the header."""
    decimal: str = "."
    """Decimal point in text."""
    time_format: str = ""
    """How times that are not ISO 8601 are written (``strftime`` codes), or ``s`` or ``ms`` since 1970 for numbers."""


@attrs.frozen
class Cleaning:
    """How raw events become demand. Whatever a rule touches is counted in the data-quality report."""

    item_id_pattern: str = ""
    """Regular expression that the whole id of a real item matches; others are fees, postage or samples."""
    cancellation_prefix: str = ""
    """What the session_id of a cancelled order or a return begins with."""
    cancellation_days: float = 30.0
    """A purchase taken back within so many days is undone; later it stays demand, and the return is an event."""
    drop_nonpositive_price: bool = True
    """Whether purchases and returns at a price of 0 or less are corrections of stock and no demand."""
    drop_duplicates: bool = False
    """Whether rows that equal an earlier one in every column are put aside."""
    maximum_quantity: float = math.inf
    """Units above which a purchase is taken for a unit error."""
    outlier_factor: float = 1000.0
    """A purchase of more than so many times the item's median quantity is taken for a unit error."""


@attrs.frozen
class Defaults:
    """What stands in for tables and columns that the shop cannot give; each use is stated as an assumption."""

    node_id: str = "warehouse"
    supplier_id: str = "supplier"
    lead_time_days: float = 7.0
    lead_time_sd_days: float = 2.0
    stock_days: float = 14.0
    """On hand, in days of recent demand."""
    unit_cost_share: float = 0.6
    """Unit cost as a share of the price."""
    price: float = 1.0
    consent: bool = True
    """Whether customers count as having consented to personal recommendations where nothing is recorded."""
    vehicles: int = 3
    cost_per_km: float = 0.5
    cost_per_hour: float = 20.0
    maximum_deliveries: int = 60
    """Most deliveries that are made of the last day's purchases."""


@attrs.frozen
class DataConfig:
    """The ``[data]`` section; ``tables`` is keyed by the names of :data:`shelfwise.dataset.schema.TABLES`."""

    currency: str = "EUR"
    tables: dict[str, TableSource] = attrs.field(factory=dict)
    cleaning: Cleaning = attrs.field(factory=Cleaning)
    defaults: Defaults = attrs.field(factory=Defaults)


__all__ = ["Cleaning", "DataConfig", "Defaults", "TableSource"]
