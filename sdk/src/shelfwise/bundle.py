"""Model bundles: a directory per training, complete or absent, every file vouched for by its SHA-256.

``MODELS/CURRENT`` names the bundle in use. A bundle is written beside the others under a name that nobody reads,
synced, renamed, and only then named current, so that a crash at any moment leaves the previous one in use.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import attrs

from shelfwise import __version__
from shelfwise.config import Config, CoordinationConfig, StageConfig
from shelfwise.configured_plugins import build_plugins
from shelfwise.errors import BundleError
from shelfwise.plugins import Member, PluginSet, call
from shelfwise.structuring import structure
from shelfwise.travel_config import TravelConfig
from shelfwise.types import Stage, State

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

FORMAT = 1
"""Version of the directory's layout; a bundle of another is refused."""
KEPT = 3
"""Bundles kept in a model directory, the current one included."""
_PARTS = {"coordination": CoordinationConfig, "travel": TravelConfig}
"""What a bundle keeps of the configuration beside the stages and extensions."""
_CURRENT, _MANIFEST, _STATE, _STAGING = "CURRENT", "manifest.json", "state", ".staging-"


@attrs.frozen
class Bundle:
    """A verified bundle on disk."""

    path: Path
    model_id: str
    created: str
    config: Config
    """The configuration of decisions as it was at training; nothing of data sources or our own server is kept."""

    def load_state(self) -> State:
        """Read the retailer's tables as of the training."""
        from shelfwise.dataset.reference import load_reference

        return load_reference(self.path / _STATE)

    def load_plugins(self, config: Config) -> PluginSet:
        """Build every plugin that ``config`` names and load into it what it learned.

        Raises:
            ConfigError: it names what cannot be used; all of it is named.
            BundleError: the bundle lacks plugins, all of them named, or one cannot read what it once wrote.
        """
        plugins = build_plugins(config)
        lacking = [member for member in plugins.members if not self.holds(member)]
        if lacking:
            names = " and ".join(f"the {member.stage} plugin {member.name!r}" for member in lacking)
            raise BundleError(f"{self.path} was trained without {names}; train again")
        for member in plugins.members:
            self.load(member)
        return plugins

    def holds(self, member: Member) -> bool:
        """Return whether the bundle has what a plugin of this stage and name learned."""
        return self._directory(member).is_dir()

    def _directory(self, member: Member) -> Path:
        return self.path / member.stage / member.name

    def load(self, member: Member) -> None:
        """Have a plugin read what it learned.

        Raises:
            BundleError: it cannot read what it once wrote.
        """
        directory = self._directory(member)
        try:
            call(member.plugin, "load", directory=directory)
        except Exception as error:  # foreign code may raise anything at files that it no longer understands
            problem = f"{type(error).__name__}: {error}"
            raise BundleError(
                f"the {member.stage} plugin {member.name!r} cannot load {directory} ({problem}); train again"
            ) from error


def write_bundle(models: Path, config: Config, dataset: Dataset, fill: Callable[[Path], None]) -> Bundle:
    """Write a bundle and make it current; ``fill`` writes the plugins' files into the directory that it is given."""
    models.mkdir(parents=True, exist_ok=True)
    staging = models / f"{_STAGING}{secrets.token_hex(8)}"
    staging.mkdir()  # with ordinary permissions: a server may run under another account
    try:
        (staging / _STATE).mkdir()
        dataset.save_reference(staging / _STATE)
        fill(staging)
        files = {
            path.relative_to(staging).as_posix(): _seal(path) for path in sorted(staging.rglob("*")) if path.is_file()
        }
        stages = {stage.value: attrs.asdict(config.stage(stage)) for stage in Stage}
        parts = {name: attrs.asdict(getattr(config, name)) for name in _PARTS}
        settings = {**stages, **parts, "extensions": config.extensions}
        created = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        model_id = hashlib.sha256(json.dumps([files, settings], sort_keys=True).encode()).hexdigest()[:16]
        manifest = {
            "format": FORMAT,
            "model_id": model_id,
            "created": created,
            "shelfwise": __version__,
            "config": settings,
            "files": files,
        }
        (staging / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        _sync(staging / _MANIFEST)
        path = models / f"{created}-{model_id}"
        staging.rename(path)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    _replace(models / _CURRENT, path.name)
    _prune(models, path)
    return open_bundle(models)


def open_bundle(models: Path) -> Bundle:
    """Verify and describe the current bundle of a model directory.

    Raises:
        BundleError: there is none, none is named, or a file of it is missing, truncated or altered; every such file is
            named.
    """
    try:
        name = (models / _CURRENT).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BundleError(f"{models} holds no trained models; run `shelfwise train --models {models}`") from error
    except UnicodeDecodeError as error:
        raise BundleError(f"{models / _CURRENT} is no UTF-8 text; train again ({error})") from error
    if not name or PurePosixPath(name).name != name:
        raise BundleError(f"{models / _CURRENT} names no bundle: {name!r}; train again")
    path = models / name
    manifest = _read_manifest(path)
    _verify(path, manifest["files"])
    return Bundle(path, str(manifest["model_id"]), str(manifest["created"]), _config(path, manifest["config"]))


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((path / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BundleError(f"{path / _MANIFEST} is missing or no JSON; train again ({error})") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BundleError(f"{path} has another format than {FORMAT}, the one of shelfwise {__version__}; train again")
    missing = {"model_id", "created", "config", "files"} - manifest.keys()
    if missing:
        raise BundleError(f"{path / _MANIFEST} lacks {', '.join(sorted(missing))}; train again")
    return manifest


def _verify(path: Path, files: dict[str, dict[str, Any]]) -> None:
    problems = []
    for name, seal in files.items():
        file = path / name
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            problems.append(f"{name} lies outside of the bundle")
        elif not file.is_file():
            problems.append(f"{name} is missing")
        elif file.stat().st_size != seal["bytes"]:
            problems.append(f"{name} has {file.stat().st_size} bytes, expected {seal['bytes']}")
        elif _sha256(file) != seal["sha256"]:
            problems.append(f"{name} has been altered")
    if problems:
        raise BundleError(f"the bundle {path} is damaged, train again:\n" + "\n".join(problems))


def _config(path: Path, settings: dict[str, Any]) -> Config:
    parts: dict[str, Any] = {"extensions": settings.get("extensions", {})}
    for name, cls in {**dict.fromkeys((stage.value for stage in Stage), StageConfig), **_PARTS}.items():
        value, mistakes = structure(settings.get(name, {}), cls, name)
        if mistakes:
            raise BundleError(f"{path / _MANIFEST}: " + "; ".join(mistakes))
        parts[name] = value
    return Config(**parts)


def _seal(path: Path) -> dict[str, Any]:
    _sync(path)
    return {"sha256": _sha256(path), "bytes": path.stat().st_size}


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _replace(path: Path, text: str) -> None:
    """Write a small file so that a reader sees the old content or the new, never a part."""
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    _sync(temporary)
    temporary.replace(path)


def _prune(models: Path, current: Path) -> None:
    """Remove all but the newest bundles, and what an interrupted training left behind."""
    bundles = sorted(path.parent for path in models.glob(f"*/{_MANIFEST}") if not path.parent.name.startswith("."))
    for path in bundles[:-KEPT]:
        if path != current:
            shutil.rmtree(path, ignore_errors=True)
    for path in models.glob(f"{_STAGING}*"):
        if datetime.now(UTC).timestamp() - path.stat().st_mtime > 24 * 3600:
            shutil.rmtree(path, ignore_errors=True)
