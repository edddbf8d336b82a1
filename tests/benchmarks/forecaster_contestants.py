"""Who is compared: installed forecasters, the ensemble under equal weights, estimators of sktime, and references."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import Any

import attrs

from shelfwise.evaluation.forecaster_references import Zero
from shelfwise.hookspecs import hookimpl
from shelfwise.plugins import build, call, group_of

KNOWN = ("ensemble", "boosting", "lstm", "temporal", "baseline")
"""Forecasters of this project, the one first that the others are held against."""
SWITCH = "learned_weights"
"""An option whose ``false`` makes another row: what is learned beside all members counting alike."""
REACHES = ("horizon", "horizon_days")
"""Options by which forecasters are told how far ahead they will be asked to look."""
SKTIME = "sktime"
FAST = "statsforecast"

ESTIMATORS = {
    "ARIMA": (
        (FAST, "StatsForecastAutoARIMA(max_p=2, max_q=2, max_P=1, max_Q=1, n_jobs=1)"),
        ("SARIMAX 1,1,1", "SARIMAX(order=(1, 1, 1), disp=False)"),
    ),
    "ETS": ((FAST, "StatsForecastAutoETS()"), ("statsmodels", "AutoETS(auto=True)")),
    "Theta": ((FAST, "StatsForecastAutoTheta()"), ("sktime", "ThetaForecaster(deseasonalize_model='additive')")),
    "Croston": (("sktime", "Croston(smoothing=0.1)"),),
    "TSB": (("sktime", "TSB()"),),
    "seasonal naive": (("sktime", "NaiveForecaster(strategy='last')"),),
}
"""Rows to estimators of sktime, the first of them where its package is there."""
QUICK = ("seasonal naive",)
"""Those of them that take no time."""
SLOW = ("statistical",)
"""Installed forecasters that are fitted to each series on its own."""
HISTORY = 365
"""Periods that estimators of sktime are fitted to at most."""

Options = Mapping[str, Any]


@attrs.frozen
class Contestant:
    """A row: what makes its plugin, given options for whoever has them, and whether a seed changes anything.

    ``key`` is what it is called on the command line; ``name``, of the row, may say more. One that is ``slow`` fits
    each series on its own, which takes long where there are thousands.
    """

    key: str
    name: str
    make: Callable[[Options], object] = attrs.field(repr=False)
    drawn: bool = False
    slow: bool = False


@attrs.define(eq=False)
class TimeLimited:
    """A forecaster whose training fails after ``seconds``, as far as it tells of its progress."""

    plugin: object
    seconds: float

    @hookimpl
    def train(self, dataset, progress):
        """Train the other, and raise TimeoutError at its first sign of life after the limit."""
        import time

        due = time.monotonic() + self.seconds

        def tell(step, done, total):
            if time.monotonic() > due:
                raise TimeoutError(f"training took more than {self.seconds:g} s ({step} {done} of {total})")
            progress(step, done, total)

        call(self.plugin, "train", dataset=dataset, progress=tell)

    @hookimpl
    def forecast(self, request, state, exposure, deadline):
        """Let the other forecast."""
        return call(self.plugin, "forecast", request=request, state=state, exposure=exposure, deadline=deadline)


@cache
def installed() -> dict[str, tuple[str, ...]]:
    """Return the options of every installed forecaster that can be imported, those of this project first."""
    found = {}
    for point in entry_points(group=group_of("forecaster")):
        try:
            fields = attrs.fields_dict(point.load())
        except Exception as error:  # noqa: BLE001 - a foreign package may raise anything when it is imported
            print(f"{point.name}: skipped, {type(error).__name__}: {error}")
            continue
        found[point.name] = tuple(name for name in fields if not name.startswith("_"))
    return {name: found[name] for name in sorted(found, key=lambda name: ((*KNOWN, name).index(name), name))}


def everybody(limit_seconds: float) -> list[Contestant]:
    """Return all contestants; trainings of sktime's estimators end after ``limit_seconds`` each."""
    made = []
    for name, options in installed().items():
        if name == SKTIME:
            continue
        made.append(Contestant(name, name, _of_entry(name, {}), "seed" in options, name in SLOW))
        if SWITCH in options and name == KNOWN[0]:
            label = f"{name}, equal weights"
            made.append(Contestant("equal", label, _of_entry(name, {SWITCH: False}), "seed" in options))
    if SKTIME in installed():
        made += [_of_sktime(row, limit_seconds) for row in ESTIMATORS]
    else:
        print("sktime: skipped, no such forecaster is installed")
    return [*made, Contestant("zero", "zero", lambda _: Zero())]


def chosen(contestants: Sequence[Contestant], keys: Sequence[str]) -> list[Contestant]:
    """Return the contestants called ``keys``, in that order.

    Raises:
        ValueError: Nobody is called so.
    """
    by_key = {contestant.key.lower(): contestant for contestant in contestants}
    unknown = [key for key in keys if key.lower() not in by_key]
    if unknown:
        raise ValueError(f"no contestant is called {', '.join(unknown)}; there are {', '.join(by_key)}")
    return [by_key[key.lower()] for key in keys]


def _of_entry(name: str, own: Options) -> Callable[[Options], object]:
    def make(given: Options) -> object:
        accepted = {option: value for option, value in given.items() if option in installed()[name]}
        return build("forecaster", name, accepted | dict(own)).plugin

    return make


def _of_sktime(row: str, limit_seconds: float) -> Contestant:
    package, specification = next(pair for pair in ESTIMATORS[row] if pair[0] != FAST or find_spec(FAST))
    make = _of_entry(SKTIME, {"estimator": specification, "history_periods": HISTORY})
    key, name = row.replace(" ", "-"), f"{row}, {package}"
    return Contestant(key, name, lambda given: TimeLimited(make(given), limit_seconds), slow=row not in QUICK)
