"""What showing an item causes, learned from random draws."""

from datetime import UTC, datetime, timedelta

import attrs
import pandas as pd
import pytest
from slates_log import ITEMS, logged

from shelfwise.baselines.recommender import BaselineRecommender
from shelfwise.dataset import Dataset
from shelfwise.plugins import call
from shelfwise.slates import Trial
from shelfwise.slates.trial import purchased
from shelfwise.types import Customer, Deadline, RecommendRequest, silent

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(*hours):
    """Return moments so many hours after noon."""
    return [NOON + timedelta(hours=hour) for hour in hours]


def extra_units(plugin, data):
    """Return the units that a slate for one customer causes."""
    request = RecommendRequest((Customer("p1"),))
    signals = {"stock_outlook": None, "delivery_costs": None, "deadline": Deadline()}
    return call(plugin, "recommend", request=request, state=data.state(), **signals).exposure.extra_units.sum()


def dataset(impressions, events):
    """Return a data set of impressions and purchases: rows of hours, customer and item."""
    tables = {
        name: pd.DataFrame({"time": at(*hours), "customer_id": list(who), "item_id": list(what)})
        for name, (hours, who, what) in {"impressions": impressions, "events": events}.items()
    }
    tables["impressions"]["token"] = [f"t{row}" for row in range(len(tables["impressions"]))]
    return Dataset.from_tables(tables)


def test_a_purchase_counts_for_the_last_impression_before_it():
    """Within the window, of the same item to the same customer, and for one who has an id."""
    data = dataset(
        impressions=([0, 1, 2, 3, 4], ["a", "a", "b", "", "b"], "xxxxy"),
        events=([1.5, 5, 30, 6], ["a", "b", "b", ""], "xxyx"),
    )

    assert purchased(data.impressions, data.events, days=1).tolist() == [False, True, True, False, False]
    assert purchased(data.impressions, data.events, days=2).tolist() == [False, True, True, False, True]


def test_nothing_logged_leaves_the_assumption():
    """Without impressions, or with certain ones alone, the share is the assumed one to the last digit."""
    certain = dataset(([0], ["a"], ["x"]), ([1], ["a"], ["x"]))

    for assumed in (0.0, 0.2, 0.25, 1.0):
        assert Trial().share(assumed) == assumed
        assert Trial.of(certain, 7).share(assumed) == assumed


@pytest.mark.parametrize("lift", [0.0, 0.5, 2.0])
def test_the_true_share_is_recovered(lift):
    """The estimate is near the truth, which comparing what was shown with what was not, or counting all, is not."""
    customers, visits = 400, 6
    data = logged(customers, visits, share=0.4, lift=lift)
    truth = lift / (1.0 + lift)

    found = Trial.of(data, days=3).share(0.25)

    shown = data.impressions["slot"].notna().to_numpy()
    bought = purchased(data.impressions, data.events, days=3) & shown
    unshown_rate = (len(data.events) - bought.sum()) / (customers * visits * ITEMS - shown.sum())
    naive = 1.0 - unshown_rate / (bought.sum() / shown.sum())
    assert found == pytest.approx(truth, abs=0.06)
    assert naive - truth > 0.2
    assert 1.0 - truth > 0.2


def test_thin_data_stays_near_the_assumption():
    """A week of a few customers hardly moves the share, and never out of its range."""
    for seed in range(5):
        found = Trial.of(logged(customers=15, visits=1, lift=3.0, seed=seed), days=3)

        assert found.expected < 10.0
        assert abs(found.share(0.25) - 0.25) < 0.35
        assert 0.0 <= found.share(0.0) <= found.share(1.0) <= 1.0


def test_changing_shares_of_exploration_are_weighed():
    """Weeks of much, of little and of no exploration together still recover the truth."""
    tables = {"events": [], "impressions": []}
    for seed, share in enumerate((0.6, 0.1, 0.0)):
        data = logged(customers=300, visits=4, share=share, seed=seed, lift=1.0)
        for name, parts in tables.items():
            frame = getattr(data, name)
            parts.append(frame.assign(customer_id=frame["customer_id"] + f" of {seed}"))
    together = Dataset.from_tables({name: pd.concat(parts) for name, parts in tables.items()})

    assert Trial.of(together, days=3).share(0.25) == pytest.approx(0.5, abs=0.07)


def test_a_recommender_learns_the_share():
    """Trained on a log with draws it expects as many extra units of the same purchases as these have shown."""
    data = logged(lift=3.0)
    learned, assumed = BaselineRecommender(exposure_days=3), BaselineRecommender(exposure_days=3)
    call(learned, "train", dataset=data, progress=silent)
    call(assumed, "train", dataset=attrs.evolve(data, impressions=data.impressions.iloc[:0]), progress=silent)

    units = [extra_units(plugin, data) for plugin in (learned, assumed)]

    assert units[0] / units[1] == pytest.approx(Trial.of(data, 3).share(0.25) / 0.25)
    assert units[0] > 2.0 * units[1]
