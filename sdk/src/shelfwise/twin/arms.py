"""The arms of the experiment: the same shop in the same world, run in different ways."""

from __future__ import annotations

import attrs

from shelfwise.config import Config
from shelfwise.twin.classic import classic_plugins
from shelfwise.twin.retailer import Retailer
from shelfwise.twin.scenario import Scenario
from shelfwise.types import Link

__all__ = ["ARMS", "SILOED", "Arm"]

SILOED = "siloed"


@attrs.frozen
class Arm:
    """A way to run the shop: with the plugins of the configuration and some links off, or ``classic`` ones."""

    name: str
    description: str
    disabled: frozenset[Link] = frozenset()
    classic: bool = False

    def retailer(self, scenario: Scenario, config: Config, budget: float | None) -> Retailer:
        """Return who runs the shop this way."""
        coordination = attrs.evolve(
            config.coordination,
            maximum_passes=scenario.operation.passes,
            holding_rate_per_year=scenario.supply.holding_rate_per_year,
        )
        plugins = classic_plugins(scenario.supply.holding_rate_per_year) if self.classic else None
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
        Arm("integrated", "the configured plugins with every link on"),
    ]
    arms += [Arm(f"only_{link.value}", f"the link {link.value} alone", every - {link}) for link in Link]
    arms += [Arm(f"without_{link.value}", f"every link but {link.value}", frozenset({link})) for link in Link]
    return {arm.name: arm for arm in arms}


ARMS = _arms()
"""By name."""
