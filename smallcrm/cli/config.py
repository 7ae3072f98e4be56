"""`smallcrm config`: the settings in force, and whether they are sound."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated

import typer

from smallcrm.cli.globals import settings_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output
from smallcrm.config import Settings, config_path, display

app = App("Show or check the settings.")


@app.command("show")
def show(
    ctx: typer.Context,
    *,
    origin: Annotated[bool, typer.Option("--origin", help="Show where each value came from.")] = False,
) -> None:
    """Show every setting with its value in force."""
    settings = settings_of(ctx)
    columns = [Column("setting"), Column("value"), *([Column("origin")] if origin else [])]
    output(ctx).table(Table(columns, [row[: len(columns)] for row in _rows(settings)]))


@app.command("validate")
def validate(ctx: typer.Context) -> None:
    """Check the configuration file and the environment; exit 2 with a sentence if something is wrong."""
    settings_of(ctx)
    path = config_path()
    output(ctx).note(f"The settings are sound ({path if path.exists() else 'there is no configuration file'}).")


def _rows(settings: Settings) -> list[list[object]]:
    """One row for each setting: name, value, origin."""
    names = [field.name for field in fields(Settings) if field.name != "origins"]
    return [[n, display(n, getattr(settings, n)), settings.origins.get(n, "default")] for n in names]
