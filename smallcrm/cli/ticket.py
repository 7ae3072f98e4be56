"""`smallcrm ticket`: the verbs of every noun, assigning, waiting, closing and reopening, and the queue."""

from __future__ import annotations

from typing import Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.acting import Ids, act
from smallcrm.cli.cells import columns_of, rows
from smallcrm.cli.edge import session
from smallcrm.cli.globals import is_said
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Table, output
from smallcrm.cli.records import noun_app
from smallcrm.errors import UsageError

app: App = noun_app("ticket", "tickets", "smallcrm.services.tickets:TICKET")
LIMIT = 500


@app.command("assign", epilog="\b\nExample:\n  smallcrm ticket assign 42 43 mara@north.example")
def assign(
    ctx: typer.Context,
    ids: Ids,
    member: Annotated[
        str,
        typer.Argument(metavar="MEMBER", help="Name or address, or me.", autocompletion=completing.members),
    ],
) -> None:
    """Give tickets to a member."""
    from smallcrm.services import tickets

    act(
        ctx,
        tickets.TICKET,
        ids,
        lambda numbers, dry_run: tickets.assign(numbers, member, dry_run=dry_run),
        f"assigned to {member}",
    )


@app.command("wait", epilog="\b\nExample:\n  smallcrm ticket wait 42 --until mon")
def wait(
    ctx: typer.Context,
    ids: Ids,
    *,
    until: Annotated[
        str | None,
        typer.Option(
            help="The day on which they are open again; without it they wait for the customer.", metavar="DATE"
        ),
    ] = None,
) -> None:
    """Let tickets wait, for the customer or until a day."""
    from smallcrm.services import tickets

    until = (until or "").strip()
    done = "waiting until {}" if until else "waiting for the customer"
    act(
        ctx,
        tickets.TICKET,
        ids,
        lambda numbers, dry_run: tickets.wait(numbers, until, dry_run=dry_run),
        done,
    )


@app.command("close", epilog="\b\nExample:\n  smallcrm ticket close 42 43")
def close(ctx: typer.Context, ids: Ids) -> None:
    """Close tickets."""
    from smallcrm.services import tickets

    act(ctx, tickets.TICKET, ids, lambda numbers, dry_run: tickets.close(numbers, dry_run=dry_run), "closed")


@app.command("reopen", epilog="\b\nExample:\n  smallcrm ticket reopen 42")
def reopen(ctx: typer.Context, ids: Ids) -> None:
    """Open tickets again that were closed or are waiting."""
    from smallcrm.services import tickets

    act(ctx, tickets.TICKET, ids, lambda numbers, dry_run: tickets.reopen(numbers, dry_run=dry_run), "reopened", "open")


@app.command(
    "queue", epilog="\b\nExamples:\n  smallcrm ticket queue --mine\n  smallcrm ticket queue --unassigned --json"
)
def queue(
    ctx: typer.Context,
    *,
    mine: Annotated[bool, typer.Option("--mine", help="Those that are assigned to you.")] = False,
    unassigned: Annotated[bool, typer.Option("--unassigned", help="Those that are assigned to nobody.")] = False,
    columns: Annotated[
        str | None,
        typer.Option(
            help="What to show, with commas between; 'all' shows everything.",
            metavar="NAMES",
            autocompletion=completing.columns,
        ),
    ] = None,
    limit: Annotated[int, typer.Option(help="How many at most; 0 is all.", metavar="NUMBER")] = LIMIT,
) -> None:
    """Show the tickets that are not closed: the most urgent first, the oldest before, those that wait last."""
    from smallcrm.services.queue import COLUMNS, Asked
    from smallcrm.services.queue import queue as queued
    from smallcrm.services.records.presenting import present
    from smallcrm.services.records.words import chosen_columns
    from smallcrm.services.tickets import TICKET

    if limit < 0:
        raise UsageError("--limit cannot be less than 0.", hint="smallcrm ticket queue --limit 0")
    out = output(ctx)
    fields = chosen_columns(TICKET, columns or ",".join(COLUMNS))
    with session(ctx) as opened:
        found = queued(Asked(mine, unassigned, limit + 1 if limit else 0), opened.workspace.zone)
        shown = found[:limit] if limit else found
        records = present(TICKET, shown, [field.key for field in fields])
        out.table(Table(columns_of(fields), rows(out, fields, records)))
    if len(found) > len(shown):
        out.cut(f"The first {limit:,}. All of them: --limit 0", asked=is_said(ctx, "limit"))
    elif not shown and out.format == "table":
        out.note("No tickets to work on.")
