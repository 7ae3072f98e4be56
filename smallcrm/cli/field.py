"""`smallcrm field`: the fields that a workspace adds to its records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from smallcrm.cli import completing
from smallcrm.cli.asking import confirm_name
from smallcrm.cli.edge import session
from smallcrm.cli.field_option import app as options_app
from smallcrm.cli.globals import globals_of
from smallcrm.cli.output import output
from smallcrm.cli.records import noun_app
from smallcrm.cli.reporting import DRY, report, report_added
from smallcrm.cli.typed import read_words
from smallcrm.errors import NotFound, UsageError

if TYPE_CHECKING:
    from smallcrm.cli.lazy import App
    from smallcrm.cli.output import Output
    from smallcrm.services.field_changes import Retyping
    from smallcrm.services.records.schema import Noun

app: App = noun_app("field", "fields", "smallcrm.services.fields:FIELD", ("list", "show", "history", "count"))
app.add("option", options_app)

_Field = Annotated[
    str, typer.Argument(metavar="FIELD", help="Its key, label or number.", autocompletion=completing.custom_fields)
]
_Fields = Annotated[
    list[str],
    typer.Argument(
        metavar="FIELD…", help="Keys, labels or numbers; - reads them from stdin.",
        autocompletion=completing.custom_fields,
    ),
]  # fmt: skip
_Type = Annotated[
    str | None,
    typer.Option("--type", metavar="TYPE", help="What its values are.", autocompletion=completing.field_types),
]
_Options = Annotated[
    list[str] | None, typer.Option("--option", metavar="LABEL", help="What a select can be. May be repeated.")
]
_Target = Annotated[
    str | None,
    typer.Option(metavar="NOUN", help="What a field of the type record names.", autocompletion=completing.record_nouns),
]
_Hint = Annotated[str | None, typer.Option("--hint", metavar="TEXT", help="What to know where it is filled in.")]
_Default = Annotated[str | None, typer.Option(metavar="VALUE", help="What a new record has where nothing is said.")]
_EXAMPLES = """\b
Examples:
  smallcrm field add contact "Customer tier" --type select --option Gold --option Silver
  smallcrm field add deal "Contract number" --unique
  smallcrm contact edit 42 --set customer_tier=gold"""
_EDIT_EXAMPLES = """\b
Examples:
  smallcrm field edit customer_tier --label Tier --required
  smallcrm field edit age --type integer --dry-run"""


@app.command("add", epilog=_EXAMPLES)
def add(
    ctx: typer.Context,
    noun: Annotated[
        str, typer.Argument(metavar="NOUN", help="What gets it.", autocompletion=completing.record_nouns)
    ],
    label: Annotated[str, typer.Argument(metavar="LABEL", help="What it is called.")],
    *,
    type_: _Type = None,
    option: _Options = None,
    key: Annotated[
        str | None, typer.Option(metavar="KEY", help="Its name for programs; made of the label without it.")
    ] = None,
    target: _Target = None,
    hint: _Hint = None,
    default: _Default = None,
    required: Annotated[bool, typer.Option("--required", help="A new record needs it.")] = False,
    unique: Annotated[bool, typer.Option("--unique", help="No two records have the same value.")] = False,
    personal: Annotated[bool, typer.Option("--personal", help="It says something about a person.")] = False,
) -> None:  # fmt: skip
    """Add a field to a noun; prints its number."""
    from smallcrm.services import field_changes
    from smallcrm.services.fields import FIELD
    from smallcrm.services.records.editing import Edit

    flags = {"required": required, "unique": unique, "personal": personal}
    texts = {"object": noun, "label": label, "type": type_, "key": key, "target": target, "help": hint}
    edit = Edit(_said({**texts, "default": default}, {name: True for name, said in flags.items() if said}))
    out, dry_run = output(ctx), globals_of(ctx).dry_run
    with session(ctx) as opened:
        outcome = field_changes.add(edit, option or (), opened.locale, dry_run=dry_run)
        lacking = field_changes.lacking(outcome.changed[0]) if required and not dry_run else None
    if dry_run:
        out.note(f"The field {label!r} would be added.{DRY}")
    else:
        report_added(out, FIELD, outcome)
    _tell_lacking(out, lacking)


@app.command("edit", epilog=_EDIT_EXAMPLES)
def edit(
    ctx: typer.Context,
    field: _Field,
    *,
    label: Annotated[str | None, typer.Option(metavar="LABEL", help="What it is called.")] = None,
    type_: _Type = None,
    option: _Options = None,
    target: _Target = None,
    force: Annotated[bool, typer.Option("--force", help="Empty the values that cannot be of the new type.")] = False,
    hint: _Hint = None,
    default: _Default = None,
    required: Annotated[bool | None, typer.Option(help="A new record needs it.")] = None,
    unique: Annotated[bool | None, typer.Option(help="No two records have the same value.")] = None,
    personal: Annotated[bool | None, typer.Option(help="It says something about a person.")] = None,
    position: Annotated[int | None, typer.Option(metavar="NUMBER", help="Its place among the fields.")] = None,
    clear: Annotated[
        list[str] | None, typer.Option("--clear", metavar="NAME", help="Empty its hint or its default.")
    ] = None,
) -> None:  # fmt: skip
    """Change a field; a new type is told with what it does to the values, and taken only where none is lost."""
    from smallcrm.services import field_changes
    from smallcrm.services.fields import FIELD
    from smallcrm.services.records import editing, lookup

    texts = {"label": label, "help": hint, "default": default, "position": None if position is None else str(position)}
    said = _said(texts, {"required": required, "unique": unique, "personal": personal})
    emptied = ["help" if name == "hint" else name for name in clear or ()]
    if type_ is not None and (said or emptied):
        raise UsageError("The type is changed alone.", hint=f"smallcrm field edit {field} --type '{type_}'")
    if type_ is None and (option or target or force):
        raise UsageError("--option, --target and --force go with --type.", hint="smallcrm field option add")
    out, dry_run = output(ctx), globals_of(ctx).dry_run
    with session(ctx) as opened:
        number, lacking = lookup.numbers(FIELD, [field])[0], None
        if type_ is not None:
            wanted = {"type": type_, "target": target, "options": option or ()}
            found = field_changes.retype(number, wanted, opened.locale, force=force, dry_run=dry_run)
            outcome = _told(ctx, found)
        else:
            outcome = editing.edit_many(FIELD, [number], editing.Edit(said, emptied), opened.locale, dry_run=dry_run)
            lacking = field_changes.lacking(number) if required else None
    report(out, FIELD, outcome, "changed")
    _tell_lacking(out, lacking)


def _tell_lacking(out: Output, lacking: tuple[Noun, int] | None) -> None:
    """Say how many records have no value in a field that is required."""
    noun, count = lacking or (None, 0)
    if noun is not None and count:
        have = f"1 {noun.name} has" if count == 1 else f"{count:,} {noun.plural} have"
        out.note(f"{have} no value in it: only a new one needs it.")


def _told(ctx: typer.Context, found: Retyping) -> Any:
    """Say what another type does to the values."""
    out, dry_run = output(ctx), globals_of(ctx).dry_run
    would = "would be " if dry_run else ""
    for line in found.lost[:20]:
        out.warn(f"{would}emptied: {line}")
    out.note(f"Values: {found.converted:,} {would}kept, {len(found.lost):,} {would}emptied.")
    return found.outcome


def _said(texts: dict[str, str | None], flags: dict[str, bool | None]) -> dict[str, str]:
    """What was typed, by field."""
    words = {name: "yes" if said else "no" for name, said in flags.items() if said is not None}
    return {**{name: text for name, text in texts.items() if text is not None}, **words}


@app.command("archive", epilog="\b\nExample:\n  smallcrm field archive customer_tier")
def archive(ctx: typer.Context, fields: _Fields) -> None:
    """Put fields away: they are neither shown nor changed, and their values stay."""
    _flag(ctx, fields, "archive", "archived")


@app.command("restore", epilog="\b\nExample:\n  smallcrm field list --trashed\n  smallcrm field restore customer_tier")
def restore(ctx: typer.Context, fields: _Fields) -> None:
    """Bring fields back that were archived, or are in the trash, with their values."""
    _flag(ctx, fields, "restore", "restored")


def _restorable(words: list[str]) -> list[int]:
    """The numbers of fields that were archived, or of those in the trash."""
    from smallcrm.services.fields import FIELD
    from smallcrm.services.records import lookup

    try:
        return lookup.numbers(FIELD, words)
    except NotFound:
        return lookup.trashed_numbers(FIELD, words)


def _flag(ctx: typer.Context, fields: list[str], verb: str, done: str) -> None:
    from smallcrm.services import field_changes
    from smallcrm.services.fields import FIELD
    from smallcrm.services.records import lookup

    words = read_words(fields)
    with session(ctx):
        numbers = _restorable(words) if verb == "restore" else lookup.numbers(FIELD, words)
        outcome = getattr(field_changes, verb)(numbers, dry_run=globals_of(ctx).dry_run)
    report(output(ctx), FIELD, outcome, done)


@app.command("delete", epilog="\b\nExample:\n  smallcrm field delete customer_tier --confirm=customer_tier")
def delete(
    ctx: typer.Context,
    fields: _Fields,
    *,
    confirm: Annotated[
        str | None, typer.Option(metavar="KEY", help="The key of a field that has values, to delete it with them.")
    ] = None,
) -> None:
    """Move fields to the trash; one that has values only with its key as confirmation, since they go with it."""
    from smallcrm.services import field_changes
    from smallcrm.services.fields import FIELD
    from smallcrm.services.records import lookup

    def confirmed(key: str, count: int) -> bool:
        confirm_name(ctx, f"Delete {key} with {count:,} values?", key, confirm)
        return True

    words = read_words(fields)
    with session(ctx):
        numbers = lookup.numbers(FIELD, words)
        outcome = field_changes.delete(numbers, confirmed, dry_run=globals_of(ctx).dry_run)
    report(output(ctx), FIELD, outcome, "moved to the trash")
