"""The whole decision in both directions."""

from __future__ import annotations

from shelfwise.errors import InvalidDecisionError
from shelfwise.types import Decision, LinkReport, SignalReport, Stage, StageReport, StageState
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire.forecast import read_forecast, write_forecast
from shelfwise.wire.recommendation import read_slate, write_slate
from shelfwise.wire.replenishment import read_order, write_order
from shelfwise.wire.request import LINKS
from shelfwise.wire.routing import read_route, read_skipped, write_route, write_skipped
from shelfwise.wire.values import Reading, Words, Writing

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
        recommendations=[
            read_slate(slate, f"recommendations[{row}]", reading) for row, slate in enumerate(message.recommendations)
        ],
        forecasts=read_forecast(message.forecasts, "forecasts", reading) if given("forecasts") else None,
        orders=[read_order(order, f"orders[{row}]", reading) for row, order in enumerate(message.orders)],
        routes=[read_route(route, f"routes[{row}]", reading) for row, route in enumerate(message.routes)],
        skipped_deliveries=[
            read_skipped(skipped, f"skipped_deliveries[{row}]", reading)
            for row, skipped in enumerate(message.skipped_deliveries)
        ],
        signals=_read_signals(message.signals, reading),
        stages=[_read_stage(stage, f"stages[{row}]", reading) for row, stage in enumerate(message.stages)],
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
    for row, slate in enumerate(decision.recommendations):
        write_slate(message.recommendations.add(), slate, f"recommendations[{row}]", writing)
    if decision.forecasts is not None:
        write_forecast(message.forecasts, decision.forecasts)
    for row, order in enumerate(decision.orders):
        write_order(message.orders.add(), order, f"orders[{row}]", writing)
    for row, route in enumerate(decision.routes):
        write_route(message.routes.add(), route, f"routes[{row}]", writing)
    for skipped in decision.skipped_deliveries:
        write_skipped(message.skipped_deliveries.add(), skipped)
    _write_signals(message.signals, decision.signals, writing)
    for report in decision.stages:
        message.stages.add(
            stage=STAGES.number[report.stage],
            state=STAGE_STATES.number[report.state],
            plugin=report.plugin,
            version=report.version,
            message=report.message,
            milliseconds=report.milliseconds,
        )
    writing.raise_if_any(InvalidDecisionError)
    return message


def _read_stage(message: pb.StageReport, path: str, reading: Reading) -> StageReport:
    return StageReport(
        stage=reading.word(STAGES, message.stage, f"{path}.stage"),
        state=reading.word(STAGE_STATES, message.state, f"{path}.state"),
        plugin=message.plugin,
        version=message.version,
        message=message.message,
        milliseconds=message.milliseconds,
    )


def _read_signals(message: pb.SignalReport, reading: Reading) -> SignalReport:
    return SignalReport(
        passes=message.passes,
        best_pass=message.best_pass,
        converged=message.converged,
        objective=reading.money(message.objective, "signals.objective"),
        siloed_objective=reading.money(message.siloed_objective, "signals.siloed_objective"),
        budget_price=reading.money(message.budget_price, "signals.budget_price"),
        links=[
            LinkReport(
                link=reading.word(LINKS, report.link, f"signals.links[{row}].link"),
                enabled=report.enabled,
                effect=report.effect,
                unit=report.unit,
                text=report.text,
            )
            for row, report in enumerate(message.links)
        ],
        plan_id=message.plan_id,
    )


def _write_signals(message: pb.SignalReport, signals: SignalReport, writing: Writing) -> None:
    message.passes = signals.passes
    message.best_pass = signals.best_pass
    message.converged = signals.converged
    writing.money(message.objective, signals.objective, "signals.objective")
    writing.money(message.siloed_objective, signals.siloed_objective, "signals.siloed_objective")
    writing.money(message.budget_price, signals.budget_price, "signals.budget_price")
    for report in signals.links:
        message.links.add(
            link=LINKS.number[report.link],
            enabled=report.enabled,
            effect=report.effect,
            unit=report.unit,
            text=report.text,
        )
    message.plan_id = signals.plan_id
