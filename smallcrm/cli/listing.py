"""`NOUN list` and `NOUN count`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.cells import columns_of, rows
from smallcrm.cli.edge import session
from smallcrm.cli.filtering import Filters, ShownViews, Views, place_of, selected, warn_of
from smallcrm.cli.globals import is_said
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output
from smallcrm.cli.records import Source, single
from smallcrm.errors import UsageError

if TYPE_CHECKING:
    from smallcrm.cli.output import Output
    from smallcrm.services.records.listing import Stream
    from smallcrm.services.records.query.filters import Filter
    from smallcrm.services.records.schema import Noun

LIMIT = 500
_SHOWN_COLUMNS = (
    Column("column"),
    Column("label"),
    Column("type"),
    Column("values", kind="list"),
    Column("help"),
)
_EXAMPLES = """
  smallcrm {name} list --sort -updated --limit 20
  smallcrm {name} list --filter 'owner:me -tag:old' --columns id,name,tags --format csv
  smallcrm {name} list --columns help
"""


def list_command(source: Source) -> App:
    """The command that lists records."""

    def list_(
        ctx: typer.Context,
        *,
        sort: Annotated[
            str | None,
            typer.Option(
                help="The columns to sort by, with commas between; -name is from the end. Without it, by number.",
                metavar="KEYS",
                autocompletion=completing.sort_keys,
            ),
        ] = None,
        filters: Filters = None,
        view: ShownViews = None,
        columns: Annotated[
            str | None,
            typer.Option(
                help="What to show, with commas between; 'all' shows everything, 'help' lists what there is.",
                metavar="NAMES",
                autocompletion=completing.columns,
            ),
        ] = None,
        limit: Annotated[int, typer.Option(help="How many at most; 0 is all.", metavar="NUMBER")] = LIMIT,
        after: Annotated[
            str | None,
            typer.Option(help="Go on where a list was cut: the cursor that it gave.", metavar="CURSOR"),
        ] = None,
        trashed: Annotated[bool, typer.Option("--trashed", help="List what is in the trash.")] = False,
    ) -> None:
        from smallcrm.services import selection
        from smallcrm.services.records.listing import Stream
        from smallcrm.services.records.presenting import present
        from smallcrm.services.records.stepping import needed
        from smallcrm.services.records.store import Listing
        from smallcrm.services.records.words import chosen_columns

        noun, out = source.noun(), output(ctx)
        if limit < 0:
            raise UsageError("--limit cannot be less than 0.", hint=f"smallcrm {noun.name} list --limit 0")
        with session(ctx) as opened:
            if columns == "help":
                _show_columns(out, noun)
                return
            said = selection.Said(filters or (), view, sort, columns)
            where, keys, names = selection.listing(noun, said, place_of(opened))
            warn_of(ctx, where)
            fields = chosen_columns(noun, names, further=True)
            stream = Stream(noun, Listing(keys or "id", after, limit, trashed, needed(fields), where))
            records = present(noun, stream, [field.key for field in fields])
            out.table(Table(columns_of(fields), rows(out, fields, records)))
            _tell(ctx, noun, stream, trashed=trashed, where=where)

    return single(source, list_, "List {plural}, in any order and any format.", _EXAMPLES)


def _tell(ctx: typer.Context, noun: Noun, stream: Stream, *, trashed: bool, where: Filter | None) -> None:
    """Say what a list does not show."""
    if stream.next is not None:
        _tell_cut(ctx, noun, stream, trashed=trashed, where=where)
    elif not stream.count and output(ctx).format == "table":
        _tell_nothing(output(ctx), noun, trashed=trashed, filtered=where is not None)


def _tell_cut(ctx: typer.Context, noun: Noun, stream: Stream, *, trashed: bool, where: Filter | None) -> None:
    """Say of a list that was cut how much there is; where it goes on, to a script and to who goes by pages."""
    from smallcrm.services.records import store

    out, asked = output(ctx), is_said(ctx, "limit")
    most = store.COUNT_CAP + 1
    count = store.count(noun, trashed=trashed, cap=most, where=where)
    total = f"more than {store.COUNT_CAP:,}" if count == most else f"{count:,}"
    going_on = asked or is_said(ctx, "after") or not out.is_tty
    further = f"; the next: --after {stream.next}" if going_on else ""
    out.cut(f"{stream.count:,} of {total} {noun.plural}. All: --limit 0{further}", asked=asked)


def _tell_nothing(out: Output, noun: Noun, *, trashed: bool, filtered: bool) -> None:
    place = " in the trash" if trashed else ""
    if filtered:
        out.note(f"No {noun.plural}{place} pass the filter.")
    else:
        out.note(f"No {noun.plural}{place}." + ("" if trashed else f" Try: smallcrm {noun.name} add NAME"))


def _show_columns(out: Output, noun: Noun) -> None:
    from smallcrm.services.records.presenting import columns

    known = [
        (field.key, field.label, str(field.kind), list(field.offered), field.help) for field in columns(noun).values()
    ]
    out.table(Table(_SHOWN_COLUMNS, known))


def count_command(source: Source) -> App:
    """The command that counts records."""

    def count(
        ctx: typer.Context,
        *,
        filters: Filters = None,
        view: Views = None,
        trashed: Annotated[bool, typer.Option("--trashed", help="Count what is in the trash.")] = False,
    ) -> None:
        from smallcrm.services.records import store

        noun = source.noun()
        with session(ctx) as opened:
            where = selected(ctx, noun, filters, view, opened)
            output(ctx).value(store.count(noun, trashed=trashed, where=where))

    examples = "  smallcrm {name} count --filter 'created>=-1w'"
    return single(source, count, "Print how many {plural} there are: one number.", examples)
