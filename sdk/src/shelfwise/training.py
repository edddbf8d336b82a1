"""Have every plugin that the configuration names learn, and put what they learned into a new bundle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from shelfwise.bundle import Bundle, open_bundle, write_bundle
from shelfwise.checkpoints import Checkpoints
from shelfwise.configured_plugins import build_plugins
from shelfwise.errors import DataError, PluginError, ShelfwiseError
from shelfwise.plugins import Member, call, implements
from shelfwise.types import Progress, Stage, silent
from shelfwise.types.progress import named

if TYPE_CHECKING:
    from shelfwise.config import Config
    from shelfwise.dataset import Dataset

__all__ = ["Step", "naming", "plan_update", "train", "update"]


@attrs.frozen(eq=False)
class Step:
    """How one plugin learns: by an update of what a bundle holds, or by training, for a ``reason`` if it is given."""

    member: Member
    options: dict[str, Any]
    updates: bool = False
    reason: str = ""

    def __str__(self) -> str:
        how = "updated" if self.updates else "trained anew"
        return f"{self.member.stage} {self.member.name}: {how}" + (f", {self.reason}" if self.reason else "")


def train(config: Config, dataset: Dataset, models: Path, progress: Progress = silent) -> Bundle:
    """Train the plugins of every chain, fallbacks included, and return the bundle, which is current from then on.

    A training that was interrupted goes on, in plugins that keep checkpoints, when it is called again with the same
    configuration, data and directory.

    Raises:
        ConfigError: plugins or extensions are missing or broken, or options of them wrong; all of it is named, and
            nothing is trained or written.
        PluginError: a plugin failed; it is named, and nothing is written.
    """
    steps = [Step(member, _options(config, member)) for member in build_plugins(config).members]
    return _learn(steps, None, config, dataset, Path(models), progress)


def update(config: Config, dataset: Dataset, models: Path, progress: Progress = silent) -> Bundle:
    """Bring the current bundle up to date with ``dataset``, as :func:`plan_update` says, in a new bundle.

    Raises:
        BundleError: there is no bundle to start from, or a plugin cannot read what it once wrote.
        DataError: the data ends before that of the bundle.
        ConfigError, PluginError: as in :func:`train`.
    """
    bundle = open_bundle(Path(models))
    known = bundle.load_state().as_of
    if dataset.as_of < known:
        raise DataError(
            f"the data ends on {dataset.as_of:%Y-%m-%d %H:%M}, before that of the current models "
            f"({known:%Y-%m-%d %H:%M}); train without an update to go back"
        )
    return _learn(plan_update(config, bundle), bundle, config, dataset, Path(models), progress)


def plan_update(config: Config, bundle: Bundle) -> tuple[Step, ...]:
    """Return what an update does with each plugin: those with the hook and the options of before are updated.

    Raises:
        ConfigError: as in :func:`train`.
    """
    return tuple(_step(member, config, bundle) for member in build_plugins(config).members)


def _step(member: Member, config: Config, bundle: Bundle) -> Step:
    options = _options(config, member)
    if not bundle.holds(member):
        return Step(member, options, reason="the current models are without it")
    if options != _options(bundle.config, member):
        return Step(member, options, reason="its options have changed")
    if not implements(member.plugin, "update"):
        return Step(member, options, reason="it has no update hook")
    return Step(member, options, updates=True)


def _options(config: Config, member: Member) -> dict[str, Any]:
    """Return the options of a plugin: those configured are its stage's, a fallback has the defaults."""
    stage = config.stage(Stage(member.stage))
    return stage.options if member.name == stage.plugin else {}


def _learn(
    steps: Sequence[Step], bundle: Bundle | None, config: Config, dataset: Dataset, models: Path, progress: Progress
) -> Bundle:
    checkpoints = Checkpoints(models, dataset)

    def learn(step: Step) -> None:
        member = step.member
        told = named(f"{member.stage} {member.name}", progress)
        if step.updates and bundle is not None:
            bundle.load(member)
            with naming(member, "update"):
                call(member.plugin, "update", dataset=dataset, progress=told)
        else:
            folder = checkpoints.of(member, step.options)
            with naming(member, "train"):
                call(member.plugin, "train", dataset=dataset, progress=told, checkpoints=folder)

    def fill(directory: Path) -> None:
        for step in steps:
            own = directory / step.member.stage / step.member.name
            own.mkdir(parents=True)
            with naming(step.member, "save"):
                call(step.member.plugin, "save", directory=own)

    try:
        for number, step in enumerate(steps):
            progress(f"{step.member.stage} {step.member.name}", number, len(steps))
            learn(step)
        progress("save", len(steps), len(steps))
        written = write_bundle(models, config, dataset, fill)
    except BaseException:
        checkpoints.remove_empty()
        raise
    checkpoints.remove()
    return written


@contextmanager
def naming(member: Member, doing: str) -> Iterator[None]:
    """Name the plugin in whatever goes wrong while it does something."""
    try:
        yield
    except (Exception, SystemExit) as error:  # foreign code may raise anything
        problem = str(error) if isinstance(error, ShelfwiseError) else f"{type(error).__name__}: {error}"
        raise PluginError(f"the {member.stage} plugin {member.name!r} failed to {doing}: {problem}") from error
