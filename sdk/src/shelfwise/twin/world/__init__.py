"""What a world is made of, drawn from its scenario and its number: goods, people, places and seasons."""

from shelfwise.twin.world.goods import Goods
from shelfwise.twin.world.people import People
from shelfwise.twin.world.places import Places
from shelfwise.twin.world.seasons import Seasons
from shelfwise.twin.world.world import World

__all__ = ["Goods", "People", "Places", "Seasons", "World"]
