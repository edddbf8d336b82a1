"""Slates by matrix factorisation: tastes found, sessions that count at once, strangers folded in."""

import attrs
import numpy as np
import pandas as pd
import pytest
from shelfwise_recommender_implicit import AlsRecommender, BprRecommender

from shelfwise.dataset import Dataset
from shelfwise.plugins import call
from shelfwise.types import CartLine, Customer, Deadline, Event, EventKind, RecommendRequest, silent

TEA, CAKE = [f"tea {n}" for n in range(12)], [f"cake {n}" for n in range(12)]


@pytest.fixture(scope="module")
def data():
    """Return a shop of two tastes: even customers buy eight teas each, odd ones eight cakes."""
    generator = np.random.default_rng(4)
    rows = []
    for customer in range(60):
        bought = generator.permutation(TEA if customer % 2 == 0 else CAKE)[:8]
        days = np.sort(generator.integers(0, 90, 8))
        rows += [
            (pd.Timestamp("2024-01-01") + pd.Timedelta(days=int(day)), f"c{customer}", item)
            for day, item in zip(days, bought, strict=True)
        ]
    return Dataset.from_tables({"events": pd.DataFrame(rows, columns=["time", "customer_id", "item_id"])})


@pytest.fixture(scope="module", params=[AlsRecommender, BprRecommender])
def plugin(request, data):
    """Return each recommender, trained."""
    made = request.param(factors=16)
    call(made, "train", dataset=data, progress=silent)
    return made


def shown(plugin, data, *customers, **options):
    """Return the answer to a request of those customers."""
    request = RecommendRequest(customers, **({"slate_size": 4} | options))
    arguments = {"stock_outlook": None, "delivery_costs": None, "deadline": Deadline()}
    return call(plugin, "recommend", request=request, state=data.state(), **arguments)


def tastes(slate):
    """Return what kind of item stands in a slate."""
    return {item.item_id.split()[0] for item in slate.items}


def test_customers_are_shown_their_taste(plugin, data):
    """Whoever bought tea is shown tea that they have not had, whoever bought cake is shown cake."""
    answer = shown(plugin, data, Customer("c0"), Customer("c1"), exclude_purchased=True)

    assert [tastes(slate) for slate in answer.slates] == [{"tea"}, {"cake"}]
    had = set(data.events[data.events["customer_id"] == "c0"]["item_id"])
    assert not had & {item.item_id for item in answer.slates[0].items}


def test_a_session_counts_at_once(plugin, data):
    """A stranger who looks at two cakes is shown cake, one with cakes in the cart too; consent off makes it not so."""
    looks = tuple(Event(item, EventKind.VIEW) for item in CAKE[:2])
    cart = tuple(CartLine(item) for item in TEA[:2])

    by_session, by_cart, unwilling = shown(
        plugin, data, Customer("", looks), Customer("", cart=cart), Customer("", looks, consent=False)
    ).slates

    assert (tastes(by_session), tastes(by_cart)) == ({"cake"}, {"tea"})
    assert not by_session.impersonal
    assert unwilling.impersonal
    assert unwilling.items == shown(plugin, data, Customer("nobody")).slates[0].items


def test_strangers_get_what_is_popular(plugin, data):
    """Of whom nothing is known is shown what sells best, with reasons that say so."""
    slate = shown(plugin, data, Customer("nobody")).slates[0]

    probabilities = [item.purchase_probability for item in slate.items]
    assert probabilities == sorted(probabilities, reverse=True)
    assert {reason.code for item in slate.items for reason in item.reasons} == {"popular"}


def test_reasons_name_what_a_customer_had(plugin, data):
    """A new item goes with one that was bought, and an item bought before says so."""
    new = shown(plugin, data, Customer("c0"), exclude_purchased=True).slates[0].items[0]
    again = shown(plugin, data, Customer("c0"), slate_size=24).slates[0].items

    assert [reason.code for reason in new.reasons] == ["bought_with"]
    assert "tea" in new.reasons[0].text
    before = {item.item_id for item in again if "bought_before" in {reason.code for reason in item.reasons}}
    assert before == set(data.events[data.events["customer_id"] == "c0"]["item_id"])


def test_probabilities_rank_and_are_probabilities(plugin, data):
    """Within a slate the purchase probability falls with the rank and stays between 0 and 1."""
    for slate in shown(plugin, data, Customer("c0"), Customer("c3"), slate_size=10).slates:
        chance = [item.purchase_probability for item in slate.items]
        assert all(0.0 < p < 1.0 for p in chance)
        assert chance == sorted(chance, reverse=True)


def test_what_is_held_out_is_not_fitted(data):
    """Items that only held-out interactions know have no vector, and the probabilities come from these alone."""
    apart = data.hold_out(pd.Timestamp("2024-03-15").to_pydatetime())
    plugin = AlsRecommender(factors=8)

    call(plugin, "train", dataset=apart, progress=silent)

    past = plugin._learned.past
    assert past.weight.nnz == len(apart.events.drop_duplicates(["customer_id", "item_id"]))
    assert past.weight.nnz < len(data.events.drop_duplicates(["customer_id", "item_id"]))


def test_another_seed_is_another_start(data):
    """The seed is an option: equal seeds have equal factors, others do not."""
    made = [AlsRecommender(factors=8, iterations=3, seed=seed) for seed in (1, 1, 2)]
    for one in made:
        call(one, "train", dataset=data, progress=silent)

    first, same, other = ([slate.items for slate in shown(one, data, Customer("c0")).slates] for one in made)

    assert first == same
    assert first != other


def test_a_shop_without_customers_is_served():
    """Where there is demand alone, everybody gets what is popular."""
    demand = pd.DataFrame({"date": "2024-01-01", "item_id": list("abc"), "units": [1.0, 3.0, 2.0]})
    data = Dataset.from_tables({"demand": demand})
    plugin = BprRecommender()

    call(plugin, "train", dataset=data, progress=silent)

    assert [item.item_id for item in shown(plugin, data, Customer("x")).slates[0].items] == ["b", "c", "a"]


def test_progress_is_told(data):
    """Every iteration is told, up to as many as the option says."""
    told = []

    call(AlsRecommender(iterations=3), "train", dataset=data, progress=lambda *step: told.append(step))

    assert [step for step in told if step[0] == "als"][:3] == [("als", 1, 3), ("als", 2, 3), ("als", 3, 3)]


def test_options_have_ranges():
    """An option outside its range is refused."""
    with pytest.raises(ValueError, match="factors"):
        AlsRecommender(factors=0)
    assert attrs.fields_dict(BprRecommender)["learning_rate"].metadata["tune"].log
