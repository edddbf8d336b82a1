"""What a promotion and a slate planned in a request do to forecasts, and that nothing is done without them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import numpy as np

from shelfwise.cli.evaluate.figures import grid
from shelfwise.config import Config, StageConfig
from shelfwise.dataset import Dataset
from shelfwise.evaluation.forecaster_origins import Backtest
from shelfwise.orchestrator import Orchestrator
from shelfwise.plugins import call
from shelfwise.training import train
from shelfwise.types import (
    Customer,
    Deadline,
    DecisionRequest,
    DemandForecast,
    Exposure,
    ForecastRequest,
    Link,
    Live,
    Options,
    Promotion,
    RecommendRequest,
    State,
    silent,
)
from tests.benchmarks import forecaster_data as data
from tests.benchmarks.forecaster_bench import Bench, machine
from tests.benchmarks.forecaster_contestants import KNOWN, installed

WEEKS, PROMOTED = 4, 1
"""Weeks forecast, and the one of them in which the promotion is."""
CUT = 0.8
EXTRA_UNITS = 3.0
DAYS = 14


def promotion(bench: Bench) -> None:
    """One brand of orange juice at a time is promoted in every store; then slates of a made-up retailer are planned."""
    print(f"\n== Promotions and exposure: {machine()}")
    if not data.missing(data.ORANGE_JUICE):
        bench.keep("promotion", {"rows": _brands(bench), "cut": CUT})
    if KNOWN[0] in installed():
        _decided(bench)


def _brands(bench: Bench) -> list[dict[str, Any]]:
    dataset = data.protocol_of(data.ORANGE_JUICE, bench.most).dataset
    backtest = Backtest.over(dataset, horizon=WEEKS, origins=1, step=1, gap=0, season_length=1, known_prices=False)
    known = dataset.before(datetime.combine(backtest.days[0], time(), UTC))
    state = attrs.evolve(known.state(), promotions=())
    print(
        f"Orange juice, {len(backtest.items)} brands in {len(backtest.nodes)} stores: one brand at a time at "
        f"{100 * CUT:.0f} % of its price and featured in week {PROMOTED + 1} of {WEEKS}; on record, weeks with a "
        f"feature sell {_on_record(known):.2f} times what those without do (median over series)"
    )
    table = grid(
        "",
        "own, times\n(median brand)",
        "brands\nraised",
        "others, times\n(median)",
        "brands that\nlower others",
        "other weeks\nmoved",
        "exposure:\nunits given",
        "units\nadded",
        "without\nit",
        "train s",
    )
    rows = []
    for one in bench.among("ensemble", "boosting", "lstm", "temporal", "baseline"):
        made = bench.made([one], WEEKS, bench.seeds[0])
        try:
            row = {"plugin": one.name} | _measured(made[one.name], known, state, backtest)
        except Exception as error:  # noqa: BLE001 - a foreign plugin may raise anything
            bench.fail(one.name, error)
            continue
        rows.append(row)
        table.add_row(one.name, *(f"{row[name]:.3g}" for name in list(row)[1:]))
    bench.console.print(table)
    return rows


def _measured(plugin: object, known: Dataset, state: State, backtest: Backtest) -> dict[str, float]:
    """Forecast without plans, with each brand promoted in turn, and with an exposure."""
    from time import perf_counter

    begun = perf_counter()
    call(plugin, "train", dataset=known, progress=silent)
    trained = perf_counter() - begun
    request = ForecastRequest(backtest.items.ids, backtest.nodes.ids, WEEKS)

    def asked(of: State, exposure: Exposure | None = None) -> DemandForecast:
        return call(plugin, "forecast", request=request, state=of, exposure=exposure, deadline=Deadline())

    plain = asked(state)
    starts = backtest.days[0] + timedelta(days=7 * PROMOTED)
    price = dict(zip(state.items.index, state.items.price.tolist(), strict=True))
    own, others, moved = [], [], []
    for row, item in enumerate(backtest.items):
        plan = Promotion(item, starts, starts + timedelta(days=6), price=CUT * price[item])
        planned = asked(attrs.evolve(state, promotions=(plan,)))
        rest = np.arange(len(backtest.items)) != row
        own.append(_ratio(planned.mean[row, :, PROMOTED], plain.mean[row, :, PROMOTED]))
        others.append(_ratio(planned.mean[rest][..., PROMOTED], plain.mean[rest][..., PROMOTED]))
        weeks = np.arange(WEEKS) != PROMOTED
        moved.append(np.abs(planned.mean[..., weeks] / np.maximum(plain.mean[..., weeks], 1e-9) - 1).max())
    extra = np.zeros(plain.mean.shape)
    extra[0] = EXTRA_UNITS
    shown = asked(state, Exposure(backtest.items, backtest.nodes, 10 * extra, extra))
    return {
        "own": float(np.median(own)),
        "raised": float(np.sum(np.array(own) > 1)),
        "others": float(np.median(others)),
        "lowered": float(np.sum(np.array(others) < 1)),
        "other_weeks": float(np.max(moved)),
        "units_given": float(extra.sum()),
        "units_added": float((shown.mean - plain.mean).sum()),
        "units_without": float((asked(state).mean - plain.mean).sum()),
        "train_seconds": trained,
    }


def _decided(bench: Bench) -> None:
    """Decide for the sample retailer with a promotion, with a slate, and with the exposure link disabled."""
    dataset = data.sample_retailer()
    options = {"preset": "fast"} | {name: value for name, value in bench.given.items() if name in installed()[KNOWN[0]]}
    with TemporaryDirectory() as models:
        train(Config(forecaster=StageConfig(KNOWN[0], options=options)), dataset, Path(models))
        orchestrator = Orchestrator.open(Path(models))
    state = orchestrator.state
    planned = {plan.item_id for plan in state.promotions}
    item = next(one for one in state.items.index if one not in planned)
    row = state.items.index.position(item)
    plan = Promotion(
        item, state.starts_on, state.starts_on + timedelta(days=DAYS - 1), price=CUT * float(state.items.price[row])
    )
    people = tuple(Customer(one) for one in state.customers.index)

    def units(*, promoted: bool, disabled: tuple[Link, ...]) -> tuple[float, float]:
        """Return the units forecast of the promoted item, and those that the exposure adds to all."""
        decision = orchestrator.decide(
            DecisionRequest(
                recommend=RecommendRequest(people),
                forecast=ForecastRequest(horizon_days=DAYS),
                live=Live(promotions=(plan,) if promoted else ()),
                options=Options(disabled_links=disabled),
            )
        )
        forecast = decision.forecasts
        assert forecast is not None
        parts = forecast.parts.get("exposure", np.zeros(1))
        return float(forecast.mean[forecast.items.position(item)].sum()), float(parts.sum())

    print(
        f"\nSample retailer, decided with {KNOWN[0]} (preset {options['preset']}), {DAYS} days: units of {item}, which "
        "no promotion was planned for, and units that the exposure of slates adds to all items"
    )
    for link, disabled in (("exposure link on", ()), ("exposure link disabled", (Link.EXPOSURE,))):
        (before, _), (after, added) = (units(promoted=promoted, disabled=disabled) for promoted in (False, True))
        print(f"  {link}: without promotion {before:.1f}, with {after:.1f}; exposure adds {added:.1f}", flush=True)


def _on_record(known: Dataset) -> float:
    """Return the median over series of mean units in weeks with a feature over those in weeks without."""
    demand = known.demand
    means = demand.groupby(["item_id", "node_id", "on_promotion"])["units"].mean().unstack()
    return float((means[True] / means[False]).median())


def _ratio(top: np.ndarray, bottom: np.ndarray) -> float:
    return float(top.sum() / max(bottom.sum(), 1e-9))
