"""A shop small enough for tests, and worlds of it."""

import attrs

from shelfwise.config import parse_config
from shelfwise.twin.scenario import Operation, People, Range, Scenario, Supply
from shelfwise.twin.world import World

TOML = """
name = "test"
weeks = 1
history_weeks = 4
[range]
items = 16
categories = 4
[people]
customers = 120
visits_per_week = 2.0
[supply]
warehouses = 2
suppliers = 2
[operation]
slate_size = 3
horizon_days = 7
passes = 2
"""
CONFIG = "[router.options]\nrounds_per_delivery = 1\n"
config = parse_config({"router": {"options": {"rounds_per_delivery": 1}}})


def scenario(**changes):
    """Return the scenario of the text above, changed."""
    small = Scenario(
        "test",
        weeks=1,
        history_weeks=4,
        range=Range(items=16, categories=4),
        people=People(customers=120, visits_per_week=2.0),
        supply=Supply(warehouses=2, suppliers=2),
        operation=Operation(slate_size=3, horizon_days=7, passes=2),
    )
    return attrs.evolve(small, **changes)


def world(number=0, **changes):
    """Return a world of it."""
    return World.draw(scenario(**changes), number)
