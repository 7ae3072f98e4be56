"""`smallcrm activity`: the verbs of every noun; done, cancel and reopen; the agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from smallcrm.cli import completing
from smallcrm.cli.acting import Ids, act
from smallcrm.cli.cells import columns_of, rows
from smallcrm.cli.edge import session
from smallcrm.cli.globals import is_said
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output
from smallcrm.cli.records import noun_app
from smallcrm.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from smallcrm.services.agenda import Agenda, Entry

app: App = noun_app("activity", "activities", "smallcrm.services.activities:ACTIVITY")
LIMIT = 500
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_KEYS = ("due", "id", "kind", "subject", "links", "owner")
_RANKS = {"subject": 1, "owner": -1}
_SHOWN = ("id", "subject", "kind", "links", "owner")


@app.command("done", epilog="\b\nExample:\n  smallcrm activity done 42 43 --outcome 'They sign in May'")
def done(
    ctx: typer.Context,
    ids: Ids,
    *,
    outcome: Annotated[str | None, typer.Option(help="What came of it.", metavar="TEXT")] = None,
) -> None:
    """Mark activities as done."""
    from smallcrm.services import activities

    act(
        ctx,
        activities.ACTIVITY,
        ids,
        lambda numbers, dry_run: activities.done(numbers, outcome, dry_run=dry_run),
        "done",
    )


@app.command("cancel", epilog="\b\nExample:\n  smallcrm activity cancel 42")
def cancel(ctx: typer.Context, ids: Ids) -> None:
    """Mark activities as canceled."""
    from smallcrm.services import activities

    act(ctx, activities.ACTIVITY, ids, lambda numbers, dry_run: activities.cancel(numbers, dry_run=dry_run), "canceled")


@app.command("reopen", epilog="\b\nExample:\n  smallcrm activity reopen 42")
def reopen(ctx: typer.Context, ids: Ids) -> None:
    """Open activities again that were done or canceled."""
    from smallcrm.services import activities

    act(
        ctx,
        activities.ACTIVITY,
        ids,
        lambda numbers, dry_run: activities.reopen(numbers, dry_run=dry_run),
        "reopened",
        "open",
    )


@app.command(
    "agenda", epilog="\b\nExamples:\n  smallcrm activity agenda --mine\n  smallcrm activity agenda --days 0 --json"
)
def agenda(
    ctx: typer.Context,
    *,
    days: Annotated[int, typer.Option(help="How many days after today.", metavar="NUMBER")] = 7,
    mine: Annotated[bool, typer.Option("--mine", help="Only what is yours.")] = False,
    member: Annotated[
        str | None,
        typer.Option(help="Only what is this member's.", metavar="NAME", autocompletion=completing.members),
    ] = None,
    limit: Annotated[int, typer.Option(help="How many at most, due and not due; 0 is all.", metavar="NUMBER")] = LIMIT,
) -> None:
    """Show what is open: overdue, today, in the next days, without a day."""
    from smallcrm.services import agenda as services
    from smallcrm.services.records.parsing import find_member

    out = output(ctx)
    if mine and member is not None:
        raise UsageError("--mine and --member exclude each other.", hint="leave out one")
    if limit < 0:
        raise UsageError("--limit cannot be less than 0.", hint="smallcrm activity agenda --limit 0")
    with session(ctx):
        whose = "me" if mine else member
        found = services.agenda(days, None if whose is None else find_member(whose), limit)
        people = out.format == "table"
        head = (
            [Column("day"), Column("time", kind="date")] if people else [Column("timing"), Column("day", kind="date")]
        )
        cells = _for_people(found) if people else _for_programs(found)
        fields, lines = _activities(out, found, _SHOWN if people else _KEYS)
        shown = ([*first, *line] for first, line in zip(cells, lines, strict=True))
        known = (column._replace(rank=_RANKS.get(column.key, 0)) for column in columns_of(fields))
        out.table(Table([*head, *known], shown))
    if found.cut:
        out.cut("There is more. All of it: --limit 0", asked=is_said(ctx, "limit"))
    elif not found.entries and out.format == "table":
        out.note('Nothing is due. Try: smallcrm activity add "Call Ann" --due tomorrow')


def _activities(out: Any, found: Agenda, keys: Sequence[str]) -> tuple[list[Any], Iterator[list[Any]]]:
    """The fields of an agenda, and a row of them for each entry."""
    from smallcrm.services.activities import ACTIVITY
    from smallcrm.services.records.presenting import columns, present

    known = columns(ACTIVITY)
    fields = [known[key] for key in keys]
    records = present(ACTIVITY, [entry.activity for entry in found.entries], keys)
    return fields, rows(out, fields, records)


def _for_programs(found: Agenda) -> Iterator[list[Any]]:
    """The section and the day of every entry."""
    return ([entry.section, entry.day] for entry in found.entries)


def _for_people(found: Agenda) -> Iterator[list[Any]]:
    """The day where a group begins, and the time; of what is overdue with its day."""
    before = None
    for entry in found.entries:
        title = _title(entry, found.today)
        day = str(entry.day) if entry.section == "overdue" else ""
        yield [title if title != before else "", f"{day} {entry.time or ''}".strip()]
        before = title


def _title(entry: Entry, today: date) -> str:
    """What a group of the agenda is called."""
    if entry.section == "overdue":
        return "Overdue"
    if entry.day is None:
        return "No day"
    return "Today" if entry.day == today else f"{_WEEKDAYS[entry.day.weekday()]} {entry.day.isoformat()}"
