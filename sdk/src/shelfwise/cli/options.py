"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from shelfwise.cli.files import OutputFile, OutputFolder

existing_file = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
existing_folder = click.Path(exists=True, file_okay=False, readable=True, path_type=Path)

config = click.option("--config", type=existing_file, help="Configuration, usually shelfwise.toml.")
data = click.option("--data", type=existing_folder, required=True, help="Folder with the retailer's tables.")
models_to_write = click.option("--models", type=OutputFolder(), required=True, help="Folder for the trained models.")
models_to_read = click.option("--models", type=existing_folder, required=True, help="Folder with the trained models.")
json_file = click.option(
    "--json", "json_path", type=OutputFile(standard_output=True), help="Write the results here as JSON; - prints them."
)


def _lost_sales() -> Path:
    from shelfwise.evaluation.inventory import lost_sales_example

    return lost_sales_example()


scenario = click.option(
    "--scenario",
    type=existing_file,
    default=_lost_sales,
    help="Scenario in TOML.  [default: four items with lost sales]",
)
seed = click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of what is random.")


class Names(click.ParamType[tuple[str, ...]]):
    """Names separated by commas."""

    name = "name[,name]"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Split the names and refuse none at all, or one twice."""
        if isinstance(value, tuple):
            return value
        names = tuple(name.strip() for name in str(value).split(","))
        if not all(names):
            self.fail(f"{value!r} holds an empty name; give names separated by commas", param, ctx)
        for name in names:
            if names.count(name) > 1:
                self.fail(f"{value!r} names {name!r} twice", param, ctx)
        return names


plugin_names = click.option(
    "--plugin", "plugin_names", type=Names(), required=True, help="Names of the plugins to compare."
)
