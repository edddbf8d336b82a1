"""The cheapest plan of a few deliveries, and the proof that there is none cheaper."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from shelfwise.routing.draft import Draft
from shelfwise.routing.pricing import Trips, price
from shelfwise.routing.problem import Floats
from shelfwise.types import Deadline
from shelfwise_router_ortools.exact.choice import Choice, Column, cheapest
from shelfwise_router_ortools.exact.crew import Crew, crews_of
from shelfwise_router_ortools.exact.enumeration import Quest, TooMany
from shelfwise_router_ortools.exact.worth import Worth, worth_of

__all__ = ["Proof", "prove"]

_FIRST_GAP = 0.02
"""How far above the bound the optimum is sought at first, as a share of the bound; then twice as far."""
_WIDER = 2.0
_ROUNDING = 1e-5
"""Currency that rounding may amount to."""

Routes = dict[tuple[int, int], tuple[float, Trips]]
"""Routes by crew and set: what each costs, and its trips."""


@attrs.frozen
class Proof:
    """What no plan can cost less than, in currency, and whether the draft is the cheapest that can be written down.

    The bound counts what is left out at :attr:`~shelfwise.routing.problem.Problem.skip_cost`. It may be below the cost
    of the cheapest plan where breaks or lateness leave a choice that the timetable of a route does not make.
    """

    bound: float
    complete: bool


def prove(draft: Draft, deadline: Deadline, seed: int) -> Proof:
    """Make a draft the cheapest there is, if time allows, and return what is proven.

    Routes are enumerated whose cost exceeds the worth of their deliveries by no more than a gap, which grows until the
    cheapest choice of them lies within it, or what the draft costs does: no other routes can then be part of a cheaper
    plan (Baldacci, Christofides & Mingozzi 2008). Routes are optimistically priced; of those that are chosen each is
    priced as it must be driven, until all that are chosen are.
    """
    free = draft.problem.allowed.any(axis=1)
    rows = [row for row in np.flatnonzero(free).tolist() if row not in draft.unkept]
    beyond = float(draft.problem.skip_cost[[r for r in range(len(draft.problem)) if r not in set(rows)]].sum())
    crews = crews_of(draft, rows)
    if not rows:
        return Proof(draft.total, complete=True)
    attempt = _Attempt(draft, crews, beyond, draft.problem.skip_cost[rows], deadline, seed)
    complete = attempt.run()
    return Proof(min(attempt.bound + beyond, draft.total), complete)


class _Attempt:
    def __init__(
        self, draft: Draft, crews: Sequence[Crew], beyond: float, skip_cost: Floats, deadline: Deadline, seed: int
    ) -> None:
        self.draft, self.crews, self.beyond, self.skip_cost = draft, crews, beyond, skip_cost
        self.deadline, self.seed = deadline, seed
        self.worth: Worth = worth_of(crews, skip_cost)
        self.ahead = [crew.most_saved(self.worth.delivery) for crew in crews]
        self.bound = self.worth.bound
        self.known: Routes = {}
        """Routes of crews and sets that are priced as they are driven, inf where there is none."""

    def run(self) -> bool:
        """Widen the gap until nothing cheaper can be beyond it; tell whether that came about in time."""
        gap = max(_FIRST_GAP * abs(self.worth.bound), 1.0)
        while True:
            above = self.total - self.worth.bound
            gap = min(gap, max(above, 0.0) + _ROUNDING)
            try:
                found = self._routes(gap)
                optimistic = self._choose(found)
                self.bound = max(self.bound, min(optimistic.bound, self.worth.bound + gap))
                if optimistic.bound <= self.worth.bound + gap:
                    self._settle(found, optimistic)
            except TooMany:
                return False
            if self.total - self.worth.bound <= gap + _ROUNDING:
                return True
            # What has been chosen costs more than the optimum, which needs no gap wider than that.
            enough = optimistic.bound - self.worth.bound + _ROUNDING
            gap = min(_WIDER * gap, enough) if enough > gap else _WIDER * gap

    def _routes(self, gap: float) -> Routes:
        found: Routes = {}
        for number, crew in enumerate(self.crews):
            quest = Quest(
                crew=crew,
                worth=self.worth.delivery,
                ahead=self.ahead[number],
                within=(1 << len(crew.rows)) - 1,
                used=self.worth.vehicle[number],
                gap=gap,
                deadline=self.deadline,
            )
            for route in quest.routes(all_orders=False):
                key = number, route.set
                if key not in found or route.cost < found[key][0]:
                    found[key] = route.cost, route.trips
        return found

    def _choose(self, routes: Routes) -> Choice:
        columns = [Column(*key, cost) for key, (cost, _) in routes.items() if cost < np.inf]
        choice = cheapest(self.crews, columns, self.skip_cost, self.deadline, self.seed)
        if choice is None:
            if self.deadline.expired:
                raise TooMany
            return Choice([], np.inf)
        return choice

    def _settle(self, found: Routes, choice: Choice) -> None:
        """Price what is chosen as it is driven, until all of it is, and let the draft be that if it is cheaper."""
        while unpriced := [c for c in choice.columns if self.known.get((c.crew, c.set), (None,))[0] != c.cost]:
            for key in [(c.crew, c.set) for c in unpriced if (c.crew, c.set) not in self.known]:
                self.known[key] = self._driven(*key, *found[key])
            choice = self._choose({key: self.known.get(key, route) for key, route in found.items()})
        made = {number for c in choice.columns for number in range(len(self.skip_cost)) if c.set >> number & 1}
        skipped = [number for number in range(len(self.skip_cost)) if number not in made]
        total = sum(c.cost for c in choice.columns) + float(self.skip_cost[skipped].sum())
        if choice.bound < np.inf and total < self.total - _ROUNDING:
            self._adopt(choice)

    @property
    def total(self) -> float:
        """What the draft costs without the deliveries that nobody can make."""
        return self.draft.total - self.beyond

    def _driven(self, number: int, chosen: int, least: float, trips: Trips) -> tuple[float, Trips]:
        """Return the cost of the cheapest order of a set of deliveries as it is driven, and that order."""
        crew = self.crews[number]
        best = self._priced(crew, trips)
        if best[0] <= least + _ROUNDING:
            return best
        quest = Quest(
            crew=crew,
            worth=np.zeros(len(crew.rows)),
            ahead=crew.to_go,
            within=chosen,
            used=0.0,
            gap=best[0],
            deadline=self.deadline,
        )
        orders = sorted((r for r in quest.routes(all_orders=True) if r.set == chosen), key=lambda route: route.cost)
        for route in orders:
            if route.cost >= best[0]:
                break
            best = min(best, self._priced(crew, route.trips), key=lambda one: one[0])
        return best

    def _priced(self, crew: Crew, trips: Trips) -> tuple[float, Trips]:
        rows = [[int(crew.rows[number]) for number in trip] for trip in trips]
        return price(crew.problem, crew.kind, rows), rows

    def _adopt(self, choice: Choice) -> None:
        # Rows that move are first taken from where they are.
        for vehicle in range(len(self.draft.vehicles)):
            self.draft.put(vehicle, [], 0.0)
        for number, crew in enumerate(self.crews):
            routes = [self.known[number, c.set] for c in choice.columns if c.crew == number]
            for vehicle, (cost, trips) in zip(crew.vehicles, routes, strict=False):
                self.draft.put(vehicle, trips, cost)
