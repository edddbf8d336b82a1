"""What is planned, laid out over items, nodes and periods."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from shelfwise.series import Plans, rival_means
from shelfwise.types import Index, Promotion, State

ITEMS, NODES = Index(("a", "b")), Index(("s", "t"))
DAYS = np.arange("2024-01-01", "2024-01-08", dtype="datetime64[D]")


def plans(*promotions, days=DAYS, step_days=1.0):
    """Return the plans of a shop where everything customarily costs 4."""
    return Plans.of(
        State(promotions=promotions),
        ITEMS,
        NODES,
        days,
        step_days=step_days,
        reference_price=np.full((2, 2), 4.0),
        typical_cut=-0.3,
    )


def test_a_promotion_covers_both_its_days_at_its_node():
    """Flag, log price and uplift stand on the days of the plan at the node it names, and nowhere else."""
    made = plans(Promotion("b", date(2024, 1, 2), date(2024, 1, 4), "t", price=2.0, expected_uplift=1.5))
    where = np.zeros((2, 2, 7), dtype=bool)
    where[1, 1, 1:4] = True

    np.testing.assert_array_equal(made.promoted, where)
    np.testing.assert_allclose(made.log_price, np.where(where, np.log(0.5), 0.0))
    np.testing.assert_array_equal(np.isfinite(made.uplift), where)
    assert made.uplift[1, 1, 1] == pytest.approx(1.5)


def test_a_plan_without_node_or_price_covers_all_nodes_at_the_usual_cut():
    """Without a node every node is meant, without a price the cut of earlier promotions."""
    made = plans(Promotion("a", date(2023, 12, 1), date(2024, 1, 1)))

    assert made.promoted[:, :, 0].tolist() == [[1.0, 1.0], [0.0, 0.0]]
    assert made.log_price[0, :, 0].tolist() == [-0.3, -0.3]
    assert not made.promoted[:, :, 1:].any()


def test_a_mere_change_of_price_is_not_promoted():
    """A plan that is not advertised changes the price alone."""
    made = plans(Promotion("a", date(2024, 1, 1), date(2024, 1, 1), price=5.0, advertised=False))

    assert not made.promoted.any()
    assert made.log_price[0, 0, 0] == pytest.approx(np.log(1.25))


def test_a_week_counts_as_promoted_when_a_day_of_it_is():
    """On weekly data a plan counts in every week that it touches."""
    weeks = np.array(["2024-01-01", "2024-01-08", "2024-01-15"], dtype="datetime64[D]")
    made = plans(Promotion("a", date(2024, 1, 7), date(2024, 1, 8)), days=weeks, step_days=7.0)

    assert made.promoted[0, 0].tolist() == [1.0, 1.0, 0.0]


def test_what_lies_elsewhere_is_no_plan():
    """Promotions of other items, nodes or times leave the plans empty."""
    made = plans(
        Promotion("other", date(2024, 1, 1), date(2024, 1, 2)),
        Promotion("a", date(2024, 1, 1), date(2024, 1, 2), "elsewhere"),
        Promotion("a", date(2023, 1, 1), date(2023, 1, 2)),
    )

    assert made.empty
    assert not plans(Promotion("a", date(2024, 1, 1), date(2024, 1, 1))).empty


def test_rival_means_leave_the_item_itself_out():
    """The mean is over the others of the category; an item alone in its category has none."""
    values = np.array([1.0, 3.0, 8.0, 5.0]).reshape(4, 1, 1)
    np.testing.assert_allclose(rival_means(values, np.array([0, 0, 0, 1]))[:, 0, 0], [5.5, 4.5, 2.0, 0.0])
