"""Instances of vehicle routing are read as published: their best solutions cost what they are said to cost."""

import json
from pathlib import Path

import numpy as np
import pytest
from routing_world import clock
from shared_data import shared_data

from shelfwise.errors import DataError
from shelfwise.evaluation.instances import EPOCH, Rounding, at, read_instance, rounded
from shelfwise.evaluation.instances_vrplib import read_solution
from shelfwise.routing import Travel, check_routes, schedule
from shelfwise.types import RoutePlan

CVRP = """NAME : tiny
TYPE : CVRP
DIMENSION : 4
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 5
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 8
4 0 1.5
DEMAND_SECTION
1 0
2 2
3 3
4 4
DEPOT_SECTION
1
-1
EOF
"""


def published(name):
    """Return an instance, the plan of its published solution, and the cost stated."""
    path = shared_data("routing", *name.split("/"))
    instance = read_instance(path)
    routes, cost = read_solution(path.with_suffix(".sol"))
    vehicles = {vehicle.vehicle_id: vehicle for vehicle in instance.request.vehicles}
    deliveries = {delivery.delivery_id: delivery for delivery in instance.deliveries}
    travel = Travel.of(instance.request, instance.state, instance.deliveries)
    planned = [
        schedule(travel, instance.state, vehicles[name], *([deliveries[stop] for stop in trip] for trip in trips))
        for name, trips in routes.items()
    ]
    return instance, RoutePlan(routes=planned), cost


def files(folder, pattern):
    """Return the names of the files of a folder of instances, none where it is absent."""
    root = Path(__file__).resolve().parents[4] / "shared" / "data" / "routing" / folder
    return [f"{folder}/{path.name}" for path in sorted(root.glob(pattern))] or [f"{folder}/absent"]


@pytest.mark.parametrize("name", files("cvrp_x", "*.vrp")[::7])
def test_the_best_solutions_of_the_x_set_cost_what_is_stated(name):
    """Reader, checker and rounding together give the stated cost to the unit, and find the solution feasible."""
    instance, plan, stated = published(name)

    assert check_routes(instance.request, instance.state, instance.deliveries, plan) == ()
    assert plan.cost == stated == instance.best_known


@pytest.mark.parametrize("name", files("cvrp_x", "*.vrp"))
def test_every_best_known_cost_of_the_x_set_is_the_one_stated(name):
    """The best-known cost is that of the routes in the file, and equals the one written there."""
    path = shared_data("routing", *name.split("/"))

    assert read_instance(path).best_known == read_solution(path.with_suffix(".sol"))[1]


@pytest.mark.parametrize("name", files("hfvrp", "*.vrp")[:6])
def test_the_best_solutions_of_mixed_fleets_cost_what_is_stated(name):
    """Fixed and distance costs per vehicle give the stated cost, which is in hundredths or in thousands there."""
    instance, plan, stated = published(name)

    assert check_routes(instance.request, instance.state, instance.deliveries, plan) == ()
    scale = 10.0 ** round(np.log10(plan.cost / stated))
    assert scale in (100.0, 0.001)
    assert plan.cost == pytest.approx(stated * scale, rel=1e-6)
    assert instance.best_known == pytest.approx(plan.cost)


def test_a_solomon_instance_has_its_windows_its_fleet_and_its_best_known_cost():
    """C101 by the DIMACS rule: 25 vehicles of 200, windows and service as in the file, 827.3 at best."""
    instance = read_instance(shared_data("routing", "solomon", "c101.txt"))
    first = instance.deliveries[0]

    assert (instance.name, instance.rounding, instance.best_known) == ("C101", Rounding.DIMACS, 827.3)
    assert len(instance.request.vehicles) == 25
    assert instance.request.vehicles[0].capacity == 200.0
    assert (first.delivery_id, first.quantity, first.service_minutes) == ("1", 10.0, 90.0)
    assert (first.window_start, first.window_end) == (at(912), at(967))
    assert instance.request.vehicles[0].shift_end == at(1236)
    assert instance.request.travel.distance_km[0, 1] == 18.6


def test_the_best_solution_of_c101_is_feasible_and_costs_the_best_known():
    """The ten clusters of C101, each visited by the time of its windows, cost 827.3."""
    instance = read_instance(shared_data("routing", "solomon", "c101.txt"))
    tours = (
        "5 3 7 8 10 11 9 6 4 2 1 75 / 13 17 18 19 15 16 14 12 / 20 24 25 27 29 30 28 26 23 22 21 / 32 33 31 35 37 38"
        " 39 36 34 / 43 42 41 40 44 46 45 48 51 50 52 49 47 / 57 55 54 53 56 58 60 59 / 67 65 63 62 74 72 61 64 68 66"
        " 69 / 81 78 76 71 70 73 77 79 80 / 90 87 86 83 82 84 85 88 89 91 / 98 96 95 94 92 93 97 100 99"
    )
    stops = {delivery.delivery_id: delivery for delivery in instance.deliveries}
    travel = Travel.of(instance.request, instance.state, instance.deliveries)

    routes = [
        schedule(travel, instance.state, vehicle, [stops[stop] for stop in tour.split()])
        for vehicle, tour in zip(instance.request.vehicles, tours.split("/"), strict=False)
    ]

    assert check_routes(instance.request, instance.state, instance.deliveries, RoutePlan(routes=routes)) == ()
    assert RoutePlan(routes=routes).cost == pytest.approx(827.3)


def test_best_known_costs_by_the_dimacs_rule_are_not_given_for_others(tmp_path):
    """Under another rounding nobody knows the best cost."""
    path = shared_data("routing", "solomon", "r101.txt")

    assert read_instance(path, Rounding.EXACT).best_known is None
    alone = tmp_path / "r101.txt"
    alone.write_text(path.read_text())
    assert read_instance(alone).best_known is None
    (tmp_path / "best_known_dimacs.json").write_text(json.dumps({"R101": {"best_known": 1637.7}}))
    assert read_instance(alone).best_known == 1637.7


def test_a_small_cvrp_by_hand(tmp_path):
    """Ids, demands, distances, depot and a fleet that is large enough come out of the text."""
    path = tmp_path / "tiny.vrp"
    path.write_text(CVRP)

    instance = read_instance(path)

    assert [d.delivery_id for d in instance.deliveries] == ["2", "3", "4"]
    assert [d.quantity for d in instance.deliveries] == [2.0, 3.0, 4.0]
    assert instance.request.travel.place_ids == ("depot-1", "2", "3", "4")
    assert instance.request.travel.distance_km[0].tolist() == [0.0, 5.0, 10.0, 2.0]
    assert len(instance.request.vehicles) == 3
    assert {(v.capacity, v.cost_per_km, v.fixed_cost) for v in instance.request.vehicles} == {(5.0, 1.0, 0.0)}
    assert (instance.best_known, instance.state.as_of) == (None, EPOCH)


@pytest.mark.parametrize(
    ("rounding", "distances"),
    [
        (Rounding.ROUND, [1.0, 2.0, 7.0]),
        (Rounding.DIMACS, [1.4, 1.5, 7.0]),
        (Rounding.EXACT, [1.49, 1.5, 7.0]),
    ],
)
def test_the_rounding_rules(rounding, distances):
    """Half goes up, tenths are cut, or nothing happens."""
    assert rounded([1.49, 1.5, 7.0], rounding).tolist() == distances


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("CAPACITY : 5", "CAPACITY : 5\nBACKHAUL_SECTION"), "BACKHAUL_SECTION is not"),
        (("EOF", "VEHICLES_RELOAD_DEPOT_SECTION\n1 2\n2 1\n3 1\n4 1\nEOF"), "vehicle 1 reloads elsewhere"),
        (("EUC_2D", "EXPLICIT"), "EDGE_WEIGHT_TYPE is not EUC_2D"),
        (("CAPACITY : 5\n", ""), "CAPACITY is missing"),
        (("CAPACITY : 5", "CAPACITY : five"), "CAPACITY is 'five', not a number"),
        (("2 3 4", "2 3"), "2 numbers do not make a row of NODE_COORD_SECTION"),
        (("2 3 4", "2 3 x"), "is not a row of numbers"),
        (("DEMAND_SECTION\n1 0\n2 2\n3 3\n4 4\n", ""), "DEMAND_SECTION is missing"),
        (("3 3\n", ""), "DEMAND_SECTION has no row for 3"),
        (("NAME : tiny", "1 2 3"), "stands in no section"),
        (("1\n-1\n", "9\n-1\n"), "DEPOT_SECTION names no node"),
        (("EOF", "VEHICLES_DEPOT_SECTION\n1 3\n2 1\n3 1\n4 1\n"), "vehicle 1 stands at 3, which is no depot"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path, change, words):
    """The message names file, keyword, and what is wrong with it."""
    path = tmp_path / "broken.vrp"
    path.write_text(CVRP.replace(*change))

    with pytest.raises(DataError, match=words) as caught:
        read_instance(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("name", files("mdvrptw", "*.vrp"))
def test_the_best_solutions_with_several_depots_cost_what_is_stated(name):
    """Every vehicle stands at its own depot and is out no longer than it may; the cost is stated in thousandths."""
    instance, plan, cost = published(name)

    assert {vehicle.max_minutes for vehicle in instance.request.vehicles} <= {425.0, 450.0, 460.0}
    assert check_routes(instance.request, instance.state, instance.deliveries, plan) == ()
    assert 1000.0 * plan.cost == pytest.approx(cost, rel=1e-5)


def test_vehicles_that_may_reload_make_as_many_trips_as_they_like(tmp_path):
    """A vehicle with a depot to reload at has a trip for each delivery, the others have one."""
    path = tmp_path / "trips.vrp"
    path.write_text(CVRP.replace("EOF", "VEHICLES_RELOAD_DEPOT_SECTION\n1 1\n2 1\n3 1\n4 1\n5 1\nEOF"))

    assert {vehicle.max_trips for vehicle in read_instance(path).request.vehicles} == {3}


@pytest.mark.parametrize("name", files("multi_trip", "*.vrp"))
def test_the_best_solutions_with_several_trips_cost_what_is_stated(name):
    """Trips leave when all that they bring is released; distances are cut to a decimal, the cost is in tenths."""
    instance, plan, stated = published(name)

    assert check_routes(instance.request, instance.state, instance.deliveries, plan) == ()
    assert max(delivery.released_at for delivery in instance.deliveries) > EPOCH
    assert 10.0 * plan.cost == pytest.approx(stated, abs=1e-3)
    assert instance.best_known == pytest.approx(plan.cost)


@pytest.mark.parametrize(
    ("text", "words"),
    [("hello\n", "not a Solomon file"), ("X\nVEHICLE\nNUMBER CAPACITY\n5\n", "1 numbers do not make a row of VEHICLE")],
)
def test_a_text_that_is_no_solomon_file(tmp_path, text, words):
    """Another text is refused with what was expected."""
    path = tmp_path / "odd.txt"
    path.write_text(text)

    with pytest.raises(DataError, match=words):
        read_instance(path)


def test_an_unknown_kind_of_file(tmp_path):
    """Only .vrp and .txt are instances, and a missing file is said to be missing."""
    with pytest.raises(DataError, match=r"a \.vrp \(VRPLIB\) or a \.txt"):
        read_instance(tmp_path / "x.csv")
    with pytest.raises(DataError, match="No such file"):
        read_instance(tmp_path / "x.vrp")


def test_the_clock_of_an_instance_counts_minutes():
    """A unit of time is a minute after the epoch."""
    assert (at(90.0) - EPOCH).total_seconds() == 5400
    assert clock(1) > EPOCH
