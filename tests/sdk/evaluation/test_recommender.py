"""Recommenders compared: what they learn from, what they are asked, and the figures they get."""

import gzip
import json
from datetime import UTC, datetime

import pandas as pd
import pytest
from recommender_oracle import Oracle
from shared_data import shared_data

from shelfwise.baselines.recommender import BaselineRecommender
from shelfwise.dataset import Dataset
from shelfwise.errors import DataError, PluginError
from shelfwise.evaluation.baskets import predict_basket
from shelfwise.evaluation.recommender import REFERENCE, evaluate, evaluate_recommender
from shelfwise.evaluation.recommender_task import next_basket
from shelfwise.evaluation.sequences import leave_one_out, read_sequences
from shelfwise.hookspecs import hookimpl

LINES = "u1 a b c d\nu2 b c d e\nu3 a c e\nu4 b d\nu5 a\n"


@pytest.fixture
def sequences(tmp_path):
    """Return a file of five customers."""
    path = tmp_path / "sequences.txt"
    path.write_text(LINES, encoding="utf-8")
    return path


def held(task):
    """Return what each customer had, in time order, in the data that is learned from."""
    return task.dataset.events.groupby("customer_id")["item_id"].agg("".join).to_dict()


def apart(task):
    """Return what is held out of each customer's events."""
    return task.dataset.held_out.groupby("customer_id")["item_id"].agg("".join).to_dict()


def test_the_last_item_is_held_out(sequences):
    """On the test the last item is the target, the one before an event, the rest the training data."""
    task = leave_one_out(sequences)

    assert task.targets == {"u1": {"d"}, "u2": {"e"}, "u3": {"e"}, "u4": {"d"}, "u5": {"a"}}
    assert held(task) == {"u1": "ab", "u2": "bc", "u3": "a"}
    assert {customer: events[0].item_id for customer, events in task.events.items()} == {
        "u1": "c",
        "u2": "d",
        "u3": "c",
        "u4": "b",
    }
    assert task.exclude_purchased


def test_refit_learns_from_the_validation_too(sequences):
    """With refit the item before the last is training data and no event, and nothing is held out."""
    task = leave_one_out(sequences, refit=True)

    assert held(task) == {"u1": "abc", "u2": "bcd", "u3": "ac", "u4": "b"}
    assert not task.events
    assert task.dataset.held_out.empty


def test_validation_leaves_the_last_item_alone(sequences):
    """On the validation the item before the last is the target, and the last is nowhere."""
    task = leave_one_out(sequences, split="validation", refit=True)

    assert task.targets == {"u1": {"c"}, "u2": {"d"}, "u3": {"c"}, "u4": {"b"}}
    assert held(task) == {"u1": "ab", "u2": "bc", "u3": "a"}


def test_validation_is_the_same_one_step_earlier(sequences):
    """Without refit the item before the validation item is held out, and comes with the request."""
    task = leave_one_out(sequences, split="validation")

    assert held(task) == {"u1": "a", "u2": "b"}
    assert apart(task) == {"u1": "b", "u2": "c", "u3": "a"}
    assert {customer: events[0].item_id for customer, events in task.events.items()} == apart(task)


def test_the_validation_items_are_held_out(sequences):
    """On the test, the validation items are in ``held_out``, in the columns of the events, and after all of those."""
    task = leave_one_out(sequences)

    data = task.dataset
    assert apart(task) == {"u1": "c", "u2": "d", "u3": "c", "u4": "b"}
    assert data.held_out.dtypes.equals(data.events.dtypes)
    assert data.events["time"].max() < data.held_out["time"].min() < pd.Timestamp(data.as_of.replace(tzinfo=None))


def test_all_items_are_candidates_with_their_attributes(sequences, tmp_path):
    """The catalogue holds every item of both files, and attributes as a column."""
    attributes = tmp_path / "attributes.json"
    attributes.write_text(json.dumps({"a": [3, 4], "z": [5]}), encoding="utf-8")

    items = leave_one_out(sequences, attributes).dataset.items.set_index("item_id")

    assert set(items.index) == set("abcdez")
    assert (items.loc["a", "attributes"], items.loc["b", "attributes"]) == ("3 4", "")


def test_the_order_of_ids_tells_nothing(sequences):
    """Another seed lists customers and items in another order, with the same content."""
    one, two = leave_one_out(sequences, seed=1), leave_one_out(sequences, seed=2)

    assert list(one.targets) != list(two.targets)
    assert one.targets == two.targets
    assert list(one.dataset.items["item_id"]) != list(two.dataset.items["item_id"])


def test_a_perfect_plugin_scores_one(sequences):
    """Whoever shows exactly what was bought next has every figure at one."""
    oracle = Oracle({"u1": "d", "u2": "e", "u3": "e", "u4": "d", "u5": "a"})

    evaluation = evaluate_recommender({"oracle": oracle}, sequences, slate_size=1)

    row = evaluation.row("oracle")
    assert {name: interval.estimate for name, interval in row.metrics.items()} == dict.fromkeys(row.metrics, 1.0)
    assert row.coverage == pytest.approx(3 / 5)
    assert {name: bin_["customers"] for name, bin_ in row.by_history.items()} == {"0": 1, "1-2": 2, "3-5": 2}


def test_every_bin_has_every_figure(sequences):
    """Precision and recall come in the bins too, each with its interval."""
    row = evaluate_recommender({"oracle": Oracle({"u1": "d"})}, sequences, slate_size=2).row("oracle")

    bin_ = row.by_history["3-5"]
    assert set(bin_) == {"customers", "hit_rate", "ndcg", "precision", "recall"}
    assert (bin_["precision"].estimate, bin_["recall"].estimate) == (0.25, 0.5)
    assert bin_["recall"].low <= 0.5 <= bin_["recall"].high


def test_new_items_have_a_slice_of_their_own():
    """Of those who bought an item nobody had before, only such items count."""
    rows = [("2024-01-01", "u", "a"), ("2024-01-01", "v", "b"), ("2024-02-02", "u", "b"), ("2024-02-02", "u", "new")]
    rows += [("2024-02-03", "v", "a")]
    data = Dataset.from_tables({"events": pd.DataFrame(rows, columns=["time", "customer_id", "item_id"])})
    task = next_basket(data, datetime(2024, 2, 1, tzinfo=UTC), days=14)

    evaluation = evaluate(task, {"old": Oracle({"u": "b"}), "new": Oracle({"u": ["x", "new"]})}, slate_size=2)

    assert task.new_items() == {"new"}
    assert evaluation.row("old").new_items["hit_rate"].estimate == 0.0
    new = evaluation.row("new").new_items
    assert (new["customers"], new["hit_rate"].estimate, new["recall"].estimate) == (1, 1.0, 1.0)
    assert evaluation.row("new").to_json()["new_items"]["customers"] == 1


def test_without_new_items_there_is_no_slice(tmp_path):
    """Where every target had been bought before, the slice is absent rather than zero."""
    (tmp_path / "s.txt").write_text("u a b\nv b a\n")

    row = evaluate_recommender({}, tmp_path / "s.txt", refit=True).row(REFERENCE)

    assert row.new_items is None
    assert row.to_json()["new_items"] is None


def test_plugins_are_driven_as_in_production(sequences):
    """The plugin is trained on the training part and asked with the events since, had items ruled out."""
    oracle = Oracle({})

    evaluate_recommender({"oracle": oracle}, sequences, slate_size=3, seed=9)

    assert len(oracle.trained_on.events) == 5
    request = oracle.requests[0]
    assert (request.slate_size, request.exclude_purchased, request.seed) == (3, True, 9)
    assert {c.customer_id: [e.item_id for e in c.events] for c in request.customers}["u1"] == ["c"]


def test_items_had_before_are_struck(sequences):
    """An item had before is struck from the slate, and what follows moves up."""
    oracle = Oracle({"u1": "abcd"})

    row = evaluate_recommender({"oracle": oracle}, sequences, slate_size=4).row("oracle")

    assert row.customers["mrr"].max() == 1.0


def test_the_reference_is_what_sells_most(sequences):
    """The reference row shows the best sellers of the training part, those had before left out."""
    row = evaluate_recommender({}, sequences, slate_size=1, refit=True).row(REFERENCE)

    # Training counts: a 2, b 3, c 3, d 1. Of what each has not had u1 is shown d, u2 a, u3 b, u4 c, u5 b or c.
    assert row.metrics["hit_rate"].estimate == pytest.approx(1 / 5)


def test_plugins_are_compared_in_pairs(sequences):
    """The difference of two plugins is that of their means, with an interval around it."""
    good, half = Oracle({"u1": "d", "u2": "e", "u3": "e", "u4": "d", "u5": "a"}), Oracle({"u1": "d", "u2": "e"})

    evaluation = evaluate_recommender({"good": good, "half": half}, sequences, slate_size=1)

    difference = evaluation.difference("good", "half", "hit_rate")
    assert difference.estimate == pytest.approx(0.6)
    assert difference.low <= 0.6 <= difference.high


def test_the_report_is_json(sequences):
    """The JSON has a row per plugin with intervals, comparisons, definitions and the protocol."""
    document = evaluate_recommender({"oracle": Oracle({})}, sequences).to_json()

    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert [row["plugin"] for row in document["rows"]] == [REFERENCE, "oracle"]
    assert document["comparisons"][0]["plugin"] == "oracle"
    assert document["protocol"]["refit"] is False
    assert set(document["rows"][0]["ndcg"]) == {"estimate", "low", "high"}
    assert "ndcg" in document["definitions"]


def test_progress_is_told(sequences):
    """A caller sees how far each plugin is."""
    told = []

    evaluate_recommender(
        {"oracle": Oracle({})}, sequences, progress=lambda step, done, total: told.append((step, done, total))
    )

    assert ("oracle: slates", 5, 5) in told


def test_a_plugin_without_an_answer_is_an_error(sequences):
    """A plugin that says "not mine" cannot be compared."""

    class Silent:
        @hookimpl
        def recommend(self):
            """Say nothing."""

    with pytest.raises(PluginError, match="recommender silent: expected one slate for each of 5 customers"):
        evaluate_recommender({"silent": Silent()}, sequences)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("u1 a\nu2\n", "line 2: expected a customer and its items"),
        ("u1 a\n\nu1 b\n", "line 3: customer 'u1' has a line already"),
        ("\n", "there is no line in it"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, text, message):
    """Errors of the file name file and line."""
    path = tmp_path / "wrong.txt"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DataError, match=message):
        read_sequences(path)


def test_a_missing_file_is_named(tmp_path):
    """A file that is not there is an error of the data, not a traceback."""
    with pytest.raises(DataError, match="cannot be read"):
        read_sequences(tmp_path / "nowhere.txt")


def test_next_basket_takes_the_first_after_the_split():
    """Of each customer's baskets after the split the first is the target, within the days asked."""
    rows = [("2024-01-01", "u", "a"), ("2024-02-02", "u", "b"), ("2024-02-02", "u", "c"), ("2024-02-03", "u", "d")]
    rows += [("2024-02-20", "v", "e"), ("2024-01-05", "v", "a"), ("2024-02-01", "", "a")]
    data = Dataset.from_tables({"events": pd.DataFrame(rows, columns=["time", "customer_id", "item_id"])})

    task = next_basket(data, datetime(2024, 2, 1, tzinfo=UTC), days=14)

    assert task.targets == {"u": {"b", "c"}}
    assert held(task) == {"u": "a", "v": "a"}
    assert task.dataset.held_out.empty


def test_next_basket_without_refit_holds_the_window_before_the_split_out():
    """What was bought in as many days before the split as are predicted after it is held out and comes as events."""
    rows = [("2024-01-01", "u", "a"), ("2024-01-25", "u", "b"), ("2024-02-02", "u", "c"), ("2024-01-24", "v", "d")]
    data = Dataset.from_tables({"events": pd.DataFrame(rows, columns=["time", "customer_id", "item_id"])})

    task = next_basket(data, datetime(2024, 2, 1, tzinfo=UTC), days=8, refit=False)

    assert task.targets == {"u": {"c"}}
    assert held(task) == {"u": "a"}
    assert apart(task) == {"u": "b", "v": "d"}
    assert task.events["u"][0].time == datetime(2024, 1, 25, tzinfo=UTC)
    assert task.histories() == {"u": {"a", "b"}}


def test_baskets_are_read_with_their_future(tmp_path):
    """The test predicts the basket of the future file, the validation the last one of the history."""
    history, future = tmp_path / "history.json.gz", tmp_path / "future.json.gz"
    for path, content in (
        (history, {"1": [[-1], [1, 2], [3], [-1]], "2": [[-1], [4], [-1]]}),
        (future, {"1": [[-1], [2, 5], [-1]], "2": [[-1], [4], [-1]]}),
    ):
        with gzip.open(path, "wt", encoding="utf-8") as file:
            json.dump(content, file)

    test, validation = predict_basket(history, future), predict_basket(history, future, split="validation")

    assert test.targets == {"1": {"2", "5"}, "2": {"4"}}
    assert validation.targets == {"1": {"3"}}
    assert held(validation) == {"1": "12", "2": "4"}
    assert len(test.dataset.items) == 5
    assert not test.exclude_purchased
    kept = predict_basket(history, future, refit=False)
    assert (held(kept), apart(kept)) == ({"1": "12"}, {"1": "3", "2": "4"})


def test_popularity_on_beauty_is_the_published_figure():
    """Counting all but the test items, popularity has the HR@10 of .014 and NDCG@10 of .006 of the literature."""
    path = shared_data("amazon_beauty", "Beauty.txt")

    row = evaluate_recommender({}, path, refit=True).row(REFERENCE)

    assert row.metrics["hit_rate"].estimate == pytest.approx(0.014, abs=0.001)
    assert row.metrics["ndcg"].estimate == pytest.approx(0.006, abs=0.001)


def test_the_baseline_beats_popularity_on_a_part_of_ta_feng(tmp_path):
    """On grocery baskets of a thousand customers the baseline is surely better than the best sellers."""
    parts = []
    for name in ("tafeng_history.json.gz", "tafeng_future.json.gz"):
        with gzip.open(shared_data("ta_feng", name), "rt") as whole, gzip.open(tmp_path / name, "wt") as part:
            json.dump(dict(list(json.load(whole).items())[:1000]), part)
        parts.append(tmp_path / name)

    evaluation = evaluate(predict_basket(*parts, split="validation"), {"baseline": BaselineRecommender()})

    assert evaluation.difference("baseline", REFERENCE, "recall").low > 0.0
