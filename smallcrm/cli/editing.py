"""`NOUN edit`, `NOUN delete` and `NOUN restore`: one record or many, as one operation with one undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.edge import session
from smallcrm.cli.filtering import Filters, Views, ask_for_many, chosen
from smallcrm.cli.globals import globals_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import output
from smallcrm.cli.records import Source, single
from smallcrm.cli.reporting import counted, plan, report
from smallcrm.cli.typed import edit_of, pairs, read_words

if TYPE_CHECKING:
    from smallcrm.services.records.editing import Outcome

_Ids = Annotated[
    list[str],
    typer.Argument(
        metavar="ID…",
        help="Numbers, e-mail addresses, domains or whole names; - reads them from stdin.",
        autocompletion=completing.records,
    ),
]
_IdsOrFilter = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ID…]",
        help="Numbers, e-mail addresses, domains or whole names; - reads them from stdin; or give --filter or --view.",
        autocompletion=completing.records,
    ),
]
_EXAMPLES = """
  smallcrm {name} edit 42 --set city=Berlin --append tag=vip
  smallcrm {name} edit --filter 'owner:none city:Berlin' --set owner=me --dry-run
  smallcrm {name} list --format ids | smallcrm {name} edit - --set owner=me
"""


def edit_command(source: Source) -> App:
    """The command that changes fields."""

    def edit(
        ctx: typer.Context,
        ids: _IdsOrFilter = None,
        *,
        filters: Filters = None,
        view: Views = None,
        set_: Annotated[
            list[str] | None,
            typer.Option(
                "--set", metavar="FIELD=VALUE", help="Give a field this value.",
                autocompletion=completing.settings_of_fields,
            ),
        ] = None,
        clear: Annotated[
            list[str] | None,
            typer.Option("--clear", metavar="FIELD", help="Empty a field.", autocompletion=completing.fields),
        ] = None,
        append: Annotated[
            list[str] | None,
            typer.Option(
                "--append", metavar="FIELD=VALUE", help="Add to a field with several values.",
                autocompletion=completing.elements_of_fields,
            ),
        ] = None,
        remove: Annotated[
            list[str] | None,
            typer.Option(
                "--remove", metavar="FIELD=VALUE", help="Take from a field with several values.",
                autocompletion=completing.elements_of_fields,
            ),
        ] = None,
    ) -> None:  # fmt: skip
        from smallcrm.services.records import changes, editing

        noun, out = source.noun(), output(ctx)
        typed = pairs(set_, "--set"), clear or (), pairs(append, "--append"), pairs(remove, "--remove")
        with session(ctx) as opened:
            changed = edit_of(noun, *typed)
            locale, dry_run = opened.locale, globals_of(ctx).dry_run
            editing.refuse_unfit(noun, changed, locale)
            numbers = chosen(ctx, noun, ids, (filters, view), opened)
            if not ids:
                ask_for_many(ctx, noun, numbers, "Change {}?")
            outcome = editing.edit_many(noun, numbers, changed, locale, dry_run=dry_run)
            if dry_run:
                plan(out, "update", changes.plan_edit(noun, outcome.changed, changed, locale))
            _report(ctx, source, outcome, "changed")

    return single(source, edit, "Change fields of one {name} or of many, as one operation.", _EXAMPLES)


def delete_command(source: Source) -> App:
    """The command that moves records to the trash."""

    def delete(ctx: typer.Context, ids: _IdsOrFilter = None, *, filters: Filters = None, view: Views = None) -> None:
        from smallcrm.services.records import changes, referring
        from smallcrm.services.records.editing import trash_many

        noun, dry_run = source.noun(), globals_of(ctx).dry_run
        with session(ctx) as opened:
            numbers = chosen(ctx, noun, ids, (filters, view), opened)
            ask_for_many(ctx, noun, numbers, "Move {} to the trash?")
            outcome = trash_many(noun, numbers, dry_run=dry_run)
            if dry_run:
                plan(output(ctx), "trash", changes.plan_moved(noun, outcome.changed))
            named = referring.naming(noun, outcome.changed)
        if named:
            them = "it" if len(outcome.changed) == 1 else "them"
            output(ctx).note(f"What still names {them} and stays as it is: {counted(named)}.")
        _report(ctx, source, outcome, "moved to the trash")

    examples = (
        "  smallcrm {name} delete 42\n  smallcrm {name} delete --filter 'tag:old' -n\n  smallcrm {name} restore 42"
    )
    return single(source, delete, "Move {plural} to the trash, from where they can be restored.", examples)


def restore_command(source: Source) -> App:
    """The command that takes records out of the trash."""

    def restore(ctx: typer.Context, ids: _Ids) -> None:
        from smallcrm.services.records import changes, lookup
        from smallcrm.services.records.editing import restore_many

        noun, words, dry_run = source.noun(), read_words(ids), globals_of(ctx).dry_run
        with session(ctx):
            outcome = restore_many(noun, lookup.trashed_numbers(noun, words), dry_run=dry_run)
            if dry_run:
                plan(output(ctx), "restore", changes.plan_moved(noun, outcome.changed))
        _report(ctx, source, outcome, "restored")

    examples = "  smallcrm {name} list --trashed\n  smallcrm {name} restore 42"
    return single(source, restore, "Take {plural} out of the trash.", examples)


def _report(ctx: typer.Context, source: Source, outcome: Outcome, done: str) -> None:
    report(output(ctx), source.noun(), outcome, done)
