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


@app.command("move", refuses={"dry_run"})
def move(
    ctx: typer.Context,
    to: Annotated[str, typer.Option("--to", help="The database to move to, made if there is none.", metavar="URL")],
    to_system: Annotated[
        str | None, typer.Option("--to-system", help="On PostgreSQL, its address for the owner.", metavar="URL")
    ] = None,
) -> None:
    """Copy every workspace to another database, SQLite or PostgreSQL, and prove that each is the same there."""
    from smallcrm.services import moving

    settings, out = settings_of(ctx), output(ctx)
    target = moving.target_of(settings, to, to_system)

    def progress(name: str, count: int) -> None:
        out.progress(name, count, unit="rows")

    done = moving.move(settings, target, progress, as_member=globals_of(ctx).as_member)
    rows = [(one.slug, one.rows, "was there" if one.was_there else "moved") for one in done]
    out.table(Table((Column("workspace"), Column("rows", kind="int"), Column("state")), rows))
    out.note("Every file of every workspace is the same there. The old database is as it was.")
    out.note("To work in the new one from now on, let SMALLCRM_DATABASE_URL name it.")


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
