"""How much of a decision the report shows; what is left out is counted in words."""

from __future__ import annotations

import attrs


@attrs.frozen
class Limits:
    """The most rows of each kind on the page."""

    customers: int = 6
    withheld: int = 5
    series: int = 12
    orders: int = 12
    lines: int = 20
    routes: int = 24
    stops: int = 60
    skipped: int = 40
    warnings: int = 40
