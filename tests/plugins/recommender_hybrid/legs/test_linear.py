"""The linear leg: the closed form solves the objective that its docstring states."""

import numpy as np
import pytest
from hybrid_world import content, history, plain
from scipy.optimize import minimize
from shelfwise_recommender_hybrid.legs.linear import LinearSettings, fit_linear

ITEMS = 4
CUSTOMERS = ([[0], [1], [2]], [[0], [1]], [[3], [2]], [[1], [0], [3]], [[2], [1]])
"""Baskets of one item each, so that no basket is cut in halves."""
EVEN = np.full(ITEMS, 1 / ITEMS, np.float32)


def matrices(decay):
    """Return contexts, the baskets that followed them, and what each customer ever had."""
    before, after, ever = [], [], np.zeros((len(CUSTOMERS), ITEMS))
    for row, baskets in enumerate(CUSTOMERS):
        for place, (item,) in enumerate(baskets):
            ever[row, item] = 1.0
            if place:
                context = np.zeros(ITEMS)
                for back, (earlier,) in enumerate(reversed(baskets[:place])):
                    context[earlier] += decay**back
                before.append(context)
                after.append(np.eye(ITEMS)[item])
    return np.array(before), np.array(after), ever


def by_search(features, settings):
    """Return the minimiser of the objective by numerical search, with a diagonal of zero."""
    before, after, ever = matrices(settings.decay)
    free = ~np.eye(ITEMS, dtype=bool)

    def objective(values):
        weights = np.zeros((ITEMS, ITEMS))
        weights[free] = values
        parts = ((1.0, before, after), (settings.whole, ever, ever), (settings.alike, features, features))
        return settings.ridge * (weights**2).sum() + sum(
            scale * ((target - given @ weights) ** 2).sum() for scale, given, target in parts
        )

    found = minimize(objective, np.zeros(free.sum()), method="BFGS", options={"gtol": 1e-7})
    weights = np.zeros((ITEMS, ITEMS))
    weights[free] = found.x
    return weights


@pytest.mark.parametrize(("whole", "alike"), [(0.0, 0.0), (0.5, 0.0), (0.5, 3.0)])
def test_the_closed_form_solves_the_objective(whole, alike):
    """The weights are those that numerical search finds for the same objective, features of items included."""
    settings = LinearSettings(ridge=2.0, whole=whole, alike=alike)
    features = content(["tea", "tea", "cake", "cake"])
    found = fit_linear(history(*CUSTOMERS, items=ITEMS), features, EVEN, settings).matrix.toarray()

    assert np.allclose(found, by_search(features.matrix.toarray().T, settings), atol=2e-3)


def test_no_item_speaks_for_itself():
    """The diagonal is zero."""
    found = fit_linear(history(*CUSTOMERS, items=ITEMS), plain(ITEMS), EVEN, LinearSettings(ridge=2.0))

    assert not found.matrix.diagonal().any()


def test_features_tie_new_items_to_those_like_them():
    """An item that was never sold has weights from items of its kind, and without features it has none."""
    past = history([[0], [1]], [[1], [0]], items=4)
    tied = fit_linear(past, content(["tea", "tea", "tea", "cake"]), EVEN, LinearSettings(ridge=2.0)).matrix.toarray()
    loose = fit_linear(past, plain(4), EVEN, LinearSettings(ridge=2.0)).matrix.toarray()

    assert tied[0, 2] > 0.01
    assert loose[0, 2] == 0.0


def test_items_of_a_basket_speak_for_each_other():
    """What lies in one basket goes together, though no basket follows."""
    found = fit_linear(history(*[[[0, 1]]] * 20, items=3), plain(3), np.full(3, 1 / 3, np.float32), LinearSettings())

    assert found.matrix.toarray()[0, 1] > 0.0


def test_only_the_best_sellers_are_solved_for():
    """Items beyond the most that are solved for have no weights."""
    popularity = np.array([0.4, 0.3, 0.2, 0.1], np.float32)
    found = fit_linear(history(*CUSTOMERS, items=4), plain(4), popularity, LinearSettings(most_items=3))

    assert not found.matrix.toarray()[3].any()
    assert not found.matrix.toarray()[:, 3].any()


def test_too_little_ridge_is_named():
    """Equations that cannot be solved are an error that says what to raise."""
    with pytest.raises(ArithmeticError, match="raise its ridge"):
        fit_linear(history([[0]], items=4), plain(4), EVEN, LinearSettings(ridge=0.0))
