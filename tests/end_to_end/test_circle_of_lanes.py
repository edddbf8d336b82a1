"""Lanes that lead in a circle: whoever asks for a plan is told which, in the same process and over the wire."""

import attrs
import numpy as np
import pytest
from sample_retailer import sample_orchestrator

from shelfwise.baselines.heuristic import HeuristicInventory
from shelfwise.errors import StageFailedError
from shelfwise.orchestrator import Orchestrator
from shelfwise.plugins import Member, PluginSet
from shelfwise.serving_config import ServerConfig
from shelfwise.types import DecisionRequest, NodeKind, ReplenishRequest, Stage
from shelfwise_client import Client
from shelfwise_server import running

REQUEST = DecisionRequest(replenish=ReplenishRequest())


@pytest.fixture(scope="module", params=["baseline", "heuristic", "ppo"])
def orchestrator(request):
    """Return a retailer's orchestrator with an inventory plugin whose suppliers' lanes begin where they end."""
    sound = sample_orchestrator()
    lanes, kind = sound.state.lanes, sound.state.nodes.kind
    bought = kind[lanes.from_node] == NodeKind.SUPPLIER
    state = attrs.evolve(
        sound.state, lanes=attrs.evolve(lanes, from_node=np.where(bought, lanes.to_node, lanes.from_node))
    )
    chains = dict(sound.plugins.chains)
    if request.param == "heuristic":
        chains[Stage.INVENTORY] = (Member(Stage.INVENTORY, "heuristic", "0", HeuristicInventory()),)
    if request.param == "ppo":
        package = pytest.importorskip("shelfwise_inventory_ppo", reason="needs the plugin inventory-ppo")
        chains[Stage.INVENTORY] = (
            Member(Stage.INVENTORY, "ppo", "0", package.PPOInventory()),
            *chains[Stage.INVENTORY],
        )
    return Orchestrator(PluginSet(chains), state, sound._coordination, sound.model_id)


def _check(failure):
    assert failure.stage == Stage.INVENTORY
    for words in ("lanes '", "lead in a circle, from which '", "asks for '"):
        assert words in str(failure)


def test_it_is_told_in_the_same_process(orchestrator):
    """The stage has no answer, and says why."""
    with pytest.raises(StageFailedError) as caught:
        orchestrator.decide(REQUEST)

    _check(caught.value)


def test_it_is_told_over_the_wire(orchestrator):
    """The client raises the same error with the same words."""
    with (
        running(orchestrator, ServerConfig(address="127.0.0.1:0")) as address,
        Client(address) as client,
        pytest.raises(StageFailedError) as caught,
    ):
        client.decide(REQUEST)

    _check(caught.value)
