"""Every client gets what the orchestrator answers in process, field by field, and is told its errors alike."""

import pytest
from client_runners import write_cases
from golden_cases import (
    HERE,
    LARGE,
    LARGE_BYTES,
    NAMES,
    golden_answer,
    golden_orchestrator,
    golden_request,
    kept_answer,
    outcome_differences,
)
from google.protobuf import json_format

from shelfwise.serving_config import ServerConfig
from shelfwise.v1.decision_pb2 import DecideRequest, DecideResponse
from shelfwise_server import running


@pytest.fixture(scope="module")
def answers():
    """Return what an orchestrator in this process answers to each case, in their order."""
    orchestrator = golden_orchestrator()
    return {name: golden_answer(orchestrator, golden_request(name)) for name in sorted((*NAMES, *LARGE))}


def test_every_client_passes_every_case(runner, answers, tmp_path):
    """What a client gets from a server is what it would get in process."""
    cases = write_cases(tmp_path / "cases", [*NAMES, *LARGE])

    with running(golden_orchestrator(), ServerConfig(address="127.0.0.1:0")) as address:
        outcomes = runner.play(address, cases)

    found = {name: outcome_differences(answers[name], outcomes[name]) for name in answers}
    assert {name: told[:5] for name, told in found.items() if told} == {}


@pytest.mark.parametrize("name", NAMES)
def test_the_kept_answers_are_current(name, answers):
    """What is kept is what the orchestrator answers now; after a change on purpose, `make golden` writes it anew."""
    assert outcome_differences(kept_answer(name), answers[name])[:5] == []


@pytest.mark.parametrize("name", NAMES)
def test_both_forms_of_a_case_say_the_same(name):
    """A request, and its answer if there is one, is the same in JSON and in binary."""
    assert DecideRequest.FromString((HERE / f"{name}.request.binpb").read_bytes()) == golden_request(name)
    if (HERE / f"{name}.response.json").exists():
        text = (HERE / f"{name}.response.json").read_text(encoding="utf-8")
        assert json_format.Parse(text, DecideResponse()) == kept_answer(name)


def test_the_large_cases_are_large(answers):
    """Requests and answers of more than 5 MB are among the cases."""
    assert golden_request("large-request").ByteSize() > LARGE_BYTES
    assert answers["large-answer"].ByteSize() > LARGE_BYTES
