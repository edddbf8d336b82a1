"""What moves: sales, stock, open purchase orders, deliveries to make."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from nightly.models.base import Base, Code, Key, Money


class SaleOrderLine(Base):
    """What was sold."""

    __tablename__ = "sale_order_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_name: Mapped[Code]
    customer_code: Mapped[str | None]
    """Null is a customer that nobody knows."""
    date_order: Mapped[datetime]
    warehouse_code: Mapped[Code] = mapped_column(ForeignKey("warehouse.code"))
    product_code: Mapped[Code] = mapped_column(ForeignKey("product.default_code"))
    quantity: Mapped[float]
    price_unit: Mapped[Money]


class StockQuant(Base):
    """Units that lie somewhere. An ERP keeps several rows for lots, and none where nothing is left."""

    __tablename__ = "stock_quant"
    id: Mapped[int] = mapped_column(primary_key=True)
    warehouse_code: Mapped[Code] = mapped_column(ForeignKey("warehouse.code"), index=True)
    product_code: Mapped[Code] = mapped_column(ForeignKey("product.default_code"), index=True)
    quantity: Mapped[float]
    reserved_quantity: Mapped[float] = mapped_column(default=0.0)
    """Units of these that a delivery already takes."""


class PurchaseOrder(Base):
    """An order to a vendor: ``draft``, ``purchase`` (confirmed), ``done`` or ``cancel``."""

    __tablename__ = "purchase_order"
    name: Mapped[Key]
    vendor_code: Mapped[Code] = mapped_column(ForeignKey("vendor.code"))
    warehouse_code: Mapped[Code] = mapped_column(ForeignKey("warehouse.code"))
    state: Mapped[Code]


class PurchaseOrderLine(Base):
    """What is ordered, and how much of it has come."""

    __tablename__ = "purchase_order_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_name: Mapped[Code] = mapped_column(ForeignKey("purchase_order.name"), index=True)
    product_code: Mapped[Code] = mapped_column(ForeignKey("product.default_code"))
    product_quantity: Mapped[float]
    received_quantity: Mapped[float] = mapped_column(default=0.0)
    date_planned: Mapped[date]


class DeliveryOrder(Base):
    """Goods for a customer: ``draft``, ``assigned`` (ready to be brought), ``done`` or ``cancel``."""

    __tablename__ = "delivery_order"
    name: Mapped[Key]
    origin: Mapped[Code]
    """The customer's order."""
    state: Mapped[Code]
    warehouse_code: Mapped[Code] = mapped_column(ForeignKey("warehouse.code"))
    scheduled_date: Mapped[date]
    zone: Mapped[Code]
    latitude: Mapped[float]
    longitude: Mapped[float]
    quantity: Mapped[float]
    weight_kg: Mapped[float]
    volume_l: Mapped[float]
    window_start: Mapped[datetime | None]
    window_end: Mapped[datetime | None]
    service_minutes: Mapped[float]
    postponement_cost: Mapped[Money | None]
    """Cost of leaving it for another day; null where it has to be brought."""
