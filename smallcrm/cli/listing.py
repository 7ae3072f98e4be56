"""`NOUN list` and `NOUN count`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.cells import columns_of, rows
from smallcrm.cli.edge import session
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output
from smallcrm.cli.records import Source, single
from smallcrm.errors import UsageError

if TYPE_CHECKING:
    from smallcrm.cli.output import Output
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
  smallcrm {name} list --columns id,name,tags --format csv
  smallcrm {name} list --columns help
"""


def list_command(source: Source) -> App:
    """The command that lists records."""

    def list_(
        ctx: typer.Context,
        *,
        sort: Annotated[
            str,
            typer.Option(
                help="The column to sort by; -name is from the end.",
                metavar="KEY",
                autocompletion=completing.sort_keys,
            ),
        ] = "id",
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
        from smallcrm.services.records.listing import Stream
        from smallcrm.services.records.presenting import present
        from smallcrm.services.records.store import Listing
        from smallcrm.services.records.words import chosen_columns

        noun, out = source.noun(), output(ctx)
        if limit < 0:
            raise UsageError("--limit cannot be less than 0.", hint=f"smallcrm {noun.name} list --limit 0")
        with session(ctx):
            if columns == "help":
                _show_columns(out, noun)
                return
            fields = chosen_columns(noun, columns)
            parts = frozenset(field.key for field in fields if field.apart)
            stream = Stream(noun, Listing(sort, after, limit, trashed, parts))
            records = present(noun, stream, [field.key for field in fields])
            out.table(Table(columns_of(fields), rows(out, fields, records)))
            _tell(out, noun, stream, trashed=trashed)

    return single(source, list_, "List {plural}, in any order and any format.", _EXAMPLES)


def _tell(out: Output, noun: Noun, stream: object, *, trashed: bool) -> None:
    """Say what a list does not show."""
    from smallcrm.services.records import store

    shown, cursor = getattr(stream, "count", 0), getattr(stream, "next", None)
    if cursor is not None:
        most = store.COUNT_CAP + 1
        count = store.count(noun, trashed=trashed, cap=most)
        total = f"more than {store.COUNT_CAP:,}" if count == most else f"{count:,}"
        out.note(f"{shown:,} of {total} {noun.plural}. All of them: --limit 0; the next ones: --after {cursor}")
    elif not shown and out.format == "table":
        where = " in the trash" if trashed else ""
        out.note(f"No {noun.plural}{where}." + ("" if trashed else f" Try: smallcrm {noun.name} add NAME"))


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
        trashed: Annotated[bool, typer.Option("--trashed", help="Count what is in the trash.")] = False,
    ) -> None:
        from smallcrm.services.records import store

        with session(ctx):
            output(ctx).value(store.count(source.noun(), trashed=trashed))

    return single(source, count, "Print how many {plural} there are: one number.")
