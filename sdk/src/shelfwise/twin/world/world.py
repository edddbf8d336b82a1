"""One world, all of it: what no retailer sees as such."""

from __future__ import annotations

import attrs

from shelfwise.twin.keyed import Keyed
from shelfwise.twin.scenario import Scenario
from shelfwise.twin.world.goods import Goods
from shelfwise.twin.world.people import People
from shelfwise.twin.world.places import Places
from shelfwise.twin.world.seasons import Seasons

__all__ = ["World"]


@attrs.frozen(eq=False)
class World:
    """A world of a scenario; the same scenario and number are the same world."""

    scenario: Scenario
    number: int
    draws: Keyed
    goods: Goods
    people: People
    places: Places
    seasons: Seasons

    @classmethod
    def draw(cls, scenario: Scenario, number: int) -> World:
        """Draw everything that is there before the first day."""
        draws = Keyed(1_000_003 * scenario.seed + number)
        goods, places = Goods.draw(scenario, draws), Places.draw(scenario, draws)
        people, seasons = People.draw(scenario, draws, goods, places), Seasons.draw(scenario, draws, goods)
        return cls(scenario, number, draws, goods, people, places, seasons)
