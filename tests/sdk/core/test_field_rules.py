"""What is said of options: each wrong one by its key, in words, whatever kind of validator finds it."""

import attrs
import pytest

from shelfwise.structuring import structure

validators = attrs.validators


def _even(_instance, attribute, value):
    """Refuse odd numbers, by name, as plugins do."""
    if value % 2:
        raise ValueError(f"{attribute.name} must be even, got {value}")


def _fits(instance, _attribute, value):
    """Refuse what is longer than the size."""
    if len(value) > instance.size:
        raise ValueError(f"the text is longer than {instance.size}")


@attrs.define(eq=False)
class Plugin:
    """Options with validators of every kind."""

    legs: tuple[str, ...] = attrs.field(
        default=("left",),
        validator=[validators.min_len(1), validators.deep_iterable(validators.in_(("left", "right")))],
    )
    size: int = attrs.field(default=2, validator=_even)
    text: str = attrs.field(default="", validator=_fits)
    code: str = attrs.field(default="a1", validator=validators.matches_re(r"[a-z]\d"))
    level: float = attrs.field(default=1.0, validator=validators.ge(0.0))
    seen: list[str] = attrs.field(factory=list)
    _learned: object = attrs.field(init=False, default=None)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"legs": []}, "options.legs must be at least 1 long and each one of 'left', 'right', got ()"),
        ({"legs": ["up"]}, "options.legs must be at least 1 long and each one of 'left', 'right', got ('up',)"),
        ({"size": 3}, "options.size must be even, got 3"),
        ({"level": 10**400}, f"options.level must be a number, got {10**400}"),
        ({"text": "long"}, "options.text: the text is longer than 2"),
        ({"code": "11"}, "options.code must match regex '[a-z]\\\\d' ('11' doesn't)"),
    ],
)
def test_a_wrong_option_is_told_by_its_key(options, told):
    """The key stands in the path and the words are for people, whichever validator refuses the value."""
    assert structure(options, Plugin, "options") == (None, [told])


def test_every_wrong_option_is_told():
    """One wrong option hides no other: not a misspelt one, not a wrong type, not what validators of plugins say."""
    options = {"legs": [], "size": 3, "code": "", "level": "high", "sise": 1}

    value, mistakes = structure(options, Plugin, "options")

    assert value is None
    assert sorted(line.split()[0] for line in mistakes) == [
        "options.code",
        "options.legs",
        "options.level",
        "options.sise",
        "options.size",
    ]


def test_nothing_false_is_said_of_an_option_that_hangs_on_a_wrong_one():
    """The text cannot be judged before its size is a number, so only the size is told."""
    _, mistakes = structure({"size": "big", "text": "long"}, Plugin, "options")

    assert mistakes == ["options.size must be a whole number, got 'big'"]


def test_an_option_left_out_that_no_longer_fits_is_told_where_the_options_are():
    """The default of one option can be wrong because of another; nobody wrote its key."""

    @attrs.define
    class Text(Plugin):
        text: str = attrs.field(default="ab", validator=_fits)

    assert structure({"size": 0}, Text, "options") == (None, ["options: the text is longer than 0"])


def test_what_only_the_whole_can_say_is_told():
    """A class that refuses its fields together has the last word."""

    @attrs.define
    class Pair:
        low: int = 0
        high: int = 1

        def __attrs_post_init__(self):
            if self.low > self.high:
                raise ValueError("low is above high")

    assert structure({"low": 2}, Pair, "options") == (None, ["options: low is above high"])
    assert structure({"low": 1}, Pair, "options") == (Pair(1, 1), [])
