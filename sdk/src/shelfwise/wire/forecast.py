"""Demand forecasts: the request, and the arrays of the answer."""

from __future__ import annotations

from shelfwise.types import DEFAULT_QUANTILES, DemandForecast, ForecastRequest
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire.columns import read_doubles, write_doubles
from shelfwise.wire.reading import Reading
from shelfwise.wire.writing import Writing


def read_forecast_request(message: pb.ForecastRequest, _reading: Reading) -> ForecastRequest:
    """Read what is asked of the forecaster."""
    return ForecastRequest(
        item_ids=message.item_ids,
        node_ids=message.node_ids,
        horizon_days=message.horizon_days if message.HasField("horizon_days") else 28,
        quantiles=message.quantiles or DEFAULT_QUANTILES,
    )


def write_forecast_request(message: pb.ForecastRequest, request: ForecastRequest, writing: Writing) -> None:
    """Write what is asked of the forecaster; ``use_in_stock`` and ``seed`` are the orchestrator's."""
    message.item_ids.extend(request.item_ids)
    message.node_ids.extend(request.node_ids)
    message.horizon_days = writing.whole(request.horizon_days, "horizon_days")
    message.quantiles.extend(request.quantiles)
    if not request.quantiles:
        writing.add("quantiles", "must hold at least one level between 0 and 1")


def read_forecast(message: pb.DemandForecast, reading: Reading) -> DemandForecast:
    """Read a forecast."""
    shape = (len(message.item_ids), len(message.node_ids), message.horizon_days)
    levels = tuple(message.levels)
    mean, quantiles = read_doubles(message, "mean", "quantiles")
    return DemandForecast(
        items=reading.index(message.item_ids, "item_ids"),
        nodes=reading.index(message.node_ids, "node_ids"),
        starts_on=reading.day(message.starts_on, "starts_on"),
        levels=levels,
        mean=reading.shaped(mean, shape, "mean"),
        quantiles=reading.shaped(quantiles, (len(levels), *shape), "quantiles"),
        parts={
            part.driver: reading.shaped(read_doubles(part, "units")[0], shape, f"parts[{row}].units")
            for row, part in enumerate(message.parts)
        },
    )


def write_forecast(message: pb.DemandForecast, forecast: DemandForecast) -> None:
    """Write a forecast."""
    message.item_ids.extend(forecast.items.ids)
    message.node_ids.extend(forecast.nodes.ids)
    message.starts_on = forecast.starts_on.isoformat()
    message.horizon_days = forecast.horizon_days
    message.levels.extend(forecast.levels)
    write_doubles(message, "mean", forecast.mean)
    write_doubles(message, "quantiles", forecast.quantiles)
    for driver, units in forecast.parts.items():
        write_doubles(message.parts.add(driver=driver), "units", units)
