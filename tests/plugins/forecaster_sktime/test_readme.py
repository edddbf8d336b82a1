"""The README's examples are specifications that build."""

import re
from pathlib import Path

import pytest
from shelfwise_forecaster_sktime.registry import build
from shelfwise_forecaster_sktime.spec import parse

from shelfwise.errors import PluginError

README = Path(__file__).parents[3] / "plugins/forecaster-sktime/README.md"
EXAMPLES = sorted(set(re.findall(r"[`\"]([A-Z]\w+\(.*?\))[`\"](?=[, |\n])", README.read_text(encoding="utf-8"))))


def test_the_readme_has_examples_of_every_family():
    """ETS, ARIMA, Theta, Croston and naive are there."""
    assert len(EXAMPLES) >= 12
    for family in ("AutoETS", "AutoARIMA", "Theta", "Croston", "Naive", "Transformed"):
        assert any(family in example for example in EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_builds(example):
    """Each is understood; one that needs a package that is not here says which."""
    try:
        estimator = build(parse(example), season_length=7, seed=0)
    except PluginError as error:
        pytest.skip(str(error))

    assert estimator.get_tag("object_type") == "forecaster"
