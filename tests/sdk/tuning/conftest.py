"""A plugin with something to tune, as if it were installed, and an objective whose best value is known."""

import sys

import attrs
import numpy as np
import pytest

MODULE = '''
"""Plugins whose options can be tuned, well and badly."""

import attrs

from shelfwise.hookspecs import hookimpl
from shelfwise.types import Choice, Integers, Uniform


@attrs.define
class Layer:
    """Options within options."""

    width: int = attrs.field(default=8, metadata={"tune": Integers(1, 64, log=True)})
    bias: bool = True


@attrs.define(eq=False)
class Bowl:
    """A router that does nothing but have options."""

    x: float = attrs.field(default=1.0, metadata={"tune": Uniform(-4.0, 4.0)})
    rate: float = attrs.field(default=0.1, metadata={"tune": Uniform(0.001, 1.0, log=True)})
    steps: int | None = attrs.field(default=None, metadata={"tune": Choice(None, 10, 20)})
    layer: Layer = attrs.field(factory=Layer)
    name: str = "bowl"
    _learned: object = attrs.field(init=False, default=None)

    @hookimpl
    def route(self):
        """Have no answer."""


@attrs.define(eq=False)
class Coin:
    """Has three options to choose from, and no more."""

    side: str = attrs.field(default="edge", metadata={"tune": Choice("heads", "tails", "edge")})

    @hookimpl
    def route(self):
        """Have no answer."""


@attrs.define(eq=False)
class Stone:
    """Has nothing to tune."""

    weight: float = 1.0

    @hookimpl
    def route(self):
        """Have no answer."""


@attrs.define(eq=False)
class NoneAmong(Stone):
    """Offers None, which TOML cannot say, beside another default."""

    size: int | None = attrs.field(default=3, metadata={"tune": Choice(None, 3)})


@attrs.define(eq=False)
class NoneOutside(Stone):
    """Has None for a default, in a range of numbers."""

    size: float | None = attrs.field(default=None, metadata={"tune": Uniform(0.0, 1.0)})


@attrs.define(eq=False)
class NoRange(Stone):
    """Declares something else than a range."""

    size: float = attrs.field(default=0.5, metadata={"tune": (0.0, 1.0)})


@attrs.define(eq=False)
class LogOfZero(Stone):
    """Has a default that no logarithm reaches."""

    size: float = attrs.field(default=0.0, metadata={"tune": Uniform(0.1, 1.0, log=True)})
'''
CLASSES = ("Bowl", "Coin", "Stone", "NoneAmong", "NoneOutside", "NoRange", "LogOfZero")


@pytest.fixture(autouse=True)
def cabinet(tmp_path_factory, monkeypatch):
    """Install the plugins for one test."""
    site = tmp_path_factory.mktemp("site")
    (site / "cabinet.py").write_text(MODULE)
    (site / "cabinet-1.0.dist-info").mkdir()
    (site / "cabinet-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: cabinet\nVersion: 1.0\n")
    points = "\n".join(f"{name.lower()} = cabinet:{name}" for name in CLASSES)
    (site / "cabinet-1.0.dist-info" / "entry_points.txt").write_text(f"[shelfwise.router]\n{points}\n")
    monkeypatch.syspath_prepend(site)
    yield
    sys.modules.pop("cabinet", None)


@attrs.define(eq=False)
class Depth:
    """How deep in the bowl a plugin lies: 0 at x = 2, a unit for each of ten noises; ``before`` is called first."""

    before: object = None
    maximize: bool = False
    metric: str = "depth"
    definition: str = "squared distance from x = 2"
    protocol: dict = attrs.field(factory=lambda: {"bowl": "round"})
    seen: list = attrs.field(factory=list)

    def score(self, plugin, watch):
        """Return the depth of each unit."""
        self.seen.append(plugin)
        if self.before is not None:
            self.before(plugin, watch)
        depth = (getattr(plugin, "x", 0.0) - 2.0) ** 2 + np.linspace(-0.05, 0.05, 10)
        return -depth if self.maximize else depth


@pytest.fixture
def depth():
    """Return the class of the objective."""
    return Depth
