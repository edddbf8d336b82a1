"""The tables of a plan as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from nightly.models import (
    OrderProposal,
    OrderProposalLine,
    PlanningRun,
    UnroutedDelivery,
    VehicleRoute,
    VehicleRouteStop,
)

_EXPORTED = (PlanningRun, OrderProposal, OrderProposalLine, VehicleRoute, VehicleRouteStop, UnroutedDelivery)


def tables(session: Session, night: date) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each table, rows in the order of their keys, with a header."""
    for model in _EXPORTED:
        table = model.__table__
        rows = session.execute(select(table).where(model.night == night).order_by(*table.primary_key))
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(rows.keys())
        writer.writerows(rows)
        yield model.__tablename__, text.getvalue()
