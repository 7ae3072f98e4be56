"""`NOUN show` and `NOUN history`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from smallcrm.cli import completing
from smallcrm.cli.cells import columns_of, rows
from smallcrm.cli.comment_view import comments_of
from smallcrm.cli.edge import session
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output
from smallcrm.cli.records import Source, single
from smallcrm.cli.typed import read_words
from smallcrm.services.records.showing import readable

if TYPE_CHECKING:
    from smallcrm.cli.output import Output
    from smallcrm.services.records.schema import Field, Noun

_EXAMPLES = """
  smallcrm {name} show 42
  smallcrm {name} show acme.com --json
  smallcrm {name} list --format ids | smallcrm {name} show -
"""
_HISTORY = (
    Column("operation", kind="id"), Column("at", kind="instant"), Column("member"), Column("via"),
    Column("action"), Column("field"), Column("before"), Column("after"), Column("undone", kind="bool"),
)  # fmt: skip


def show_command(source: Source) -> App:
    """The command that shows records."""

    def show(
        ctx: typer.Context,
        ids: Annotated[
            list[str],
            typer.Argument(
                metavar="ID…",
                help="Numbers, e-mail addresses, domains or whole names; - reads them from stdin.",
                autocompletion=completing.records,
            ),
        ],
    ) -> None:
        from smallcrm.services.records import lookup, presenting, store

        noun, out = source.noun(), output(ctx)
        words = read_words(ids)
        with session(ctx):
            found = [store.get(noun, number) for number in lookup.numbers(noun, words)]
            fields = list(presenting.columns(noun).values())
            presented = list(presenting.present(noun, found, [field.key for field in fields]))
            if out.format in ("table", "vertical"):
                for at, record in enumerate(presented):
                    if at:
                        out.lines([""])
                    _for_people(out, noun, record)
            elif len(words) == 1:
                out.record(columns_of(fields), next(rows(out, fields, presented)))
            else:
                out.table(Table(columns_of(fields), rows(out, fields, presented)))

    return single(source, show, "Show all that is known of {plural}.", _EXAMPLES)


def _for_people(out: Output, noun: Noun, record: dict[str, Any]) -> None:
    """One record, a field per line, without those that say nothing."""
    from smallcrm.services import details

    shown = details.lines(noun, record, out.zone)
    columns = [columns_of([line.field])[0] if line.field else Column(line.key, line.label) for line in shown]
    values = [line.value for line in shown]
    said = comments_of(out, noun, record["id"])
    if said:
        columns.append(Column("comments", "Comments"))
        values.append(said)
    out.record(columns, values)


def history_command(source: Source) -> App:
    """The command that shows the history of a record."""

    def history(
        ctx: typer.Context,
        record: Annotated[str, typer.Argument(metavar="ID", help="Which one.", autocompletion=completing.records)],
    ) -> None:
        from smallcrm.services.records import changes, lookup

        noun, out = source.noun(), output(ctx)
        with session(ctx):
            number = lookup.numbers(noun, [record])[0]
            lines = [line for entry, shown in changes.history(noun, number) for line in _lines(out, entry, shown)]
        out.table(Table(_HISTORY, lines))

    return single(source, history, "Show what happened to {one}: who changed which field, when, and from what.")


def _lines(out: Output, entry: Any, shown: list[Any]) -> list[list[Any]]:
    """One line for each field of an entry, or one for an entry without fields."""
    from smallcrm.services.records.changes import WORDS

    head = [entry.operation, entry.at, entry.member, entry.via, WORDS.get(entry.kind, entry.kind)]
    sides = [(one.field.key, side(out, one.field, one.before), side(out, one.field, one.after)) for one in shown]
    return [[*head, *triple, entry.undone] for triple in sides or [(None, None, None)]]


def side(out: Output, field: Field, value: Any) -> Any:
    """One side of a change as the format in force shows it."""
    return value if out.is_json or value is None else readable(field, value)
