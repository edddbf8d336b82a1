"""What lines say in words: numbers in full, and what a policy was to reach."""

from __future__ import annotations

from shelfwise.types import ReplenishRequest, ServiceMeasure

_MEASURES = {ServiceMeasure.CYCLE_SERVICE: "cycle service", ServiceMeasure.FILL_RATE: "a fill rate"}


def number(value: float) -> str:
    """Print a number with separators of thousands and up to three decimals."""
    return f"{round(value, 3) + 0.0:,.3f}".rstrip("0").rstrip(".")


def aim(request: ReplenishRequest) -> str:
    """Say what the plan is for: least cost, or a service target by its measure."""
    if request.service_target is None:
        return "least cost"
    return f"{_MEASURES[request.service_measure]} of {number(100 * request.service_target)}%"
