"""The arms of the experiment: the same shop in the same world, run in different ways."""

from __future__ import annotations

import re

import attrs

from shelfwise.config import Config
from shelfwise.errors import ConfigError
from shelfwise.plugins import PluginSet
from shelfwise.twin.classic import classic_plugins
from shelfwise.twin.retailer import Retailer
from shelfwise.twin.scenario import Scenario
from shelfwise.types import Link

__all__ = ["ARMS", "INFORMED", "INTEGRATED", "SILOED", "Arm", "arm_named"]

SILOED, INTEGRATED, INFORMED = "siloed", "integrated", "perfect_information"


@attrs.frozen
class Arm:
    """A way to run the shop: with the plugins of the configuration and some links off, or ``classic`` ones.

    An ``informed`` one has plugins that know the world, and is run after the integrated one.
    """

    name: str
    description: str
    disabled: frozenset[Link] = frozenset()
    classic: bool = False
    informed: bool = False
    service_target: float | None = None
    """Fill rate to plan for; None for that of the scenario."""
    exploration: float | None = None
    """Share of the slots that are filled at random; None for that of the scenario."""

    def retailer(
        self, scenario: Scenario, config: Config, budget: float | None, plugins: PluginSet | None = None
    ) -> Retailer:
        """Return who runs the shop this way, with ``plugins`` in place of the configured ones."""
        coordination = attrs.evolve(
            config.coordination,
            maximum_passes=scenario.operation.passes,
            holding_rate_per_year=scenario.supply.holding_rate_per_year,
        )
        operation = scenario.operation
        if self.service_target is not None:
            operation = attrs.evolve(operation, service_target=self.service_target)
        if self.exploration is not None:
            operation = attrs.evolve(operation, exploration=self.exploration)
        scenario = attrs.evolve(scenario, operation=operation)
        if self.classic:
            plugins = classic_plugins(scenario.supply.holding_rate_per_year)
        return Retailer(
            scenario, attrs.evolve(config, coordination=coordination), self.disabled, budget=budget, plugins=plugins
        )


def _arms() -> dict[str, Arm]:
    every = frozenset(Link)
    arms = [
        Arm(
            "classic",
            "best sellers, a moving average, economic order quantities, the nearest drop next",
            every,
            classic=True,
        ),
        Arm(SILOED, "the configured plugins with every link off", every),
        Arm(INTEGRATED, "the configured plugins with every link on"),
    ]
    arms += [Arm(f"only_{link.value}", f"the link {link.value} alone", every - {link}) for link in Link]
    arms += [Arm(f"without_{link.value}", f"every link but {link.value}", frozenset({link})) for link in Link]
    arms.append(Arm(INFORMED, "every link on, tastes and the demand to come known: a bound", informed=True))
    return {arm.name: arm for arm in arms}


ARMS = _arms()
"""By name."""


def arm_named(name: str) -> Arm:
    """Return an arm by its name.

    ``name@rate`` plans for another fill rate, such as ``siloed@0.95``; ``name~share`` fills a share of the slots at
    random, such as ``siloed~0.1``. Its name is the same however the number is written.

    Raises:
        ConfigError: There is no such arm, or what is told of it is no number between 0 and 1.
    """
    base, sign, told = re.fullmatch(r"([^@~]*)([@~]?)(.*)", name, re.DOTALL).groups()  # type: ignore[union-attr]
    if base not in ARMS:
        raise ConfigError(f"there is no arm {base!r}; there are {', '.join(ARMS)}")
    arm = ARMS[base]
    if not sign:
        return arm
    share, what = _share(told), _VARIANTS[sign]
    if share is None:
        raise ConfigError(f"the arm {name!r} names a {what} of {told!r}; it must be a number between 0 and 1")
    words = f"{arm.description}; with a {what} of {share:.1%}"
    arm = attrs.evolve(arm, name=f"{base}{sign}{share}", description=words)
    return attrs.evolve(arm, service_target=share) if sign == "@" else attrs.evolve(arm, exploration=share)


_VARIANTS = {"@": "fill rate", "~": "share of random slots"}


def _share(text: str) -> float | None:
    """Return a number between 0 and 1, None where the text is none."""
    try:
        share = float(text)
    except ValueError:
        return None
    return share if 0.0 < share < 1.0 else None
