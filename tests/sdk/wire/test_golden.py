"""Golden files hold the contract still: what is in them is read and written the same in every version.

After a change of the contract on purpose, write them anew and read the difference:
``PYTHONPATH=tests python tests/sdk/wire/test_golden.py``.
"""

import json
from pathlib import Path

import pytest
from wire_examples import decision, plan_request

from shelfwise.wire import (
    decision_from_json,
    decision_to_json,
    decision_to_proto,
    request_from_json,
    request_to_json,
    request_to_proto,
)

HERE = Path(__file__).parent

CASES = {
    "plan_request": (plan_request, request_from_json, request_to_json),
    "decision": (decision, decision_from_json, decision_to_json),
}


def golden(name):
    """Return where a golden file lies."""
    return HERE / "golden" / f"{name}.json"


@pytest.mark.parametrize("name", CASES)
def test_a_golden_file_is_read_as_the_value(name):
    """The file gives the value that stands in wire_examples.py."""
    build, read, _ = CASES[name]

    assert read(golden(name).read_text(encoding="utf-8")) == build()


@pytest.mark.parametrize("name", CASES)
def test_the_value_is_written_as_the_golden_file(name):
    """The value gives the file, field by field."""
    build, _, write = CASES[name]

    assert json.loads(write(build())) == json.loads(golden(name).read_text(encoding="utf-8"))


def test_a_storefront_request_of_few_words():
    """The least a page has to say: who is looking."""
    request = request_from_json((HERE / "golden/storefront_request.json").read_text(encoding="utf-8"))

    assert request.recommend.customers[0].customer_id == "c-1"
    assert request.recommend.slate_size == 10
    assert request.live.stock is None
    assert request.options.explain


def unset(message, path=""):
    """Yield the fields that a message and the first of the messages in it leave unset, amounts of money aside."""
    given = {field.name for field, _ in message.ListFields()}
    for field in message.DESCRIPTOR.fields:
        if field.name not in given:
            yield f"{path}{field.name}"
        elif field.message_type and field.message_type.name not in ("Money", "Timestamp"):
            below = getattr(message, field.name)
            yield from unset(below[0] if field.is_repeated else below, f"{path}{field.name}.")


def test_the_examples_use_every_field():
    """No field is missing from the golden files, but for one that excludes another."""
    missing = [*unset(request_to_proto(plan_request())), *unset(decision_to_proto(decision()))]

    assert missing == ["route.only_transfers"]


if __name__ == "__main__":
    for name, (build, _, write) in CASES.items():
        golden(name).write_text(write(build()) + "\n", encoding="utf-8")
