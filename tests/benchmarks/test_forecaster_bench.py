"""The forecaster benchmark goes on past who fails, tells of it in its exit status, and bounds trainings."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from forecaster_world import Fixed, dataset_of

from shelfwise.evaluation.forecaster import evaluate
from shelfwise.hookspecs import hookimpl
from shelfwise.plugins import call
from shelfwise.types import silent
from tests.benchmarks import forecaster, forecaster_retail
from tests.benchmarks import forecaster_data as data
from tests.benchmarks.forecaster_bench import Bench
from tests.benchmarks.forecaster_contestants import Contestant, TimeLimited, chosen
from tests.benchmarks.forecaster_data import some_series
from tests.benchmarks.forecaster_horizon import plot

PROTOCOL = {"horizon": 3, "origins": 2}


class Endless:
    """A forecaster that tells of its progress and never ends."""

    @hookimpl
    def train(self, progress):
        """Go on until somebody raises."""
        while True:
            progress("epochs", 1, 2)


def broken(_options):
    """Fail to be built."""
    raise RuntimeError("no such thing")


def bench_of(*contestants, **options):
    """Return a benchmark of contestants with one seed."""
    return Bench(contestants, (0,), **options)


FOUR = Contestant("four", "four", lambda _: Fixed(4.0))
ONE = Contestant("one", "one", lambda _: Fixed(1.0), drawn=True)


def test_a_contestant_that_fails_is_told_of_and_the_others_go_on(capsys, tmp_path):
    """Failures while building and while training are printed and kept; rows and files are of the rest."""
    late = Contestant("late", "late", lambda _: TimeLimited(Endless(), 0.0))
    bench = bench_of(Contestant("broken", "broken", broken), late, FOUR, json=tmp_path)

    study = bench.compare("A title, twice", dataset_of(np.full((3, 30), 4.0)), PROTOCOL)

    assert study.plugins == ("seasonal_naive", "four")
    assert bench.failures == ["broken", "late"]
    printed = capsys.readouterr().out
    assert "broken FAILED: RuntimeError: no such thing" in printed
    assert "late FAILED: TimeoutError: training took more than 0 s" in printed
    assert json.loads((tmp_path / "a-title-twice.json").read_text())["protocol"]["seeds"] == [0]


def test_the_exit_status_tells_of_failures(monkeypatch, capsys):
    """A section in which somebody fails ends with 1, another with 0."""
    monkeypatch.setattr(forecaster, "everybody", lambda _: [FOUR])
    for failing in (True, False):

        def section(bench, failing=failing):
            if failing:
                bench.fail("somebody", RuntimeError("no"))

        monkeypatch.setitem(forecaster.SECTIONS, "scale", section)
        monkeypatch.setattr(sys, "argv", ["forecaster", "scale", "--plugins", "four"])
        assert forecaster.main() == int(failing)
    assert "failed: somebody" in capsys.readouterr().out


def test_a_title_is_evaluated_once():
    """Asked for the same comparison again, the benchmark has it already."""
    bench, dataset = bench_of(FOUR), dataset_of(np.full((2, 30), 4.0))
    assert bench.compare("T", dataset, PROTOCOL) is bench.compare("T", dataset, PROTOCOL)


def test_contestants_share_checkpoints(capsys):
    """Those of a comparison keep them in one folder, which is gone afterwards, and the table says what that means."""
    folders = []

    class Keeper(Fixed):
        @hookimpl
        def train(self, checkpoints):
            """Note the folder, which is there."""
            assert checkpoints.is_dir()
            folders.append(checkpoints)

    keepers = [Contestant(name, name, lambda _: Keeper(4.0)) for name in ("a", "b")]

    bench_of(*keepers).compare("T", dataset_of(np.full((2, 30), 4.0)), {"horizon": 3, "origins": 1})

    assert len(folders) == 2
    assert len(set(folders)) == 1
    assert not folders[0].exists()
    assert "training times: parts that several rows are made of are fitted once" in capsys.readouterr().out


def test_later_seeds_are_for_what_draws_alone():
    """What no seed changes is built with the first seed only."""
    bench = Bench((FOUR, ONE), (0, 1))
    assert list(bench.made(bench.contestants, 3, 0)) == ["four", "one"]
    assert list(bench.made(bench.contestants, 3, 1)) == ["one"]


def test_contestants_are_chosen_by_key_in_the_order_given():
    """Case does not matter, and a name that nobody has lists those that there are."""
    assert chosen([FOUR, ONE], ["ONE", "four"]) == [ONE, FOUR]
    with pytest.raises(ValueError, match="three; there are four, one"):
        chosen([FOUR, ONE], ["three"])


def test_a_training_within_its_limit_is_left_alone():
    """The forecaster behind the limit learns and answers as it would without."""
    plugin = Fixed(2.0)
    limited = TimeLimited(plugin, 60.0)
    call(limited, "train", dataset=dataset_of(np.full((1, 10), 4.0)), progress=silent)
    assert plugin.seen == [40.0]


def test_some_series_are_a_part_of_all():
    """At most so many series are left, with all of their demand; 0 leaves everything."""
    dataset = dataset_of(np.arange(1.0, 11.0)[:, None] * np.ones((10, 20)))
    part = some_series(dataset, 4)
    assert len(part.items) == 4
    assert len(part.demand) == 4 * 20
    assert some_series(dataset, 0) is dataset


def test_the_plot_has_a_line_for_each_row(tmp_path):
    """The file is an SVG on its own that names every contestant."""
    evaluation = evaluate(dataset_of(np.full((2, 60), 4.0)), {"five": Fixed(5.0)}, horizon=15, origins=2)
    plot(evaluation, tmp_path / "horizon.svg")
    text = (tmp_path / "horizon.svg").read_text()
    assert text.lstrip().startswith("<?xml")
    assert text.count("<!-- five -->") == 1


def test_what_is_slow_is_held_against_the_others_over_some_series(monkeypatch, capsys):
    """The quick learn from all series once, the slow from some alone, and both are judged by these."""
    seen = []

    class Counting(Fixed):
        @hookimpl
        def train(self, dataset):
            """Note how many items there are."""
            seen.append((self.answer, len(dataset.items)))

    dataset = dataset_of(np.random.default_rng(0).poisson(4.0, (8, 60)))
    monkeypatch.setattr(forecaster_retail, "PROTOCOL", {"horizon": 3, "origins": 1})
    monkeypatch.setattr(forecaster_retail, "SOME", 3)
    monkeypatch.setattr(data, "missing", lambda _: False)
    monkeypatch.setattr(data, "online_retail", lambda _: dataset)
    quick = Contestant("ensemble", "ensemble", lambda _: Counting(4.0))
    bench = bench_of(quick, Contestant("ETS", "ETS, slow", lambda _: Counting(1.0), slow=True))

    forecaster_retail.retail(bench)
    forecaster_retail.retail(bench)

    assert seen == [(4.0, 8), (1.0, 3)]
    some = forecaster_retail.beside_slow(bench)
    assert [row.plugin for row in some.rows] == ["seasonal_naive", "ensemble", "ETS, slow"]
    assert {row.count for row in some.rows} == {3 * 3}
    assert "ensemble cuts the wape of ETS, slow over days 1 to 30 by" in capsys.readouterr().out
