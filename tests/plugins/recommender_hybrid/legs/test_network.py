"""What the neural legs share: the loss, vectors of new items, warm starts and checkpoints."""

import numpy as np
import torch
from hybrid_world import content, plain
from shelfwise_recommender_hybrid.legs.network import ItemVectors, Start, rounded, sampled_loss, start_from
from torch.nn import functional


def test_a_sample_of_everything_is_the_cross_entropy():
    """With all items as negatives the sampled loss is the softmax cross-entropy over the catalogue."""
    torch.manual_seed(0)
    user, vectors, target = torch.randn(5, 4), torch.randn(7, 4), torch.tensor([0, 3, 6, 3, 1])
    found = sampled_loss(user, target, vectors, torch.arange(7), negatives=7)

    assert torch.allclose(found, functional.cross_entropy(user @ vectors.T, target))


def test_a_sample_stands_for_all():
    """With few negatives the loss is near that of all on average, as their weight is scaled up."""
    torch.manual_seed(0)
    user, vectors, target = 0.1 * torch.randn(50, 4), torch.randn(400, 4), torch.arange(50)
    exact = functional.cross_entropy(user @ vectors.T, target)
    found = torch.stack([sampled_loss(user, target, vectors, torch.arange(400), negatives=40) for _ in range(50)])

    assert abs(found.mean() - exact) < 0.02


def test_an_unsold_item_has_only_the_vector_of_its_features():
    """Items never sold are alike where their features are, and nothing where there are none."""
    sold = np.array([True, False, False, False])
    vectors = ItemVectors(content(["a", "a", "a", "b"]).matrix, sold, 8).eval()()

    assert torch.equal(vectors[1], vectors[2])
    assert not torch.equal(vectors[0], vectors[1])
    assert not ItemVectors(plain(4).matrix, sold, 8).eval()()[1:].any()


def test_a_warm_start_follows_rows_that_moved():
    """A row goes where its item went; a new one keeps what it had, and what is sold is counted anew."""
    earlier = ItemVectors(plain(3).matrix, np.ones(3, bool), 4)
    later = ItemVectors(plain(3).matrix, np.array([True, False, True]), 4)
    fresh = later.own.weight.detach().clone()
    start_from(later, Start(earlier.state_dict(), {"own.weight": np.array([2, -1, 0])}))

    assert torch.equal(later.own.weight[0], earlier.own.weight[2])
    assert torch.equal(later.own.weight[1], fresh[1])
    assert torch.equal(later.own.weight[2], earlier.own.weight[0])
    assert later.sold[:, 0].tolist() == [1.0, 0.0, 1.0]


def test_rounding_leaves_features_alone():
    """Weights are as they will be kept, in half precision, and what is known of items stays as exact as it was."""
    matrix = content(["a", "a", "b", "b"], brand=["x", "y", "x", "x"]).matrix
    vectors = ItemVectors(matrix, np.ones(4, bool), 8)
    rounded(vectors)

    assert np.array_equal(vectors.weights.numpy(), matrix.data)
    assert torch.equal(vectors.own.weight, vectors.own.weight.half().float())
