"""Read the specification of an estimator, such as ``AutoETS(auto=True, sp=7)``, without running it."""

from __future__ import annotations

import ast
from typing import Any

import attrs

__all__ = ["Call", "parse"]

_FORM = 'such as "AutoETS(auto=True, sp=7)"'


@attrs.frozen
class Call:
    """The name of an estimator and its keyword arguments: literals, lists, tuples and dicts of them, or other calls."""

    name: str
    arguments: dict[str, Any]


def parse(text: str) -> Call:
    """Return what a specification says; a name alone stands for a call without arguments.

    Raises:
        ValueError: It is no call with keyword arguments, or an argument is neither a literal nor a call.
    """
    try:
        node = ast.parse(text.strip(), mode="eval").body
        value = _value(node)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"estimator {text!r} is not written as a call, {_FORM}: {error}") from error
    if not isinstance(value, Call):
        raise ValueError(f"estimator must name a forecaster of sktime, {_FORM}, got {text!r}")  # noqa: TRY004
    return value


def _value(node: ast.expr) -> Any:  # noqa: PLR0911 - a case per kind
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return Call(name, _arguments(name, node))
        case ast.Name(id=name):
            return Call(name, {})
        case ast.Constant(value=bool() | int() | float() | str() | None):
            return node.value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.List(elts=parts):
            return [_value(part) for part in parts]
        case ast.Tuple(elts=parts):
            return tuple(_value(part) for part in parts)
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return {_value(key): _value(value) for key, value in zip(keys, values, strict=True) if key is not None}
    raise ValueError(
        f"estimator: {ast.unparse(node)!r} is neither a literal (a number, text, True, False, None, a list, a tuple or "
        "a dict) nor an estimator of sktime with keyword arguments; nothing else is allowed, and nothing is evaluated"
    )


def _arguments(name: str, call: ast.Call) -> dict[str, Any]:
    if call.args:
        raise ValueError(f"estimator: write the arguments of {name} as name=value, got {ast.unparse(call.args[0])!r}")
    out: dict[str, Any] = {}
    for keyword in call.keywords:
        if keyword.arg is None:
            raise ValueError(f"estimator: {name} cannot be given **arguments; write each as name=value")
        if keyword.arg in out:
            raise ValueError(f"estimator: {name} is given {keyword.arg!r} twice")
        out[keyword.arg] = _value(keyword.value)
    return out
