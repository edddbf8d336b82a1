"""The tables: what the ERP holds, and what a night's plan adds."""

from nightly.models.base import Base
from nightly.models.master import FleetVehicle, Product, SupplyRoute, Vendor, Warehouse
from nightly.models.movements import DeliveryOrder, PurchaseOrder, PurchaseOrderLine, SaleOrderLine, StockQuant
from nightly.models.plan import (
    OrderProposal,
    OrderProposalLine,
    PlanningRun,
    UnroutedDelivery,
    VehicleRoute,
    VehicleRouteStop,
)

__all__ = [
    "Base",
    "DeliveryOrder",
    "FleetVehicle",
    "OrderProposal",
    "OrderProposalLine",
    "PlanningRun",
    "Product",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "SaleOrderLine",
    "StockQuant",
    "SupplyRoute",
    "UnroutedDelivery",
    "VehicleRoute",
    "VehicleRouteStop",
    "Vendor",
    "Warehouse",
]
