"""The gate: which leg counts depends on the customer, smoothly, and never on a number of an item."""

import attrs
import numpy as np
import pytest
from shelfwise_recommender_hybrid.evidence import CONTEXT_WIDTH, Evidence, about_width
from shelfwise_recommender_hybrid.gate import Gate

from shelfwise.types import silent

ROWS, WIDTH = 1_200, 6


def world(rows=ROWS, seed=0):
    """Return evidence in which leg 0 is right for long histories and leg 1 for short ones, and what came next."""
    generator = np.random.default_rng(seed)
    shares = generator.dirichlet(np.full(WIDTH, 0.5), size=(2, rows)) + 1e-3
    length = generator.integers(0, 2, rows)
    right = np.where(length[:, None] == 1, shares[0], shares[1])
    hit = np.zeros((rows, WIDTH), bool)
    chosen = [generator.choice(WIDTH, p=share / share.sum()) for share in right]
    hit[np.arange(rows), chosen] = True
    context = np.zeros((rows, CONTEXT_WIDTH + 2))
    context[:, 1] = np.log1p(length * 20.0)
    context[:, CONTEXT_WIDTH:] = np.log(shares.max(axis=2)).T
    evidence = Evidence(
        item=np.broadcast_to(np.arange(WIDTH), (rows, WIDTH)),
        log_share=np.log(shares).transpose(1, 2, 0).astype(np.float32),
        about=np.zeros((rows, WIDTH, about_width(popularity_features=True)), np.float32),
        context=context.astype(np.float32),
    )
    return evidence, hit


@pytest.fixture(scope="module")
def gate():
    """Return a gate that has learned the world of two legs, without a re-ranker."""
    return Gate.fit(*world(), seed=0, progress=silent, correct=False)


def contexts(*lengths):
    """Return contexts that differ in the length of the history alone."""
    context = world(1)[0].context.repeat(len(lengths), axis=0)
    context[:, 1] = np.log1p(np.array(lengths, np.float64))
    return context


def test_the_leg_that_is_right_counts_more(gate):
    """Leg 0 outweighs leg 1 after a long history, and the other way round without one."""
    short, long = gate.weights(contexts(0, 20))

    assert long[0] > 1.5 * long[1]
    assert short[1] > 1.5 * short[0]


def test_weights_are_positive_and_smooth(gate):
    """No leg is ever switched off or against, and a little more history changes weights a little."""
    weights = gate.weights(contexts(*np.linspace(0, 40, 200)))

    assert weights.min() > 0.0
    assert np.abs(np.diff(weights, axis=0)).max() < 0.3


def test_the_blend_beats_each_leg(gate):
    """On rows that it has not learned from, what came next is likelier under the gate than under either leg."""
    evidence, hit = world(seed=9)

    def likelihood(score):
        return (score - np.log(np.exp(score).sum(axis=1, keepdims=True)))[hit].mean()

    legs = [likelihood(evidence.log_share[:, :, leg]) for leg in range(2)]
    assert likelihood(gate.scores(evidence)) > max(legs) + 0.05


def test_numbers_of_items_mean_nothing(gate):
    """The same evidence about other items gives the same scores."""
    evidence, _ = world(20)
    other = attrs.evolve(evidence, item=evidence.item[:, ::-1] + 7)

    assert np.array_equal(gate.scores(evidence), gate.scores(other))


def test_padding_has_no_score(gate):
    """A place without an item scores minus infinity."""
    evidence, _ = world(2)
    item = np.where(np.arange(WIDTH) < 4, evidence.item, -1)

    assert np.isneginf(gate.scores(attrs.evolve(evidence, item=item))[:, 4:]).all()


def test_the_correction_learns_what_no_leg_says():
    """With the re-ranker a feature of candidates that decides what comes next is found, without it not."""
    evidence, _ = world()
    generator = np.random.default_rng(5)
    chosen = generator.integers(0, WIDTH, ROWS)
    hit = np.arange(WIDTH) == chosen[:, None]
    about = evidence.about.copy()
    about[:, :, 0] = hit
    evidence = attrs.evolve(evidence, about=about)
    scores = {
        correct: Gate.fit(evidence, hit, seed=0, progress=silent, correct=correct).scores(evidence)
        for correct in (True, False)
    }
    found = {correct: (score.argmax(axis=1) == chosen).mean() for correct, score in scores.items()}

    assert found[True] > 0.95
    assert found[False] < 0.5


def test_what_hardly_varied_in_learning_tells_nothing_later():
    """A leg that was as sure of everybody, and is surer of everybody once it is fitted again, changes no score."""
    evidence, hit = world()
    context = evidence.context.copy()
    context[:, -1] = -5.0 + np.random.default_rng(1).normal(0.0, 0.01, ROWS)
    gate = Gate.fit(attrs.evolve(evidence, context=context), hit, seed=0, progress=silent)
    before, after = context.copy(), context.copy()
    after[:, -1] += 2.0

    scores = [gate.scores(attrs.evolve(evidence, context=some)) for some in (before, after)]
    assert np.array_equal(*scores)


def test_too_little_to_learn_from_leaves_it_blank():
    """With next to no hits all legs count alike."""
    evidence, hit = world(15)
    weights = Gate.fit(evidence, hit, seed=0, progress=silent).weights(evidence.context)

    assert np.allclose(weights, weights[0, 0])


def test_equal_seeds_learn_alike():
    """The same seed gives the same gate, bit for bit."""
    one, other = (Gate.fit(*world(200), seed=3, progress=silent).tensors() for _ in range(2))

    assert all(np.array_equal(one[key], other[key]) for key in one)


def test_loading_changes_nothing(gate):
    """What was read back scores as what was written."""
    evidence, _ = world(10)

    assert np.array_equal(Gate.from_tensors(gate.tensors()).scores(evidence), gate.scores(evidence))
