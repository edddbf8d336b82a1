"""What all tables share."""

from __future__ import annotations

from typing import Annotated, ClassVar

from sqlalchemy import Double, Numeric, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

Code = Annotated[str, mapped_column(String(200))]
"""A name by which the ERP and Shelfwise mean the same thing."""
Key = Annotated[str, mapped_column(String(200), primary_key=True)]
Money = Annotated[float, mapped_column(Numeric(18, 6, asdecimal=False))]
"""In the currency of the company."""


class Base(DeclarativeBase):
    """A table. Moments are UTC, without a zone, as Odoo keeps them."""

    type_annotation_map: ClassVar = {float: Double}
