"""``nightly``: seed a database, plan a night, export what was planned."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from nightly.errors import NightlyError

_database = click.option(
    "--database",
    "url",
    envvar="ERP_DATABASE",
    default="sqlite:///erp.db",
    show_default=True,
    help="The ERP's database; ERP_DATABASE is the right place for a URL with a password.",
)
_night = click.option(
    "--night", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day that has ended, such as 2025-07-06."
)


class _Group(click.Group):
    """Ends with exit code 1 and the message where the work failed."""

    def invoke(self, context: click.Context) -> None:
        try:
            super().invoke(context)
        except NightlyError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group)
def main() -> None:
    """The nightly plan of an ERP: its tables in, proposals and routes out."""


@main.command()
@_database
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Another seed, another company.")
def seed(url: str, seed: int) -> None:
    """Make the tables in an empty database and fill them with a small made-up company."""
    from nightly.database import database
    from nightly.seeding import seed_database

    with database(url) as engine:
        seed_database(engine, seed)
    click.echo("Made a small company. Next: ERP_DATABASE=... shelfwise train --data . --models models")


@main.command()
@_database
@_night
@click.option("--target", metavar="HOST:PORT", default="127.0.0.1:50051", show_default=True, help="The server.")
@click.option("--tls-certificate", help='Certificate of the server, in PEM, or "" for those that this machine trusts.')
@click.option("--token", envvar="SHELFWISE_TOKEN", help="Sent to the server, over TLS only; best from SHELFWISE_TOKEN.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=600.0, show_default=True, help="Seconds."
)
@click.option("--horizon-days", type=click.IntRange(1, 730), default=28, show_default=True, help="Days to forecast.")
def plan(
    url: str,
    night: datetime,
    target: str,
    tls_certificate: str | None,
    token: str | None,
    timeout: float,
    horizon_days: int,
) -> None:
    """Ask for the plan of the days after a night and write it back; a night that is planned stays as it is."""
    from nightly.database import database, require_file
    from nightly.planning import plan_night
    from shelfwise_client import Client

    if token is not None and tls_certificate is None:
        raise click.UsageError("a token is sent over TLS only: give --tls-certificate too")
    require_file(url)
    with (
        database(url) as engine,
        Client(target, tls_certificate=tls_certificate, token=token, timeout_seconds=timeout) as client,
    ):
        held = plan_night(engine, client, night.date(), horizon_days)
    click.echo(
        f"{'Planned' if held.anew else 'Already planned'} {held.night}, decision {held.decision_id}: "
        f"{held.proposals} proposals with {held.lines} lines, {held.routes} routes with {held.stops} stops, "
        f"{held.unrouted} deliveries in no route"
    )
    if held.degraded:
        click.echo(f"A fallback answered for a stage:\n{held.degraded}", err=True)


@main.command()
@_database
@_night
@click.option("--csv", type=click.Path(file_okay=False, path_type=Path), help="Folder for one CSV file a table.")
@click.option("--edi", type=click.Path(file_okay=False, path_type=Path), help="Folder for one ORDERS file a purchase.")
@click.option("--sender", default="SHOP", show_default=True, help="Who sends, in ORDERS files.")
def export(url: str, night: datetime, csv: Path | None, edi: Path | None, sender: str) -> None:
    """Write a planned night's proposals and routes as CSV, its purchases as ORDERS messages."""
    from nightly.database import database, require_file
    from nightly.export import export_night

    if csv is None and edi is None:
        raise click.UsageError("give --csv DIR, --edi DIR or both")
    require_file(url)
    with database(url) as engine:
        for file in export_night(engine, night.date(), csv, edi, sender):
            click.echo(file)


if __name__ == "__main__":
    main()
