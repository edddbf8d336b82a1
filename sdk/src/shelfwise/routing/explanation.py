"""Why a delivery is left out, in words that say what would let it in."""

from __future__ import annotations

import numpy as np

from shelfwise.routing.draft import Draft
from shelfwise.routing.pricing import fits
from shelfwise.routing.problem import Problem
from shelfwise.routing.timing import ANY_TIME, Segment, join
from shelfwise.types import SkippedDelivery, SkipReason

__all__ = ["explain", "explain_at_once"]

_NO_TIME = "No place was found for it in the time given; more time may find one."
_FULL = {
    SkipReason.CAPACITY: "Every vehicle that could bring it is full; one more vehicle would let it in.",
    SkipReason.STOPS: "Every vehicle that could bring it makes all the stops that it may; one more would let it in.",
}
_UNITS = ("units", "kg", "l")


def explain(draft: Draft, delivery: int, *, in_time: bool) -> SkippedDelivery:
    """Return why the delivery of a row is in no route of a draft: the first obstacle that stands in its way.

    ``in_time`` tells whether the search ended by itself; otherwise more time might have found a place.
    """
    never = _never(draft.problem, delivery) or _unkept(draft, delivery)
    reason, text = never or _crowded_out(draft, delivery, in_time=in_time)
    return SkippedDelivery(draft.problem.deliveries[delivery].delivery_id, reason, text)


def explain_at_once(draft: Draft, delivery: int) -> SkippedDelivery:
    """Return the same in next to no time: what could be made alone is left out for want of time."""
    never = None if draft.problem.allowed[delivery].any() else _never(draft.problem, delivery)
    reason, text = never or _unkept(draft, delivery) or (SkipReason.TIME_LIMIT, _NO_TIME)
    return SkippedDelivery(draft.problem.deliveries[delivery].delivery_id, reason, text)


def _unkept(draft: Draft, row: int) -> tuple[SkipReason, str] | None:
    """Return what keeps a delivery from the vehicle that it is pinned to; None where it is not, or is kept."""
    if row not in draft.unkept:
        return None
    delivery, vehicle = draft.problem.deliveries[row], draft.unkept[row]
    timed = delivery.window_start is not None or delivery.window_end is not None
    reason = SkipReason.WINDOW if timed else SkipReason.SHIFT
    if not draft.problem.allowed[row, draft.kind[vehicle]]:
        reason = SkipReason.NO_VEHICLE
    name = draft.vehicles[vehicle].vehicle_id
    return reason, f"It is pinned to {name}, which cannot make it in that order; without the pin another might."


def _never(problem: Problem, row: int) -> tuple[SkipReason, str] | None:
    """Return what keeps a delivery out of every route, however empty; None where nothing does."""
    delivery, types = problem.deliveries[row], problem.types
    at_home = np.array([not delivery.node_id or kind[0].node_id == delivery.node_id for kind in types.vehicles])
    if not at_home.any():
        where = f"at {delivery.node_id}" if delivery.node_id else "at any depot"
        return SkipReason.NO_VEHICLE, f"No vehicle stands {where}; one there would be needed."
    located = problem.travel.located
    depots = len(problem.travel.depots)
    if not located[depots + row]:
        need = "a row in the travel matrix" if problem.travel.matrix else "latitude and longitude"
        return SkipReason.LOCATION, f"Nobody knows where it is; {need} would let it be planned."
    kinds = np.flatnonzero(at_home)
    kinds = kinds[located[types.depot[kinds] - len(problem)]]
    if not len(kinds):
        return SkipReason.LOCATION, "Nobody knows where its depot is; coordinates of the depot would let it be planned."
    skilled = np.array([set(problem.deliveries[row].skills) <= set(types.vehicles[kind][0].skills) for kind in kinds])
    if not skilled.any():
        return SkipReason.SKILL, f"No vehicle has all of {', '.join(delivery.skills)}; one that has would let it in."
    return _never_for_room(problem, row, kinds[skilled])


def _never_for_room(problem: Problem, row: int, kinds: np.ndarray) -> tuple[SkipReason, str] | None:
    types, demand = problem.types, problem.demand[row]
    kinds = kinds[types.most_stops[kinds] >= 1.0]
    if not len(kinds):
        return SkipReason.STOPS, "No vehicle that could make it may stop; a max_stops of 1 or more would let it in."
    fits = (demand <= types.capacity[kinds] + 1e-9).all(axis=1)
    if not fits.any():
        largest = types.capacity[kinds[int(np.lexsort(types.capacity[kinds].T[::-1])[-1])]]
        over = int(np.argmax(demand - largest))
        text = f"It needs {demand[over]:g} {_UNITS[over]}, but the largest vehicle takes {largest[over]:g}; "
        return SkipReason.CAPACITY, text + "split it or send a larger vehicle."
    return _never_in_time(problem, row, kinds[fits])


def _never_in_time(problem: Problem, row: int, kinds: np.ndarray) -> tuple[SkipReason, str] | None:
    types = problem.types
    if np.isfinite(problem.alone[kinds, row]).any():
        return None
    if problem.opens[row] > problem.closes[row]:
        return SkipReason.WINDOW, "Its window closes before it opens; a later end or an earlier start would let it in."
    depot, end, pace = types.depot[kinds], types.end[kinds], types.pace[kinds]
    out, back = pace * problem.minutes[depot, row], pace * problem.minutes[row, end]
    leaves = np.maximum(types.opens[kinds], problem.released[row])
    yard = Segment(0.0, leaves, types.closes[kinds])
    if min(out.min(), back.min()) >= ANY_TIME:
        return SkipReason.LOCATION, "No journey to it is known; a finite distance and duration would let it be planned."
    far = problem.distance[depot, row] + problem.distance[row, end] - types.most_km[kinds]
    if far.min() > 0:
        return SkipReason.DISTANCE, (
            f"The way to it is {far.min():.1f} km longer than a vehicle may drive; a higher limit would let it in."
        )
    early = leaves + out
    late = early.min() - problem.closes[row]
    if late > 0:
        return SkipReason.WINDOW, (
            f"The first vehicle can be there {_span(late)} after its window ends; "
            "a later window, or an earlier shift or release, would let it in."
        )
    visit = Segment(problem.service[row], problem.opens[row], problem.closes[row])
    there = join(yard, visit, out)
    over = np.maximum(there.earliest + there.duration + back - types.closes[kinds], 0.0)
    over = np.maximum(over, there.duration + back - types.most_minutes[kinds])
    short = float(np.min(np.where(np.isfinite(there.duration), over, np.inf)))
    end = f" by {_span(short)}" if np.isfinite(short) else ""
    return SkipReason.SHIFT, (
        f"A vehicle that serves it returns after the end of its shift{end}; "
        "a longer shift, or an earlier window or release, would let it in."
    )


def _crowded_out(draft: Draft, row: int, *, in_time: bool) -> tuple[SkipReason, str]:
    """Return why a delivery that could be made alone has no place beside the others."""
    problem = draft.problem
    if problem.deliveries[row].skip_cost is not None:
        added, *_ = draft.best_insertion(row)
        if added >= problem.skip_cost[row] and np.isfinite(added):
            return SkipReason.COST, (
                f"Serving it would add {added:.2f} to the cost, and leaving it out costs {problem.skip_cost[row]:.2f}; "
                "a higher skip cost would let it in."
            )
    if (full := _full(draft, row)) is not None:
        return full, _FULL[full]
    if not in_time:
        return SkipReason.TIME_LIMIT, _NO_TIME
    if problem.opens[row] > -ANY_TIME or problem.closes[row] < ANY_TIME:
        return SkipReason.WINDOW, (
            "Every vehicle with room for it is elsewhere during its window; "
            "a wider window or one more vehicle would let it in."
        )
    return SkipReason.SHIFT, (
        "Every vehicle with room for it has its shift full; a longer shift or one more vehicle would let it in."
    )


def _full(draft: Draft, row: int) -> SkipReason | None:
    """Return what no vehicle that could make a delivery has left, stops or room; None where one has both."""
    problem, reason = draft.problem, SkipReason.STOPS
    for vehicle, trips in enumerate(draft.trips):
        kind = draft.kind[vehicle]
        if not problem.allowed[row, kind] or sum(map(len, trips)) >= problem.types.most_stops[kind]:
            continue
        if len(trips) < problem.types.most_trips[kind] or any(fits(problem, kind, [*trip, row]) for trip in trips):
            return None
        reason = SkipReason.CAPACITY
    return reason


def _span(minutes: float) -> str:
    return f"{minutes / 60.0:.1f} hours" if minutes >= 90.0 else f"{minutes:.0f} minutes"
