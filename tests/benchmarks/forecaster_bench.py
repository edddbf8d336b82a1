"""One comparison of the forecaster benchmark: run over seeds, printed, kept, and told of what failed."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
from rich.console import Console

from shelfwise.cli.evaluate.forecaster_tables import show_differences, show_losses, show_overall, show_seeds
from shelfwise.cli.files import write_json
from shelfwise.dataset import Dataset
from shelfwise.evaluation.forecaster_comparison import ForecasterEvaluation
from shelfwise.evaluation.forecaster_seeds import ForecasterSeedStudy, evaluate_seeds
from tests.benchmarks.forecaster_contestants import KNOWN, REACHES, Contestant
from tests.benchmarks.titles import SHARED_PARTS, slug

COMPARED = ("mape_relative", "wape", "wql", "rmsse")


@attrs.frozen(eq=False)
class Bench:
    """What is compared, with which seeds and options, and where the figures are kept.

    ``given`` are options for whoever has them; ``most`` is how many series a data set may have, 0 for all. ``named``
    tells whether contestants were named on the command line, which sections with a choice of their own then follow.
    """

    contestants: tuple[Contestant, ...]
    seeds: tuple[int, ...]
    given: Mapping[str, Any] = attrs.field(factory=dict)
    json: Path | None = None
    most: int = 0
    named: bool = False
    failures: list[str] = attrs.field(factory=list)
    studies: dict[str, ForecasterSeedStudy] = attrs.field(factory=dict)

    @property
    def console(self) -> Console:
        """Return where tables are printed, wide enough for all figures."""
        return Console(markup=False, emoji=False, highlight=False, width=150)

    def among(self, *keys: str) -> tuple[Contestant, ...]:
        """Return the contestants called ``keys``, or those named on the command line."""
        return tuple(one for one in self.contestants if self.named or one.key in keys)

    def made(self, contestants: Sequence[Contestant], horizon: int, seed: int) -> dict[str, object]:
        """Build contestants anew, told how far ahead they will be asked to look; with later seeds only what draws."""
        options = dict(self.given) | dict.fromkeys(REACHES, horizon)
        plugins = {}
        for one in contestants:
            if seed != self.seeds[0] and not one.drawn:
                continue
            try:
                plugins[one.name] = one.make(options)
            except Exception as error:  # noqa: BLE001 - a foreign plugin may raise anything while it is built
                self.fail(one.name, error)
        return plugins

    def fail(self, name: str, error: Exception) -> None:
        """Print that a contestant failed, and go on."""
        print(f"  {name} FAILED: {type(error).__name__}: {error}", flush=True)
        self.failures.append(name)

    def compare(
        self,
        title: str,
        dataset: Dataset,
        arguments: Mapping[str, Any],
        *,
        contestants: Sequence[Contestant] | None = None,
        published: str = "",
    ) -> ForecasterSeedStudy:
        """Evaluate contestants, all of them where none are given, and print their tables; once for each title."""
        if title in self.studies:
            return self.studies[title]
        horizon = arguments["horizon"] + arguments.get("gap", 0)
        print(f"\n== {title}: {machine()}", flush=True)
        with TemporaryDirectory() as parts:
            study = evaluate_seeds(
                dataset,
                lambda seed: self.made(self.contestants if contestants is None else contestants, horizon, seed),
                self.seeds,
                failed=self.fail,
                checkpoints=Path(parts),
                **arguments,
            )
        self.studies[title] = study
        self._show(study, published)
        self.keep(title, study.to_json())
        return study

    def leader(self, evaluation: ForecasterEvaluation) -> str:
        """Return the row that the others are held against: the ensemble, or else the first contestant with a row."""
        rows = [row.plugin for row in evaluation.rows]
        return next(name for name in (KNOWN[0], *(one.name for one in self.contestants), *rows) if name in rows)

    def keep(self, title: str, document: Mapping[str, Any]) -> None:
        """Write a document into the folder for figures, if there is one."""
        if self.json is not None:
            self.json.mkdir(parents=True, exist_ok=True)
            write_json(self.json / f"{slug(title)}.json", document)

    def _show(self, study: ForecasterSeedStudy, published: str) -> None:
        evaluation, console = study.evaluations[0], self.console
        protocol, leader = evaluation.protocol, self.leader(evaluation)
        print(
            f"{protocol['series']} series, horizon {protocol['horizon']}, gap {protocol['gap']}, "
            f"{len(protocol['origins'])} origins from {protocol['origins'][0]} to {protocol['origins'][-1]}, trained "
            f"anew at each; seed {evaluation.seed}; 95 % intervals over series; {SHARED_PARTS}"
        )
        show_overall(console, evaluation)
        if published:
            print(f"published {published}")
        if len(evaluation.rows) > 1:
            show_differences(console, evaluation, leader, COMPARED)
            show_losses(console, evaluation, leader)
        if len(self.seeds) > 1:
            show_seeds(console, study)
        print(f"load after {os.getloadavg()[0]:.1f}", flush=True)


def machine() -> str:
    """Return what the figures are measured on."""
    return f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
