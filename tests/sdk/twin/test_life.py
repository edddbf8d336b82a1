"""A world lived through: the same decisions lead to the same days, and the books add up."""

import attrs
import numpy as np
import pytest
from twin_world import config, scenario

from shelfwise.configured_plugins import build_plugins
from shelfwise.errors import PluginError
from shelfwise.hookspecs import hookimpl
from shelfwise.plugins import Member, PluginSet
from shelfwise.twin.arms import INFORMED, arm_named
from shelfwise.twin.figures import DEFINITIONS, figures
from shelfwise.twin.informed import informed_plugins
from shelfwise.twin.ledger import LINES
from shelfwise.twin.life import Life
from shelfwise.twin.market import Slates
from shelfwise.twin.operator import Morning
from shelfwise.twin.world import World
from shelfwise.types import RoutePlan, Stage


@pytest.fixture(scope="module")
def start():
    """Return a shop at the end of its history."""
    return Life.begin(World.draw(scenario(), 0))


def lived(start, arm, plugins=None):
    """Return the life of a copy under an arm, and its retailer."""
    life = start.branch()
    given = plugins and plugins(life.market)
    retailer = arm_named(arm).retailer(start.world.scenario, config, None, given)
    life.until(start.world.scenario.last_day, retailer)
    return life, retailer


def test_a_history_leaves_a_shop_that_trades(start):
    """Before the run most of what is wanted is sold, and the retailer has tables to learn from."""
    book = {name: start.ledger.total(name, 7, start.today) for name in LINES}
    dataset = start.record.dataset(start.today - 1, start.shelves.on_hand, start.supply.under_way)

    assert 0.8 < book["lines_wanted_met"] / book["lines_wanted"] <= 1.0
    assert book["revenue"] > book["cost_of_goods"] > 0
    assert len(dataset.events) > 0
    assert dataset.demand["units"].sum() == pytest.approx(start.diary.sold[: start.today].sum())


@pytest.mark.parametrize("arm", ["classic", "integrated"])
def test_two_identical_arms_differ_by_exactly_zero(start, arm):
    """An A/A run: every account of every day is the same."""
    (one, _), (other, _) = lived(start, arm), lived(start, arm)

    assert np.array_equal(one.ledger.book, other.ledger.book)
    assert one.ledger.total("degraded", 0, one.today) == 0


def test_the_budget_of_a_plan_is_a_share_of_what_its_days_sell(start):
    """Half the budget buys half of the goods of the days until the next plan; without a share there is none."""
    shop = start.world.scenario
    life = start.branch()
    life.world = attrs.evolve(
        start.world, scenario=attrs.evolve(shop, supply=attrs.evolve(shop.supply, budget_share=0.5))
    )

    goods = float((start.daily.sum(axis=1) * start.world.goods.unit_cost).sum())
    assert life.budget == pytest.approx(0.5 * shop.operation.plan_every_days * goods)
    assert start.budget is None


def test_a_branch_does_not_touch_its_trunk(start):
    """What happens in one arm leaves the start of the others as it was."""
    before = start.ledger.book.copy(), start.shelves.on_hand.copy(), start.market.satisfaction.copy()

    lived(start, "siloed")

    after = start.ledger.book, start.shelves.on_hand, start.market.satisfaction
    assert all(np.array_equal(*pair) for pair in zip(before, after, strict=True))


def test_figures_are_told_and_defined(start):
    """Every figure has a definition and a number; shares are shares."""
    found = figures(*lived(start, "siloed"))

    assert found.values.keys() == DEFINITIONS.keys()
    finite = {name for name, value in found.values.items() if np.isfinite(value)}
    assert DEFINITIONS.keys() - finite <= {"mape_30_days", "wape_30_days", "wape_30_days_of_sales", "retention_90_days"}
    for name in ("latent_service", "on_time", "conversion", "slate_hit", "slate_relevance"):
        assert 0.0 <= found.values[name] <= 1.0
    assert len(found.profit_by_week) == 1


@pytest.mark.parametrize(("days", "told"), [(90, np.nan), (100, 0.0)])
def test_retention_is_of_runs_longer_than_its_90_days(start, days, told):
    """Customers of the history who came last ten days into the run are lost after a hundred, not known after ninety."""
    life, retailer = lived(start, "siloed")
    first = start.world.scenario.history_days
    life.today, life.diary.visited = first + days, np.zeros((first + days, len(start.world.people)), bool)
    life.diary.visited[first - 1 : first + 10] = True
    life.ledger.book = np.resize(life.ledger.book, (first + days, len(LINES)))

    assert figures(life, retailer).values["retention_90_days"] == pytest.approx(told, nan_ok=True)


def test_who_knows_tastes_and_demand_shows_what_is_wanted(start):
    """The informed arm's slates hit more than those of plugins that must guess."""
    integrated, retailer = lived(start, "integrated")
    wanted = integrated.diary.wanted

    informed = figures(*lived(start, INFORMED, lambda market: informed_plugins(config, market, wanted))).values

    guessed = figures(integrated, retailer).values
    assert informed["slate_relevance"] > 1.2 * guessed["slate_relevance"]
    assert informed["degraded_days"] == 0


def test_an_arm_may_plan_for_another_fill_rate(start):
    """More service is more stock, on the shelves and under way."""
    lives = [lived(start, f"siloed@{rate}")[0] for rate in (0.5, 0.99)]

    low, high = (life.shelves.on_hand.sum() + life.supply.under_way.quantity.sum() for life in lives)
    assert high > 1.1 * low


def test_what_is_bought_to_order_arrives_and_is_paid_for(start):
    """Units are conserved: what is on the shelves and under way came from somewhere."""
    life, _ = lived(start, "siloed")

    assert (life.shelves.on_hand >= 0).all()
    assert life.ledger.total("ordering", start.today, life.today) > 0
    assert life.ledger.total("drops", start.today, life.today) > 0
    assert life.ledger.total("delivery", start.today, life.today) > 0


class Broken:
    """A recommender that never has an answer."""

    @hookimpl
    def recommend(self, request):
        """Fail."""
        del request
        raise ValueError("no answer")


def test_a_day_on_which_only_the_slates_had_to_be_made_do_counts(start):
    """A recommender that fails in front of customers degrades the day, whether or not it is a day of planning."""
    how = start.world.scenario.operation.plan_every_days
    chains = dict(build_plugins(config).chains)
    broken = Member(Stage.RECOMMENDER, "broken", "0", Broken())
    chains[Stage.RECOMMENDER] = (broken, *chains[Stage.RECOMMENDER])

    life, retailer = lived(start, "siloed", lambda _: PluginSet(chains))

    assert how > 1
    assert figures(life, retailer).values["degraded_days"] == life.today - start.today


class Untaught:
    """A recommender that cannot learn, and would end the process for it."""

    @hookimpl
    def train(self):
        """Fail."""
        raise SystemExit("too few")

    @hookimpl
    def recommend(self):
        """Leave it to the next."""


def test_a_plugin_that_cannot_learn_is_named(start):
    """The world ends with the stage, the plugin and what it said."""
    chains = dict(build_plugins(config).chains)
    chains[Stage.RECOMMENDER] = (Member(Stage.RECOMMENDER, "untaught", "0", Untaught()),)

    with pytest.raises(PluginError, match="recommender plugin 'untaught' failed to train: SystemExit: too few"):
        lived(start, "siloed", lambda _: PluginSet(chains))


class Scripted:
    """Does on each morning what was written down, and shows nobody anything."""

    def __init__(self, *mornings):
        self.mornings, self.situations = list(mornings), []

    def morning(self, situation):
        """Keep what is told, and do the next thing."""
        self.situations.append(situation)
        return self.mornings.pop(0)

    def slates(self, situation, customer):
        """Show nothing."""
        del situation
        return Slates.empty(len(customer))


def test_a_basket_that_waits_is_due_once_and_late_for_good(start):
    """A day without routes makes its baskets late; brought the day after they neither count nor please again."""
    life, first = start.branch(), start.today
    script = Scripted(Morning(routes=RoutePlan(())), Morning())

    life.until(first + 1, script)
    content = life.market.satisfaction.copy()
    life._drive(script.morning(life.situation()))

    waiting, fresh = (
        {drop.delivery_id for drop in situation.deliveries if drop.delivery_id.startswith(f"{day}-")}
        for situation, day in zip(script.situations, (first - 1, first), strict=True)
    )
    assert len(waiting) > 0
    assert {drop.delivery_id for drop in script.situations[1].deliveries} == waiting | fresh
    assert life.ledger.total("drops", first, first + 2) == len(waiting | fresh)
    assert life.ledger.total("drops_late", first, first + 2) == len(waiting)
    pleased = {one.rpartition("-")[0].rpartition("-")[2] for one in fresh}
    assert set(np.flatnonzero(life.market.satisfaction > content).astype(str)) <= pleased


def test_what_is_not_shipped_costs_nothing_to_move(start):
    """A supplier who can ship nothing leaves the fixed cost of an order; one who ships it all, the units' as well."""
    costs = []
    for weekly in (0.0, 1e9):
        life = start.branch()
        life.supply.weekly[:] = weekly
        order = Morning(
            item=np.array([0]),
            source=np.array([-1]),
            node=np.array([0]),
            quantity=np.array([10.0]),
            announced=np.array([life.today + 6]),
            fixed_cost=2.0,
            unit_cost=np.array([0.1]),
        )
        life.until(life.today + 1, Scripted(order))
        costs.append(life.ledger.total("ordering", start.today, life.today))

    assert costs == pytest.approx([2.0, 3.0])


def test_nervousness_is_the_change_of_the_days_that_two_plans_share(start):
    """One item falls by a quarter of what was expected of it; what only one plan knows does not count."""
    life, retailer = lived(start, "classic")
    retailer.forecasts[:] = [
        (0, np.array([0, 1]), np.array([[9.0, 4.0, 4.0], [9.0, 0.0, 0.0]])),
        (1, np.array([2, 0]), np.array([[5.0, 5.0, 5.0], [2.0, 4.0, 7.0]])),
    ]

    assert figures(life, retailer).values["plan_nervousness"] == pytest.approx(2.0 / 8.0)


def test_where_slates_are_all_that_is_decided_nothing_runs_out_or_is_ordered():
    """Personal slates are clicked on more than best sellers; random slots change what is shown, and only then."""
    operation = attrs.evolve(scenario().operation, slates_only=True)
    shop = Life.begin(World.draw(scenario(operation=operation), 0))
    told = {name: figures(*lived(shop, name)).values for name in ("classic", "siloed", "siloed~0.5")}

    assert {one["latent_service"] for one in told.values()} == {1.0}
    assert all(one["total_cost_per_unit"] == one["holding_per_unit"] for one in told.values())
    assert len({one["click_through"] for one in told.values()}) == 3
    assert all(0.0 < one["click_through"] < 1.0 and one["session_length"] > 0.0 for one in told.values())
