"""Fitting legs: whatever ids and the order of tables are, and what came next."""

import numpy as np
import pytest
from hybrid_world import content, history, pairs_world, rows
from shelfwise_recommender_hybrid.content import Content
from shelfwise_recommender_hybrid.fitting import Next, fit_legs
from shelfwise_recommender_hybrid.legs import Popular
from shelfwise_recommender_hybrid.presets import PRESETS
from shelfwise_recommender_hybrid.sequences import History

from shelfwise.dataset import Dataset
from shelfwise.types import Index, silent

CLOSED = ("linear", "markov", "neighbours", "again", "content", "popular")


def fitted(data):
    """Return the history of a data set and its legs of closed form."""
    items, customers = (Index(tuple(found)) for found in (data.items["item_id"], data.customers["customer_id"]))
    past, zone = History.of(data.events, items, customers), np.full(len(customers), -1)
    rest = {"half_life_days": 30.0, "seed": 0, "progress": silent}
    return past, fit_legs(CLOSED, past, Content.of(data.items), Index(()), zone, PRESETS["fast"], **rest)[0]


@pytest.fixture(scope="module")
def renamed():
    """Return a world and the same one with other names and shuffled tables, fitted, and the new names."""
    data, generator, names = pairs_world(customers=40), np.random.default_rng(3), []
    for column, found in (("item_id", data.items["item_id"]), ("customer_id", data.customers["customer_id"])):
        new = generator.permutation([f"{column}-{number}" for number in range(len(found))])
        names.append(dict(zip(found, new.tolist(), strict=True)))
    events = data.events[["time", "customer_id", "item_id", "kind"]].replace(
        {"item_id": names[0], "customer_id": names[1]}
    )
    items = data.items[["item_id", "category", "price", "unit_cost"]].replace({"item_id": names[0]})
    shuffled = {name: table.sample(frac=1.0, random_state=4) for name, table in (("events", events), ("items", items))}
    return fitted(data), fitted(Dataset.from_tables(shuffled)), names


@pytest.mark.parametrize("name", CLOSED)
def test_ids_and_the_order_of_tables_mean_nothing(name, renamed):
    """Renaming all items and customers, and shuffling the tables, gives the same shares under the new names.

    Neural legs, the gate and what is held out for it draw numbers in the order of the tables: they learn alike in the
    mean and not to the digit.
    """
    (past, legs), (other, others), (item, customer) = renamed
    ours, theirs = (np.arange(40), other.customers.positions([customer[one] for one in past.customers]))
    nowhere = np.full(40, -1)
    share = legs[name].shares(past.sequences.take(ours), nowhere)
    again = others[name].shares(other.sequences.take(theirs), nowhere)
    place = other.items.positions([item[one] for one in past.items])

    assert np.allclose(again[:, place], share, rtol=1e-3, atol=1e-6)
    assert share.std() > 1e-3


def test_what_came_next_is_the_first_basket_of_who_came_back():
    """Of customers with a past and a future, the next basket counts, looked at on its day."""
    later = rows([[2], [3]], [], [[1]])
    found = Next.of(history([[0]], [[1]], [], items=4), later, np.full(3, -1), most=10, seed=0)

    assert found.before.item.tolist() == [0]
    assert found.after.item.tolist() == [2]
    assert found.before.now.tolist() == [0.0]


def test_a_leg_that_is_right_is_judged_best():
    """NDCG is one where the next item leads, and items had before do not count."""
    later = rows([[2]])
    right = Popular(np.array([[0.9, 0.0, 0.1]], np.float32), content(["a", "a", "a"]).category)
    wrong = Popular(np.array([[0.1, 0.8, 0.1]], np.float32), content(["a", "a", "a"]).category)
    found = Next.of(history([[0]], items=3), later, np.array([-1]), most=10, seed=0)

    assert found.ndcg(right) == pytest.approx(1.0)
    assert found.ndcg(wrong) == pytest.approx(1.0 / np.log2(3.0))
