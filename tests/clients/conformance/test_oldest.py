"""A client of the oldest contract keeps working: fields have only been added since, and it passes over them.

``oldest/`` has the contract as it was in its first days, with which everything since is compatible.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from client_runners import Runner, runners, write_case
from golden_cases import NAMES, golden_answer, golden_orchestrator, golden_request, kept_answer, outcome_differences
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from shelfwise.serving_config import ServerConfig
from shelfwise.v1.decision_pb2 import DecideRequest
from shelfwise_server import running

HERE = Path(__file__).parent
OLDEST = HERE / "oldest"
CONTRACT = OLDEST / "shelfwise/v1/decision.proto"
BUF = Path(sys.executable).with_name("buf")
BUILT = {each.program.parents[1]: each for each in runners() if (each.program.parents[1] / "build.sh").exists()}


def compiled(*arguments):
    """Run protoc over the oldest contract, in a process of its own: its protobuf does not bear that of OR-Tools."""
    compiler = [sys.executable, "-m", "grpc_tools.protoc", f"--proto_path={OLDEST}"]
    subprocess.run([*compiler, *arguments, str(CONTRACT)], check=True)


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    """Return the classes of requests and answers in the oldest contract."""
    path = tmp_path_factory.mktemp("oldest") / "descriptors"
    compiled(f"--descriptor_set_out={path}", "--include_imports")
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes()).file:
        pool.Add(file)
    names = ("shelfwise.v1.DecideRequest", "shelfwise.v1.DecideResponse")
    return [message_factory.GetMessageClass(pool.FindMessageTypeByName(name)) for name in names]


def stub_of_python(folder):
    """Return a runner with nothing but the code that was generated for Python."""
    compiled(f"--python_out={folder}", f"--grpc_python_out={folder}")
    (folder / "shelfwise/__init__.py").touch()  # a package that comes before the one that is installed
    program = folder / "run"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {HERE / "stub_runner.py"} "$@"\n')
    program.chmod(0o755)
    return Runner("python-stub", program, {"PYTHONPATH": str(folder)})


def client_of(language, folder):
    """Return the runner of a language's client, built for the oldest contract."""
    if BUILT[language].missing:
        pytest.skip(BUILT[language].missing)
    environment = {"PROTO": str(OLDEST), "BUILD": str(folder)}
    done = subprocess.run(
        [language / "build.sh"], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Runner(language.name, BUILT[language].program, environment)


@pytest.mark.parametrize("language", [None, *BUILT], ids=lambda folder: folder.name if folder else "python")
def test_an_old_client_is_answered(language, kinds, tmp_path):
    """It gets what the newest would get for what it can ask, less what it cannot know."""
    request_kind, answer_kind = kinds
    folder = tmp_path / "old"
    folder.mkdir()
    old = client_of(language, folder) if language else stub_of_python(folder)
    cases = tmp_path / "cases"
    cases.mkdir()
    orchestrator, expected = golden_orchestrator(), {}
    for name in NAMES:
        request = request_kind.FromString(golden_request(name).SerializeToString())
        request.DiscardUnknownFields()
        write_case(cases, name, request)
        answer = golden_answer(orchestrator, DecideRequest.FromString(request.SerializeToString()))
        expected[name] = answer if isinstance(answer, dict) else answer_kind.FromString(answer.SerializeToString())

    with running(golden_orchestrator(), ServerConfig(address="127.0.0.1:0")) as address:
        outcomes = old.play(address, cases, kind=answer_kind)

    found = {name: outcome_differences(expected[name], outcomes[name]) for name in NAMES}
    assert {name: told[:5] for name, told in found.items() if told} == {}


def test_fields_have_been_added(kinds):
    """The cases hold fields that the oldest contract has not, in requests and in answers."""
    for name, kind, message in (("plan", kinds[0], golden_request("plan")), ("plan", kinds[1], kept_answer("plan"))):
        old = kind.FromString(message.SerializeToString())
        old.DiscardUnknownFields()

        assert 0 < old.ByteSize() < message.ByteSize(), name


def test_nothing_was_changed_or_taken_away():
    """The newest contract breaks nobody who was told the oldest."""
    done = subprocess.run(
        [BUF, "breaking", "--against", OLDEST], cwd=HERE.parents[2], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
