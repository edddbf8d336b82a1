"""From the decision to the rows of a planning run."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nightly.models import (
    OrderProposal,
    OrderProposalLine,
    PlanningRun,
    UnroutedDelivery,
    VehicleRoute,
    VehicleRouteStop,
)
from shelfwise.types import Decision, Order, OrderLines, Route, StageState


def planning_run(night: date, decision: Decision, vendors: Collection[str]) -> PlanningRun:
    """Return the run with all its proposals and routes; what comes from one of ``vendors`` is a purchase."""
    return PlanningRun(
        night=night,
        decision_id=decision.decision_id,
        request_id=decision.request_id,
        model_id=decision.model_id,
        currency=decision.currency,
        expected_contribution=decision.signals.objective,
        degraded="\n".join(
            f"{report.stage}: {report.message}" for report in decision.stages if report.state == StageState.DEGRADED
        ),
        warnings="\n".join(decision.warnings),
        proposals=[
            _proposal(f"RP-{night:%Y%m%d}-{number:03}", order, decision, vendors)
            for number, order in enumerate(decision.orders, start=1)
        ],
        routes=[_route(route, decision) for route in decision.routes],
        unrouted=[
            UnroutedDelivery(
                delivery_name=skipped.delivery_id,
                decision_id=decision.decision_id,
                reason=skipped.reason.value,
                text=skipped.text,
                remedy=skipped.remedy.text if skipped.remedy else "",
            )
            for skipped in decision.skipped_deliveries
        ],
    )


def _proposal(name: str, order: Order, decision: Decision, vendors: Collection[str]) -> OrderProposal:
    return OrderProposal(
        name=name,
        order_id=order.order_id,
        kind="purchase" if order.from_node_id in vendors else "transfer",
        decision_id=decision.decision_id,
        from_code=order.from_node_id,
        to_code=order.to_node_id,
        place_on=order.place_on,
        arrives_on=order.arrives_on,
        fixed_cost=order.fixed_cost,
        lines=_proposal_lines(order.lines),
    )


def _proposal_lines(lines: OrderLines) -> list[OrderProposalLine]:
    columns: dict[str, Sequence[Any]] = {
        "product_code": lines.item_ids,
        "quantity": lines.quantity.tolist(),
        "cost": lines.cost.tolist(),
        "reason": lines.reasons,
        "binding_constraint": lines.binding_constraints,
        "unconstrained_quantity": lines.unconstrained_quantity.tolist(),
        "safety_stock": lines.safety_stock.tolist(),
        "cover_days_before": _finite(lines.cover_days_before),
        "cover_days_after": _finite(lines.cover_days_after),
        "expected_fill_rate": lines.expected_fill_rate.tolist(),
        "stock_out_on": lines.stock_out_on.tolist(),
        "cost_if_skipped": lines.cost_if_skipped.tolist(),
    }
    rows = zip(*columns.values(), strict=True)
    return [OrderProposalLine(**dict(zip(columns, row, strict=True))) for row in rows]


def _route(route: Route, decision: Decision) -> VehicleRoute:
    return VehicleRoute(
        license_plate=route.vehicle_id,
        decision_id=decision.decision_id,
        warehouse_code=route.node_id,
        departs_at=_without_zone(route.departs_at),
        returns_at=_without_zone(route.returns_at),
        distance_km=route.distance_km,
        cost=route.cost,
        stops=[
            VehicleRouteStop(
                sequence=sequence,
                kind=stop.kind.value,
                delivery_name=stop.delivery_id,
                arrives_at=_without_zone(stop.arrives_at),
                wait_minutes=stop.wait_minutes,
                distance_km=stop.distance_km,
                load=stop.load,
            )
            for sequence, stop in enumerate(route.stops, start=1)
        ],
    )


def _finite(days: NDArray[np.float64]) -> list[float | None]:
    """Return days of cover, None for cover without end, which not every database can keep."""
    return [each if math.isfinite(each) else None for each in days.tolist()]


def _without_zone(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
