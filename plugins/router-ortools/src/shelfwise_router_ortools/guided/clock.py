"""Time in the routing library: windows, shifts, lateness and breaks, in tenths of a second."""

from __future__ import annotations

import numpy as np
from ortools.constraint_solver import pywrapcp

from shelfwise.routing.construction import with_releases_as_windows
from shelfwise.routing.draft import Draft
from shelfwise.routing.problem import Floats
from shelfwise.routing.timing import ANY_TIME
from shelfwise_router_ortools.guided.nodes import FAR, Nodes, priced, registered, whole

__all__ = ["Clock"]

_STEPS = 600.0
"""Steps in a minute."""


class Clock:
    """Time in steps since the first moment that a vehicle may leave."""

    def __init__(self, routing: pywrapcp.RoutingModel, draft: Draft, nodes: Nodes) -> None:
        self.routing, self.draft, self.nodes, problem = routing, draft, nodes, draft.problem
        self.origin = float(problem.types.opens.min())
        bounds = np.concatenate([problem.opens, problem.closes, problem.types.closes])
        latest = float(np.max(bounds, where=np.abs(bounds) < ANY_TIME, initial=self.origin))
        known = problem.minutes[problem.minutes < FAR]
        work = float(problem.service.sum()) + 2.0 * float(problem.types.pace.max()) * float(known.max(initial=0.0)) * (
            len(problem) + 1
        )
        self.horizon = int(_STEPS * (latest - self.origin + work))

    def start(self) -> None:
        """Add windows, shifts, lateness and breaks, and charge each minute."""
        routing, draft, types = self.routing, self.draft, self.draft.problem.types
        transits = self._transits()
        vehicles = range(len(draft.kind))
        routing.AddDimensionWithVehicleTransitAndCapacity(
            [transits[vehicle] for vehicle in vehicles],
            self.horizon,
            [self.horizon for _ in vehicles],
            False,
            "time",
        )
        time = routing.GetDimensionOrDie("time")
        for vehicle, kind in enumerate(draft.kind):
            opens, closes = self._moments(float(types.opens[kind]), float(types.closes[kind]))
            time.CumulVar(routing.Start(vehicle)).SetRange(opens, closes)
            time.CumulVar(routing.End(vehicle)).SetRange(opens, closes)
            if types.most_minutes[kind] < np.inf:
                time.SetSpanUpperBoundForVehicle(int(np.ceil(_STEPS * types.most_minutes[kind])), vehicle)
            price = priced(float(types.cost_per_minute[kind]) / _STEPS)
            if price:
                time.SetSpanCostCoefficientForVehicle(price, vehicle)
        self._windows(time)
        self._breaks(time)

    def _transits(self) -> list[int]:
        """Return the table of service and travel for each vehicle."""
        problem, types, nodes = self.draft.problem, self.draft.problem.types, self.nodes
        minutes = nodes.table(problem.minutes)
        service = self._service()[:, None]
        # What is too far takes longer than there is.
        tables = {
            pace: registered(
                self.routing,
                np.where(minutes < FAR, _STEPS * (service + pace * minutes), self.horizon + 1),
            )
            for pace in np.unique(types.pace[self.draft.kind]).tolist()
        }
        return [tables[float(types.pace[kind])] for kind in self.draft.kind]

    def _service(self) -> Floats:
        """Return the minutes that are spent at each node."""
        service = np.zeros(len(self.nodes.places))
        service[: len(self.nodes.rows)] = self.draft.problem.service[self.nodes.rows]
        for vehicle, reloads in zip(self.draft.vehicles, self.nodes.reloads, strict=True):
            service[reloads] = vehicle.reload_minutes
        return service

    def _moments(self, opens: float, closes: float) -> tuple[int, int]:
        first = np.clip(np.floor(_STEPS * (opens - self.origin)), 0, self.horizon)
        last = np.clip(np.ceil(_STEPS * (closes - self.origin)), first, self.horizon)
        return int(first), int(last)

    def _windows(self, time: pywrapcp.RoutingDimension) -> None:
        """Bound when visits begin. Of releases the library knows no more than when the nearest vehicle can be there."""
        problem = self.draft.problem
        earliest = with_releases_as_windows(problem).opens
        for node, row in enumerate(self.nodes.rows.tolist()):
            visit, index = problem.appointments[row], self.nodes.index(node)
            opens, closes = self._moments(float(earliest[row]), visit.closes)
            if visit.late_rate < np.inf:
                time.CumulVar(index).SetMin(opens)
                time.SetCumulVarSoftUpperBound(index, closes, priced(visit.late_rate / _STEPS))
            else:
                time.CumulVar(index).SetRange(opens, closes)

    def _breaks(self, time: pywrapcp.RoutingDimension) -> None:
        solver = self.routing.solver()
        service = whole(_STEPS * self._service())
        at_index = [0] * self.routing.Size()
        for node in [*range(len(self.nodes.rows)), *(node for own in self.nodes.reloads for node in own)]:
            at_index[self.nodes.index(node)] = int(service[node])
        for vehicle, kind in enumerate(self.draft.kind):
            rests = [
                solver.FixedDurationIntervalVar(
                    *self._moments(rest.earliest, rest.latest),
                    int(_STEPS * rest.minutes),
                    False,
                    f"rest {number} of {vehicle}",
                )
                for number, rest in enumerate(self.draft.problem.types.shifts[kind].pauses)
            ]
            if rests:
                time.SetBreakIntervalsOfVehicle(rests, vehicle, at_index)
            leaves = time.CumulVar(self.routing.Start(vehicle))
            for rest in rests:
                # The library lets a break lie before the departure; it is due unless the vehicle leaves after all.
                under_way = solver.IsLessOrEqualVar(leaves, rest.StartExpr())
                solver.Add(solver.Sum([under_way, solver.IsGreaterOrEqualCstVar(leaves, rest.StartMax())]) >= 1)
