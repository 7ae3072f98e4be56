"""`smallcrm trash`: what lies in the trash, and emptying it for good."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated

import typer

from smallcrm.cli.asking import confirm_name
from smallcrm.cli.edge import session
from smallcrm.cli.globals import globals_of, is_said
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output
from smallcrm.cli.reporting import DRY, MOST, counted
from smallcrm.errors import UsageError

if TYPE_CHECKING:
    from smallcrm.services.trash import Purge

app = App("See what is in the trash, and empty it.")
LIMIT = 500
_COLUMNS = (
    Column("object"),
    Column("id", kind="id"),
    Column("name", rank=1),
    Column("trashed_at", "trashed", kind="instant"),
)


@app.command("list")
def list_(
    ctx: typer.Context,
    *,
    limit: Annotated[int, typer.Option(help="How many at most; 0 is all.", metavar="NUMBER")] = LIMIT,
) -> None:
    """List what is in the trash, of every kind."""
    from smallcrm.services import trash

    if limit < 0:
        raise UsageError("--limit cannot be less than 0.", hint="smallcrm trash list --limit 0")
    limit = min(limit, MOST)
    out = output(ctx)
    with session(ctx):
        found = trash.entries()
        first = next(found, None)
        every = found if first is None else chain([first], found)
        shown = islice(every, limit) if limit else every
        out.table(Table(_COLUMNS, ((one.noun, one.number, one.name, one.trashed_at) for one in shown)))
        if limit and next(found, None) is not None:
            out.cut(f"The first {limit:,}. All of them: --limit 0", asked=is_said(ctx, "limit"))
        elif first is None and out.format == "table":
            out.note("The trash is empty.")


@app.command("empty")
def empty(
    ctx: typer.Context,
    *,
    name: Annotated[
        str | None,
        typer.Option("--confirm", metavar="WORKSPACE", help="The workspace's short name, to confirm."),
    ] = None,
) -> None:
    """Remove for good what is in the trash and what undo has hidden; this cannot be undone."""
    from smallcrm.services import trash

    out, dry = output(ctx), globals_of(ctx).dry_run
    with session(ctx) as opened:
        planned = trash.empty(dry_run=True)
        if not planned.trashed and not planned.undone:
            out.note("The trash is empty.")
            return
        confirm_name(ctx, f"Remove {_all_of(planned)} for good? No undo brings it back.", opened.workspace.slug, name)
        purge = planned if dry else trash.empty()
    if out.is_json:
        removed = {"removed": purge.trashed, "removed_undone": purge.undone}
        out.document({**removed, "operation": purge.operation, "dry_run": dry})
    done = "Would remove" if dry else "Removed"
    out.note(f"{done} {_all_of(purge)}." + (DRY if dry else ""))


def _all_of(purge: Purge) -> str:
    """What goes for good: how much lies in the trash, and how much undo has hidden."""
    told = [counted(purge.trashed)] if purge.trashed else []
    if purge.undone:
        told.append(f"{counted(purge.undone)} that undo has hidden")
    return ", and ".join(told)
