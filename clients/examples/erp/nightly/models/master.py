"""Master data: products, places, how goods come to them, vehicles."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from nightly.models.base import Base, Code, Key, Money


class Vendor(Base):
    """Who is bought from."""

    __tablename__ = "vendor"
    code: Mapped[Key]
    name: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]


class Warehouse(Base):
    """Where stock is kept: a warehouse, or a store that sells."""

    __tablename__ = "warehouse"
    code: Mapped[Key]
    name: Mapped[str]
    kind: Mapped[Code]
    """``warehouse`` or ``store``."""
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    capacity: Mapped[float | None]
    """Most units that fit; null is unlimited."""


class Product(Base):
    """What is sold."""

    __tablename__ = "product"
    default_code: Mapped[Key]
    name: Mapped[str]
    category: Mapped[str]
    list_price: Mapped[Money]
    standard_price: Mapped[Money]
    vendor_code: Mapped[Code] = mapped_column(ForeignKey("vendor.code"))
    pack_quantity: Mapped[float]
    minimum_quantity: Mapped[float]
    volume_l: Mapped[float]
    weight_kg: Mapped[float]
    planned: Mapped[bool] = mapped_column(default=True)
    """Whether the nightly plan orders it."""


class SupplyRoute(Base):
    """How goods come from a vendor or a warehouse to a warehouse or a store."""

    __tablename__ = "supply_route"
    id: Mapped[int] = mapped_column(primary_key=True)
    from_code: Mapped[Code]
    to_code: Mapped[Code] = mapped_column(ForeignKey("warehouse.code"))
    product_code: Mapped[str | None] = mapped_column(String(200), ForeignKey("product.default_code"))
    """Null is every product."""
    delay_days: Mapped[float]
    delay_sd_days: Mapped[float]
    order_cost: Mapped[Money]
    unit_cost: Mapped[Money]
    minimum_quantity: Mapped[float]


class FleetVehicle(Base):
    """What delivers."""

    __tablename__ = "fleet_vehicle"
    license_plate: Mapped[Key]
    warehouse_code: Mapped[Code] = mapped_column(ForeignKey("warehouse.code"))
    capacity_units: Mapped[float]
    capacity_kg: Mapped[float]
    capacity_l: Mapped[float]
    cost_per_day: Mapped[Money]
    cost_per_km: Mapped[Money]
    cost_per_hour: Mapped[Money]
    speed_kmh: Mapped[float]
    shift_start: Mapped[Code]
    """Such as 08:00, UTC."""
    shift_end: Mapped[Code]
