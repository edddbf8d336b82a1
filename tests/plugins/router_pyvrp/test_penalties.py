"""What going beyond limits costs follows what it leads to, and in proportion to whole routes."""

import pytest
from pyvrp import Client, Depot, Location, ProblemData, Solution, VehicleType
from shelfwise_router_pyvrp.penalties import Feedback, proportional, spent


def day(fixed_cost=0):
    """Return two stops of two units and vehicles for three, each half an hour and 10 km from the depot."""
    return ProblemData(
        locations=[Location(0, 0)] * 3,
        clients=[Client(1, delivery=[2]), Client(2, delivery=[2])],
        depots=[Depot(0)],
        vehicle_types=[VehicleType(2, capacity=[3], fixed_cost=fixed_cost)],
        distance_matrices=[[[0, 10, 10], [10, 0, 10], [10, 10, 0]]],
        duration_matrices=[[[0, 30, 30], [30, 0, 30], [30, 30, 0]]],
    )


def changes(feedback, solution, times):
    """Return after how many of ``times`` equal solutions the penalties changed."""
    found, before = [], feedback.evaluator().load_penalty(1, 0, 0)
    for number in range(1, times + 1):
        feedback.register(solution)
        now = feedback.evaluator().load_penalty(1, 0, 0)
        if now != before:
            found.append(number)
        before = now
    return found


def test_what_goes_beyond_a_limit_becomes_dear_and_what_does_not_cheap():
    """Both stops in one vehicle are too much for it."""
    data, feedback = day(), Feedback(([1000.0], 1000.0, 1000.0))

    for _ in range(100):
        feedback.register(Solution(data, [[0, 1]]))

    assert feedback.evaluator().load_penalty(1, 0, 0) > 1000
    assert feedback.evaluator().tw_penalty(1) < 1000


def test_penalties_change_after_more_and_more_solutions():
    """At first after each hundred, later after a fiftieth of all before."""
    after = changes(Feedback(([1e11], 1.0, 1.0)), Solution(day(), [[0], [1]]), 10_000)

    assert after[:3] == [100, 200, 300]
    assert after[-1] - after[-2] == int(0.02 * after[-2]) > 100


@pytest.mark.parametrize("fixed_cost", [0, 500])
def test_vehicles_count_in_what_routes_cost(fixed_cost):
    """Two routes of 20 km each; limits are in proportion to all that they cost."""
    data = day(fixed_cost)
    solution = Solution(data, [[0], [1]])

    of_loads, of_time, of_distance = proportional(solution, data.clients())

    assert spent(solution) == 40 + 2 * fixed_cost
    assert of_loads == [50.0 * spent(solution) / 4]
    assert of_time == 50.0 * spent(solution) / 120
    assert of_distance == 50.0 * spent(solution) / 40
