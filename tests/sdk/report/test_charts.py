"""Scales and plots: known answers and what must hold."""

import itertools
from datetime import UTC, datetime

import attrs
import numpy as np
import pytest

from shelfwise.report.charts import frame, round_steps, y_ticks
from shelfwise.report.names import Names
from shelfwise.report.route_plot import route_plot
from shelfwise.types import Decision, Delivery, Index, NodeKind, Nodes, Route, State, Stop, StopKind

AT = datetime(2024, 5, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("highest", "steps"),
    [
        (10, (0, 2.5, 5, 7.5, 10)),
        (9, (0, 2.5, 5, 7.5, 10)),
        (130, (0, 50, 100, 150)),
        (0.7, (0, 0.2, 0.4, 0.6, 0.8)),
        (0, (0, 1)),
    ],
)
def test_steps_are_round(highest, steps):
    """Steps are 1, 2, 2.5 or 5 times a power of ten and reach the highest value."""
    assert round_steps(highest) == pytest.approx(steps)


@pytest.mark.parametrize("highest", [1e-6, 0.3, 1, 7, 99.99, 12345, 8e9])
def test_steps_hold_the_highest_value(highest):
    """The last step is at least the highest value and the one before is below it."""
    steps = round_steps(highest)

    assert steps[-2] < highest <= steps[-1] * (1 + 1e-9)
    assert 3 <= len(steps) <= 7


def test_frame_turns_values_into_positions():
    """Zero is at the bottom, the top step at the top, and days stand in the middle of their strip."""
    scale, steps = frame(4, np.array([0.0, 100.0]))

    assert (scale.x(0), scale.x(3)) == (125.0, 875.0)
    assert (scale.y(0), scale.y(100)) == (1000.0, 0.0)
    assert [tick.text for tick in y_ticks(scale, steps)] == ["0", "25", "50", "75", "100"]


def make_routes():
    """Return a decision with one route to two places, and where they are."""
    deliveries = (
        Delivery("north", latitude=51.6, longitude=-0.1),
        Delivery("east", latitude=51.5, longitude=0.1),
        Delivery("nowhere"),
    )
    state = State(nodes=Nodes(Index(("depot",)), [NodeKind.WAREHOUSE], [51.5], [-0.1], [np.inf]), deliveries=deliveries)
    stops = (Stop("north", AT), Stop("east", AT), Stop("nowhere", AT))
    route = Route("van", "depot", AT, AT, stops)
    decision = Decision("d", "r", AT, "EUR", "m", routes=(route,))
    return decision, Names(state, decision, ())


def test_route_plot_keeps_directions_and_distances():
    """North is up, east is right, and a degree of longitude is shorter than one of latitude."""
    decision, names = make_routes()

    plot = route_plot(decision.routes, (), names)

    depot, (north, east) = plot.depots[0], plot.tracks[0].stops
    assert north.y < depot.y
    assert east.x > depot.x
    assert north.x == pytest.approx(depot.x)
    assert east.y == pytest.approx(depot.y)
    up, right = depot.y - north.y, east.x - depot.x
    assert right / up == pytest.approx(2 * np.cos(np.radians(51.55)), rel=1e-2)
    assert plot.unplaced == 1


def test_a_track_goes_by_the_depot_to_reload_and_ends_where_the_route_does():
    """A reload leads through the depot, a break through nowhere, and who ends anywhere does not come back."""
    decision, names = make_routes()
    north, east, _ = decision.routes[0].stops
    reload, pause = Stop("", AT, kind=StopKind.RELOAD), Stop("", AT, kind=StopKind.BREAK)
    stops = (north, reload, pause, attrs.evolve(east, kind=StopKind.PICKUP, late_minutes=7.0))
    ending = attrs.evolve(decision.routes[0], stops=stops)
    coming_back = attrs.evolve(ending, distance_km=9.0)

    (open_end,), (closed,) = (route_plot((route,), (), names).tracks for route in (ending, coming_back))

    places = open_end.path.removeprefix("M").split("L")
    assert places[0] == places[2]
    assert len(places) == 4
    assert closed.path == f"{open_end.path}L{places[0]}"
    assert [stop.kind for stop in open_end.stops] == ["", "pickup"]
    assert open_end.stops[1].text.startswith("Route 1, stop 2: east, pickup, at")
    assert open_end.stops[1].text.endswith(", 7 min late")


def test_everything_on_the_plot_is_inside_it():
    """Places, labels and the scale bar stay within the box."""
    decision, names = make_routes()

    plot = route_plot(decision.routes, (), names)

    dots = itertools.chain(plot.depots, *(track.stops for track in plot.tracks))
    assert all(0 <= dot.x <= plot.width and 0 <= dot.y <= plot.height for dot in dots)
    assert plot.scale_width < plot.width


def test_no_plot_without_places():
    """Routes whose places nobody knows are not plotted."""
    decision, _ = make_routes()

    assert route_plot(decision.routes, (), Names(State(), decision, ())) is None


def test_transfer_is_plotted_where_its_order_goes(decision, state):
    """A load of a transfer has no delivery on record but stands where the order goes."""
    load = attrs.evolve(decision.routes[0].stops[0], delivery_id="order-2/1")
    route = attrs.evolve(decision.routes[0], stops=(load,))

    names = Names(state, decision, ())

    assert names.delivery("order-2/1") == (51.61, -0.05)
    assert len(route_plot((route,), (), names).tracks[0].stops) == 1
