"""The night: read, ask, write."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
from sqlalchemy import func, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from nightly.database import check_tables
from nightly.errors import NightlyError
from nightly.models import (
    OrderProposal,
    OrderProposalLine,
    PlanningRun,
    UnroutedDelivery,
    VehicleRoute,
    VehicleRouteStop,
    Vendor,
)
from nightly.reading import nightly_request
from nightly.writing import planning_run
from shelfwise import DecisionRequest
from shelfwise.errors import ShelfwiseError, UnknownIdError
from shelfwise.types import Decision
from shelfwise_client import Client, ServerUnavailableError


@attrs.frozen
class Night:
    """What a planned night holds; ``anew`` where this run wrote it, and not one before."""

    night: date
    decision_id: str
    anew: bool
    proposals: int
    lines: int
    routes: int
    stops: int
    unrouted: int
    degraded: str


def plan_night(engine: Engine, client: Client, night: date, horizon_days: int) -> Night:
    """Plan a night that is not yet planned, and return what it holds.

    All is written in one transaction under the night as the key: it is there as a whole or not at all, and of two
    runs at the same time one writes.

    Raises:
        NightlyError: tables are missing, or the server has no plan.
    """
    check_tables(engine)
    with Session(engine) as session:
        if session.get(PlanningRun, night) is not None:
            return _held(session, night, anew=False)
        request = nightly_request(session, night, horizon_days)
        vendors = set(session.scalars(select(Vendor.code)))
    decision = _decided(client, request)
    with Session(engine) as session, session.begin():
        session.add(planning_run(night, decision, vendors))
        session.flush()
        return _held(session, night, anew=True)


def _decided(client: Client, request: DecisionRequest) -> Decision:
    try:
        return client.decide(request)
    except UnknownIdError as error:
        raise NightlyError(
            f"the model does not know all that the database names:\n{error}\n"
            "Train it again on this database; until then set product.planned to false for such products"
        ) from error
    except ServerUnavailableError as error:
        raise NightlyError(
            f"no server answers: {error}\nStart one with `shelfwise serve --models models`, or name it with --target"
        ) from error
    except ShelfwiseError as error:
        raise NightlyError(f"no plan ({error.reason}): {error}") from error


def _held(session: Session, night: date, *, anew: bool) -> Night:
    run = session.get_one(PlanningRun, night)

    def count(model: Any) -> int:
        return session.scalar(select(func.count()).where(model.night == night)) or 0

    return Night(
        night=night,
        decision_id=run.decision_id,
        anew=anew,
        proposals=count(OrderProposal),
        lines=count(OrderProposalLine),
        routes=count(VehicleRoute),
        stops=count(VehicleRouteStop),
        unrouted=count(UnroutedDelivery),
        degraded=run.degraded,
    )
