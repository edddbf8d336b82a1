"""The whole decision in both directions."""

from __future__ import annotations

from shelfwise.errors import InvalidDecisionError
from shelfwise.types import Decision, LinkReport, ShadowPrices, SignalReport, Stage, StageReport, StageState
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire.columns import read_doubles, write_doubles
from shelfwise.wire.forecast import read_forecast, write_forecast
from shelfwise.wire.reading import Reading
from shelfwise.wire.recommendation import read_slate, write_slate
from shelfwise.wire.replenishment import read_order, write_order
from shelfwise.wire.request import LINKS
from shelfwise.wire.routing import (
    read_route,
    read_routing,
    read_skipped,
    write_route,
    write_routing,
    write_skipped,
)
from shelfwise.wire.words import Words
from shelfwise.wire.writing import Writing

STAGES = Words(pb.Stage, Stage)
STAGE_STATES = Words(pb.StageState, StageState)


def decision_from_proto(message: pb.DecideResponse) -> Decision:
    """Read a decision.

    Raises:
        InvalidDecisionError: The message is out of form, or of a later version of the contract.
    """
    reading = Reading(message.currency)
    given = message.HasField
    decision = Decision(
        decision_id=message.decision_id,
        request_id=message.request_id,
        as_of=reading.moment(message.as_of, "as_of"),
        currency=message.currency,
        model_id=message.model_id,
        recommendations=reading.rows("recommendations", read_slate, message.recommendations),
        forecasts=reading.part("forecasts", read_forecast, message.forecasts) if given("forecasts") else None,
        orders=reading.rows("orders", read_order, message.orders),
        routes=reading.rows("routes", read_route, message.routes),
        skipped_deliveries=reading.rows("skipped_deliveries", read_skipped, message.skipped_deliveries),
        routing=reading.part("routing", read_routing, message.routing) if given("routing") else None,
        signals=reading.part("signals", _read_signals, message.signals),
        stages=reading.rows("stages", _read_stage, message.stages),
        warnings=message.warnings,
        valid_until=reading.moment(message.valid_until, "valid_until") if given("valid_until") else None,
    )
    reading.raise_if_any(InvalidDecisionError)
    return decision


def decision_to_proto(decision: Decision) -> pb.DecideResponse:
    """Write a decision.

    Raises:
        InvalidDecisionError: An amount of money is not finite, or a moment has no time zone.
    """
    writing = Writing(decision.currency)
    message = pb.DecideResponse(
        decision_id=decision.decision_id,
        request_id=decision.request_id,
        currency=decision.currency,
        model_id=decision.model_id,
        warnings=decision.warnings,
    )
    writing.moment(message.as_of, decision.as_of, "as_of")
    if decision.valid_until is not None:
        writing.moment(message.valid_until, decision.valid_until, "valid_until")
    writing.rows("recommendations", write_slate, message.recommendations, decision.recommendations)
    if decision.forecasts is not None:
        write_forecast(message.forecasts, decision.forecasts)
    writing.rows("orders", write_order, message.orders, decision.orders)
    writing.rows("routes", write_route, message.routes, decision.routes)
    writing.rows("skipped_deliveries", write_skipped, message.skipped_deliveries, decision.skipped_deliveries)
    if decision.routing is not None:
        writing.part("routing", write_routing, message.routing, decision.routing)
    writing.part("signals", _write_signals, message.signals, decision.signals)
    writing.rows("stages", _write_stage, message.stages, decision.stages)
    writing.raise_if_any(InvalidDecisionError)
    return message


def _read_stage(message: pb.StageReport, reading: Reading) -> StageReport:
    return StageReport(
        stage=reading.word(STAGES, message.stage, "stage"),
        state=reading.word(STAGE_STATES, message.state, "state"),
        plugin=message.plugin,
        version=message.version,
        message=message.message,
        milliseconds=message.milliseconds,
    )


def _write_stage(message: pb.StageReport, report: StageReport, _writing: Writing) -> None:
    message.stage = STAGES.number[report.stage]
    message.state = STAGE_STATES.number[report.state]
    message.plugin = report.plugin
    message.version = report.version
    message.message = report.message
    message.milliseconds = report.milliseconds


def _read_link(message: pb.LinkReport, reading: Reading) -> LinkReport:
    return LinkReport(
        link=reading.word(LINKS, message.link, "link"),
        enabled=message.enabled,
        effect=message.effect,
        unit=message.unit,
        text=message.text,
    )


def _write_link(message: pb.LinkReport, report: LinkReport, _writing: Writing) -> None:
    message.link = LINKS.number[report.link]
    message.enabled = report.enabled
    message.effect = report.effect
    message.unit = report.unit
    message.text = report.text


def _read_signals(message: pb.SignalReport, reading: Reading) -> SignalReport:
    return SignalReport(
        passes=message.passes,
        best_pass=message.best_pass,
        converged=message.converged,
        objective=reading.money(message.objective, "objective"),
        siloed_objective=reading.money(message.siloed_objective, "siloed_objective"),
        budget_price=reading.money(message.budget_price, "budget_price"),
        links=reading.rows("links", _read_link, message.links),
        plan_id=message.plan_id,
        prices=reading.part("prices", _read_prices, message.prices),
    )


def _read_prices(message: pb.ShadowPrices, reading: Reading) -> ShadowPrices:
    unit, delivery, value = read_doubles(message, "unit_price", "delivery_price", "unit_value")
    return ShadowPrices(
        item_ids=message.item_ids,
        node_ids=message.node_ids,
        unit_price=reading.shaped(unit, (len(message.item_ids),), "unit_price"),
        vehicle_node_ids=message.vehicle_node_ids,
        delivery_price=reading.shaped(delivery, (len(message.vehicle_node_ids),), "delivery_price"),
        unit_value=reading.shaped(value, (len(message.item_ids),), "unit_value"),
    )


def _write_signals(message: pb.SignalReport, signals: SignalReport, writing: Writing) -> None:
    message.passes = signals.passes
    message.best_pass = signals.best_pass
    message.converged = signals.converged
    writing.money(message.objective, signals.objective, "objective")
    writing.money(message.siloed_objective, signals.siloed_objective, "siloed_objective")
    writing.money(message.budget_price, signals.budget_price, "budget_price")
    writing.rows("links", _write_link, message.links, signals.links)
    message.plan_id = signals.plan_id
    prices = signals.prices
    message.prices.item_ids.extend(prices.item_ids)
    message.prices.node_ids.extend(prices.node_ids)
    write_doubles(message.prices, "unit_price", prices.unit_price)
    message.prices.vehicle_node_ids.extend(prices.vehicle_node_ids)
    write_doubles(message.prices, "delivery_price", prices.delivery_price)
    write_doubles(message.prices, "unit_value", prices.unit_value)
