"""The arms of the experiment: the same shop in the same world, run in different ways."""

from __future__ import annotations

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

    def retailer(
        self, scenario: Scenario, config: Config, budget: float | None, plugins: PluginSet | None = None
    ) -> Retailer:
        """Return who runs the shop this way, with ``plugins`` in place of the configured ones."""
        coordination = attrs.evolve(
            config.coordination,
            maximum_passes=scenario.operation.passes,
            holding_rate_per_year=scenario.supply.holding_rate_per_year,
        )
        if self.service_target is not None:
            operation = attrs.evolve(scenario.operation, service_target=self.service_target)
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
    """Return an arm by its name, or one that plans for another fill rate by ``name@rate``, such as ``siloed@0.95``.

    Raises:
        ConfigError: There is no such arm, or the rate is no number between 0 and 1.
    """
    base, at, rate = name.partition("@")
    if base not in ARMS:
        raise ConfigError(f"there is no arm {base!r}; there are {', '.join(ARMS)}")
    if not at:
        return ARMS[base]
    try:
        target = float(rate)
    except ValueError:
        target = -1.0
    if not 0.0 < target < 1.0:
        raise ConfigError(f"the arm {name!r} names a fill rate of {rate!r}; it must be a number between 0 and 1")
    told = f"{ARMS[base].description}; planned for a fill rate of {target:.1%}"
    return attrs.evolve(ARMS[base], name=name, description=told, service_target=target)
