"""The references: best sellers of everything, of the categories liked, and of the last week."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from shelfwise.dataset import Dataset
from shelfwise.evaluation.recommender_references import (
    BestSellers,
    category_popular,
    last_week,
    most_popular,
    references,
)
from shelfwise.evaluation.recommender_task import RecommenderTask, next_basket
from shelfwise.evaluation.sequences import leave_one_out
from shelfwise.types import Customer, Event, EventKind, RecommendRequest, silent

# Sold: a 4 times, b 3, c 2, d once, of which in the last week only d and c. Tea: a and d; cake: b and c.
SOLD = [("2024-01-01", "p", "a"), ("2024-01-01", "q", "a"), ("2024-01-02", "r", "a"), ("2024-01-02", "s", "a")]
SOLD += [("2024-01-03", "p", "b"), ("2024-01-03", "q", "b"), ("2024-01-04", "r", "b"), ("2024-01-04", "t", "c")]
SOLD += [("2024-01-30", "t", "c"), ("2024-01-31", "u", "d")]


@pytest.fixture
def data():
    """Return a shop of four items in two categories."""
    events = pd.DataFrame(SOLD, columns=["time", "customer_id", "item_id"])
    items = pd.DataFrame({"item_id": list("abcd"), "category": ["tea", "cake", "cake", "tea"]})
    return Dataset.from_tables({"events": events, "items": items})


def shown(learn, data, customer, **options):
    """Return the slate of one customer, and what is said of it."""
    plugin = BestSellers(learn)
    plugin.train(data, silent)
    slate = plugin.recommend(RecommendRequest((customer,), **options)).slates[0]
    return "".join(item.item_id for item in slate.items), slate


def test_best_sellers_are_the_same_for_everybody(data):
    """Whoever asks is shown what was bought most, what they had too unless repeats do not count."""
    assert shown(most_popular, data, Customer("t"))[0] == "abcd"
    assert shown(most_popular, data, Customer("t"), exclude_purchased=True)[0] == "abd"
    assert shown(most_popular, data, Customer("t"), exclude_item_ids=("a", "nowhere"), slate_size=2)[0] == "bc"


def test_a_session_counts_as_had(data):
    """A purchase of the session is left out like one on record, a mere look is not."""
    bought, looked = Event("b"), Event("b", EventKind.VIEW)
    assert shown(most_popular, data, Customer("", (bought,)), exclude_purchased=True)[0] == "acd"
    assert shown(most_popular, data, Customer("", (looked,)), exclude_purchased=True)[0] == "abcd"


def test_categories_liked_come_first(data):
    """A customer of cake is shown cake by its popularity, then the rest; a look at tea in the session makes it tea."""
    assert shown(category_popular, data, Customer("t"))[0] == "bcad"
    assert shown(category_popular, data, Customer("", (Event("d", EventKind.VIEW),)))[0] == "adbc"


def test_of_a_stranger_only_the_popularity_of_categories_is_known(data):
    """Without a history category popularity is overall popularity, and impersonal."""
    order, slate = shown(category_popular, data, Customer("stranger"))
    assert order == "abcd"
    assert slate.impersonal


def test_attributes_stand_in_for_a_single_category():
    """Where all items have one category, the words of ``attributes`` are what is liked."""
    events = pd.DataFrame(SOLD, columns=["time", "customer_id", "item_id"])
    items = pd.DataFrame({"item_id": list("abcd"), "attributes": ["1", "2 3", "3", "1"]})
    data = Dataset.from_tables({"events": events, "items": items})

    assert shown(category_popular, data, Customer("", (Event("c"),)))[0] == "bcad"


def test_the_last_week_forgets_what_sold_before(data):
    """Only the last seven days of the events count."""
    assert set(shown(last_week, data, Customer("p"), slate_size=2)[0]) == {"c", "d"}


def test_references_are_those_that_tell_something(data, tmp_path):
    """The last week is shown for tasks with times, categories where there are several."""
    (tmp_path / "s.txt").write_text("u a b c\nv a b\n")

    assert set(references(leave_one_out(tmp_path / "s.txt"))) == {"most_popular"}
    assert set(references(RecommenderTask(data, {}))) == {"most_popular", "category_popular"}
    timed = next_basket(data, datetime(2024, 1, 20, tzinfo=UTC), days=20)
    assert set(references(timed)) == {"most_popular", "category_popular", "last_week"}


def test_an_untrained_reference_says_it_is_not_its_turn():
    """Before training there is no answer."""
    assert BestSellers(most_popular).recommend(RecommendRequest()) is None
