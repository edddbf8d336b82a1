"""The whole request in both directions."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from shelfwise.errors import InvalidRequestError, Violation, elsewhere
from shelfwise.types import DecisionRequest, Link, Live, Options
from shelfwise.types.declared import as_declared
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire.forecast import read_forecast_request, write_forecast_request
from shelfwise.wire.live import read_live, write_live
from shelfwise.wire.reading import Reading
from shelfwise.wire.recommendation import read_recommend, write_recommend
from shelfwise.wire.replenishment import read_replenish, write_replenish
from shelfwise.wire.route_request import read_route_request, write_route_request
from shelfwise.wire.words import Words
from shelfwise.wire.writing import Writing

LINKS = Words(pb.Link, Link)
Check = Callable[[DecisionRequest], Iterable[Violation]]
"""Says what makes no sense in a request that is in form, such as ids that nobody knows."""


def request_from_proto(message: pb.DecideRequest, *, currency: str = "", also: Check | None = None) -> DecisionRequest:
    """Read a request, filling in the defaults of what is unset.

    Args:
        message: What the caller sent.
        currency: The retailer's currency, in which all money of the request must be; empty: in any one currency.
        also: Asked what else is wrong with a request that is out of form, so that one error names everything; mostly
            :func:`shelfwise.validation.validate`. A request in form is not shown to it.

    Raises:
        InvalidRequestError: The message is out of form; every violation is named by its field path.
    """
    reading = Reading(currency)
    request = read_request(message, reading)
    if reading.violations:
        raise InvalidRequestError(with_further(reading.violations, request, also))
    return request


def with_further(violations: list[Violation], request: DecisionRequest, also: Check | None) -> list[Violation]:
    """Add to violations what else is wrong with what could be read; at fields at fault stand-ins were read."""
    return violations + elsewhere(also(request) if also else (), {violation.field for violation in violations})


def read_request(message: pb.DecideRequest, reading: Reading) -> DecisionRequest:
    """Read a request, noting what is out of form."""
    asks = message.HasField
    return DecisionRequest(
        request_id=message.request_id,
        as_of=reading.moment(message.as_of, "as_of") if asks("as_of") else None,
        recommend=reading.part("recommend", read_recommend, message.recommend) if asks("recommend") else None,
        forecast=reading.part("forecast", read_forecast_request, message.forecast) if asks("forecast") else None,
        replenish=reading.part("replenish", read_replenish, message.replenish) if asks("replenish") else None,
        route=reading.part("route", read_route_request, message.route) if asks("route") else None,
        live=reading.part("live", read_live, message.live) if asks("live") else Live(),
        options=reading.part("options", _read_options, message.options) if asks("options") else Options(),
    )


def request_to_proto(request: DecisionRequest) -> pb.DecideRequest:
    """Write a request; money is in the retailer's currency.

    Raises:
        InvalidRequestError: A value is not of its type or has no form on the wire, such as an amount of money that is
            not finite; every violation is named.
    """
    request, misfits = as_declared(request, DecisionRequest, "request")
    wrong = [Violation(path, words) for path, words in misfits]
    writing = Writing()
    message = pb.DecideRequest()
    try:
        _write_request(message, request, writing)
    except (TypeError, ValueError, OverflowError) as error:  # such as text with half a character in it
        unsent = Violation("request", f"cannot be sent: {error}")
        raise InvalidRequestError([*wrong, *writing.violations, unsent]) from error
    if found := wrong + elsewhere(writing.violations, {violation.field for violation in wrong}):
        raise InvalidRequestError(found)
    return message


def _write_request(message: pb.DecideRequest, request: DecisionRequest, writing: Writing) -> None:
    message.request_id = request.request_id
    if request.as_of is not None:
        writing.moment(message.as_of, request.as_of, "as_of")
    if request.recommend is not None:
        writing.part("recommend", write_recommend, message.recommend, request.recommend)
    if request.forecast is not None:
        writing.part("forecast", write_forecast_request, message.forecast, request.forecast)
    if request.replenish is not None:
        writing.part("replenish", write_replenish, message.replenish, request.replenish)
    if request.route is not None:
        writing.part("route", write_route_request, message.route, request.route)
    writing.part("live", write_live, message.live, request.live)
    writing.part("options", _write_options, message.options, request.options)


def _read_options(message: pb.Options, reading: Reading) -> Options:
    links = [reading.word(LINKS, link, f"disabled_links[{row}]") for row, link in enumerate(message.disabled_links)]
    return Options(
        disabled_links=links,  # type: ignore[arg-type]  # the converter's type variable is lost
        seed=message.seed,
        time_budget_seconds=message.time_budget_seconds if message.HasField("time_budget_seconds") else None,
        strict=message.strict,
        explain=message.explain if message.HasField("explain") else True,
        validate_only=message.validate_only,
    )


def _write_options(message: pb.Options, options: Options, writing: Writing) -> None:
    message.disabled_links.extend(sorted(LINKS.number[link] for link in options.disabled_links))
    message.seed = writing.whole(options.seed, "seed", bits=64)
    if options.time_budget_seconds is not None:
        message.time_budget_seconds = options.time_budget_seconds
    message.strict = options.strict
    if not options.explain:
        message.explain = False
    message.validate_only = options.validate_only
