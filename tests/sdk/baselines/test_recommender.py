"""What the baseline recommender shows to whom."""

import attrs
import numpy as np
import pandas as pd
import pytest
from recommender_world import ask, dataset, pairs_world, shown, staples_world, trained

from shelfwise.baselines.recommender import BaselineRecommender
from shelfwise.dataset import Dataset
from shelfwise.invariants import check_recommendations
from shelfwise.types import CartLine, Customer, Deadline, Event, EventKind, Index, Promotion, RecommendRequest


@pytest.fixture(scope="module")
def pairs():
    """Return the world of pairs and the baseline trained on it."""
    data = pairs_world()
    return trained(data), data


def test_what_is_bought_together_is_recommended_with_the_reason(pairs):
    """Someone who looks at x3 is shown y3 first, because the two are bought together."""
    plugin, data = pairs

    slate = ask(plugin, data, Customer("new", events=(Event("x3", EventKind.VIEW),))).slates[0]

    assert shown(slate)[0] == "y3"
    assert slate.items[0].reasons[0].code == "goes_with_viewed"
    assert "x3" in slate.items[0].reasons[0].text
    assert not slate.impersonal


def test_the_cart_calls_for_what_goes_with_it(pairs):
    """An item in the cart is not recommended again, its partner is, and the cart is the reason."""
    plugin, data = pairs

    slate = ask(plugin, data, Customer("new", cart=(CartLine("y1"),)), slate_size=12).slates[0]

    assert shown(slate)[0] == "x1"
    assert "y1" not in shown(slate)
    assert slate.items[0].reasons[0].code == "goes_with_cart"


def test_every_event_changes_the_next_slate(pairs):
    """The newest item of a session decides over an older one."""
    plugin, data = pairs

    one = ask(plugin, data, Customer("new", events=(Event("x1"),)), exclude_purchased=True).slates[0]
    two = ask(plugin, data, Customer("new", events=(Event("x1"), Event("x4"))), exclude_purchased=True).slates[0]

    assert shown(one)[0] == "y1"
    assert set(shown(two)[:2]) == {"y1", "y4"}


def test_repeats_are_learned_where_they_happen():
    """Where customers buy their staples again, the own staples lead the slate, as bought before."""
    data = staples_world()

    slates = ask(trained(data), data, *(f"c{number}" for number in range(20))).slates

    top = [item for slate in slates for item in slate.items[:2]]
    again = [any(reason.code == "bought_before" for reason in item.reasons) for item in top]
    assert np.mean(again) > 0.8


def test_repeats_are_left_out_where_they_never_happen(pairs):
    """Where nobody buys anything twice, no slate shows what a customer has had while there is something else."""
    plugin, data = pairs
    had = data.events.groupby("customer_id")["item_id"].agg(set)

    slates = ask(plugin, data, *had.index[:20], slate_size=4).slates

    assert all(not set(shown(slate)) & had[slate.customer_id] for slate in slates)


def test_exclude_purchased_is_a_hard_filter():
    """With ``exclude_purchased`` nothing bought before is shown, and what would have been is withheld for that."""
    data = staples_world()
    had = data.events.groupby("customer_id")["item_id"].agg(set)

    slate = ask(trained(data), data, "c1", exclude_purchased=True, slate_size=5).slates[0]

    assert len(slate.items) == 5
    assert not set(shown(slate)) & had["c1"]
    assert {item.reason.code for item in slate.withheld} == {"purchased"}


def test_a_purchase_of_this_session_counts_as_purchased(pairs):
    """What was bought a minute ago is not shown either under ``exclude_purchased``."""
    plugin, data = pairs

    slate = ask(plugin, data, Customer("new", events=(Event("x3"),)), exclude_purchased=True, slate_size=12).slates[0]

    assert "x3" not in shown(slate)
    assert len(slate.items) == 11


@pytest.mark.parametrize("person", ["c3", "stranger", ""])
def test_rules_hold_and_slates_are_filled_for_everybody(pairs, person):
    """Exclusions and categories hold for known, unknown and nameless customers, and the slate is filled."""
    plugin, data = pairs
    rules = {"exclude_item_ids": ("x0", "x1"), "allow_categories": ("x",), "slate_size": 4}

    answer = ask(plugin, data, person, **rules)

    assert shown(answer.slates[0]) == [item for item in shown(answer.slates[0]) if item[0] == "x"]
    assert len(answer.slates[0].items) == 4
    request = RecommendRequest(customers=(Customer(person),), **rules)
    assert check_recommendations(request, data.state(), answer) == ()


def test_withheld_are_only_items_that_would_have_been_shown(pairs):
    """Of two excluded items only the one that would have made the slate is withheld."""
    plugin, data = pairs
    free = shown(ask(plugin, data, "c3", slate_size=3).slates[0])
    last = shown(ask(plugin, data, "c3", slate_size=12).slates[0])[-1]

    slate = ask(plugin, data, "c3", slate_size=3, exclude_item_ids=(free[0], last)).slates[0]

    assert [(item.item_id, item.reason.code) for item in slate.withheld] == [(free[0], "excluded")]
    assert shown(slate)[:2] == free[1:]


def test_denied_categories_are_withheld_with_the_reason(pairs):
    """A denied category is neither shown nor silently dropped."""
    plugin, data = pairs

    slate = ask(plugin, data, "c3", slate_size=6, deny_categories=("y",)).slates[0]

    assert {item[0] for item in shown(slate)} == {"x"}
    assert {item.reason.code for item in slate.withheld} == {"category"}


def test_without_consent_the_slate_is_that_of_a_stranger(pairs):
    """No history, event or cart counts for a customer without consent, recorded or said in the request."""
    plugin, data = pairs
    refused = Customer("c3", events=(Event("x2"),), consent=False)

    slates = ask(plugin, data, refused, "stranger").slates

    assert slates[0].impersonal
    assert slates[1].impersonal
    assert slates[0].items == slates[1].items


def test_recorded_refusal_counts_unless_the_request_says_otherwise():
    """Consent on record holds where the request says nothing, and gives way where it does."""
    data = pairs_world()
    data.customers.loc[data.customers["customer_id"] == "c3", "consent"] = False
    plugin = trained(data)

    recorded, given = ask(plugin, data, Customer("c3"), Customer("c3", consent=True)).slates

    assert recorded.impersonal
    assert not given.impersonal


def test_strangers_see_what_sells_in_their_zone():
    """Each zone's own best seller leads the slate of a stranger there; elsewhere the overall one does."""
    north = [(f"n{k}", k / 10, ["snow shovel"]) for k in range(300)] + [(f"m{k}", k / 10, ["tea"]) for k in range(90)]
    south = [(f"s{k}", k / 10, ["sun hat"]) for k in range(280)] + [(f"t{k}", k / 10, ["tea"]) for k in range(90)]
    people = [{"customer_id": c, "zone": "north" if c[0] in "nm" else "south"} for c, *_ in north + south]
    data = dataset(north + south, customers=people)

    slates = ask(
        trained(data), data, Customer("?", zone="north"), Customer("?", zone="south"), Customer("?", zone="moon")
    ).slates

    assert [shown(slate)[0] for slate in slates] == ["snow shovel", "sun hat", "snow shovel"]
    assert slates[1].items[0].reasons[0].text == "popular in south"


def test_recent_sales_make_an_item_popular():
    """What sold well long ago stands behind what sells now, where tastes change."""
    old = [(f"a{k}", k * 0.5, ["old", f"o{k % 9}"]) for k in range(200)]
    new = [(f"b{k}", 100 + k * 0.25, ["new", f"o{k % 9}"]) for k in range(160)]
    data = dataset(old + new)

    slate = ask(trained(data), data, "stranger").slates[0]

    assert shown(slate)[0] == "new"


def test_probabilities_match_what_happens():
    """In a world that goes on as it was, predicted purchases come out within a fifth of those that follow."""
    data = staples_world(customers=300)
    moment = data.events["time"].quantile(0.75)
    train = data.before(moment.to_pydatetime())
    later = data.events[(data.events["time"] >= moment)]
    bought = set(zip(later["customer_id"], later["item_id"], strict=True))
    span = int((later["time"].max() - moment).days) + 1

    slates = ask(trained(train, exposure_days=span), train, *train.customers["customer_id"]).slates

    chance = [(item.purchase_probability, (s.customer_id, item.item_id) in bought) for s in slates for item in s.items]
    expected, happened = np.sum(chance, axis=0)
    assert all(0.0 <= p <= 1.0 for p, _ in chance)
    assert expected == pytest.approx(happened, rel=0.2)


def test_an_item_never_sold_fills_the_slate_last(pairs):
    """A new item of the catalogue can be shown, behind all that sells."""
    items = [{"item_id": item} for item in ("brand new", "a", "b")]
    data = dataset([(f"c{k}", k, ["a", "b"]) for k in range(40)], items=items)

    slate = ask(trained(data), data, "stranger").slates[0]

    assert shown(slate)[-1] == "brand new"


def test_an_item_that_left_the_catalogue_is_not_shown(pairs):
    """The state decides what can be shown, whatever was learned."""
    plugin, data = pairs
    kept = np.arange(6)
    items = data.state().items
    columns = {f.name: getattr(items, f.name)[kept] for f in attrs.fields(type(items)) if f.name != "index"}
    state = attrs.evolve(data.state(), items=attrs.evolve(items, index=Index(items.index.take(kept)), **columns))

    slate = ask(plugin, data, "stranger", state=state, slate_size=12).slates[0]

    assert set(shown(slate)) == set(state.items.index)


def test_the_price_is_that_of_the_day(pairs):
    """A running promotion sets the price of a slate's item, one of another day does not."""
    plugin, data = pairs
    day = data.as_of.date()
    running, past = (
        Promotion("x0", day, day, price=7.5),
        Promotion("x1", day.replace(year=2020), day.replace(year=2020)),
    )
    state = attrs.evolve(data.state(), promotions=(running, past))

    slate = ask(plugin, data, "stranger", state=state, slate_size=12).slates[0]

    price = {item.item_id: item.price for item in slate.items}
    assert (price["x0"], price["x1"]) == (7.5, 10.0)


def test_without_time_everybody_gets_what_is_popular(pairs):
    """When the deadline has passed the answer is complete, from popularity alone."""
    plugin, data = pairs

    slates = ask(plugin, data, "c1", "c2", deadline=Deadline(0.0)).slates

    assert [len(slate.items) for slate in slates] == [10, 10]
    assert all(slate.impersonal for slate in slates)


def test_saved_and_loaded_it_answers_the_same(pairs, tmp_path):
    """What was saved is all there is to it."""
    plugin, data = pairs
    plugin.save(tmp_path)
    other = type(plugin)()
    other.load(tmp_path)

    assert ask(other, data, "c1", "stranger") == ask(plugin, data, "c1", "stranger")


def test_ids_are_only_names():
    """Other ids, in another order, give the same slates under the new names."""
    data = staples_world()
    generator = np.random.default_rng(3)
    names = dict(zip((f"i{k}" for k in range(20)), (f"ü{k}" for k in generator.permutation(20)), strict=True))
    events = data.events[["time", "customer_id", "item_id", "kind"]].copy()
    events["item_id"] = events["item_id"].map(names)
    renamed = type(data).from_tables({"events": events})

    first = ask(trained(data), data, "c1", "c2", "stranger", slate_size=5).slates
    second = ask(trained(renamed), renamed, "c1", "c2", "stranger", slate_size=5).slates

    assert [[names[item] for item in shown(slate)] for slate in first] == [shown(slate) for slate in second]


def test_attributes_help_items_that_nobody_bought_yet():
    """A new item of the customer's own taste stands before a new one of another."""
    generator = np.random.default_rng(5)
    items = [{"item_id": f"{kind}{k}", "category": kind} for kind in ("tea", "nail") for k in range(30)]
    baskets = []
    for number in range(120):
        kind = ("tea", "nail")[number % 2]
        baskets += [
            (f"c{number}", 10 * step + generator.random(), [f"{kind}{item}"])
            for step, item in enumerate(generator.permutation(28)[:6])
        ]
    data = dataset(baskets, items=items)

    slate = ask(trained(data), data, "c0", slate_size=60, exclude_purchased=True).slates[0]

    rank = {item: place for place, item in enumerate(shown(slate))}
    assert max(rank["tea28"], rank["tea29"]) < min(rank["nail28"], rank["nail29"])


def test_views_alone_are_enough_to_learn_from():
    """A shop without a single recorded purchase still gets slates."""
    data = dataset([(f"c{k}", k, [f"i{k % 5}", f"i{(k + 1) % 5}"]) for k in range(50)], kind="view")

    answer = ask(trained(data), data, "c1", "stranger", slate_size=5)

    assert all(len(slate.items) == 5 for slate in answer.slates)
    assert (
        check_recommendations(
            RecommendRequest((Customer("c1"), Customer("stranger")), slate_size=5), data.state(), answer
        )
        == ()
    )


def test_demand_alone_makes_popularity():
    """Without any event the best sellers of the demand table lead everybody's slate."""
    demand = {"date": ["2024-01-01", "2024-01-02", "2024-01-03"], "item_id": ["b", "a", "b"], "units": [2.0, 9.0, 1.0]}
    data = Dataset.from_tables({"demand": pd.DataFrame(demand)})

    slate = ask(trained(data), data, Customer("anyone", events=(Event("b"),)), slate_size=2).slates[0]
    stranger = ask(trained(data), data, "stranger", slate_size=2).slates[0]

    assert len(slate.items) == 2
    assert shown(stranger) == ["a", "b"]


@pytest.mark.parametrize("person", ["c3", "stranger", Customer("c4", consent=False)])
def test_caps_hold_for_everybody(pairs, person):
    """At most two of each of the two categories are shown, and what they keep out is named."""
    plugin, data = pairs

    slate = ask(plugin, data, person, slate_size=6, most_per_category=2).slates[0]

    assert sorted(item[0] for item in shown(slate)) == ["x", "x", "y", "y"]
    assert {item.reason.code for item in slate.withheld} == {"category_cap"}


def test_diversity_brings_in_what_differs(pairs):
    """Of one size, a slate that is to be diverse holds as many of either category, and begins with the same item."""
    plugin, data = pairs
    everything = {"slate_size": 4, "allow_categories": ("x", "y")}

    slate = ask(plugin, data, Customer("new", events=(Event("x3"),)), diversity=1.0, **everything).slates[0]

    assert sorted(item[0] for item in shown(slate)) == ["x", "x", "y", "y"]
    assert shown(slate)[0] == shown(ask(plugin, data, Customer("new", events=(Event("x3"),))).slates[0])[0]


def test_what_is_on_hand_nowhere_is_withheld_where_asked(pairs):
    """Without an outlook the stock on hand decides, if the request says so."""
    plugin, data = pairs
    first = shown(ask(plugin, data, "stranger").slates[0])[0]
    on_hand = np.ones_like(data.state().on_hand)
    on_hand[data.state().items.index.position(first)] = 0.0
    state = attrs.evolve(data.state(), on_hand=on_hand)

    slate = ask(plugin, data, "stranger", state=state, in_stock_only=True).slates[0]

    assert first not in shown(slate)
    assert [(item.item_id, item.reason.code) for item in slate.withheld] == [(first, "out_of_stock")]
    assert first in shown(ask(plugin, data, "stranger", state=state).slates[0])


def test_untrained_it_has_no_answer():
    """Before training the next in the chain is asked."""
    data = staples_world(customers=2)

    assert ask(BaselineRecommender(), data, "c1") is None


def test_an_item_named_twice_counts_once():
    """The same item in the cart, twice, and in the session's events is one item, and not recommended."""
    data = pairs_world()
    events = (Event("x0", EventKind.VIEW), Event("x0", EventKind.RETURN), Event("gone"))
    person = Customer("new", events=events, cart=(CartLine("x0"), CartLine("x0"), CartLine("gone")))

    slate = ask(trained(data), data, person, slate_size=12).slates[0]

    assert shown(slate)[0] == "y0"
    assert "x0" not in shown(slate)
    assert len(slate.items) == 11


def test_one_event_is_enough_to_learn_from():
    """The smallest data set of all is no error."""
    data = dataset([("c1", 0, ["only"])])

    slates = ask(trained(data), data, "c1", "stranger").slates

    assert shown(slates[1]) == ["only"]
