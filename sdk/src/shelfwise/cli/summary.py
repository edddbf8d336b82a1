"""A decision in words on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from shelfwise.report.formats import count, money, number, words
from shelfwise.report.price_words import scarce_in_words
from shelfwise.report.route_words import obstacle_in_words, quality_in_words, stops_in_words
from shelfwise.types import Stage

if TYPE_CHECKING:
    from rich.console import Console

    from shelfwise.types import Decision, LinkReport, Slate

_SHOWN = 12
_SLATES_SHOWN = 3
"""Slates up to which each is told item by item; more of them are only counted."""


def print_summary(decision: Decision, console: Console | None = None, *, warnings: int | None = _SHOWN) -> None:
    """Print what each stage decided, what each link changed, what is scarce, and at most ``warnings`` of the warnings.

    A few slates are told item by item, and deliveries left out with what would let them in. Links are left out where
    there is no siloed plan to compare with.
    """
    from rich.console import Console
    from rich.table import Table

    out = console or Console(markup=False, emoji=False, highlight=False)

    def table(title: str, rows: Iterator[tuple[str, ...]]) -> None:
        grid = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
        for row in rows:
            grid.add_row(*row)
        if grid.row_count:
            out.print(f"\n{title}", style="bold")
            out.print(grid)

    out.print(f"Decision {decision.decision_id} as of {decision.as_of:%Y-%m-%d %H:%M}")
    out.print(f"Model {decision.model_id}")
    table("What each stage decided", _stages(decision))
    if len(decision.recommendations) <= _SLATES_SHOWN:
        for slate in decision.recommendations:
            table(f"Slate for {slate.customer_id or 'an unknown customer'}", _items(slate, decision.currency))
    table("Deliveries left out", _skipped(decision))
    compared = any(link.unit for link in decision.signals.links)
    if compared:
        table("What each link changed", (_link(link, decision.currency) for link in decision.signals.links))
    table("What is scarce", scarce_in_words(decision))
    if compared or decision.signals.objective:
        out.print(f"\n{worth(decision)}")
    shown = tuple(dict.fromkeys(decision.warnings))[:warnings]
    table("Warnings", ((f"- {warning}",) for warning in shown))
    if left := len(dict.fromkeys(decision.warnings)) - len(shown):
        out.print(f"  and {left} more")


def worth(decision: Decision) -> str:
    """Say what the plan is worth beside the siloed one."""
    signals, currency = decision.signals, decision.currency
    gain = money(signals.objective - signals.siloed_objective, currency, signed=True)
    settled = "converged" if signals.converged else "not converged"
    return (
        f"Expected contribution {money(signals.objective, currency)}, siloed "
        f"{money(signals.siloed_objective, currency)} ({gain}); {count(signals.passes, 'pass', 'passes')}, {settled}"
    )


def _stages(decision: Decision) -> Iterator[tuple[str, ...]]:
    decided = {
        Stage.RECOMMENDER: _slates(decision),
        Stage.FORECASTER: _forecasts(decision),
        Stage.INVENTORY: _orders(decision),
        Stage.ROUTER: _routes(decision),
    }
    for report in decision.stages:
        text = "; ".join(part for part in (decided[report.stage], report.message) if part)
        yield str(report.stage), f"{report.plugin} {report.version}".strip() or "-", str(report.state).upper(), text


def _slates(decision: Decision) -> str:
    if not decision.recommendations:
        return ""
    items = [item.item_id for slate in decision.recommendations for item in slate.items]
    different = f", {len(set(items)):,} of them different" if len(decision.recommendations) > 1 else ""
    return f"{count(len(decision.recommendations), 'slate')} with {count(len(items), 'item')}{different}"


def _items(slate: Slate, currency: str) -> Iterator[tuple[str, ...]]:
    for item in slate.items[:_SHOWN]:
        why = item.reasons[0].text if item.reasons else ""
        yield str(item.rank), item.item_id, money(item.price, currency), why
    if len(slate.items) > _SHOWN:
        yield "", f"and {len(slate.items) - _SHOWN:,} more"
    if not slate.items:
        yield "-", "nothing", "", slate.withheld[0].reason.text if slate.withheld else ""


def _forecasts(decision: Decision) -> str:
    forecast = decision.forecasts
    if forecast is None:
        return ""
    series = f"{count(len(forecast.items), 'item')} at {count(len(forecast.nodes), 'node')}"
    return f"{number(float(forecast.mean.sum()), 0)} units over {count(forecast.horizon_days, 'day')}, {series}"


def _orders(decision: Decision) -> str:
    if not decision.orders:
        return ""
    lines = sum(len(order.lines) for order in decision.orders)
    units = sum(float(order.lines.quantity.sum()) for order in decision.orders)
    cost = money(sum(order.cost for order in decision.orders), decision.currency)
    skipped = sum(float(order.lines.cost_if_skipped.sum()) for order in decision.orders)
    what = f"{count(len(decision.orders), 'order')} with {count(lines, 'line')}, {number(units, 0)} units for {cost}"
    return f"{what}; skipping them costs {money(skipped, decision.currency)}" if skipped else what


def _routes(decision: Decision) -> str:
    if not decision.routes and not decision.skipped_deliveries:
        return ""
    distance = number(sum(route.distance_km for route in decision.routes), 0)
    cost = money(sum(route.cost for route in decision.routes), decision.currency)
    skipped = f", {len(decision.skipped_deliveries)} skipped" if decision.skipped_deliveries else ""
    what = f"{count(len(decision.routes), 'route')} with {stops_in_words(decision.routes)}, {distance} km for {cost}"
    quality = quality_in_words(decision.routing, decision.currency)
    return "; ".join(part for part in (f"{what}{skipped}", quality) if part)


def _skipped(decision: Decision) -> Iterator[tuple[str, str, str]]:
    for skipped in decision.skipped_deliveries[:_SHOWN]:
        remedy = obstacle_in_words(skipped.remedy, decision.currency) if skipped.remedy else ""
        yield skipped.delivery_id, words(skipped.reason), " ".join(part for part in (skipped.text, remedy) if part)
    if len(decision.skipped_deliveries) > _SHOWN:
        yield "", "", f"and {len(decision.skipped_deliveries) - _SHOWN:,} more"


def _link(link: LinkReport, currency: str) -> tuple[str, str, str]:
    if not link.enabled:
        return str(link.link), "off", link.text
    return str(link.link), f"{number(link.effect)} {link.unit.replace('currency', currency)}", link.text
