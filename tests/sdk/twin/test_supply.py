"""Suppliers: how long they take, how much they ship, and what stops them."""

import numpy as np
from twin_world import scenario, world

from shelfwise.twin.scenario import Strike
from shelfwise.twin.supply import Supply
from shelfwise.twin.world import World

ITEMS = np.arange(16)
START = 28
"""First day of the run."""


def supply(*disruptions, weekly=1e9):
    """Return the suppliers of a world in which things go wrong."""
    drawn = World.draw(scenario(disruptions=disruptions), 0)
    return Supply(drawn, np.full(2, weekly))


def arrivals(supplied, first=START, last=90):
    """Return the day on which each item arrives."""
    days = {}
    for day in range(first, last):
        days |= dict.fromkeys(supplied.arriving(day).item.tolist(), day)
    return np.array([days[item] for item in ITEMS])


def ordered(supplied, quantity=10.0):
    """Order the same of every item on the first day, and return what is confirmed."""
    return supplied.order(START, ITEMS, np.full(16, quantity), np.full(16, START + 6))


def test_orders_arrive_about_when_they_are_announced():
    """Lead times vary around the scenario's, the same in every life of the world."""
    one, other = supply(), supply()
    ordered(one)
    ordered(other)

    days = arrivals(one) - START

    assert (days >= 1).all()
    assert abs(days.mean() - world().scenario.supply.lead_time_days) < 1.5
    assert days.std() > 0
    assert np.array_equal(days, arrivals(other) - START)


def test_a_supplier_ships_no_more_than_it_can_in_a_week():
    """What is beyond its capacity is cut alike for all its items, and there is more the week after."""
    short = supply(weekly=40.0)

    first, second = ordered(short), ordered(short)
    later = short.order(START + 7, ITEMS, np.full(16, 5.0), np.full(16, START + 13))

    assert first.tolist() == [5.0] * 16
    assert second.sum() == 0.0
    assert later.tolist() == [5.0] * 16


def test_an_outage_ships_once_it_is_over():
    """Orders of the struck supplier wait for its end; the others' do not."""
    struck, calm = supply(Strike("supplier_outage", 0, days=20, region=0)), supply()
    ordered(struck)
    ordered(calm)

    late = arrivals(struck) - arrivals(calm)

    assert set(late[struck.world.goods.supplier == 0]) == {20}
    assert set(late[struck.world.goods.supplier == 1]) == {0}


def test_lead_times_are_multiplied():
    """Twice the lead time is twice the days, rounded."""
    struck, calm = supply(Strike("lead_time_inflation", 0, days=2, strength=2.0)), supply()
    ordered(struck)
    ordered(calm)

    ratio = (arrivals(struck) - START) / (arrivals(calm) - START)

    assert 1.8 < ratio.mean() < 2.2


def test_two_outages_on_end_are_one():
    """What is ordered in the first ships after the second."""
    struck, calm = supply(Strike("supplier_outage", 0, days=10), Strike("supplier_outage", 10, days=10)), supply()
    ordered(struck)
    ordered(calm)

    assert set(arrivals(struck) - arrivals(calm)) == {20}


def test_a_gate_that_is_shut_holds_what_would_arrive():
    """What is due while the warehouse receives nothing comes when that ends."""
    struck = supply(Strike("receiving_pause", 0, days=30))
    ordered(struck)

    assert set(arrivals(struck)) == {START + 30}


def test_what_is_on_its_way_stands_still_while_transit_is_paused():
    """Every day of the pause is a day more, for what would arrive in it or after it, and for that warehouse alone."""
    calm, elsewhere = supply(), supply(Strike("transit_pause", 1, days=3, region=1))
    struck = [supply(Strike("transit_pause", 1, days=3, region=region)) for region in (None, 0)]
    for one in (calm, elsewhere, *struck):
        ordered(one)

    usual = arrivals(calm)

    assert np.array_equal(arrivals(elsewhere), usual)
    assert all(set(arrivals(one) - usual) == {3} for one in struck)


def test_a_cut_of_capacity_is_a_share_of_it():
    """At half the capacity half is shipped."""
    struck = supply(Strike("capacity_cut", 0, strength=0.5), weekly=40.0)

    assert ordered(struck).tolist() == [2.0] * 16
