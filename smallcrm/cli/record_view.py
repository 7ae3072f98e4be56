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
from smallcrm.services.records.presenting import logged_text
from smallcrm.services.records.schema import Kind
from smallcrm.services.records.showing import readable
from smallcrm.services.values.reading import reader

if TYPE_CHECKING:
    from smallcrm.cli.output import Output
    from smallcrm.services.agenda import Mention
    from smallcrm.services.records.schema import Field, Noun

PEOPLE_SHOWN = 20
INVOLVED_SHOWN = 10
_EXAMPLES = """
  smallcrm {name} show 42
  smallcrm {name} show acme.com --json
  smallcrm {name} list --format ids | smallcrm {name} show -
"""
_ELEMENTS = {Kind.EMAILS: "address", Kind.PHONES: "number", Kind.DOMAINS: "domain"}
_ACTIONS = {
    "create": "created", "update": "changed", "trash": "trashed", "restore": "restored", "hide": "taken back",
    "unhide": "brought back", "purge": "removed",
}  # fmt: skip
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
                    _for_people(out, noun, fields, record)
            elif len(words) == 1:
                out.record(columns_of(fields), next(rows(out, fields, presented)))
            else:
                out.table(Table(columns_of(fields), rows(out, fields, presented)))

    return single(source, show, "Show all that is known of {plural}.", _EXAMPLES)


def _for_people(out: Output, noun: Noun, fields: list[Field], record: dict[str, Any]) -> None:
    """One record, a field per line, without those that say nothing."""
    # When something is due next is told with what it is.
    shown = [
        field for field in fields if field.key != "next_activity" and record[field.key] not in (None, "", [], False)
    ]
    columns = columns_of(shown)
    values = [_detail(field, record[field.key]) for field in shown]
    at = next((at for at, field in enumerate(shown) if field.key == "created_at"), len(shown))
    people = (Column("people", "People"), _people(noun, record["id"]))
    around = [people, *_involved(noun, record["id"]), *_mentions(out, noun, record["id"])]
    for column, text in around:
        if text:
            columns.insert(at, column)
            values.insert(at, text)
            at += 1
    said = comments_of(out, noun, record["id"])
    if said:
        columns.append(Column("comments", "Comments"))
        values.append(said)
    out.record(columns, values)


def _mentions(out: Output, noun: Noun, number: int) -> list[tuple[Column, str]]:
    """What was done last with a record, and what is due next; settings have no such thing."""
    if noun.settings:
        return []
    from smallcrm.services.agenda import last_and_next

    last, coming = last_and_next(noun, number)
    return [
        (Column("last_activity", "Last activity"), "" if last is None else _mention(out, last, last.done_at)),
        (Column("next_activity", "Next activity"), "" if coming is None else _mention(out, coming, coming.due_at)),
    ]


def _involved(noun: Noun, number: int) -> list[tuple[Column, str]]:
    """The deals and tickets of a company or a contact, a line each."""
    from smallcrm.services.involved import involved

    found: list[tuple[Column, str]] = []
    for name, some in involved(noun, number, INVOLVED_SHOWN + 1).items():
        lines = [f"{one.title} ({name} {one.number}), {one.state}" for one in some[:INVOLVED_SHOWN]]
        more = ["…"] if len(some) > INVOLVED_SHOWN else []
        found.append((Column(f"{name}s", f"{name.capitalize()}s"), "\n".join([*lines, *more])))
    return found


def _mention(out: Output, found: Mention, when: object) -> str:
    """An activity in a line, with the time at which it was done or is due."""
    return f"{found.subject} ({found.kind}, activity {found.number}), {reader(out.zone)(when)}"


def _people(noun: Noun, number: int) -> str:
    """The contacts of a company, a line each."""
    if noun.name != "company":
        return ""
    from smallcrm.services.links import people_of

    found = people_of(number, PEOPLE_SHOWN + 1)
    lines = [_place(person) for person in found[:PEOPLE_SHOWN]]
    return "\n".join([*lines, *(["…"] if len(found) > PEOPLE_SHOWN else [])])


def _detail(field: Field, value: Any) -> Any:
    """A value in full: labels, roles, ends; each element of a list on its own line."""
    if field.kind in _ELEMENTS:
        return "\n".join(_element(element, _ELEMENTS[field.kind], alone=len(value) == 1) for element in value)
    if field.kind is Kind.LOG:
        return "\n".join(logged_text(entry) for entry in value)
    if field.kind is Kind.RECORDS:
        return "\n".join(_place(element, alone=len(value) == 1) for element in value)
    if field.kind is Kind.RECORD:
        return _place(value)
    return readable(field, value)


def _element(element: dict[str, Any], key: str, *, alone: bool) -> str:
    notes = [element.get("label"), "primary" if element.get("primary") and not alone else None]
    told = ", ".join(note for note in notes if note)
    return f"{element[key]} ({told})" if told else str(element[key])


def _place(place: dict[str, Any], *, alone: bool = True) -> str:
    """A link, from either side."""
    notes = [place.get("role"), "primary" if place.get("primary") and not alone else None]
    notes.append(f"until {place['ended']}" if place.get("ended") else None)
    noun = f"{place['object']} " if "object" in place else ""
    return ", ".join([f"{place['name']} ({noun}{place['id']})", *(note for note in notes if note)])


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
    head = [entry.operation, entry.at, entry.member, entry.via, _ACTIONS.get(entry.kind, entry.kind)]
    sides = [(one.field.key, side(out, one.field, one.before), side(out, one.field, one.after)) for one in shown]
    return [[*head, *triple, entry.undone] for triple in sides or [(None, None, None)]]


def side(out: Output, field: Field, value: Any) -> Any:
    """One side of a change as the format in force shows it."""
    return value if out.is_json or value is None else readable(field, value)
