"""The benchmark of the twin: what it refuses before a world is run."""

import pytest

from tests.benchmarks import integration


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["basline"], "unknown: basline"),
        (["baseline", "--worlds", "0"], "must be 1 or more, got 0"),
        (["baseline", "--workers", "0"], "must be 1 or more, got 0"),
        (["baseline", "--weeks", "0"], "weeks must be at least 1"),
        (["baseline", "--arms", "integratd"], "there is no arm 'integratd'"),
    ],
)
def test_wrong_use_is_told(monkeypatch, capsys, arguments, told):
    """Exit code 2, and what would be right."""
    monkeypatch.setattr("sys.argv", ["integration", *arguments])

    with pytest.raises(SystemExit) as ended:
        integration.main()

    assert ended.value.code == 2
    assert told in capsys.readouterr().err
