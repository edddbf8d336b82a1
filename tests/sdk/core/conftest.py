"""A distribution with plugins, good and bad, as if it were installed."""

import sys

import pytest

METADATA = "Metadata-Version: 2.1\nName: acme\nVersion: 1.2.3\n"

MODULE = '''
"""The plugins of a distribution that these tests install."""

import builtins

import attrs

from shelfwise.hookspecs import hookimpl


@attrs.define(eq=False)
class Jack:
    """A plugin of any stage, which has no answer and may fail when it loads."""

    size: int = attrs.field(default=1, validator=attrs.validators.optional(attrs.validators.ge(1)))
    raises: str = ""

    @hookimpl
    def recommend(self):
        """Have no answer."""

    @hookimpl
    def forecast(self):
        """Have no answer."""

    @hookimpl
    def replenish(self):
        """Have no answer."""

    @hookimpl
    def route(self):
        """Have no answer."""

    @hookimpl
    def load(self):
        """Fail with the error that is called so."""
        if self.raises:
            raise getattr(builtins, self.raises)("companions")


@attrs.define(eq=False)
class Unready:
    """A plugin that cannot be built."""

    def __attrs_post_init__(self):
        raise RuntimeError("no licence")


@attrs.define(eq=False)
class Rule:
    """An extension that leaves every answer as it is."""

    level: float = 1.0

    @hookimpl(wrapper=True)
    def recommend(self):
        """Pass the answer on."""
        return (yield)
'''

ENTRY_POINTS = """
[shelfwise.recommender]
jack = acme:Jack

[shelfwise.forecaster]
jack = acme:Jack
absent = acme:Absent
unready = acme:Unready

[shelfwise.inventory]
jack = acme:Jack

[shelfwise.router]
jack = acme:Jack

[shelfwise.extension]
rule = acme:Rule
greedy = acme:Jack
"""


@pytest.fixture
def acme(tmp_path_factory, monkeypatch):
    """Install the distribution ``acme`` for one test."""
    site = tmp_path_factory.mktemp("site")
    (site / "acme.py").write_text(MODULE)
    (site / "acme-1.2.3.dist-info").mkdir()
    (site / "acme-1.2.3.dist-info" / "METADATA").write_text(METADATA)
    (site / "acme-1.2.3.dist-info" / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(site)
    yield
    sys.modules.pop("acme", None)
