"""The database: its version, its migrations, and copies of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smallcrm.cli.globals import globals_of, settings_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output

app = App(help="Look after the database.")
_MIGRATIONS = (Column("name"), Column("state"), Column("applied_at", "applied", kind="instant"))


@app.command("status")
def status(ctx: typer.Context) -> None:
    """Show which migrations the database has, and which it lacks."""
    from smallcrm.services import maintenance

    states = maintenance.schema_status(settings_of(ctx))
    out = output(ctx)
    out.table(Table(_MIGRATIONS, [(state.name, str(state.state), state.at) for state in states]))
    maintenance.refuse_newer(states)
    if any(state.state == "pending" for state in states):
        out.note("Some are pending. Try: smallcrm db migrate")


@app.command("migrate")
def migrate(ctx: typer.Context) -> None:
    """Bring the database to the version of this program; on SQLite a copy is made first."""
    from smallcrm.services import maintenance

    settings, out = settings_of(ctx), output(ctx)
    if globals_of(ctx).dry_run:
        names = [state.name for state in maintenance.schema_status(settings) if state.state == "pending"]
    else:
        names = maintenance.migrate(settings, as_member=globals_of(ctx).as_member)
    out.table(Table((Column("name"),), [(name,) for name in names]))
    if not names:
        out.note("The database is up to date.")


@app.command("backup", refuses={"dry_run"})
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The copy to make.", metavar="FILE")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")] = False,
) -> None:
    """Copy a SQLite database into one file, while others may go on writing."""
    from smallcrm.services import maintenance

    size = maintenance.backup_to(settings_of(ctx), file, force=force, as_member=globals_of(ctx).as_member)
    out = output(ctx)
    out.record((Column("file"), Column("bytes", kind="int")), (str(file), size))
