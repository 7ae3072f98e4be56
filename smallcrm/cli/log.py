"""`smallcrm log`: the journal."""

from __future__ import annotations

from typing import Annotated

import typer

from smallcrm.cli.edge import session
from smallcrm.cli.globals import is_said
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output
from smallcrm.cli.reporting import MOST
from smallcrm.errors import UsageError

app = App()
LIMIT = 50
_COLUMNS = (
    Column("id", "operation", kind="id"), Column("at", "when", kind="instant"), Column("member"),
    Column("via", rank=-1), Column("kind", rank=-1), Column("summary", rank=1), Column("undone", kind="bool"),
)  # fmt: skip


@app.command(epilog="\b\nExamples:\n  smallcrm log\n  smallcrm log --limit 0 --format csv")
def log(
    ctx: typer.Context,
    *,
    limit: Annotated[int, typer.Option(help="How many at most; 0 is all.", metavar="NUMBER")] = LIMIT,
) -> None:
    """Show who did what and when, the newest first."""
    from smallcrm.services.records import logbook

    if limit < 0:
        raise UsageError("--limit cannot be less than 0.", hint="smallcrm log --limit 0")
    limit = min(limit, MOST)
    out = output(ctx)
    with session(ctx):
        entries = logbook.log(limit + 1 if limit else 0)
    cut = limit and len(entries) > limit
    shown = entries[:limit] if limit else entries
    out.table(Table(_COLUMNS, [(e.operation, e.at, e.member, e.via, e.kind, e.summary, e.undone) for e in shown]))
    if cut:
        out.cut(f"The newest {limit:,}. All of them: --limit 0", asked=is_said(ctx, "limit"))
    elif not entries and out.format == "table":
        out.note("Nothing has been done yet.")
