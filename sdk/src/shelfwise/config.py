"""The configuration: ``shelfwise.toml`` as frozen values, every mistake in it reported at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import attrs

from shelfwise.dataset.config import DataConfig
from shelfwise.errors import ConfigError
from shelfwise.serving_config import ServerConfig
from shelfwise.structuring import structure
from shelfwise.travel_config import TravelConfig
from shelfwise.types import Stage

BASELINE = "baseline"


@attrs.frozen
class StageConfig:
    """Which plugin answers for a stage, with which options, and who stands in for it."""

    plugin: str = BASELINE
    fallback: tuple[str, ...] = (BASELINE,)
    """Asked in this order, with default options, when the plugin has no valid answer in time."""
    options: dict[str, Any] = attrs.field(factory=dict)

    @property
    def chain(self) -> tuple[str, ...]:
        """The names of the plugins to ask, in order, each once."""
        return tuple(dict.fromkeys((self.plugin, *self.fallback)))


@attrs.frozen
class CoordinationConfig:
    """How the stages are brought together."""

    maximum_passes: int = attrs.field(default=4, validator=attrs.validators.ge(1))
    damping: float = attrs.field(default=0.5, validator=[attrs.validators.ge(0.0), attrs.validators.lt(1.0)])
    """Share of the previous pass's signal that is kept."""
    tolerance: float = attrs.field(default=0.0001, validator=attrs.validators.ge(0.0))
    """Relative change of the objective below which the passes have converged."""
    time_budget_seconds: float = attrs.field(default=60.0, validator=attrs.validators.gt(0.0))
    """For a request that brings neither a time budget nor a deadline."""
    holding_rate_per_year: float = attrs.field(default=0.25, validator=attrs.validators.ge(0.0))
    """Cost of holding stock for a year, as a share of its unit cost."""


@attrs.frozen
class Config:
    """Everything that ``shelfwise.toml`` can say; every part has a default."""

    data: DataConfig = attrs.field(factory=DataConfig)
    recommender: StageConfig = attrs.field(factory=StageConfig)
    forecaster: StageConfig = attrs.field(factory=StageConfig)
    inventory: StageConfig = attrs.field(factory=StageConfig)
    router: StageConfig = attrs.field(factory=StageConfig)
    coordination: CoordinationConfig = attrs.field(factory=CoordinationConfig)
    travel: TravelConfig = attrs.field(factory=TravelConfig)
    server: ServerConfig = attrs.field(factory=ServerConfig)
    extensions: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    """Options of each extension by its name; an empty table uses it as it is."""

    def stage(self, stage: Stage) -> StageConfig:
        """Return the configuration of one stage."""
        return getattr(self, stage.value)  # type: ignore[no-any-return]


def load_config(path: Path | None) -> Config:
    """Read a configuration file; None gives the defaults.

    Raises:
        ConfigError: the file is missing or not TOML, or names every key that is unknown or wrong.
    """
    if path is None:
        return Config()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"there is no configuration file {path}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as TOML: {error}") from error
    return parse_config(table, source=str(path))


def parse_config(table: dict[str, Any], source: str = "configuration") -> Config:
    """Build the configuration from a parsed table, raising ConfigError with everything that is wrong."""
    config, mistakes = structure(table, Config, "")
    if config is None:
        raise ConfigError(f"{source}:\n" + "\n".join(mistakes))
    return config
