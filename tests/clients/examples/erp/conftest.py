"""A small company's database, a server with models trained on it, and the program that stands between them."""

import shutil

import pytest
import sqlalchemy
from erp_company import ERP, Company
from postgresql_server import postgresql
from serving_fakes import config

from shelfwise.config import load_config
from shelfwise.dataset import read_dataset
from shelfwise.orchestrator import Orchestrator
from shelfwise.training import train
from shelfwise_server import running


@pytest.fixture(scope="session")
def seeded(tmp_path_factory):
    """Return the SQLite file of a company that nobody has changed."""
    file = tmp_path_factory.mktemp("erp") / "seeded.db"
    made = Company(f"sqlite:///{file}", "").run("seed")
    assert made.returncode == 0, made.stderr
    return file


@pytest.fixture(scope="session")
def orchestrator(seeded, tmp_path_factory):
    """Return baselines trained on the company's database, by the configuration of the example."""
    models = tmp_path_factory.mktemp("models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ERP_DATABASE", f"sqlite:///{seeded}")
        settings = load_config(ERP / "shelfwise.toml")
        train(settings, read_dataset(settings.data, ERP), models)
    return Orchestrator.open(models)


@pytest.fixture(scope="session")
def target(orchestrator):
    """Return the address of a server with these models."""
    with running(orchestrator, config()) as address:
        yield address


@pytest.fixture(scope="session")
def template(seeded):
    """Return the URL of a PostgreSQL server with the company in the database ``seeded``."""
    with postgresql() as url:
        _execute(url, "create database seeded")
        made = Company(_database(url, "seeded"), "").run("seed")
        assert made.returncode == 0, made.stderr
        yield url


@pytest.fixture
def sqlite(seeded, target, tmp_path):
    """Return a company in SQLite."""
    shutil.copy(seeded, tmp_path / "erp.db")
    return Company(f"sqlite:///{tmp_path / 'erp.db'}", target)


@pytest.fixture(params=["sqlite", "postgresql"])
def company(request, target):
    """Return a company in either database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    template = request.getfixturevalue("template")
    _execute(template, "create database erp template seeded")
    yield Company(_database(template, "erp"), target)
    _execute(template, "drop database erp with (force)")


def _database(url: str, name: str) -> str:
    return sqlalchemy.make_url(url).set(database=name).render_as_string(hide_password=False)


def _execute(url: str, statement: str) -> None:
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(statement))
    engine.dispose()
