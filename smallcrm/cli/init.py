"""`smallcrm init`: the first command."""

from __future__ import annotations

from typing import Annotated

import typer

from smallcrm.cli.globals import globals_of, settings_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, output
from smallcrm.cli.reporting import DRY
from smallcrm.config import display

app = App()
_COLUMNS = (Column("workspace"), Column("name"), Column("currency"), Column("zone"), Column("database"))


_NEXT = (
    "smallcrm import contacts.csv         bring in what you have",
    'smallcrm contact add "Ann Smith"     or begin by hand',
    "smallcrm help                        see everything else",
)


@app.command(epilog='\b\nExample:\n  smallcrm init "Acme Sales" --currency EUR --tz Europe/Berlin')
def init(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call the workspace.")],
    *,
    currency: Annotated[str, typer.Option(help="The currency of amounts without one.", metavar="CODE")] = "EUR",
    tz: Annotated[str, typer.Option(help="The time zone in which people read instants.", metavar="ZONE")] = "UTC",
) -> None:
    """Create a workspace, and the database if there is none."""
    from smallcrm.services.workspaces import create_workspace, use_workspace

    settings, out, dry = settings_of(ctx), output(ctx), globals_of(ctx).dry_run
    made = create_workspace(settings, name, currency.upper(), tz, owner=globals_of(ctx).as_member, dry_run=dry)
    where = display("database_url", settings.database_url)
    out.record(_COLUMNS, (made.slug, made.name, made.currency, made.zone, where))
    if dry:
        out.note(DRY.strip())
        return
    if made.number > 1:
        use_workspace(settings, made.slug)
        out.note(f"Commands work in '{made.slug}' from now on; 'smallcrm workspace use NAME' chooses another.")
    out.note(f"The workspace '{made.slug}' is ready. What you can do next:")
    for line in _NEXT:
        out.note(f"  {line}")
