"""Quality and speed of the baseline recommender: ``python -m tests.benchmarks.recommender``.

Beauty by leave-one-out, Ta-Feng by the next basket, Online Retail by the next basket after a moment, with the
published rows beside ours, and the time of one storefront call and of a batch. One set of defaults for all, chosen on
the validation items and on earlier weeks, never on what is scored here.
"""

from __future__ import annotations

import os
import platform
import time
from datetime import UTC, datetime
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.recommender import BaselineRecommender
from shelfwise.dataset import DataConfig, Dataset, read_dataset
from shelfwise.evaluation.baskets import predict_basket
from shelfwise.evaluation.recommender import RecommenderEvaluation, evaluate
from shelfwise.evaluation.recommender_task import next_basket
from shelfwise.evaluation.sequences import leave_one_out
from shelfwise.hookspecs import hookimpl
from shelfwise.types import Customer, Deadline, Index, Progress, RecommendRequest, State, StockOutlook, silent

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
BEAUTY, TA_FENG, RETAIL = SHARED / "amazon_beauty", SHARED / "ta_feng", SHARED / "online_retail"
PUBLISHED_BEAUTY = {
    "popularity": ".014 / .006",
    "item-kNN": ".072 / .040",
    "EASE": ".076 / .042",
    "Markov + kNN blend, train only": ".081 / .051",
    "that blend, refitted": ".0905 / .0573",
    "SASRec with attributes, Markov and kNN, train only": ".0945 / .0581",
    "those three, refitted": ".1075 / .0666",
}
PUBLISHED_TA_FENG = {"overall top": ".080", "personal top": ".106", "both": ".120", "TIFU-KNN": ".130"}
SPLIT, DAYS = datetime(2011, 11, 11, tzinfo=UTC), 29.0


@attrs.define(eq=False)
class WithoutPopularity(BaselineRecommender):
    """The baseline ranking by neighbours (and attributes) alone.

    In a 5-core data set a rare item is likely to be a target just because it is rare, which a popularity feature could
    exploit; this row cannot.
    """

    @hookimpl
    def train(self, dataset: Dataset, progress: Progress) -> None:
        """Train as usual, then take the weight off popularity."""
        super().train(dataset, progress)
        known = self._learned
        assert known is not None
        slope = known.propensity.new.slope.copy()
        slope[1] = 0.0
        new = attrs.evolve(known.propensity.new, slope=slope)
        self._learned = attrs.evolve(known, propensity=attrs.evolve(known.propensity, new=new, prior=1e-3))


def main() -> None:
    """Print every table."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, seed 0")
    beauty()
    ta_feng()
    retail()


def beauty() -> None:
    """Print leave-one-out on Beauty, train only and refitted, without and with attributes."""
    if not BEAUTY.is_dir():
        print("\nBeauty: skipped, the data set is not beside the checkout")
        return
    for refit in (False, True):
        for attributes in (None, BEAUTY / "Beauty_item2attributes.json"):
            task = leave_one_out(BEAUTY / "Beauty.txt", attributes, refit=refit)
            fitted = "refitted on train + validation" if refit else "train only"
            table(
                f"Beauty, leave one out, {fitted}, {'with' if attributes else 'without'} attributes",
                evaluate(task, {"baseline": BaselineRecommender(), "neighbours": WithoutPopularity()}),
            )
    print("  neighbours: the baseline without its popularity features")
    print(f"  published HR@10 / NDCG@10: {'; '.join(f'{k} {v}' for k, v in PUBLISHED_BEAUTY.items())}")


def ta_feng() -> None:
    """Print the next basket on Ta-Feng."""
    if not TA_FENG.is_dir():
        print("\nTa-Feng: skipped, the data set is not beside the checkout")
        return
    task = predict_basket(TA_FENG / "tafeng_history.json.gz", TA_FENG / "tafeng_future.json.gz")
    table("Ta-Feng, next basket, repeats count", evaluate(task, {"baseline": BaselineRecommender()}))
    print(f"  published recall@10: {'; '.join(f'{k} {v}' for k, v in PUBLISHED_TA_FENG.items())}")


def retail() -> None:
    """Print the next basket on Online Retail, how far the probabilities are to be trusted, and the time it takes."""
    if not RETAIL.is_dir():
        print("\nOnline Retail: skipped, the data set is not beside the checkout")
        return
    dataset = read_dataset(DataConfig(), RETAIL)
    plugin = BaselineRecommender()
    task = next_basket(dataset, SPLIT, days=DAYS)
    table(f"Online Retail, first basket after {SPLIT:%Y-%m-%d}, repeats count", evaluate(task, {"baseline": plugin}))
    outcome(plugin, dataset)
    speed(dataset)


def table(name: str, evaluation: RecommenderEvaluation) -> None:
    """Print the rows of an evaluation and the hit rates by length of history."""
    metrics = ("hit_rate", "ndcg", "recall", "precision", "mrr")
    print(f"\n{name}: {evaluation.protocol['customers']} customers, slates of {evaluation.protocol['slate_size']}")
    print(
        " ".join([" " * 14, *(f"{metric:>9}" for metric in metrics), " coverage  novelty  gini  train s  recommend s"])
    )
    for row in evaluation.rows:
        cells = " ".join(f"{row.metrics[metric].estimate:9.4f}" for metric in metrics)
        reach = f"{row.coverage:9.3f} {row.novelty:8.2f} {row.gini:5.2f}"
        print(f"  {row.plugin:<12} {cells} {reach} {row.train_seconds:8.1f} {row.recommend_seconds:12.1f}")
    row = evaluation.row("baseline")
    for metric in ("hit_rate", "ndcg", "recall"):
        print(f"  baseline {metric} 95 % interval: {row.metrics[metric].low:.4f} to {row.metrics[metric].high:.4f}")
    bins = (f"{name} ({held['customers']}) {held['hit_rate'].estimate:.4f}" for name, held in row.by_history.items())
    print(f"  baseline hit_rate by items had before: {', '.join(bins)}")


def outcome(plugin: BaselineRecommender, dataset: Dataset) -> None:
    """Print expected and actual purchases of all customers on record, and what the weight of contribution does."""
    train = dataset.before(SPLIT)
    events = dataset.events
    start = np.datetime64(SPLIT.replace(tzinfo=None))
    after = events[(events["time"] >= start) & (events["time"] < start + np.timedelta64(plugin.exposure_days, "D"))]
    bought = set(zip(after["customer_id"], after["item_id"], strict=True))
    state = train.state()
    margin = dict(zip(state.items.index, state.items.margin.tolist(), strict=True))
    known = [customer for customer in train.events["customer_id"].unique() if customer]
    request = RecommendRequest(tuple(map(Customer, known)))

    def measured(outlook: StockOutlook | None) -> NDArray[np.float64]:
        answer = plugin.recommend(request, state, outlook, None, Deadline())
        assert answer is not None
        shown = [(slate.customer_id, item) for slate in answer.slates for item in slate.items]
        return np.array(
            [(item.purchase_probability, (c, item.item_id) in bought, margin[item.item_id]) for c, item in shown]
        ).T

    chance, happened, _ = measured(None)
    fifths = np.array_split(np.argsort(chance, kind="stable"), 5)
    pairs = ", ".join(f"{chance[rows].mean():.3f}/{happened[rows].mean():.3f}" for rows in fifths)
    print(
        f"  purchases within {plugin.exposure_days} days of {len(known)} customers' slates, expected/happened: {pairs}"
    )
    for weight in (0.0, 0.25, 0.5, 0.75, 1.0):
        plugin.contribution_weight = weight
        chance, happened, earned = measured(plenty(state))
        print(
            f"  contribution_weight {weight:.2f}: {happened.sum():.0f} items bought, contribution per unit each "
            f"{happened @ earned:.0f} (expected {chance @ earned:.0f}) {state.currency}"
        )


def plenty(state: State) -> StockOutlook:
    """Return an outlook with enough of everything everywhere."""
    nodes = Index(state.nodes.selling_ids)
    shape = (len(state.items.index), len(nodes))
    return StockOutlook(state.items.index, nodes, np.full(shape, 50.0), np.ones(shape), np.zeros(shape))


def speed(dataset: Dataset) -> None:
    """Print the time to train on everything, of a storefront call, and of a batch of all customers."""
    begun = time.perf_counter()
    plugin = BaselineRecommender()
    plugin.train(dataset, silent)
    trained = time.perf_counter()
    state = dataset.state()
    outlook = plenty(state)
    everybody = tuple(Customer(customer) for customer in state.customers.index)
    seconds = []
    for customer in everybody[:300]:
        start = time.perf_counter()
        plugin.recommend(RecommendRequest((customer,)), state, outlook, None, Deadline())
        seconds.append(time.perf_counter() - start)
    start = time.perf_counter()
    plugin.recommend(RecommendRequest(everybody), state, outlook, None, Deadline())
    batch = time.perf_counter() - start
    items = len(state.items.index)
    print(
        f"  train on all {len(dataset.events)} events {trained - begun:.1f} s; one customer of {items} items "
        f"p50 {1e3 * np.median(seconds):.2f} ms, p99 {1e3 * np.quantile(seconds, 0.99):.2f} ms; "
        f"all {len(everybody)} customers {batch:.1f} s"
    )


if __name__ == "__main__":
    main()
