"""Say what each link changed in a decision, against the siloed plan."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from shelfwise.coordination.plan import Plan
from shelfwise.coordination.transfers import transfer_deliveries
from shelfwise.resolve import Asked
from shelfwise.types import DemandForecast, Link, LinkReport, Recommendations, ReplenishmentPlan, State


def link_reports(asked: Asked, state: State, plan: Plan, siloed: Plan) -> tuple[LinkReport, ...]:
    """Report on every link; one that is off, or has no stage at one of its ends, had no effect."""
    if len(asked.stages) == 1:
        return _alone(asked.links)
    effects = {
        Link.EXPOSURE: _exposure(plan.forecast),
        Link.IN_STOCK: _in_stock(plan.forecast, siloed.forecast),
        Link.FORECAST: _orders(plan.replenishment, siloed.replenishment),
        Link.STOCK_OUTLOOK: _slates(plan.recommendations, siloed.recommendations),
        Link.DELIVERY_COSTS: _delivery_costs(plan, state.currency),
        Link.DELIVERIES: _deliveries(plan, state),
    }
    off = (0.0, "", "disabled")
    return tuple(
        LinkReport(link, link in asked.links, *(effects[link] if link in asked.links else off)) for link in Link
    )


@lru_cache(maxsize=64)
def _alone(links: frozenset[Link]) -> tuple[LinkReport, ...]:
    """Report on a request for one stage, which has no siloed plan to be compared with."""
    text = {True: "one stage was asked for alone: nothing to compare with", False: "disabled"}
    return tuple(LinkReport(link, link in links, text=text[link in links]) for link in Link)


def _exposure(forecast: DemandForecast | None) -> tuple[float, str, str]:
    part = forecast.parts.get("exposure") if forecast else None
    if part is None:
        return 0.0, "units", "no exposure reached the forecast"
    units = float(part.sum())
    verb = "raise" if units >= 0.0 else "lower"
    return units, "units", f"the slates {verb} the forecast by {abs(units):,.1f} units"


def _in_stock(forecast: DemandForecast | None, uncensored: DemandForecast | None) -> tuple[float, str, str]:
    """Compare with the siloed forecast, which takes days without stock for days without demand."""
    if forecast is None or uncensored is None or forecast is uncensored:
        return 0.0, "units", "nothing to compare the forecast with"
    units = float((forecast.mean - forecast.parts.get("exposure", 0.0)).sum() - uncensored.mean.sum())
    return units, "units", f"demand lost on days without stock adds {units:,.1f} units to the forecast"


def _quantities(plan: ReplenishmentPlan | None) -> dict[tuple[str, str], float]:
    quantities: dict[tuple[str, str], float] = {}
    for order in plan.orders if plan else ():
        for item, quantity in zip(order.lines.item_ids, order.lines.quantity, strict=True):
            key = order.to_node_id, item
            quantities[key] = quantities.get(key, 0.0) + float(quantity)
    return quantities


def _orders(plan: ReplenishmentPlan | None, siloed: ReplenishmentPlan | None) -> tuple[float, str, str]:
    now, before = _quantities(plan), _quantities(siloed)
    keys = now.keys() | before.keys()
    lines = [key for key in keys if now.get(key, 0.0) != before.get(key, 0.0)]
    units = sum(abs(now.get(key, 0.0) - before.get(key, 0.0)) for key in lines)
    return units, "units", f"{len(lines):,} order lines differ from the siloed plan, by {units:,.0f} units in all"


def _slates(plan: Recommendations | None, siloed: Recommendations | None) -> tuple[float, str, str]:
    now = [item.item_id for slate in plan.slates for item in slate.items] if plan else []
    before = [item.item_id for slate in siloed.slates for item in slate.items] if siloed else []
    if len(now) == len(before):
        changed = sum(left != right for left, right in zip(now, before, strict=True))
    else:
        changed = abs(len(now) - len(before))
    return float(changed), "slots", f"{changed:,} of {len(now):,} slots show another item than without stock prices"


def _delivery_costs(plan: Plan, currency: str) -> tuple[float, str, str]:
    costs = plan.routing.delivery_costs if plan.routing else None
    finite = costs.marginal_cost[np.isfinite(costs.marginal_cost)] if costs else np.zeros(0)
    if not finite.size:
        return 0.0, f"{currency} per delivery", "no delivery cost was known"
    mean = float(finite.mean())
    return mean, f"{currency} per delivery", f"one more delivery costs {mean:,.2f} on average over zones and nodes"


def _deliveries(plan: Plan, state: State) -> tuple[float, str, str]:
    if plan.routing is None or plan.apart is not None:
        return 0.0, "deliveries", "no transfer shares a route with customers"
    moved = len(transfer_deliveries(plan.replenishment, state))
    return float(moved), "deliveries", f"{moved:,} transfer loads travel with the customer deliveries"
