"""Time windows of whole segments, against driving them minute by minute."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shelfwise.routing.timing import ANY_TIME, Segment, backward, forward, join, join_duration, join_one, through

whole = st.integers(0, 60).map(float)
visits = st.lists(st.tuples(whole, st.integers(0, 300).map(float), whole), min_size=1, max_size=6)


def driven(start, stops, legs):
    """Return the duration of a route that starts at ``start``, None where it misses a window."""
    clock = start
    for (service, opens, width), leg in zip(stops, legs, strict=False):
        clock = max(clock + leg, opens)
        if clock > opens + width:
            return None
        clock += service
    return clock + legs[-1] - start


@settings(deadline=None)
@given(visits, st.lists(whole, min_size=7, max_size=7))
def test_joining_gives_the_shortest_duration_over_all_departures(stops, legs):
    """The duration is the least over all departures of the shift, and infinite where none keeps the windows."""
    legs = legs[: len(stops) + 1]
    yard = Segment(0.0, 0.0, 400.0)
    segments = [Segment(service, opens, opens + width) for service, opens, width in stops]
    durations = [driven(float(start), stops, legs) for start in range(401)]
    in_time = [d for start, d in enumerate(durations) if d is not None and start + d <= 400.0]

    route = yard
    for segment, leg in zip((*segments, yard), legs, strict=True):
        route = join_one(route, segment, leg)

    assert route.duration == min(in_time, default=np.inf)
    if in_time:
        assert driven(route.earliest, stops, legs) == route.duration == driven(route.latest, stops, legs)


@settings(deadline=None)
@given(visits, st.lists(whole, min_size=7, max_size=7))
def test_all_ways_to_join_agree(stops, legs):
    """Arrays, single values, and chains from either end give the same segments."""
    legs = legs[: len(stops) + 1]
    yard = Segment(0.0, 0.0, 400.0)
    segments = [Segment(service, opens, opens + width) for service, opens, width in stops]

    there = forward(yard, segments, legs[:-1])
    back = backward(yard, segments, legs[1:])
    joined = join(Segment(*map(np.array, there[-1])), yard, legs[-1])

    assert join_one(there[-1], yard, legs[-1]).duration == join_one(yard, back[0], legs[0]).duration
    assert float(joined.duration) == join_one(there[-1], yard, legs[-1]).duration
    assert float(join_duration(there[-1], yard, legs[-1])) == float(joined.duration)
    assert through(yard, [*segments, yard], legs) == float(joined.duration)


def test_a_segment_that_cannot_be_kept_stays_so():
    """Once too late, always too late, and never a NaN."""
    late = join(Segment(0.0, 0.0, 10.0), Segment(0.0, -ANY_TIME, 5.0), np.array([6.0]))

    again = join(late, Segment(0.0, -ANY_TIME, ANY_TIME), 1.0)

    assert np.isinf(again.duration).all()
    assert np.isfinite(again.earliest).all()
    assert np.isfinite(again.latest).all()
