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
) -> None:
    """Check the program, its files and its database; exit 1 where there is a problem."""
    from smallcrm.services import maintenance

    given = globals_of(ctx)
    checks = maintenance.examine(settings_of(ctx), fix=fix and not given.dry_run, as_member=given.as_member)
    output(ctx).table(Table(_CHECKS, [(c.name, str(c.verdict), c.detail, c.hint) for c in checks]))
    if any(check.verdict == "problem" for check in checks):
        raise typer.Exit(1)
