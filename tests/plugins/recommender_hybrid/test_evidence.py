"""What the gate sees: the shares of the legs, what is known of each candidate, and of the customer."""

import numpy as np
import pytest
from hybrid_world import history, rows
from shelfwise_recommender_hybrid.evidence import CONTEXT_WIDTH, ItemFacts, Witnesses, about_width


class Leg:
    """A leg that says the same of everybody."""

    def __init__(self, *share):
        self.share = np.array(share, np.float32)

    def shares(self, sequences, zone, out=None):
        """Return the same shares for every row."""
        return np.tile(self.share, (len(sequences), 1))


def facts(past, price=None):
    """Return the facts of a history, by default without prices."""
    return ItemFacts.of(past, np.full(len(past.items), np.nan) if price is None else np.array(price))


def evidence(sequences, item, *, legs=None, past=None, popularity_features=True, price=None):
    """Return the evidence for candidates of three items."""
    legs = legs or {"one": Leg(0.5, 0.3, 0.2)}
    past = past or history([[0]], items=3)
    witnesses = Witnesses(legs, facts(past, price), popularity_features=popularity_features)
    zone = np.full(len(sequences), -1)
    return witnesses.evidence(sequences, witnesses.shares(sequences, zone), np.array(item))


def test_shares_are_those_of_the_candidates():
    """Each candidate has the logarithm of what each leg says of it, in the order of the legs."""
    found = evidence(rows([[0]]), [[2, 0]], legs={"a": Leg(0.5, 0.3, 0.2), "b": Leg(0.1, 0.1, 0.8)})

    np.testing.assert_allclose(np.exp(found.log_share[0]), [[0.2, 0.8], [0.5, 0.1]], atol=1e-6)


def test_confidence_is_the_highest_share():
    """Behind the features of the customer stands how sure each leg is of its best item."""
    found = evidence(rows([[0]]), [[1]], legs={"a": Leg(0.5, 0.3, 0.2), "b": Leg(0.1, 0.1, 0.8)})

    np.testing.assert_allclose(np.exp(found.context[0, CONTEXT_WIDTH:]), [0.5, 0.8], atol=1e-6)


def test_what_was_bought_before_is_told():
    """How often, how many baskets ago and how long ago a candidate was bought; nothing of one never bought."""
    found = evidence(rows([[0], [0, 1], [1]], now=25.0), [[0, 2]])
    count, back, idle = found.about[0, 0, :3]

    np.testing.assert_allclose([count, back, idle], [np.log1p(2), 1.0 / 2.0, np.log1p(15.0)], rtol=1e-6)
    np.testing.assert_array_equal(found.about[0, 1, :4], 0.0)


def test_padding_was_never_bought():
    """A place without a candidate has the features of an item never bought."""
    found = evidence(rows([[0]]), [[0, -1]])

    assert found.about[0, 0, 0] > 0.0
    np.testing.assert_array_equal(found.about[0, 1, :4], 0.0)


def test_prices_are_relative_to_what_the_customer_usually_pays():
    """A candidate at twice the customer's usual price is log 2 dearer, whatever the currency."""
    found = evidence(rows([[0]]), [[1]], price=[10.0, 20.0, 20.0])

    np.testing.assert_allclose(found.about[0, 0, 4:6], np.log(2.0), rtol=1e-5)


def test_items_that_are_bought_again_are_known():
    """The share of buyers who came back is higher for an item that half of them bought twice."""
    past = history(*[[[0], [0]]] * 10, *[[[0]]] * 10, *[[[1]]] * 20, items=3)
    again = facts(past).again

    assert again[0] > 2 * again[1]


@pytest.mark.parametrize("popularity_features", [True, False])
def test_sales_are_seen_only_where_they_may_be(popularity_features):
    """With popularity features two columns tell of an item's sales, without them none does."""
    found = evidence(rows([[0]]), [[0, 2]], past=history([[0], [0]], items=3), popularity_features=popularity_features)

    assert found.about.shape[2] == about_width(popularity_features)
    if popularity_features:
        np.testing.assert_allclose(found.about[0, :, -2:], [[np.log1p(2), 0.0], [0.0, 1.0]], rtol=1e-6)


def test_a_stranger_has_no_history():
    """The first feature of the customer tells a stranger from everybody else."""
    found = evidence(rows([], [[0, 1], [1]]), [[0], [0]])

    assert found.context[:, 0].tolist() == [1.0, 0.0]
    np.testing.assert_allclose(found.context[1, 1:4], np.log1p([3.0, 2.0, 2.0]), rtol=1e-6)
