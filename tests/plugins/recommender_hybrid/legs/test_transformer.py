"""The transformer leg: it learns what follows what, and learns it again the same way."""

import attrs
import numpy as np
import pytest
import torch
from hybrid_world import TRANSFORMER, content, cycle, history, plain, rows
from shelfwise_recommender_hybrid.legs import Transformer
from shelfwise_recommender_hybrid.legs.network import Fitting

from shelfwise.errors import PluginError

ITEMS = 8
NOWHERE = np.full(ITEMS, -1)
SHORT = attrs.evolve(TRANSFORMER, effort=attrs.evolve(TRANSFORMER.effort, epochs=6))


@pytest.fixture(scope="module")
def past():
    """Return customers who go round the catalogue."""
    return history(*cycle(ITEMS), items=ITEMS)


def fitted(past, settings=SHORT, features=None, **fitting):
    """Return the leg fitted."""
    return Transformer.fit(past, features or plain(ITEMS), settings, Fitting(**({"seed": 1} | fitting)))


def alike(one, other):
    """Return whether two legs have the same weights, bit for bit."""
    ours, theirs = one.tensors(), other.tensors()
    return all(np.array_equal(ours[key], theirs[key]) for key in ours)


class Interrupted(Exception):  # noqa: N818
    """What ends a fit before it is done."""


def test_a_cycle_is_learned(past):
    """Each item is followed by the next of the cycle, whatever came before."""
    leg = fitted(past, TRANSFORMER)
    share = leg.shares(rows(*([[(n - 1) % ITEMS], [n]] for n in range(ITEMS))), NOWHERE)

    assert share.argmax(axis=1).tolist() == [(n + 1) % ITEMS for n in range(ITEMS)]
    assert np.allclose(share.sum(axis=1), 1.0, atol=1e-5)


def test_equal_seeds_give_equal_weights(past):
    """The same seed gives the same weights bit for bit, another one others."""
    assert alike(fitted(past), fitted(past))
    assert not alike(fitted(past), fitted(past, seed=2))


def test_an_interrupt_changes_nothing(past, tmp_path):
    """A fit that goes on from its checkpoint ends where an uninterrupted one does, bit for bit, by its best weights."""
    checks = {"found": iter([0.1, 0.9, 0.2])}

    def stop(_step, done, _total):
        if done == 5:
            raise Interrupted

    def check(_leg):
        return next(checks["found"])

    whole = fitted(past, check=check)
    checks["found"] = iter([0.1, 0.9, 0.2])
    file = tmp_path / "transformer.safetensors"
    with pytest.raises(Interrupted):
        fitted(past, check=check, progress=stop, checkpoint=file)
    resumed = fitted(past, check=check, checkpoint=file)

    assert alike(whole, resumed)


def test_a_damaged_checkpoint_is_named_and_removed(past, tmp_path):
    """A checkpoint that was cut short is an error that names the file, and the next training starts afresh."""
    file = tmp_path / "transformer.safetensors"
    whole = fitted(past, checkpoint=file)
    file.write_bytes(file.read_bytes()[:-50])

    with pytest.raises(PluginError, match=r"transformer\.safetensors.*train again"):
        fitted(past, checkpoint=file)

    assert alike(whole, fitted(past, checkpoint=file))


def test_the_best_check_is_kept(past):
    """With checks the weights are those of the best one, and a fit without improvement ends early."""
    seen = []

    def check(leg):
        seen.append(leg.table.clone())
        return -float(len(seen))

    patient = attrs.evolve(SHORT.effort, epochs=40, check_every=1, patience=3)
    leg = fitted(past, attrs.evolve(SHORT, effort=patient), check=check)

    assert len(seen) == 4
    assert torch.allclose(leg.table, seen[0], atol=1e-3)


def test_new_items_are_likely_by_their_features():
    """An item that was never sold is likelier where its kind was had than an unsold one of the other kind."""
    kinds = ["tea"] * 4 + ["cake"] * 4
    teas = [[[n], [(n + 1) % 3]] for n in range(3)] * 20
    cakes = [[[4 + n], [4 + (n + 1) % 3]] for n in range(3)] * 20
    leg = fitted(history(*teas, *cakes, items=ITEMS), TRANSFORMER, content(kinds))
    tea, cake = leg.shares(rows([[0]], [[4]]), NOWHERE[:2])

    assert tea[3] > 3.0 * tea[7]
    assert cake[7] > 3.0 * cake[3]


def test_length_and_company_change_nothing(past):
    """A row's shares are the same alone and beside longer ones, to the last digit."""
    leg = fitted(past)
    people = [[[n % ITEMS] for n in range(many)] for many in (1, 2, 5, 8, 20)]
    together = leg.shares(rows(*people), NOWHERE[:5])

    for place, one in enumerate(people):
        sequences = rows(one, now=190.0)
        assert np.array_equal(leg.shares(sequences, NOWHERE[:1])[0], together[place])


def test_without_events_nothing_is_likelier(past):
    """Strangers are all alike."""
    assert np.allclose(fitted(past).shares(rows([]), NOWHERE[:1]), 1.0 / ITEMS)


def test_a_history_without_pairs_is_no_error():
    """Customers with one event each teach nothing, and the leg still answers."""
    leg = fitted(history([[0]], [[1]], items=ITEMS))

    assert np.isfinite(leg.shares(rows([[0]]), NOWHERE[:1])).all()


def test_loading_changes_nothing(past):
    """What was read back answers as what was written, bit for bit."""
    leg, sequences = fitted(past), rows([[0], [1]], [[3]])
    copy = Transformer.from_tensors(leg.tensors(), plain(ITEMS), SHORT)

    assert np.array_equal(leg.shares(sequences, NOWHERE[:2]), copy.shares(sequences, NOWHERE[:2]))


def test_only_the_last_event_is_asked_for(past):
    """What the last event of a row expects is the same whether or not the others are asked for as well."""
    leg = fitted(past)
    item = torch.tensor([[1, 2, 3, 0], [4, 5, 0, 0], [6, 7, 0, 1]])
    events = (item, torch.ones_like(item), torch.ones_like(item), leg.table)
    last = torch.tensor([2, 1, 3])
    with torch.inference_mode():
        every, one = leg.network(*events), leg.network(*events, last)

    assert torch.allclose(one[:3], every[torch.arange(3), last], atol=1e-6)
