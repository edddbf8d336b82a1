"""A better order of the stops of one route: 2-opt, and moving strings of one to three stops."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from shelfwise.routing.construction.fleet import route_cost
from shelfwise.routing.problem import Floats, Problem

__all__ = ["reorder"]

_TRIES = 20
"""Promising orders that are tried in full before a route is left as it is."""

_LEAST = 1e-7
"""Least gain of a move, so that rounding never goes in circles."""

_STRINGS = ((1, False), (2, False), (2, True), (3, False), (3, True))
"""Length of the strings that are moved, and whether they are turned round on the way."""
_LENGTHS, _TURNED = (np.array(column)[:, None, None] for column in zip(*_STRINGS, strict=True))


def reorder(problem: Problem, kind: int, stops: list[int]) -> list[int]:
    """Return the stops in an order that no promising move betters; at worst the order given.

    2-opt turns a string of stops round (Croes 1958), or-opt moves up to three of them elsewhere (Or 1976).
    """
    cost = route_cost(problem, kind, stops)
    while True:
        for order in _promising(problem, kind, stops):
            price = route_cost(problem, kind, order)
            if price < cost - _LEAST:
                stops, cost = order, price
                break
        else:
            return stops


def _promising(problem: Problem, kind: int, stops: list[int]) -> Iterator[list[int]]:
    """Yield the orders that would be cheaper if nobody ever waited, those first that gain most."""
    if len(stops) < 2:
        return
    types = problem.types
    tour = np.array([int(types.depot[kind]), *stops, int(types.end[kind])])
    leg = types.cost_per_km[kind] * problem.distance[tour[:, None], tour]
    if types.cost_per_minute[kind] > 0:
        leg = leg + types.cost_per_minute[kind] * types.pace[kind] * problem.minutes[tour[:, None], tour]
    along = _along(leg)
    gains = np.concatenate([_turns(leg, along), _shifts(leg, along)])
    tries = min(_TRIES, gains.size)
    best = np.argpartition(gains, tries - 1, axis=None)[:tries]
    best = best[np.argsort(gains.ravel()[best], kind="stable")]
    for gain, move, i, k in zip(gains.ravel()[best], *np.unravel_index(best, gains.shape), strict=True):
        if gain >= -_LEAST:
            return
        yield _turned(stops, int(i), int(k)) if move == 0 else _shifted(stops, int(i), int(k), *_STRINGS[move - 1])


def _turns(leg: Floats, along: tuple[Floats, Floats]) -> Floats:
    """Return the change of cost when stops i to k are turned round, of shape (1, stops + 1, stops + 1)."""
    size = len(leg) - 1
    i, k = np.arange(size)[:, None], np.arange(size)
    forth, back = along
    inner = (back[k] - back[i]) - (forth[k] - forth[i])
    change = leg[i - 1, k] + leg[i, k + 1] - leg[i - 1, i] - leg[k, k + 1] + inner
    return np.where((i > 0) & (k > i), change, np.inf)[None]


def _shifts(leg: Floats, along: tuple[Floats, Floats]) -> Floats:
    """Return the change of cost when each string of stops from i on moves behind place k.

    Of shape (strings, stops + 1, stops + 1).
    """
    size = len(leg) - 1
    length, turned = _LENGTHS, _TURNED
    i, k = np.arange(size)[:, None], np.arange(size)
    last = np.minimum(i + length - 1, size - 1)
    forth, back = along
    head, tail = np.where(turned, last, i), np.where(turned, i, last)
    inner = np.where(turned, (back[last] - back[i]) - (forth[last] - forth[i]), 0.0)
    closed = leg[i - 1, last + 1] - leg[i - 1, i] - leg[last, last + 1]
    change = closed + inner + leg[k, head] + leg[tail, k + 1] - leg[k, k + 1]
    return np.where((i > 0) & (i + length <= size) & ((k < i - 1) | (k > last)), change, np.inf)


def _along(leg: Floats) -> tuple[Floats, Floats]:
    """Return the cost from the start to each place along the tour, and that of the same way in reverse."""
    at = np.arange(len(leg) - 1)
    return tuple(np.concatenate(([0.0], np.cumsum(part))) for part in (leg[at, at + 1], leg[at + 1, at]))  # type: ignore[return-value]


def _turned(stops: list[int], i: int, k: int) -> list[int]:
    return [*stops[: i - 1], *stops[i - 1 : k][::-1], *stops[k:]]


def _shifted(stops: list[int], i: int, k: int, length: int, turned: bool) -> list[int]:
    string, others = stops[i - 1 : i - 1 + length], [*stops[: i - 1], *stops[i - 1 + length :]]
    at = k if k < i else k - length
    return [*others[:at], *(string[::-1] if turned else string), *others[at:]]
