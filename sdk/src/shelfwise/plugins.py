"""Plugins: found by entry point, built from their configuration, called by what they implement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import attrs
import pluggy

from shelfwise import hookspecs
from shelfwise.errors import ConfigError, PluginError
from shelfwise.structuring import structure, unknown
from shelfwise.types import Stage

EXTENSION = "extension"
"""What takes the place of a stage for extensions: hook wrappers and observers."""

HOOK_OF = {
    Stage.RECOMMENDER: "recommend",
    Stage.FORECASTER: "forecast",
    Stage.INVENTORY: "replenish",
    Stage.ROUTER: "route",
}
"""The hook that a plugin of each stage must implement."""


@attrs.frozen
class PluginInfo:
    """An installed plugin; ``error`` says why it cannot be used, and is empty where it can."""

    stage: str
    name: str
    distribution: str
    version: str
    description: str = ""
    error: str = ""


@attrs.frozen(eq=False)
class Member:
    """A plugin at its place in a stage's chain, or an extension (whose ``stage`` is :data:`EXTENSION`)."""

    stage: str
    name: str
    version: str
    plugin: object


def group_of(stage: str) -> str:
    """Return the entry-point group in which plugins of a stage are registered."""
    return f"shelfwise.{stage}"


def available() -> tuple[PluginInfo, ...]:
    """Describe every installed plugin, importing each; one that cannot be imported is listed with its reason."""
    infos = []
    for stage in (*Stage, EXTENSION):
        points = sorted(entry_points(group=group_of(stage)), key=lambda point: point.name)
        infos += [_describe(stage, point, sum(other.name == point.name for other in points)) for point in points]
    return tuple(infos)


def _describe(stage: str, point: EntryPoint, many: int) -> PluginInfo:
    distribution, version = _origin(point)
    try:
        doc = (_load(point).__doc__ or "").strip().partition("\n")[0]
        error = f"{many} installed plugins have this name" if many > 1 else ""
    except PluginError as problem:
        doc, error = "", str(problem)
    return PluginInfo(str(stage), point.name, distribution, version, doc, error)


def build(stage: str, name: str, options: Mapping[str, Any] | None = None) -> Member:
    """Import the plugin called ``name`` and build it from its options.

    Raises:
        PluginError: it is not installed, installed twice, broken, or implements no hook of its stage.
        ConfigError: options are unknown, have the wrong type or are out of range; the message has a line for each.
    """
    point = _find(stage, name)
    cls = _load(point)
    where = f"extensions.{name}" if stage == EXTENSION else f"{stage}.options"
    try:
        plugin, mistakes = structure(options or {}, cls, where)
    except Exception as error:  # a foreign class may raise anything while it is built
        problem = f"{type(error).__name__}: {error}"
        raise PluginError(f"the {stage} plugin {name!r} cannot be built from its options: {problem}") from error
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    member = Member(str(stage), name, _origin(point)[1], plugin)
    check(member)
    return member


def check(member: Member) -> None:
    """Raise PluginError unless the member's hooks fit the contract and it implements the one of its stage."""
    manager = _manager()
    try:
        manager.register(member.plugin)
        manager.check_pending()
    except (pluggy.PluginValidationError, ValueError) as error:
        raise PluginError(f"the {member.stage} plugin {member.name!r} does not fit the hooks: {error}") from error
    hooks = {caller.name: caller.get_hookimpls()[0] for caller in manager.get_hookcallers(member.plugin) or ()}
    for name, hook in hooks.items():
        if hook.kwargnames:  # pluggy leaves such arguments at their defaults, whatever the caller gives
            arguments = " and ".join(map(repr, hook.kwargnames))
            raise PluginError(
                f"the {member.stage} plugin {member.name!r}: {name!r} has a default for {arguments}, which would "
                "never be passed; leave the default out"
            )
    required = HOOK_OF.get(member.stage)  # type: ignore[call-overload]
    if required and required not in hooks:
        raise PluginError(f"the {member.stage} plugin {member.name!r} implements no hook named {required!r}")
    answered = [name for name in HOOK_OF.values() if name in hooks and not _wraps(hooks[name])]
    if member.stage == EXTENSION and answered:
        wrap = "an extension may only wrap it, with @hookimpl(wrapper=True)"
        raise PluginError(f"the extension {member.name!r} implements {answered[0]!r} itself; {wrap}")


def _wraps(implementation: pluggy.HookImpl) -> bool:
    return implementation.wrapper or implementation.hookwrapper


def call(plugin: object, hook: str, **arguments: Any) -> Any:
    """Call one plugin's implementation of ``hook`` with those of ``arguments`` that it accepts.

    Returns None where the plugin does not implement the hook. A training is given no ``checkpoints`` unless the caller
    has some.
    """
    if hook == "train":
        arguments.setdefault("checkpoints", None)
    result = getattr(_manager_of(plugin).hook, hook)(**arguments)
    return (result[0] if result else None) if isinstance(result, list) else result


def implements(plugin: object, hook: str, argument: str | None = None) -> bool:
    """Return whether a plugin has the hook, and takes the argument if one is named."""
    implementations = getattr(_manager_of(plugin).hook, hook).get_hookimpls()
    return any(argument is None or argument in implementation.argnames for implementation in implementations)


class PluginSet:
    """The plugins of one orchestrator: a chain of members for each stage, and the extensions around them."""

    def __init__(self, chains: Mapping[Stage, tuple[Member, ...]], extensions: tuple[Member, ...] = ()) -> None:
        """Register everything; ``chains`` holds each stage's members, the configured plugin first."""
        self.chains = {stage: tuple(chains.get(stage, ())) for stage in Stage}
        self.extensions = extensions
        self._manager = _manager()
        for member in (*self.members, *extensions):
            check(member)
            self._manager.register(member.plugin, f"{member.stage}:{member.name}")
        self._callers = {
            (stage, member.name): self._manager.subset_hook_caller(
                HOOK_OF[stage], [other.plugin for other in self.members if other is not member]
            )
            for stage, chain in self.chains.items()
            for member in chain
        }

    @property
    def members(self) -> tuple[Member, ...]:
        """Every member of every chain."""
        return tuple(member for chain in self.chains.values() for member in chain)

    def caller(self, stage: Stage, member: Member) -> Callable[..., Any]:
        """Return what calls the stage's hook on this member alone, with all extensions around it."""
        return self._callers[stage, member.name]

    def observe(self, **arguments: Any) -> None:
        """Call ``decided`` on everything registered."""
        self._manager.hook.decided(**arguments)

    @property
    def observed(self) -> bool:
        """Whether anything registered listens to decisions."""
        return bool(self._manager.hook.decided.get_hookimpls())


@lru_cache(maxsize=2)
def _manager_of(plugin: object) -> pluggy.PluginManager:
    """Return a manager of one plugin alone, kept while the plugin is called again and again.

    A manager holds its plugin, and with it a whole model: no more than two are kept alive.
    """
    manager = _manager()
    manager.register(plugin)
    return manager


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def _find(stage: str, name: str) -> EntryPoint:
    points = tuple(entry_points(group=group_of(stage)))
    found = [point for point in points if point.name == name]
    if not found:
        raise PluginError(unknown(f"{stage} plugin {name!r}", name, {point.name for point in points}, "Installed"))
    if len(found) > 1:
        origins = " and ".join(" ".join(_origin(point)) for point in found)
        raise PluginError(f"{stage} plugin {name!r} is installed more than once, by {origins}; uninstall one")
    return found[0]


def _load(point: EntryPoint) -> type[Any]:
    try:
        cls = point.load()
    except Exception as error:  # a foreign module may raise anything while it is imported
        raise PluginError(f"{point.value} cannot be imported: {type(error).__name__}: {error}") from error
    if not (isinstance(cls, type) and attrs.has(cls)):
        raise PluginError(f"{point.value} is no attrs class; declare the plugin with @attrs.define(eq=False)")
    return cls


def _origin(point: EntryPoint) -> tuple[str, str]:
    return (point.dist.name, point.dist.version) if point.dist else ("?", "?")
