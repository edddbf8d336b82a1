"""Build estimators from specifications: names are looked up in sktime's registry and nowhere else."""

from __future__ import annotations

import difflib
import inspect
import warnings
from functools import cache
from typing import Any

from shelfwise.errors import PluginError
from shelfwise_forecaster_sktime.spec import Call

__all__ = ["SEASONS", "build"]

SEASONS = ("sp", "season_length", "seasonal_periods", "period")
"""The parameters by which estimators of sktime learn how many periods a season has."""


def build(call: Call, *, season_length: int, seed: int) -> Any:
    """Return the unfitted forecaster of a specification.

    Where it has one of the parameters :data:`SEASONS` that is not given and the data has a season, that is filled in;
    so is ``random_state`` with the seed.

    Raises:
        ValueError: A name is not in the registry, a parameter is unknown, missing or refused, or it is no forecaster.
        PluginError: It needs a package that is not installed.
    """
    cls = _look_up(call.name)
    if cls.get_class_tag("object_type") != "forecaster":
        kind = cls.get_class_tag("object_type")
        raise ValueError(f"estimator: {call.name} is a {kind} of sktime and no forecaster; name a forecaster")
    return _build(call, season_length, seed)


def _build(call: Call, season_length: int, seed: int) -> Any:
    cls = _look_up(call.name)
    parameters = {
        name: parameter for name, parameter in inspect.signature(cls.__init__).parameters.items() if name != "self"
    }
    _check_parameters(call, parameters)
    arguments = {name: _resolve(value, season_length, seed) for name, value in call.arguments.items()}
    filled = dict.fromkeys(SEASONS, season_length) if season_length > 1 else {}
    for name, value in (filled | {"random_state": seed}).items():
        if name in parameters and name not in arguments:
            arguments[name] = value
    missing = [
        name
        for name, parameter in parameters.items()
        if parameter.default is parameter.empty and name not in arguments and parameter.kind not in _STARRED
    ]
    if missing:
        raise ValueError(f"estimator: {call.name} needs {' and '.join(map(repr, missing))}, which is not given")
    _check_packages(call.name, cls)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return cls(**arguments)
    except Exception as error:  # an estimator may raise anything while it is built
        raise ValueError(f"estimator: {call.name} refuses its arguments: {type(error).__name__}: {error}") from error


_STARRED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def _resolve(value: Any, season_length: int, seed: int) -> Any:
    """Return an argument with the calls in it built."""
    match value:
        case Call():
            return _build(value, season_length, seed)
        case list() | tuple():
            return type(value)(_resolve(part, season_length, seed) for part in value)
        case dict():
            return {key: _resolve(part, season_length, seed) for key, part in value.items()}
    return value


def _check_parameters(call: Call, parameters: dict[str, inspect.Parameter]) -> None:
    if any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters.values()):
        return
    for name in call.arguments:
        if name not in parameters:
            raise ValueError(
                f"estimator: {call.name} has no parameter {name!r}.{_near(name, parameters)} "
                f"It has: {', '.join(parameters) or 'none'}"
            )


def _check_packages(name: str, cls: Any) -> None:
    from skbase.utils.dependencies import _check_estimator_deps

    if not _check_estimator_deps(cls, severity="none"):
        needed = cls.get_class_tag("python_dependencies")
        packages = [needed] if isinstance(needed, str) else list(needed or ())
        install = " ".join(f"'{package}'" if isinstance(package, str) else f"'{package[0]}'" for package in packages)
        raise PluginError(
            f"the estimator {name} of sktime needs packages that are not installed, or another version of Python; "
            f"install them with: pip install {install}"
        )


def _look_up(name: str) -> Any:
    known = _registry()
    if name not in known:
        raise ValueError(f"estimator: sktime's registry has no {name!r}.{_near(name, known)}")
    return known[name]


def _near(name: str, known: Any) -> str:
    lower = {other.lower(): other for other in known}
    close = [lower[match] for match in difflib.get_close_matches(name.lower(), lower, n=3)]
    return f" Did you mean {' or '.join(map(repr, close))}?" if close else ""


@cache
def _registry() -> dict[str, Any]:
    from sktime.registry import all_estimators

    return dict(all_estimators(return_names=True, as_dataframe=False, suppress_import_stdout=True))
