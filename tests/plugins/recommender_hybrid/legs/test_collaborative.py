"""The collaborative leg: what goes with what, for strangers and new items as well."""

import attrs
import numpy as np
import pytest
from hybrid_world import NCF, content, cycle, history, plain, rows
from shelfwise_recommender_hybrid.legs import Collaborative
from shelfwise_recommender_hybrid.legs.network import Fitting

ITEMS = 8
NOWHERE = np.full(ITEMS, -1)
SHORT = attrs.evolve(NCF, effort=attrs.evolve(NCF.effort, epochs=3))


def fitted(past, settings=SHORT, features=None, zone=None, zones=0, **fitting):
    """Return the leg fitted."""
    zone = np.full(len(past.customers), -1) if zone is None else zone
    return Collaborative.fit(past, features or plain(ITEMS), zone, zones, settings, Fitting(**({"seed": 1} | fitting)))


@pytest.fixture(scope="module")
def past():
    """Return customers who go round the catalogue, two items each."""
    return history(*cycle(ITEMS, steps=2, customers=120), items=ITEMS)


def test_a_cycle_is_learned(past):
    """After one item the next of the cycle is likeliest."""
    share = fitted(past, NCF).shares(rows(*([[n]] for n in range(ITEMS))), NOWHERE)

    assert share.argmax(axis=1).tolist() == [(n + 1) % ITEMS for n in range(ITEMS)]


def test_equal_seeds_give_equal_weights(past):
    """The same seed gives the same weights bit for bit, another one others."""
    one, same, other = (fitted(past, seed=seed).tensors() for seed in (1, 1, 2))

    assert all(np.array_equal(one[key], same[key]) for key in one)
    assert not all(np.array_equal(one[key], other[key]) for key in one)


def test_an_interrupt_changes_nothing(past, tmp_path):
    """A fit that goes on from its checkpoint ends where one without an interrupt does, bit for bit."""
    file = tmp_path / "ncf.safetensors"

    def stop(_step, done, _total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fitted(past, progress=stop, checkpoint=file)
    whole, resumed = fitted(past).tensors(), fitted(past, checkpoint=file).tensors()

    assert all(np.array_equal(whole[key], resumed[key]) for key in whole)


def test_new_items_are_likely_by_their_features():
    """An item that was never sold is likelier where its kind was had than an unsold one of the other kind."""
    teas = [[[n], [(n + 1) % 3]] for n in range(3)] * 20
    cakes = [[[4 + n], [4 + (n + 1) % 3]] for n in range(3)] * 20
    leg = fitted(history(*teas, *cakes, items=ITEMS), NCF, content(["tea"] * 4 + ["cake"] * 4))
    tea, cake = leg.shares(rows([[0]], [[4]]), NOWHERE[:2])

    assert tea[3] > 3.0 * tea[7]
    assert cake[7] > 3.0 * cake[3]


def test_strangers_are_known_by_their_zone():
    """With nothing but a zone, what sells there is likeliest."""
    north, south = [[[0], [1]]] * 60, [[[2], [3]]] * 60
    zone = np.repeat([0, 1], 60)
    leg = fitted(history(*north, *south, items=ITEMS), NCF, zone=zone, zones=2)
    share = leg.shares(rows([], []), np.array([0, 1]))

    assert share[0, :2].sum() > 0.6
    assert share[1, 2:4].sum() > 0.6


def test_company_changes_nothing(past):
    """A row's shares are the same alone and among others, to the last digit."""
    leg, people = fitted(past), [[[n % ITEMS] for n in range(many)] for many in (1, 3, 7, 25, 2)]
    together = leg.shares(rows(*people), NOWHERE[:5])

    for place, one in enumerate(people):
        assert np.array_equal(leg.shares(rows(one), NOWHERE[:1])[0], together[place])


def test_loading_changes_nothing(past):
    """What was read back answers as what was written, bit for bit."""
    leg, sequences = fitted(past), rows([[0], [1]], [])
    copy = Collaborative.from_tensors(leg.tensors(), plain(ITEMS), 0, SHORT)

    assert np.array_equal(leg.shares(sequences, NOWHERE[:2]), copy.shares(sequences, NOWHERE[:2]))
