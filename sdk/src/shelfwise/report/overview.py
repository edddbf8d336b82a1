"""The top of the report: what was decided, by whom, and what each link changed."""

from __future__ import annotations

import attrs

from shelfwise.report.formats import count, moment, money, number, percent
from shelfwise.report.names import Names
from shelfwise.report.price_words import scarce_in_words
from shelfwise.types import Decision, Link, LinkReport, StageReport

_ENDS = {
    Link.EXPOSURE: ("recommender", "forecaster"),
    Link.IN_STOCK: ("stock record", "forecaster"),
    Link.FORECAST: ("forecaster", "inventory"),
    Link.STOCK_OUTLOOK: ("inventory", "recommender"),
    Link.DELIVERY_COSTS: ("router", "recommender, inventory"),
    Link.DELIVERIES: ("inventory", "router"),
}


@attrs.frozen
class Tile:
    """A figure that is read first."""

    label: str
    value: str
    note: str


@attrs.frozen
class LinkRow:
    """One link, from where to where, and what it changed."""

    name: str
    source: str
    target: str
    enabled: bool
    effect: str
    text: str


@attrs.frozen
class Objective:
    """The plan's expected contribution beside the siloed plan's, with bars as percentages."""

    rows: tuple[tuple[str, str, float], ...]
    verdict: str
    passes: str


@attrs.frozen
class Overview:
    """The head of the page."""

    facts: tuple[tuple[str, str], ...]
    tiles: tuple[Tile, ...]
    stages: tuple[StageReport, ...]
    objective: Objective | None
    links: tuple[LinkRow, ...]
    scarce: tuple[tuple[str, str, str], ...]


def overview(decision: Decision, names: Names) -> Overview:
    """Summarise a decision."""
    return Overview(
        facts=_facts(decision),
        tiles=tuple(_tiles(decision)),
        stages=decision.stages,
        objective=_objective(decision),
        links=tuple(_link_row(link, decision.currency) for link in decision.signals.links),
        scarce=tuple(scarce_in_words(decision, lambda item_id: f"{names.item(item_id)} {item_id}".strip())),
    )


def _facts(decision: Decision) -> tuple[tuple[str, str], ...]:
    facts = (
        ("Decision", decision.decision_id),
        ("Request", decision.request_id),
        ("Model", decision.model_id),
        ("As of", moment(decision.as_of)),
        ("Valid until", moment(decision.valid_until) if decision.valid_until else ""),
        ("Signals of", decision.signals.plan_id),
    )
    return tuple((name, value) for name, value in facts if value)


def _tiles(decision: Decision) -> list[Tile]:
    tiles = []
    if decision.recommendations:
        slates = decision.recommendations
        shown = sum(len(slate.items) for slate in slates)
        tiles.append(Tile("Recommendations", number(shown, 0), f"items for {count(len(slates), 'customer')}"))
    if (forecasts := decision.forecasts) is not None:
        over = f"of {count(len(forecasts.items), 'item')} in {count(forecasts.horizon_days, 'day')}"
        tiles.append(Tile("Demand", number(float(forecasts.mean.sum()), 0), f"units {over}"))
    if decision.orders:
        cost = money(sum(order.cost for order in decision.orders), decision.currency)
        lines = sum(len(order.lines) for order in decision.orders)
        tiles.append(Tile("Orders", cost, f"{count(len(decision.orders), 'order')}, {count(lines, 'line')}"))
    if decision.routes or decision.skipped_deliveries:
        cost = money(sum(route.cost for route in decision.routes), decision.currency)
        stops = sum(len(route.delivery_ids) for route in decision.routes)
        tiles.append(Tile("Routes", cost, f"{count(len(decision.routes), 'route')}, {count(stops, 'stop')}"))
    return tiles


def _objective(decision: Decision) -> Objective | None:
    signals = decision.signals
    if not signals.passes:
        return None
    values = (("Siloed", signals.siloed_objective), ("Coordinated", signals.objective))
    widest = max(abs(value) for _, value in values) or 1.0
    rows = tuple((name, money(value, decision.currency), 100 * max(value, 0.0) / widest) for name, value in values)
    gain = signals.objective - signals.siloed_objective
    share = f" ({percent(gain / abs(signals.siloed_objective))})" if signals.siloed_objective else ""
    verdict = f"{money(gain, decision.currency, signed=True)}{share}" if gain > 0 else "No gain"
    settled = "converged" if signals.converged else "did not converge"
    best = "the siloed plan" if signals.best_pass == 1 else f"pass {signals.best_pass}"
    passes = f"{count(signals.passes, 'pass', 'passes')}, {settled}; {best} was worth most"
    return Objective(rows, verdict, passes)


def _link_row(report: LinkReport, currency: str) -> LinkRow:
    source, target = _ENDS[report.link]
    if not report.enabled:
        effect = ""
    elif report.unit == currency:
        effect = money(report.effect, currency, signed=True)
    else:
        effect = f"{number(report.effect)} {report.unit.replace('currency', currency)}".strip()
    return LinkRow(str(report.link), source, target, report.enabled, effect, report.text)
