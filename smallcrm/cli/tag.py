"""`smallcrm tag`: the tags that records share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.asking import confirm
from smallcrm.cli.edge import session
from smallcrm.cli.globals import globals_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output
from smallcrm.cli.reporting import DRY, counted, undo_hint

if TYPE_CHECKING:
    from smallcrm.cli.output import Output
    from smallcrm.services.tags import TagOutcome

app = App("List, rename and delete tags; two of one name become one.")
MANY = 10
_Name = Annotated[str, typer.Argument(metavar="TAG", help="The tag.", autocompletion=completing.tags)]


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List the tags, and how many records carry each."""
    from smallcrm.services import tags
    from smallcrm.services.records.schema import record_nouns

    out = output(ctx)
    with session(ctx):
        found = tags.list_tags()
    names = list(record_nouns())
    columns = [Column("tag"), *(Column(name, record_nouns()[name].plural, kind="int") for name in names)]
    out.table(Table(columns, [[one.name, *(one.counts.get(name, 0) for name in names)] for one in found]))
    if not found and out.format == "table":
        out.note("No tags. Try: smallcrm contact edit ID --append tag=NAME")


@app.command("rename", epilog="\b\nExample:\n  smallcrm tag rename custommer customer")
def rename(
    ctx: typer.Context,
    tag: _Name,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its new name.", autocompletion=completing.tags)],
) -> None:
    """Give a tag another name; where there is a tag of that name, the two become one."""
    from smallcrm.services import tags

    with session(ctx):
        outcome = tags.rename(tag, name, dry_run=globals_of(ctx).dry_run)
    verb = "Merged into" if outcome.merged else "Renamed to"
    _report(ctx, output(ctx), outcome, f"{verb} {outcome.name}")


@app.command("delete")
def delete(ctx: typer.Context, tag: _Name) -> None:
    """Take a tag off every record that carries it."""
    from smallcrm.services import tags

    with session(ctx):
        carriers = sum(tags.delete(tag, dry_run=True).changed.values())
        if carriers > MANY:
            confirm(ctx, f"Take the tag '{tag}' off {carriers:,} records?")
        outcome = tags.delete(tag, dry_run=globals_of(ctx).dry_run)
    _report(ctx, output(ctx), outcome, f"Deleted {outcome.name}")


def _report(ctx: typer.Context, out: Output, outcome: TagOutcome, sentence: str) -> None:
    dry = globals_of(ctx).dry_run
    if out.is_json:
        told = {"tag": outcome.name, "merged": outcome.merged, "changed": outcome.changed}
        out.document({**told, "operation": outcome.operation, "dry_run": dry})
    elif not dry:
        out.lines([outcome.name])
    counts = counted(outcome.changed) or "no record changed"
    out.note(f"{sentence}: {counts}.{undo_hint(outcome)}{DRY if dry else ''}")
