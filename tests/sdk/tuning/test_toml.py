"""Options as TOML."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from shelfwise.tuning.toml import as_toml

PLAIN = (
    st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=8)
)
VALUES = st.recursive(
    PLAIN | st.lists(PLAIN, max_size=3),
    lambda values: st.dictionaries(st.text('abc-_ .é"', min_size=1, max_size=4), values, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text("abcd", min_size=1, max_size=3), VALUES, max_size=4))
def test_what_is_written_is_read_back(table):
    """The standard library reads exactly what was written."""
    assert tomllib.loads(as_toml(table)) == table


def test_none_is_left_out():
    """TOML has no None: the option is not written."""
    assert as_toml({"router": {"plugin": "a", "options": {"x": None, "y": 1.5}}}) == (
        '[router]\nplugin = "a"\n\n[router.options]\ny = 1.5\n'
    )
