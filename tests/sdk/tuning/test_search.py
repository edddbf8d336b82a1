"""The search: from the start to the best, in time, through failures and interrupts."""

from types import SimpleNamespace

import pytest

from shelfwise.errors import ConfigError, PluginError
from shelfwise.tuning import SearchSpace, run, search
from shelfwise.tuning.result import State
from shelfwise.tuning.search import tune

LONG = 600.0


@pytest.fixture
def bowl():
    """Return the space of one number, whose best is 2."""
    return SearchSpace.of("router", "bowl", only=("x",))


@pytest.mark.parametrize("maximize", [False, True])
def test_the_best_is_found(bowl, depth, maximize):
    """A bowl's bottom is approached, whichever way the metric points, and the gain over the start is told."""
    found = tune(bowl, depth(maximize=maximize), seconds=LONG, trials=30)

    assert found.best.options["x"] == pytest.approx(2.0, abs=0.25)
    assert found.improvement.estimate == pytest.approx(abs(found.best.value - found.start.value))
    assert found.improvement.estimate > 0.9
    assert found.options == {"x": found.best.options["x"]}
    assert [one.trial for one in found.candidates] == list(range(30))
    assert found.ranked()[0] == found.best


def test_the_start_is_the_first_trial(bowl, depth):
    """Options are tried as they are before any other, exactly, however many digits they have."""
    space = SearchSpace.of("router", "bowl", {"x": 1.23456789}, only=("x",))
    objective = depth()

    found = tune(space, objective, seconds=LONG, trials=1)

    assert [plugin.x for plugin in objective.seen] == [1.23456789]
    assert found.best == found.start
    assert found.start.trial == 0
    assert found.improvement.estimate == 0.0


def test_what_is_no_better_does_not_replace_the_start(depth):
    """Where nothing matters, the start stays, and a space of three values is not searched for ever."""
    space = SearchSpace.of("router", "coin")
    objective = depth()

    found = tune(space, objective, seconds=LONG)

    assert found.best == found.start
    assert sorted(plugin.side for plugin in objective.seen) == ["edge", "heads", "tails"]
    assert {one.state for one in found.candidates} == {State.COMPLETE, State.REPEATED}


def test_the_same_seed_tries_the_same(bowl, depth):
    """A search can be repeated; another seed goes another way."""
    ways = [tune(bowl, depth(), seconds=LONG, trials=15, seed=seed) for seed in (1, 1, 2)]

    tried = [[one.options for one in way.candidates] for way in ways]
    assert tried[0] == tried[1] != tried[2]


def test_a_candidate_that_fails_is_left_out(bowl, depth):
    """The search goes on without it, and its row says why."""

    def refuse(plugin, _):
        if plugin.x < 0:
            raise ZeroDivisionError("too far left")

    found = tune(bowl, depth(refuse), seconds=LONG, trials=15)

    failed = [one for one in found.candidates if one.state == State.FAIL]
    assert {one.reason for one in failed} == {"ZeroDivisionError: too far left"}
    assert all(one.options["x"] < 0 for one in failed)
    assert found.best.options["x"] > 0


def test_a_start_that_fails_ends_the_search(bowl, depth):
    """Where the options as they are do not work there is nothing to compare with."""

    def refuse(*_):
        raise ZeroDivisionError("never")

    with pytest.raises(PluginError, match="'bowl' fails with the options as they are: ZeroDivisionError: never"):
        tune(bowl, depth(refuse), seconds=LONG, trials=3)


def test_a_score_that_is_no_number_is_a_failure(bowl, depth):
    """NaN is neither better nor worse, so it is refused."""

    class Lost(depth):
        def score(self, plugin, watch):
            return super().score(plugin, watch) * float("nan")

    with pytest.raises(PluginError, match="its depth is no finite number"):
        tune(bowl, Lost(), seconds=LONG, trials=3)


def test_an_interrupt_keeps_the_best(bowl, depth):
    """What was found until then is the result."""
    objective = depth(lambda *_: interrupt(objective, 6))

    found = tune(bowl, objective, seconds=LONG)

    assert found.interrupted
    assert len(found.candidates) == 6
    assert (found.candidates[-1].state, found.candidates[-1].reason) == (State.INTERRUPTED, "interrupted")
    assert State.FAIL not in {one.state for one in found.candidates}
    assert found.best == found.ranked()[0]


def test_an_interrupt_of_the_start_is_one(bowl, depth):
    """Before anything was measured there is nothing to keep."""
    objective = depth(lambda *_: interrupt(objective, 1))

    with pytest.raises(KeyboardInterrupt):
        tune(bowl, objective, seconds=LONG)


def interrupt(objective, at):
    """Interrupt the measurement that is the ``at``-th."""
    if len(objective.seen) == at:
        raise KeyboardInterrupt


def test_a_candidate_is_given_up_when_the_time_ends(bowl, depth, monkeypatch):
    """The start is measured however long it takes; another is ended by its next word of progress."""
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now)
    for module in (search, run):
        monkeypatch.setattr(module, "time", clock)

    def work(plugin, watch):
        clock.now += 40.0
        watch.progress("epochs", 1, 2)

    found = tune(bowl, depth(work), seconds=100.0, trials=3)

    assert [(one.state, one.reason) for one in found.candidates] == [
        (State.COMPLETE, ""),
        (State.COMPLETE, ""),
        (State.PRUNED, "the time was up"),
    ]


def test_a_start_that_takes_all_the_time_is_the_result(bowl, depth, monkeypatch):
    """Nothing else is begun, and the start is told as what it is."""
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now)
    for module in (search, run):
        monkeypatch.setattr(module, "time", clock)

    def work(plugin, watch):
        clock.now += 1000.0
        watch.progress("epochs", 1, 2)

    found = tune(bowl, depth(work), seconds=100.0)

    assert [one.state for one in found.candidates] == [State.COMPLETE]
    assert found.best == found.start


def test_hopeless_candidates_are_pruned(bowl, depth):
    """A candidate that is worse than the median at the first part is not measured to the end."""
    ended = []

    def parts(plugin, watch):
        watch.so_far(0, (plugin.x - 2.0) ** 2)
        ended.append(plugin.x)

    found = tune(bowl, depth(parts), seconds=LONG, trials=20)

    pruned = [one for one in found.candidates if one.state == State.PRUNED]
    assert pruned
    assert all(one.value is None and "median" in one.reason for one in pruned)
    assert len(ended) == len(found.ranked())


def test_progress_tells_trial_and_best(bowl, depth):
    """What a candidate tells of is shown with its number, and with the best so far."""
    told = []
    tune(
        bowl,
        depth(lambda _, watch: watch.progress("epochs", 1, 2)),
        seconds=LONG,
        trials=2,
        progress=lambda *step: told.append(step),
    )

    assert told == [("trial 0 of 2: epochs", 1, 2), ("trial 1 of 2, best 1: epochs", 1, 2)]


def test_a_study_goes_on_from_its_file(bowl, depth, tmp_path):
    """A second search neither measures the start again nor forgets what the first found."""
    path, objective = tmp_path / "study", depth()
    first = tune(bowl, objective, seconds=LONG, trials=8, study=path)

    second = tune(bowl, objective, seconds=LONG, trials=8, study=path)

    assert second.candidates[:8] == first.candidates
    assert len(second.candidates) == 16
    assert [plugin.x for plugin in objective.seen].count(1.0) == 1
    assert second.start == first.start
    assert second.best.value <= first.best.value
    assert second.improvement.estimate == pytest.approx(second.start.value - second.best.value)
    assert len({one.options["x"] for one in second.candidates}) > 10, "the second search repeats the first"


def test_a_study_whose_start_was_interrupted_begins_again(bowl, depth, tmp_path):
    """The file of a search that measured nothing is no obstacle."""
    broken = depth(lambda *_: interrupt(broken, 1))
    with pytest.raises(KeyboardInterrupt):
        tune(bowl, broken, seconds=LONG, study=tmp_path / "study")

    found = tune(bowl, depth(), seconds=LONG, trials=3, study=tmp_path / "study")

    assert found.start.state == State.COMPLETE
    assert len(found.ranked()) == 3


@pytest.mark.parametrize("content", [b"garbage", b'{"a": 1}\n', b"\xff\xfe\n", b'{"op_code": 0}', b"[]\n"])
def test_a_file_that_holds_no_study_is_refused(bowl, depth, tmp_path, content):
    """The file is named, with what to do, and is left as it was."""
    path = tmp_path / "study"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=r"study is no file that .*line 1.*name another file"):
        tune(bowl, depth(), seconds=LONG, trials=1, study=path)

    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("options", "changes", "words"),
    [
        ({}, {"protocol": {"bowl": "square"}}, "other protocol"),
        ({"name": "other"}, {}, "other options"),
        ({"x": 9.0}, {"metric": "height"}, "other metric, ranges, options"),
    ],
)
def test_a_study_of_something_else_is_refused(bowl, depth, tmp_path, options, changes, words):
    """Scores by another measure, or of other options, are not mixed with these."""
    tune(bowl, depth(), seconds=LONG, trials=2, study=tmp_path / "study")

    with pytest.raises(ConfigError, match=words):
        tune(
            SearchSpace.of("router", "bowl", options, only=("x",)),
            depth(**changes),
            seconds=LONG,
            trials=2,
            study=tmp_path / "study",
        )


def test_two_plugins_share_a_study_file(bowl, depth, tmp_path):
    """Each has its own search in it."""
    tune(bowl, depth(), seconds=LONG, trials=2, study=tmp_path / "study")

    found = tune(SearchSpace.of("router", "coin"), depth(), seconds=LONG, trials=2, study=tmp_path / "study")

    assert len(found.candidates) == 2


def test_one_unit_has_no_interval(bowl, depth):
    """What was measured once cannot say how sure it is."""

    class Single(depth):
        def score(self, plugin, watch):
            return super().score(plugin, watch)[:1]

    found = tune(bowl, Single(), seconds=LONG, trials=5)

    improvement = found.to_json()["improvement"]
    assert improvement["estimate"] > 0
    assert improvement["low"] is improvement["high"] is None


def test_nothing_is_said(bowl, depth, capfd):
    """The search tells of its progress through the progress it is given, and in no other way."""

    def refuse(plugin, _):
        if plugin.x < 1.0:
            raise ZeroDivisionError("too far left")

    found = tune(bowl, depth(refuse), seconds=LONG, trials=10)

    assert State.FAIL in {one.state for one in found.candidates}
    assert capfd.readouterr() == ("", "")


def test_the_document_has_all_of_it(bowl, depth):
    """JSON holds what every evaluation holds, each candidate, and the configuration to use."""
    found = tune(bowl, depth(), seconds=LONG, trials=5, seed=3)

    document = found.to_json()

    assert document["stage"] == "router"
    assert document["seed"] == 3
    assert document["versions"]["optuna"]
    assert document["definitions"]["depth"] == "squared distance from x = 2"
    assert document["protocol"]["validation"] == {"bowl": "round"}
    assert len(document["rows"]) == 5
    assert document["best"]["value"] <= document["start"]["value"]
    assert document["toml"] == f'[router]\nplugin = "bowl"\n\n[router.options]\nx = {found.best.options["x"]!r}\n'
