"""Estimators are built from the registry of sktime, seasons filled in, mistakes told with what was probably meant."""

import pytest
from shelfwise_forecaster_sktime import registry
from shelfwise_forecaster_sktime.registry import build
from shelfwise_forecaster_sktime.spec import parse

from shelfwise.errors import ConfigError, PluginError
from shelfwise.plugins import build as build_plugin


def made(text, season_length=7):
    """Return the estimator of a specification."""
    return build(parse(text), season_length=season_length, seed=5)


def test_arguments_are_passed_on():
    """What is given is what the estimator gets."""
    assert made("Croston(smoothing=0.3)").get_params() == {"smoothing": 0.3}


def test_the_season_is_filled_in_where_it_was_not_given():
    """The season of the data is the default, of nested estimators too; one that is given stays."""
    assert made("NaiveForecaster()").sp == 7
    assert made("NaiveForecaster(sp=1)").sp == 1
    assert made("NaiveForecaster()", season_length=1).sp == 1
    pipeline = made("TransformedTargetForecaster(steps=[('d', Deseasonalizer()), ('f', NaiveForecaster(sp=2))])", 12)
    assert (pipeline.steps[0][1].sp, pipeline.steps[1][1].sp) == (12, 2)


def test_what_is_drawn_is_drawn_by_the_seed():
    """An estimator with a random state gets the seed, so that two trainings are alike."""
    assert made("AutoETS()").random_state == 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("AutoEST()", "no 'AutoEST'.*Did you mean 'AutoETS'"),
        ("naiveforecaster()", "Did you mean 'NaiveForecaster'"),
        ("LinearRegression()", "registry has no 'LinearRegression'"),
        ("LogTransformer()", "is a transformer of sktime and no forecaster"),
        ("NaiveForecaster(stratgy='mean')", "no parameter 'stratgy'.*Did you mean 'strategy'.*window_length"),
        ("TransformedTargetForecaster()", "needs 'steps'"),
        ("TransformedTargetForecaster(steps=7)", "refuses its arguments"),
    ],
)
def test_mistakes_are_errors_of_the_configuration(text, words):
    """Unknown names and parameters, other kinds of estimators and refused values are told when the plugin is built."""
    with pytest.raises(ConfigError, match=f"(?s){words}"):
        build_plugin("forecaster", "sktime", {"estimator": text})


def test_a_missing_package_is_named(monkeypatch):
    """An estimator whose packages are not installed says how to install them."""
    forecaster = registry._look_up("NaiveForecaster")

    class Needy(forecaster):
        """A forecaster that needs what nobody has."""

        _tags = {"python_dependencies": ["no-such-package>=3"]}  # noqa: RUF012 - so sktime has it

    monkeypatch.setattr(registry, "_registry", lambda: {"Needy": Needy})
    with pytest.raises(PluginError, match=r"pip install 'no-such-package>=3'"):
        build_plugin("forecaster", "sktime", {"estimator": "Needy()"})


@pytest.mark.parametrize("options", [{"horizon_days": 0}, {"n_jobs": 0}, {"n_jobs": -2}, {"seed": -1}])
def test_options_are_checked(options):
    """Options out of range are refused."""
    with pytest.raises(ConfigError, match=next(iter(options))):
        build_plugin("forecaster", "sktime", {"estimator": "Croston()"} | options)
