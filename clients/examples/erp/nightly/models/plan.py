"""What a night's plan adds: proposals, routes, and what was left out. Every row hangs on its planning run.

The keys are the plan's own names for things within its night, so that no night can be written twice, and deleting the
run deletes all that came of it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nightly.models.base import Base, Code, Key, Money


class PlanningRun(Base):
    """One night's plan."""

    __tablename__ = "planning_run"
    night: Mapped[date] = mapped_column(primary_key=True)
    decision_id: Mapped[Code] = mapped_column(unique=True)
    """Names the decision in the server's log, and in every question about it."""
    request_id: Mapped[Code] = mapped_column(unique=True)
    model_id: Mapped[Code]
    currency: Mapped[str] = mapped_column(String(3))
    expected_contribution: Mapped[Money]
    degraded: Mapped[str]
    """Stages that a fallback answered for, and why; empty where all is well."""
    warnings: Mapped[str]
    """Assumptions that were made where data was missing, one a line."""
    proposals: Mapped[list[OrderProposal]] = relationship(passive_deletes="all", order_by="OrderProposal.name")
    routes: Mapped[list[VehicleRoute]] = relationship(
        passive_deletes="all", order_by="VehicleRoute.departs_at, VehicleRoute.license_plate"
    )
    unrouted: Mapped[list[UnroutedDelivery]] = relationship(
        passive_deletes="all", order_by="UnroutedDelivery.delivery_name"
    )


def _night() -> Mapped[date]:
    return mapped_column(ForeignKey("planning_run.night", ondelete="CASCADE"), primary_key=True)


class OrderProposal(Base):
    """An order that somebody, or a rule of the ERP, is to confirm."""

    __tablename__ = "order_proposal"
    night: Mapped[date] = _night()
    name: Mapped[Key]
    """Such as RP-20250706-001."""
    order_id: Mapped[Code]
    """The plan's own name for it, by which routes name the loads of a transfer."""
    kind: Mapped[Code]
    """``purchase`` from a vendor, or ``transfer`` between warehouses."""
    state: Mapped[Code] = mapped_column(default="proposed")
    """``proposed``; the ERP sets it to ``confirmed`` or ``rejected``."""
    decision_id: Mapped[Code]
    from_code: Mapped[Code]
    to_code: Mapped[Code]
    place_on: Mapped[date]
    arrives_on: Mapped[date]
    fixed_cost: Mapped[Money]
    lines: Mapped[list[OrderProposalLine]] = relationship(
        passive_deletes="all", order_by="OrderProposalLine.product_code"
    )
    __table_args__ = (UniqueConstraint("night", "order_id"),)


class OrderProposalLine(Base):
    """A line of a proposal, with all that a buyer asks before confirming it."""

    __tablename__ = "order_proposal_line"
    night: Mapped[date] = mapped_column(primary_key=True)
    proposal_name: Mapped[Key]
    product_code: Mapped[Key] = mapped_column(ForeignKey("product.default_code"))
    quantity: Mapped[float]
    cost: Mapped[Money]
    reason: Mapped[str]
    binding_constraint: Mapped[str]
    unconstrained_quantity: Mapped[float]
    safety_stock: Mapped[float]
    cover_days_before: Mapped[float | None]
    """Null is without end: there is no demand."""
    cover_days_after: Mapped[float | None]
    expected_fill_rate: Mapped[float]
    stock_out_on: Mapped[date | None]
    cost_if_skipped: Mapped[Money]
    __table_args__ = (
        ForeignKeyConstraint(
            ["night", "proposal_name"], ["order_proposal.night", "order_proposal.name"], ondelete="CASCADE"
        ),
    )


class VehicleRoute(Base):
    """What a vehicle drives on the day after the night."""

    __tablename__ = "vehicle_route"
    night: Mapped[date] = _night()
    license_plate: Mapped[Key]
    decision_id: Mapped[Code]
    warehouse_code: Mapped[Code] = mapped_column(ForeignKey("warehouse.code"))
    departs_at: Mapped[datetime]
    returns_at: Mapped[datetime]
    distance_km: Mapped[float]
    cost: Mapped[Money]
    stops: Mapped[list[VehicleRouteStop]] = relationship(passive_deletes="all", order_by="VehicleRouteStop.sequence")


class VehicleRouteStop(Base):
    """A stop: a delivery of the ERP's, a transfer of this plan, a reload or a break."""

    __tablename__ = "vehicle_route_stop"
    night: Mapped[date] = mapped_column(primary_key=True)
    license_plate: Mapped[Key]
    sequence: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Code]
    delivery_name: Mapped[Code]
    arrives_at: Mapped[datetime]
    wait_minutes: Mapped[float]
    distance_km: Mapped[float]
    load: Mapped[float]
    __table_args__ = (
        ForeignKeyConstraint(
            ["night", "license_plate"], ["vehicle_route.night", "vehicle_route.license_plate"], ondelete="CASCADE"
        ),
    )


class UnroutedDelivery(Base):
    """A delivery that no vehicle brings, why, and what would let it in."""

    __tablename__ = "unrouted_delivery"
    night: Mapped[date] = _night()
    delivery_name: Mapped[Key]
    decision_id: Mapped[Code]
    reason: Mapped[Code]
    text: Mapped[str]
    remedy: Mapped[str]
