"""What goes wrong is said in a sentence that tells what to do; nothing is written."""

import attrs
import pytest
from erp_company import NIGHT, Company


def refused(company, *words):
    """Return what a command that has to fail says."""
    ran = company.run(*words)
    assert ran.returncode == 1, ran.stdout
    assert "Traceback" not in ran.stderr
    return ran.stderr


def test_no_database(tmp_path):
    """A SQLite file that is not there is not made."""
    file = tmp_path / "erp.db"

    said = refused(Company(f"sqlite:///{file}", "127.0.0.1:1"), "plan", "--night", NIGHT)

    assert f"there is no database {file}; `nightly seed` makes one" in said
    assert not file.exists()


@pytest.mark.parametrize("url", ["erp.db", "oracle+nothing://shop/erp"])
def test_a_url_that_is_none(url):
    """Its form, or its driver, is asked for."""
    said = refused(Company(url, "127.0.0.1:1"), "plan", "--night", NIGHT)

    assert "database URL" in said or "no driver" in said


def test_no_database_server():
    """The password does not reach the message."""
    said = refused(Company("postgresql://shop:s3cr3t@127.0.0.1:1/erp", "127.0.0.1:1"), "plan", "--night", NIGHT)

    assert "postgresql+psycopg://shop:***@127.0.0.1:1/erp: connection" in said
    assert "s3cr3t" not in said


def test_no_server(sqlite):
    """The user is told how to start one, and the night is still to be planned."""
    said = refused(attrs.evolve(sqlite, target="127.0.0.1:1"), "plan", "--night", NIGHT)

    assert "no server answers" in said
    assert "--target" in said
    assert not sqlite.rows("select * from planning_run")


def test_missing_tables_and_columns(company):
    """All of them are named."""
    company.change("drop table delivery_order", "alter table stock_quant drop column reserved_quantity")

    said = refused(company, "plan", "--night", NIGHT)

    assert "the column stock_quant.reserved_quantity, the table delivery_order" in said


def test_a_product_that_the_model_does_not_know(company):
    """It is named, with two ways out; the second lets the night be planned."""
    company.change(
        "insert into product select 'item-new', name, category, list_price, standard_price, vendor_code, pack_quantity,"
        " minimum_quantity, volume_l, weight_kg, planned from product where default_code = 'item-001'"
    )

    said = refused(company, "plan", "--night", NIGHT)

    assert "replenish.item_ids" in said
    assert "'item-new' is no item on record" in said
    assert "product.planned" in said
    assert not company.rows("select * from planning_run")
    company.change("update product set planned = false where default_code = 'item-new'")
    assert company.run("plan", "--night", NIGHT).returncode == 0


def test_no_planned_product(sqlite):
    """Nothing is asked of the server."""
    sqlite.change("update product set planned = false")

    assert "no product is planned" in refused(sqlite, "plan", "--night", NIGHT)


def test_what_the_contract_refuses(sqlite):
    """Every violation is named by its field."""
    sqlite.change("update delivery_order set weight_kg = -1 where name in ('delivery-01', 'delivery-03')")

    said = refused(sqlite, "plan", "--night", NIGHT)

    assert "no plan (INVALID_REQUEST): route.deliveries[0].weight_kg" in said
    assert "route.deliveries[2].weight_kg" in said


def test_a_database_that_is_in_use_by_others_is_not_seeded(company):
    """Tables that are there stay as they are."""
    assert "seed an empty one" in refused(company, "seed")


def test_a_night_that_is_not_planned_has_no_export(sqlite, tmp_path):
    """The user is told how to plan it."""
    assert f"{NIGHT} is not planned" in refused(sqlite, "export", "--night", NIGHT, "--csv", str(tmp_path))


@pytest.mark.parametrize(
    "words",
    [("plan",), ("plan", "--night", "soon"), ("plan", "--night", NIGHT, "--token", "t"), ("export", "--night", NIGHT)],
)
def test_wrong_use_has_an_exit_code_of_its_own(sqlite, words):
    """2, as everywhere."""
    assert sqlite.run(*words).returncode == 2
