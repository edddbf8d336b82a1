"""A planned night as files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from nightly.database import check_tables
from nightly.errors import NightlyError
from nightly.export.files import write_whole
from nightly.export.orders import interchange
from nightly.export.tables import tables
from nightly.models import OrderProposal, PlanningRun


def export_night(engine: Engine, night: date, csv: Path | None, edi: Path | None, sender: str) -> Iterator[Path]:
    """Write each table of the night into ``csv`` and an interchange for each vendor into ``edi``; yield the files.

    The same night gives the same files, byte by byte.

    Raises:
        NightlyError: the night is not planned, a table is missing, or a code is too long for an ORDERS message.
    """
    check_tables(engine)
    with Session(engine) as session:
        run = session.get(PlanningRun, night)
        if run is None:
            raise NightlyError(f"{night} is not planned; `nightly plan --night {night}` does that")
        if csv is not None:
            for name, text in tables(session, night):
                yield write_whole(csv / f"{name}.csv", text)
        if edi is not None:
            purchases = select(OrderProposal).where(OrderProposal.night == night, OrderProposal.kind == "purchase")
            ordered = session.scalars(purchases.order_by(OrderProposal.from_code, OrderProposal.name))
            for vendor, proposals in groupby(ordered, attrgetter("from_code")):
                text = interchange(run, list(proposals), vendor=vendor, sender=sender)
                yield write_whole(edi / f"{night}-{vendor}.edi", text)


__all__ = ["export_night"]
