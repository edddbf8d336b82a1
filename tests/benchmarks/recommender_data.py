"""The data of the recommender benchmark: public sets beside the checkout, and a shop drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from shelfwise.dataset import DataConfig, Dataset, read_dataset
from shelfwise.evaluation.baskets import predict_basket
from shelfwise.evaluation.recommender_task import RecommenderTask, next_basket
from shelfwise.evaluation.sequences import leave_one_out

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
BEAUTY, TA_FENG, RETAIL = SHARED / "amazon_beauty", SHARED / "ta_feng", SHARED / "online_retail"
BEAUTY_PUBLISHED = (
    "HR@10 / NDCG@10: popularity .014 / .006; iALS .055 / .028; item-kNN .072 / .040; EASE .076 / .042; "
    "SASRec with sampled softmax .0921 / .0531; eSASRec .0928 / .0523; Markov + kNN blend .081 / .051, refitted "
    ".0905 / .0573; SASRec with attributes, Markov and kNN .0945 / .0581, refitted .1075 / .0666"
)
TA_FENG_PUBLISHED = "recall@10: overall top .080, personal top .106, both .120, TIFU-KNN .130"
SPLIT, DAYS = datetime(2011, 11, 11, tzinfo=UTC), 29.0
EVENTS_EACH, ZONES = 10, 4


def missing(folder: Path) -> bool:
    """Tell whether a public data set is not there, and say so."""
    if not folder.is_dir():
        print(f"\n{folder.name}: skipped, the data set is not beside the checkout")
    return not folder.is_dir()


def beauty_task(*, refit: bool, attributes: bool) -> Callable[[int], RecommenderTask]:
    """Return what makes the leave-one-out task of a seed."""
    about = BEAUTY / "Beauty_item2attributes.json" if attributes else None
    return lambda seed: leave_one_out(BEAUTY / "Beauty.txt", about, refit=refit, seed=seed)


def ta_feng_task(seed: int) -> RecommenderTask:
    """Return the next-basket task of a seed."""
    return predict_basket(TA_FENG / "tafeng_history.json.gz", TA_FENG / "tafeng_future.json.gz", seed=seed)


def retail_task() -> Callable[[int], RecommenderTask]:
    """Return what makes the task of a seed: learn before 11 November 2011, predict what follows."""
    dataset = read_dataset(DataConfig(), RETAIL)
    return lambda seed: next_basket(dataset, SPLIT, days=DAYS, seed=seed)


def drawn_shop(items: int, customers: int, seed: int = 0) -> Dataset:
    """Return a shop in which customers buy ten items each, mostly of two categories, popular ones more often."""
    generator = np.random.default_rng(seed)
    categories = max(10, items // 200)
    category = generator.integers(0, categories, items)
    of_category = [np.flatnonzero(category == code) for code in range(categories)]
    liked = generator.integers(0, categories, (customers, 2))
    weight = 1.0 / np.arange(1, items + 1) ** 0.8
    anywhere = generator.choice(items, (customers, EVENTS_EACH), p=weight / weight.sum())
    bought = np.empty((customers, EVENTS_EACH), dtype=np.int64)
    for customer, some in enumerate(liked):
        near = np.concatenate([of_category[code] for code in some])
        own = near[(near.size * generator.random(EVENTS_EACH) ** 2).astype(np.int64)]
        bought[customer] = np.where(generator.random(EVENTS_EACH) < 0.7, own, anywhere[customer])
    ids = np.array([f"item {row}" for row in generator.permutation(items)], dtype=object)
    names = np.array([f"customer {row}" for row in range(customers)], dtype=object)
    minutes = np.sort(generator.integers(0, 180 * 24 * 60, (customers, EVENTS_EACH)), axis=1)
    events = pd.DataFrame(
        {
            "time": (pd.Timestamp("2024-01-01") + pd.to_timedelta(minutes.ravel(), unit="min")),
            "customer_id": np.repeat(names, EVENTS_EACH),
            "item_id": ids[bought.ravel()],
        }
    )
    catalogue = pd.DataFrame(
        {
            "item_id": ids,
            "category": [f"category {code}" for code in category],
            "brand": [f"brand {code}" for code in generator.integers(0, categories, items)],
            "price": generator.uniform(1.0, 50.0, items).round(2),
        }
    )
    catalogue["unit_cost"] = (0.6 * catalogue["price"]).round(2)
    zones = [f"zone {code}" for code in generator.integers(0, ZONES, customers)]
    people = pd.DataFrame({"customer_id": names, "zone": zones, "consent": True})
    return Dataset.from_tables({"events": events, "items": catalogue, "customers": people})
