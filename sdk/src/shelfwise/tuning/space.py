"""Which options of a plugin are searched, in which ranges, and from where."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from shelfwise.errors import ConfigError, PluginError
from shelfwise.plugins import Member, build
from shelfwise.structuring import unknown
from shelfwise.types.ranges import TUNE, Choice, Integers, Range, Uniform

if TYPE_CHECKING:
    import optuna

__all__ = ["SearchSpace"]


@attrs.frozen(eq=False)
class SearchSpace:
    """The options of one plugin that may be tried; those of an options table within another are named ``a.b``.

    ``start`` holds the value of each as configured, or its default; ``fixed`` are the options as configured, in the
    nested form of the configuration.
    """

    stage: str
    plugin: str
    version: str
    ranges: Mapping[str, Range]
    start: Mapping[str, Any]
    fixed: Mapping[str, Any]

    @classmethod
    def of(
        cls, stage: str, name: str, options: Mapping[str, Any] | None = None, *, only: Collection[str] = ()
    ) -> SearchSpace:
        """Read the ranges from the plugin's fields; ``only`` names the options to search, all by default.

        A range that leaves out a value as configured is widened to it.

        Raises:
            PluginError: the plugin cannot be built, or declares a range that makes no sense.
            ConfigError: ``options`` are wrong, the plugin has nothing to tune, or ``only`` names what it has not.
        """
        member = build(stage, name, options)
        found = dict(_declared(member, member.plugin, ""))
        if not found:
            raise ConfigError(
                f"the {stage} plugin {name!r} has no option that can be tuned; its author declares them with "
                f'metadata={{"{TUNE}": Uniform(low, high)}} in their fields'
            )
        if strange := [
            unknown(f"option {option!r}", option, found, "Tunable") for option in only if option not in found
        ]:
            raise ConfigError("\n".join(strange))
        kept = {option: pair for option, pair in found.items() if not only or option in only}
        return cls(
            stage,
            name,
            member.version,
            {option: span for option, (span, _) in kept.items()},
            {option: value for option, (_, value) in kept.items()},
            dict(options or {}),
        )

    def suggest(self, trial: optuna.trial.BaseTrial) -> dict[str, Any]:
        """Draw a candidate; numbers have four significant digits, so that what was tried can be written down."""
        return {option: _suggest(trial, option, span) for option, span in self.ranges.items()}

    def options(self, chosen: Mapping[str, Any]) -> dict[str, Any]:
        """Return all options of a candidate in the nested form of the configuration."""
        nested = _copy(self.fixed)
        for option, value in chosen.items():
            *tables, key = option.split(".")
            table = nested
            for name in tables:
                table = table.setdefault(name, {})
            if value is None:  # TOML has no word for it; only a default can be None
                table.pop(key, None)
            else:
                table[key] = value
        return nested

    def describe(self) -> dict[str, str]:
        """Return each range in words that tell it from any other."""
        return {option: repr(span) for option, span in self.ranges.items()}


def _declared(member: Member, value: Any, prefix: str) -> Iterator[tuple[str, tuple[Range, Any]]]:
    """Yield each option with a range, and its value."""
    for field in attrs.fields(type(value)):
        if not field.init:
            continue
        option, now = f"{prefix}{field.alias}", getattr(value, field.name)
        span = field.metadata.get(TUNE)
        if span is not None:
            yield option, (_fitting(member, option, span, now, field.default), now)
        elif attrs.has(type(now)):
            yield from _declared(member, now, f"{option}.")


def _fitting(member: Member, option: str, span: Any, now: Any, default: Any) -> Range:
    """Return the range, widened to the value as configured."""
    where = f"the {member.stage} plugin {member.name!r}: the range of {option!r}"
    if isinstance(span, Choice):
        if None in span.values and default is not None:
            raise PluginError(f"{where} holds None, which a configuration can only leave out; make it the default")
        return span if now in span.values else Choice(*span.values, now)
    if not isinstance(span, (Uniform, Integers)):
        raise PluginError(f"{where} must be a Uniform, Integers or Choice, got {span!r}")
    if isinstance(now, bool) or not isinstance(now, (int, float)):
        raise PluginError(f"{where} is one of numbers, but its value is {now!r}; declare a Choice that holds it")
    try:
        if isinstance(span, Integers):
            return Integers(min(span.low, int(now)), max(span.high, int(now)), log=span.log)
        return Uniform(min(span.low, now), max(span.high, now), log=span.log)
    except ValueError as error:
        raise PluginError(f"{where} cannot hold its value {now!r}: {error}") from error


def _suggest(trial: optuna.trial.BaseTrial, option: str, span: Range) -> Any:
    if isinstance(span, Choice):
        return trial.suggest_categorical(option, span.values)
    if isinstance(span, Integers):
        return trial.suggest_int(option, span.low, span.high, log=span.log)
    drawn = trial.suggest_float(option, span.low, span.high, log=span.log)
    return min(max(float(f"{drawn:.4g}"), span.low), span.high)


def _copy(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _copy(value) if isinstance(value, Mapping) else value for key, value in table.items()}
