"""The data-quality report: what was wrong with the rows read, what was done about it, with examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, SupportsInt

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset.atomic import write_text

_EXAMPLES = 3


@attrs.frozen
class Finding:
    """One rule that applied to ``rows`` rows of a table, together ``units`` units where that has a meaning."""

    table: str
    rule: str
    text: str
    rows: int
    units: float = 0.0
    examples: tuple[str, ...] = ()

    def __str__(self) -> str:
        units = f", {self.units:,.0f} units" if self.units else ""
        examples = f" (such as {'; '.join(self.examples)})" if self.examples else ""
        return f"{self.table}: {self.text}: {self.rows:,} rows{units}{examples}"


@attrs.frozen
class QualityReport:
    """What reading and cleaning found. Row numbers count the rows of the data from 1, a header not included.

    ``quarantine`` holds, per table, the rows that were put aside as they stood in the source, with their number
    (``row``) and the ``reason``; ``rows_kept`` counts the others.
    """

    rows_read: dict[str, int] = attrs.field(factory=dict)
    rows_kept: dict[str, int] = attrs.field(factory=dict)
    findings: tuple[Finding, ...] = ()
    quarantine: dict[str, pd.DataFrame] = attrs.field(factory=dict, eq=False, repr=False)

    def finding(self, table: str, rule: str) -> Finding:
        """Return what a rule found in a table, with zero rows where it found nothing."""
        hits = (finding for finding in self.findings if (finding.table, finding.rule) == (table, rule))
        return next(hits, Finding(table, rule, "", 0))

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values for JSON, without the quarantined rows."""
        return {
            "rows_read": dict(self.rows_read),
            "rows_kept": dict(self.rows_kept),
            "findings": [attrs.asdict(finding) | {"examples": list(finding.examples)} for finding in self.findings],
        }

    def lines(self) -> list[str]:
        """Return the report as lines of text."""
        counts = [f"{table}: {self.rows_kept[table]:,} of {read:,} rows kept" for table, read in self.rows_read.items()]
        return counts + [str(finding) for finding in self.findings]

    def write(self, directory: Path) -> None:
        """Write ``quality.json`` and, per table with such rows, ``<table>.quarantine.csv`` into ``directory``."""
        directory.mkdir(parents=True, exist_ok=True)
        write_text(directory / "quality.json", json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n")
        for table, rows in self.quarantine.items():
            write_text(directory / f"{table}.quarantine.csv", rows.to_csv(index=False))


class QualityLog:
    """Collects findings while tables are read and cleaned; :meth:`report` freezes them."""

    def __init__(self) -> None:
        self._read: dict[str, int] = {}
        self._findings: list[Finding] = []
        self._quarantine: dict[str, list[pd.DataFrame]] = {}

    def read(self, table: str, rows: int) -> None:
        """Note how many rows a source had; they add up."""
        self._read[table] = self._read.get(table, 0) + rows

    def note(
        self, table: str, rule: str, text: str, rows: SupportsInt, units: float = 0.0, examples: tuple[str, ...] = ()
    ) -> None:
        """Record a finding, if it has rows."""
        if int(rows):
            self._findings.append(Finding(table, rule, text, int(rows), float(units), examples))

    def put_aside(self, table: str, rule: str, text: str, rows: pd.DataFrame, column: str = "") -> None:
        """Quarantine ``rows``, whose index holds their row numbers; examples show the cell of ``column``."""
        if rows.empty:
            return
        shown = rows.head(_EXAMPLES)
        values = shown.get(column)
        examples = tuple(
            f"row {row}" + ("" if values is None else f": {column} {_shown(values.iloc[at])}")
            for at, row in enumerate(shown.index)
        )
        units = pd.to_numeric(rows.get("quantity", pd.Series(dtype=float)), errors="coerce").to_numpy(np.float64)
        self.note(table, rule, text, len(rows), units[np.isfinite(units)].sum(), examples)
        aside = rows.astype(object)
        aside.insert(0, "reason", text)
        aside.insert(0, "row", rows.index)
        self._quarantine.setdefault(table, []).append(aside)

    def reject(self, table: str, column: str, allowed: str, rows: pd.DataFrame, wrong: NDArray[np.bool_]) -> None:
        """Quarantine the rows whose cell in ``column`` is ``wrong``, saying what is allowed there."""
        self.put_aside(table, f"invalid_{column}", f"{column} must be {allowed}", rows[wrong], column)

    def report(self) -> QualityReport:
        """Return everything found so far."""
        aside = {table: pd.concat(frames, ignore_index=True) for table, frames in self._quarantine.items()}
        kept = {table: rows - len(aside.get(table, ())) for table, rows in self._read.items()}
        return QualityReport(dict(self._read), kept, tuple(self._findings), aside)


def _shown(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= 40 else text[:37] + "...")


__all__ = ["Finding", "QualityLog", "QualityReport"]
