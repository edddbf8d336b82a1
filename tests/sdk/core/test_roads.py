"""Travel by road: asked for where it is configured, laid under every plan, and done without where need be."""

import attrs
import numpy as np
import pytest
from fakes import fake_chains, small_state
from osrm_stub import osrm

from shelfwise.config import CoordinationConfig, parse_config
from shelfwise.errors import ConfigError
from shelfwise.orchestrator import Orchestrator
from shelfwise.plugins import PluginSet
from shelfwise.routing import Travel
from shelfwise.travel_config import TravelConfig
from shelfwise.types import (
    DecisionRequest,
    Delivery,
    Options,
    ReplenishRequest,
    RouteRequest,
    Stage,
    TravelMatrix,
)


def decide(request, state=None, **travel):
    """Decide with fakes, and return the decision and what the router was asked."""
    chains = fake_chains()
    plugins = PluginSet(chains, ())
    orchestrator = Orchestrator(plugins, state or small_state(), CoordinationConfig(), "m", TravelConfig(**travel))
    return orchestrator.decide(request), chains[Stage.ROUTER][0].plugin.asked


def test_every_plan_lies_on_the_roads():
    """The router gets the matrix of its depots and deliveries, transfers included; the server is asked once."""
    with osrm() as server:
        decision, asked = decide(
            DecisionRequest(replenish=ReplenishRequest(), route=RouteRequest()), osrm_url=server.url
        )

    assert len(server.asked) == 1
    request, deliveries = asked[-1]
    assert request.travel.place_ids == ("depot", "d1", "d2", "o1/1")
    travel = Travel.of(request, small_state(), deliveries)
    assert travel.distance_km(0, [1, 3]) == pytest.approx([100 * (0.05 + 0.02), 100 * (0.1 + 0.1)])
    assert not [warning for warning in decision.warnings if "OSRM" in warning]


def test_a_matrix_of_the_request_goes_before():
    """Who brings distances is asked for none, and no server either."""
    matrix = TravelMatrix(("depot", "d1"), np.ones((2, 2)), np.ones((2, 2)))

    with osrm() as server:
        _, asked = decide(DecisionRequest(route=RouteRequest(travel=matrix)), osrm_url=server.url)
        decide(DecisionRequest(route=RouteRequest(), options=Options(validate_only=True)), osrm_url=server.url)

    assert server.asked == []
    assert asked[0][0].travel == matrix


def test_places_that_nobody_knows_are_left_out():
    """A delivery without coordinates has no row, as in any matrix, and does not keep the others from theirs."""
    lost = RouteRequest(deliveries=(Delivery("d1", "depot", "", 48.15, 11.12), Delivery("lost")))

    with osrm() as server:
        _, asked = decide(DecisionRequest(route=lost), osrm_url=server.url)

    assert asked[0][0].travel.place_ids == ("depot", "d1")


@pytest.mark.parametrize(
    ("behaviour", "deliveries", "why"),
    [
        ({"failures": 2}, None, "it answered HTTP 503"),
        ({"hangs": True}, None, "no answer in time"),
        ({}, (Delivery("depot", latitude=48.15, longitude=11.12),), "the delivery 'depot' is called as a depot"),
    ],
)
def test_without_roads_it_is_a_detour_from_the_crows_way(behaviour, deliveries, why):
    """A plan is made all the same, and says what its distances are."""
    request = DecisionRequest(route=RouteRequest(deliveries=deliveries), options=Options(time_budget_seconds=2.0))

    with osrm(**behaviour) as server:
        decision, asked = decide(request, osrm_url=server.url, detour_factor=1.5)

    request, given = asked[0]
    crow = attrs.evolve(request, detour_factor=1.0)
    told = f"The OSRM server gave no distances ({why}): they are 1.5 times the crow's way."
    assert told in decision.warnings
    assert request.travel is None
    assert Travel.of(request, small_state(), given).distance_km(0, 1) == pytest.approx(
        1.5 * Travel.of(crow, small_state(), given).distance_km(0, 1)
    )


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"detour_factor": 0.5}, "travel.detour_factor must be at least 1"),
        ({"osrm_url": "file:///etc/passwd"}, "travel.osrm_url: must be a URL such as"),
        ({"osrm_url": "http://[::1"}, "travel.osrm_url: must be a URL such as"),
        ({"osrm_url": "http://roads:port"}, "travel.osrm_url: must be a URL such as"),
        ({"osrm_url": "http://shop:s3cret@roads"}, r"travel.osrm_url: must not hold a password; write \$\{NAME\}"),
    ],
)
def test_a_wrong_section_is_told_without_its_password(section, words):
    """What is allowed is said, and no address is repeated."""
    with pytest.raises(ConfigError, match=words) as caught:
        parse_config({"travel": section})

    assert "s3cret" not in str(caught.value)


def test_an_address_is_not_shown():
    """What is logged or printed of a configuration has no address in it."""
    config = parse_config({"travel": {"osrm_url": "https://shop:${PASSWORD}@roads.example/osrm"}})

    assert config.travel.osrm_url
    assert "roads.example" not in repr(config)
