"""Specifications are read as data: calls of names with literal keyword arguments, and nothing else."""

import pytest
from shelfwise_forecaster_sktime.spec import Call, parse


def test_names_and_literals_are_read():
    """Numbers, texts, truth values, None, lists, tuples, dicts and nested calls come out as they were written."""
    text = "Outer(a=1, b=-2.5, c='x', d=[True, None], e={'k': (1, 2)}, steps=[('f', Inner(sp=7)), ('g', Plain)])"

    assert parse(text) == Call(
        "Outer",
        {
            "a": 1,
            "b": -2.5,
            "c": "x",
            "d": [True, None],
            "e": {"k": (1, 2)},
            "steps": [("f", Call("Inner", {"sp": 7})), ("g", Call("Plain", {}))],
        },
    )


@pytest.mark.parametrize(
    "text",
    [
        "AutoETS(sp=open('/etc/passwd'))",
        "AutoETS(sp=__import__('os').getpid())",
        "AutoETS(sp=[x for x in (1,)])",
        "AutoETS(sp=lambda: 1)",
        "AutoETS(sp=1 + 1)",
        "AutoETS(sp=f'{1}')",
        "AutoETS(sp=b'1')",
        "AutoETS(**{'sp': 7})",
        "AutoETS(sp={**{}})",
        "AutoETS(*[7])",
        "os.system('x')",
        "AutoETS().fit()",
        "(lambda: 1)()",
        "Deseasonalizer() * AutoETS()",
    ],
)
def test_everything_else_is_refused(text):
    """No attribute, operator, comprehension, function or starred argument gets anywhere."""
    with pytest.raises(ValueError, match="estimator"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not written as a call"),
        ("AutoETS(", "not written as a call"),
        ("import os", "not written as a call"),
        ("(" * 5000, "not written as a call"),
        ("7", "must name a forecaster"),
        ("[AutoETS()]", "must name a forecaster"),
        ("AutoETS(7)", "name=value"),
        ("AutoETS(sp=-'x')", "nothing is evaluated"),
        ("AutoETS(sp=1, sp=2)", "not written as a call|twice"),
    ],
)
def test_mistakes_are_told_in_words(text, words):
    """An error says what is wrong with the specification."""
    with pytest.raises(ValueError, match=words):
        parse(text)
