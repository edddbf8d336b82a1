"""Who decides, and what is said of it."""

import numpy as np
from shelfwise_inventory_ppo.evidence import Evidence
from shelfwise_inventory_ppo.gate import Gate
from shelfwise_inventory_ppo.heuristics import Heuristics
from shelfwise_inventory_ppo.terms import Terms
from shelfwise_inventory_ppo.verdicts import Verdicts

from shelfwise.types import Index


def terms(rows, mean=5.0, variance=5.0, lead_time=2, ratio=9.0):
    """Return terms of item-nodes that are all alike."""
    return Terms.of(
        mean=np.full((rows, 4), mean),
        variance=np.full((rows, 4), variance),
        skewness=np.zeros(rows),
        none=np.zeros(rows),
        lead_time=np.full(rows, lead_time),
        lead_deviation=np.zeros(rows),
        shortage_ratio=np.full(rows, ratio),
    )


def gate(low):
    """Return a gate with trials of i0, i1, ... at the store, of which the lower ends of the savings are told."""
    rows = len(low)
    heuristics = Heuristics(np.arange(rows) % 2, np.full(rows, 1.0), np.full(rows, 2.0))
    low = np.asarray(low)
    verdicts = Verdicts(heuristics, low + 0.01, low, low + 0.02)
    items = Index([f"i{row}" for row in range(rows)])
    return Gate(
        items, Index(["T"]), np.arange(rows), np.zeros(rows, int), np.ones(rows, int), verdicts, evidence(-0.01)
    )


def evidence(low):
    """Return what is known of all classes, and how sure."""
    told, saved = terms(400), np.full(400, low) + np.linspace(-1e-4, 1e-4, 400)
    return Evidence.of(told, np.full(400, 9.0), saved)


def choose(gate, *items, **told):
    """Ask the gate of item-nodes at the store."""
    ids = np.array(items, object)
    rows = terms(len(items), **told)
    return gate.choose(ids, np.full(len(items), "T", object), rows, np.full(len(items), told.get("ratio", 9.0)))


def test_it_lets_the_learned_policy_decide_where_it_was_proven_cheaper():
    """A lower end above nothing is a proof; at or below nothing the best simple policy decides."""
    choice = choose(gate([0.005, 0.0, -0.02]), "i0", "i1", "i2")

    assert choice.learned.tolist() == [True, False, False]
    assert choice.tuned.tolist() == [False, True, True]
    assert choice.verdicts[0] == "1.5% (0.5% to 2.5%) cheaper than the best capped base-stock in its trial"
    assert choice.verdicts[1] == "not proven cheaper in its trial: 1.0% (0.0% to 2.0%)"
    assert choice.names.tolist() == ["capped base-stock", "projected inventory level", "capped base-stock"]


def test_a_verdict_is_of_orders_as_often_as_in_its_trial():
    """Where orders come less often than they did in the trial it says nothing, and item-nodes alike decide."""
    often = gate([0.005])
    ids, nodes = np.array(["i0"], object), np.array(["T"], object)
    weekly = Terms.of(
        mean=np.full((1, 9), 5.0),
        variance=np.full((1, 9), 5.0),
        skewness=[0.0],
        none=[0.0],
        lead_time=[2],
        lead_deviation=[0.0],
        shortage_ratio=[9.0],
        review=7,
    )

    choice = often.choose(ids, nodes, weekly, np.array([9.0]))

    assert not choice.learned.any()
    assert not choice.tuned.any()


def test_without_a_trial_item_nodes_alike_decide():
    """An unknown item goes by its class, and by formula where that is not known either."""
    proven = Gate.untried()
    proven = Gate(proven.items, proven.nodes, proven.item, proven.node, proven.review, proven.verdicts, evidence(0.01))

    known, unknown = choose(proven, "new"), choose(proven, "new", lead_time=3, ratio=100.0)

    assert known.learned.all()
    assert "on average 1.0% cheaper" in known.verdicts[0]
    assert not unknown.learned.any()
    assert not unknown.tuned.any()
    assert unknown.verdicts[0] == "not proven cheaper than the best simple one for such items"


def test_an_item_that_was_tried_does_not_go_by_its_class():
    """Its own trial says more."""
    tried = gate([-0.02])
    tried = Gate(tried.items, tried.nodes, tried.item, tried.node, tried.review, tried.verdicts, evidence(0.05))

    assert choose(tried, "i0", "other").learned.tolist() == [False, True]


def test_it_is_read_as_it_was_written(tmp_path):
    """Verdicts survive a file."""
    before = gate([0.005, -0.01])
    before.save(tmp_path)

    after = Gate.load(tmp_path, before.items, before.nodes)

    assert all(file.stat().st_mode & 0o044 == 0o044 for file in tmp_path.iterdir())

    for name in ("saved", "low", "high"):
        assert np.array_equal(getattr(after.verdicts, name), getattr(before.verdicts, name))
    assert choose(after, "i0", "i1").learned.tolist() == [True, False]


def test_classes_of_few_item_nodes_say_nothing():
    """A mean of three is no evidence."""
    few = Evidence.of(terms(3), np.full(3, 9.0), np.full(3, 0.01))

    saved, low = few.about(terms(1), np.array([9.0]))

    assert np.isnan([*saved, *low]).all()


def test_beyond_what_was_learned_nothing_is_known():
    """A lead time of twelve periods has no class."""
    some = evidence(0.01)
    rows = Terms.of(
        mean=np.full((1, 20), 5.0),
        variance=np.full((1, 20), 5.0),
        skewness=[0.0],
        none=[0.0],
        lead_time=[12],
        lead_deviation=[0.0],
        shortage_ratio=[9.0],
    )

    assert np.isnan(some.about(rows, np.array([9.0]))[0]).all()
