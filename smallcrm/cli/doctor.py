"""Whether the program, its files and its database are well."""

from __future__ import annotations

from typing import Annotated

import typer

from smallcrm.cli.globals import globals_of, settings_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output

app = App(help="Check the program, its files and its database.")
_CHECKS = (Column("check"), Column("verdict"), Column("detail"), Column("hint", "try"))


@app.command()
def doctor(
    ctx: typer.Context,
    fix: Annotated[bool, typer.Option("--fix", help="Make private what others can read.")] = False,
    reindex: Annotated[
        bool, typer.Option("--reindex", help="Make the search index anew: of the named workspace, or of all.")
    ] = False,
) -> None:
    """Check the program, its files and its database; exit 1 where there is a problem."""
    from smallcrm.services import maintenance

    given, out = globals_of(ctx), output(ctx)
    if reindex and not given.dry_run:
        count = maintenance.reindex(settings_of(ctx), out.progress, as_member=given.as_member)
        out.note(f"The search index holds {count:,} {'record' if count == 1 else 'records'}.")
    checks = maintenance.examine(settings_of(ctx), fix=fix and not given.dry_run, as_member=given.as_member)
    out.table(Table(_CHECKS, [(c.name, str(c.verdict), c.detail, c.hint) for c in checks]))
    if any(check.verdict == "problem" for check in checks):
        raise typer.Exit(1)
