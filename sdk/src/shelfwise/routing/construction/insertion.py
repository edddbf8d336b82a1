"""Where a delivery fits in, and what that adds to the cost: all gaps of all routes priced at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.routing.construction.solution import Solution
from shelfwise.routing.problem import Floats, Ints
from shelfwise.routing.timing import ANY_TIME, Segment, join, join_duration

__all__ = ["best_insertion", "insertions"]


def best_insertion(solution: Solution, delivery: int, hidden: NDArray[np.bool_] | None = None) -> tuple[float, int]:
    """Return the least that serving a delivery adds to the cost, and the slot for :meth:`Solution.insert`.

    ``hidden`` of shape (slots,) marks gaps to overlook. Where it fits nowhere the cost is infinite.
    """
    slots, costs = insertions(solution, delivery, hidden)
    added, kind = next((new for new in solution.problem.new_routes[delivery] if solution.left[new[1]] > 0), (np.inf, 0))
    if len(slots):
        at = int(costs.argmin())
        if costs[at] <= added:
            return float(costs[at]), int(slots[at])
    return added, -1 - kind


def insertions(solution: Solution, delivery: int, hidden: NDArray[np.bool_] | None = None) -> tuple[Ints, Floats]:
    """Return the slots that have room for a delivery and what each adds to the cost (inf where time forbids)."""
    problem, types = solution.problem, solution.problem.types
    fits = solution.fits(delivery)
    if len(types) > 1:
        fits[:-1] &= problem.allowed[delivery].take(solution.kind[:-1])
    open_to = fits.take(solution.route)
    if hidden is not None:
        open_to &= ~hidden
    slots = open_to.nonzero()[0]
    place, after = solution.place.take(slots), solution.after.take(slots)
    km_in, km_out = problem.distance_to[delivery].take(place), problem.distance[delivery].take(after)
    km = km_in + km_out - solution.leg.take(slots)
    if len(types) == 1 and not problem.timed:
        return slots, km * types.cost_per_km[0]
    routes = solution.route.take(slots)
    kinds = solution.kind.take(routes)
    costs = km * types.cost_per_km.take(kinds)
    if not problem.timed:
        return slots, costs
    pace = types.pace.take(kinds)
    if problem.minutes is problem.distance:
        there, onward = pace * km_in, pace * km_out
    else:
        there, onward = pace * problem.minutes_to[delivery].take(place), pace * problem.minutes[delivery].take(after)
    gap = solution.times.take(slots, axis=1)
    through = join(Segment(*gap[:3]), problem.visits[delivery], there)
    duration = join_duration(through, Segment(*gap[3:]), onward)
    longer = types.cost_per_minute.take(kinds) * np.minimum(duration - solution.duration.take(routes), ANY_TIME)
    return slots, np.where(np.isfinite(duration), costs + longer, np.inf)
