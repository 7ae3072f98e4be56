"""`smallcrm field option`: what a select can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from smallcrm.cli import completing
from smallcrm.cli.edge import session
from smallcrm.cli.globals import globals_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import output
from smallcrm.cli.reporting import report

if TYPE_CHECKING:
    from collections.abc import Callable

app = App("Add, rename, archive and delete the options of a select.")
_Field = Annotated[
    str, typer.Argument(metavar="FIELD", help="Its key, label or number.", autocompletion=completing.custom_fields)
]
_Option = Annotated[
    str, typer.Argument(metavar="OPTION", help="The option, by its label.", autocompletion=completing.custom_options)
]


@app.command("add", epilog="\b\nExample:\n  smallcrm field option add customer_tier Bronze")
def add(
    ctx: typer.Context, field: _Field, label: Annotated[str, typer.Argument(metavar="LABEL", help="The new option.")]
) -> None:
    """Add an option."""
    _change(ctx, field, lambda service, number, dry_run: service.add_option(number, label, dry_run=dry_run))


@app.command("rename", epilog="\b\nExample:\n  smallcrm field option rename customer_tier Gold Premium")
def rename(
    ctx: typer.Context,
    field: _Field,
    option: _Option,
    label: Annotated[str, typer.Argument(metavar="LABEL", help="Its new label.")],
) -> None:
    """Give an option another label; what records hold stays as it is."""
    _change(ctx, field, lambda service, number, dry_run: service.rename_option(number, option, label, dry_run=dry_run))


@app.command("archive", epilog="\b\nExample:\n  smallcrm field option archive customer_tier Silver")
def archive(
    ctx: typer.Context,
    field: _Field,
    option: _Option,
    *,
    back: Annotated[bool, typer.Option("--back", help="Offer it again.")] = False,
) -> None:
    """Offer an option no more; records that have it keep it."""
    _change(
        ctx, field, lambda service, number, dry: service.archive_option(number, option, archived=not back, dry_run=dry)
    )


@app.command("delete", epilog="\b\nExample:\n  smallcrm field option delete customer_tier Silver --map-to Gold")
def delete(
    ctx: typer.Context,
    field: _Field,
    option: _Option,
    *,
    map_to: Annotated[
        str | None, typer.Option("--map-to", metavar="OPTION", help="What records get that have it.")
    ] = None,
) -> None:
    """Delete an option; records that have it get another."""
    _change(ctx, field, lambda service, number, dry_run: service.delete_option(number, option, map_to, dry_run=dry_run))


def _change(ctx: typer.Context, field: str, act: Callable[[Any, int, bool], Any]) -> None:
    """Change the options of a field, and say so."""
    from smallcrm.services import field_changes
    from smallcrm.services.fields import FIELD
    from smallcrm.services.records import lookup

    with session(ctx):
        outcome = act(field_changes, lookup.numbers(FIELD, [field])[0], globals_of(ctx).dry_run)
    report(output(ctx), FIELD, outcome, "changed")
