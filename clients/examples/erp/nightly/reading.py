"""From the ERP's tables to the request for the night's plan."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta

import attrs
import numpy as np
from sqlalchemy import case, func, select, true
from sqlalchemy.orm import Session

from nightly.errors import NightlyError
from nightly.models import DeliveryOrder, Product, PurchaseOrder, PurchaseOrderLine, StockQuant, Warehouse
from shelfwise import DecisionRequest
from shelfwise.types import (
    Delivery,
    ForecastRequest,
    Live,
    OpenOrderLines,
    ReplenishRequest,
    RouteRequest,
    StockLevels,
)
from shelfwise.wire import request_to_json


def nightly_request(session: Session, night: date, horizon_days: int = 28) -> DecisionRequest:
    """Return the request for the plan of the days after ``night``, from what the database holds.

    Its id is made of the night and of the content: what runs again with nothing changed asks the same, and a server
    answers that from memory.

    Raises:
        NightlyError: no product is planned.
    """
    products = tuple(
        session.scalars(select(Product.default_code).where(Product.planned).order_by(Product.default_code))
    )
    if not products:
        raise NightlyError("no product is planned: product.planned is false for all of them, or there is none")
    request = DecisionRequest(
        as_of=datetime.combine(night, time(23, 59), UTC),
        forecast=ForecastRequest(item_ids=products, horizon_days=horizon_days),
        replenish=ReplenishRequest(item_ids=products),
        route=RouteRequest(deliveries=_deliveries(session, night + timedelta(days=1))),
        live=Live(stock=_stock(session), open_orders=_open_orders(session)),
    )
    digest = hashlib.sha256(request_to_json(request).encode()).hexdigest()
    return attrs.evolve(request, request_id=f"nightly-{night}-{digest[:16]}")


def _stock(session: Session) -> StockLevels:
    """Return what is free at every place, 0 where the ERP has no row, for the server would fall back on its record."""
    free = func.coalesce(func.sum(StockQuant.quantity - StockQuant.reserved_quantity), 0.0)
    rows = session.execute(
        select(Product.default_code, Warehouse.code, case((free > 0, free), else_=0.0))
        .join_from(Product, Warehouse, true())
        .outerjoin(
            StockQuant,
            (StockQuant.product_code == Product.default_code) & (StockQuant.warehouse_code == Warehouse.code),
        )
        .where(Product.planned)
        .group_by(Product.default_code, Warehouse.code)
        .order_by(Product.default_code, Warehouse.code)
    ).all()
    return StockLevels(
        item_ids=[product for product, _, _ in rows],
        node_ids=[place for _, place, _ in rows],
        on_hand=np.array([units for _, _, units in rows], dtype=np.float64),
    )


def _open_orders(session: Session) -> OpenOrderLines:
    """Return what confirmed purchase orders have still to bring."""
    left = PurchaseOrderLine.product_quantity - PurchaseOrderLine.received_quantity
    rows = session.execute(
        select(PurchaseOrderLine.product_code, PurchaseOrder.warehouse_code, left, PurchaseOrderLine.date_planned)
        .join(PurchaseOrder, PurchaseOrder.name == PurchaseOrderLine.order_name)
        .join(Product, Product.default_code == PurchaseOrderLine.product_code)
        .where(PurchaseOrder.state == "purchase", Product.planned, left > 0)
        .order_by(PurchaseOrderLine.id)
    ).all()
    return OpenOrderLines(
        item_ids=[product for product, _, _, _ in rows],
        node_ids=[place for _, place, _, _ in rows],
        quantity=np.array([units for _, _, units, _ in rows], dtype=np.float64),
        arrives_on=np.array([day for _, _, _, day in rows], dtype="datetime64[D]"),
    )


def _deliveries(session: Session, day: date) -> tuple[Delivery, ...]:
    """Return what is ready to be brought on ``day``."""
    ready = select(DeliveryOrder).where(DeliveryOrder.state == "assigned", DeliveryOrder.scheduled_date == day)
    return tuple(
        Delivery(
            delivery_id=order.name,
            node_id=order.warehouse_code,
            zone=order.zone,
            latitude=order.latitude,
            longitude=order.longitude,
            quantity=order.quantity,
            weight_kg=order.weight_kg,
            volume_l=order.volume_l,
            window_start=order.window_start and order.window_start.replace(tzinfo=UTC),
            window_end=order.window_end and order.window_end.replace(tzinfo=UTC),
            service_minutes=order.service_minutes,
            skip_cost=order.postponement_cost,
            order_id=order.origin,
        )
        for order in session.scalars(ready.order_by(DeliveryOrder.name))
    )
