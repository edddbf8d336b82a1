"""Days of a retailer with everything that binds routes, small days with a proof, and what dispatchers would do."""

from __future__ import annotations

import os
import time
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
from ortools.constraint_solver import pywrapcp
from shelfwise_router_ortools.guided.model import model_of
from shelfwise_router_ortools.guided.nodes import Nodes
from shelfwise_router_ortools.guided.search import RELOADS, search_parameters
from shelfwise_router_pyvrp import PyVRPRouter
from shelfwise_router_pyvrp.refining import prepare

from shelfwise.baselines.router import BaselineRouter
from shelfwise.routing import check_routes
from shelfwise.routing.draft import Draft
from shelfwise.routing.planning import write_plan
from shelfwise.routing.problem import Problem
from shelfwise.types import Deadline
from tests.benchmarks.retail_routes import retail_day
from tests.benchmarks.router_contestants import ENDLESS

__all__ = ["dispatch", "retail", "small"]

_SIZES = 50, 100, 200, 500, 1000
_DAYS = 3
_FIRST_SECONDS = 1.0


class OrToolsOnItsOwn:
    """OR-Tools for the whole model: registered matrices, parallel cheapest insertion, guided local search."""

    def route(self, request, state, deliveries, deadline):
        """Plan until the deadline, nothing but rounding mended."""
        problem = Problem.of(request, state, deliveries)
        empty = Draft(problem, request)
        nodes = Nodes.of(empty, RELOADS)
        routing = model_of(empty, nodes)
        parameters = search_parameters(ENDLESS, Deadline())
        routing.AddSearchMonitor(routing.solver().CustomLimit(lambda: deadline.expired))
        parameters.time_limit.FromSeconds(3600)
        found = routing.SolveWithParameters(parameters)
        draft = Draft(problem, request)
        if isinstance(found, pywrapcp.Assignment):
            draft.take(nodes.routes(routing, found))
            draft.insert_all(Deadline())
        return write_plan(draft, request, deadline, solver="ortools", in_time=False)


class NearestNeighbour:
    """A dispatcher who sends each vehicle to the nearest delivery that it still can make."""

    def route(self, request, state, deliveries, deadline):
        """Plan vehicle after vehicle."""
        problem = Problem.of(request, state, deliveries)
        draft = Draft(problem, request)
        for vehicle in range(len(draft.vehicles)):
            trip, cost, place = [], 0.0, int(problem.types.depot[draft.kind[vehicle]])
            while True:
                for row in np.argsort(problem.distance[place, : len(problem)], kind="stable").tolist():
                    if row not in draft.where and row not in trip:
                        longer = draft.price(vehicle, [[*trip, row]])
                        if longer < np.inf:
                            trip, cost, place = [*trip, row], longer, row
                            break
                else:
                    break
            draft.put(vehicle, [trip], cost)
        return write_plan(draft, request, deadline, solver="nearest neighbour", in_time=True)


CONTESTANTS = {
    "pyvrp plugin": PyVRPRouter(iterations=ENDLESS, rounds=ENDLESS, workers=1),
    "PyVRP, mended": PyVRPRouter(iterations=ENDLESS, rounds=0, workers=1),
    "OR-Tools": OrToolsOnItsOwn(),
    "baseline": BaselineRouter(rounds_per_delivery=ENDLESS, most_rounds=ENDLESS),
}


def retail(budgets, *, days=_DAYS, only=None):
    """Print what days cost, with what is left out at its price, and how soon the first plan without a gap is there."""
    prepare()
    names = [name for name in CONTESTANTS if not only or name in only]
    for seconds in budgets:
        load = "/".join(f"{value:.1f}" for value in os.getloadavg())
        print(f"retail days, {seconds:g} CPU s each, load {load}; (n): must-make deliveries left out")
        print(f"{'deliveries, day':>16}" + "".join(f"{name:>18}" for name in names) + f"{'to OR-Tools':>14}")
        for size in _SIZES:
            savings = []
            for number in range(days):
                day = retail_day(size, 100 + number)
                row = {name: _cost(CONTESTANTS[name], day, seconds) for name in names}
                cells = "".join(f"{_cell(*row[name]):>18}" for name in names)
                best, other = row.get("pyvrp plugin"), row.get("OR-Tools")
                told = ""
                if best and other and not best[1] and not best[2]:
                    savings.append(np.inf if other[1] or other[2] else 100.0 * (1.0 - best[0] / other[0]))
                    told = f"{savings[-1]:.1f} %"
                print(f"{f'{size}, {number}':>16}{cells}{told:>14}", flush=True)
            if savings:
                print(f"{'mean of finite':>16}{np.mean([s for s in savings if s < np.inf] or [np.nan]):13.1f} %")
    _first()


def _first():
    """Print how long the first plan takes that leaves out nothing that must be made."""
    for size in (200, 500, 1000):
        for limit in (0.1, 0.2, 0.5, 1.0, 2.0, 4.0):
            day = retail_day(size, 100)
            started = time.process_time()
            _, missing, wrong = _cost(CONTESTANTS["pyvrp plugin"], day, limit)
            if not missing and not wrong:
                print(f"{size} deliveries: the first feasible plan within {time.process_time() - started:.2f} CPU s")
                break


def small(sizes=(6, 8, 10, 12), days=10):
    """Print how many small days are proven, in which time, and the gap of the others."""
    prepare()
    router = PyVRPRouter()
    print(f"{'deliveries':>10}{'proven':>8}{'median s':>10}{'longest s':>10}")
    for size in sizes:
        proven, took = 0, []
        for number in range(days):
            day = retail_day(size, 100 + number, lateness=bool(number % 2))
            started = time.perf_counter()
            plan = router.route(day.request, day.state, day.deliveries, Deadline.after(60.0))
            took.append(time.perf_counter() - started)
            proven += plan.lower_bound is not None
            assert not check_routes(day.request, day.state, day.deliveries, plan)
        print(f"{size:10}{f'{proven} of {days}':>8}{np.median(took):10.2f}{max(took):10.2f}", flush=True)


def dispatch():
    """Print the cost of a delivery made: a nearest-neighbour dispatcher, savings with search, and the plugin."""
    prepare()
    contestants = {
        "nearest neighbour": NearestNeighbour(),
        "baseline": BaselineRouter(),
        "pyvrp plugin, 10 s": CONTESTANTS["pyvrp plugin"],
    }
    print(f"{'deliveries':>10}" + "".join(f"{name:>22}" for name in contestants))
    for size in (50, 200, 500):
        cells = []
        for contestant in contestants.values():
            costs = []
            for number in range(_DAYS):
                day = retail_day(size, 100 + number)
                plan = _planned(contestant, day, 10.0)
                costs.append(plan.cost / sum(len(route.delivery_ids) for route in plan.routes))
            cells.append(f"{np.mean(costs):22.2f}")
        print(f"{size:10}" + "".join(cells), flush=True)


def _cell(cost, missing, wrong):
    return "wrong" if wrong else f"{cost:.0f}" + (f" ({missing})" if missing else "")


def _cost(contestant, day, seconds):
    """Return the cost with that of what is left out, the must-make deliveries that are, and whether it is wrong."""
    plan = _planned(contestant, day, seconds)
    prices = {delivery.delivery_id: delivery.skip_cost for delivery in day.deliveries}
    left = [prices[skip.delivery_id] for skip in plan.skipped]
    wrong = bool(check_routes(day.request, day.state, day.deliveries, plan))
    return plan.cost + sum(price or 0.0 for price in left), sum(price is None for price in left), wrong


def _planned(contestant, day, seconds):
    with patch("shelfwise.types.deadline.time", SimpleNamespace(monotonic=time.process_time)):
        return contestant.route(
            request=day.request, state=day.state, deliveries=day.deliveries, deadline=Deadline.after(seconds)
        )
