"""The options --filter and --view, and which records a command means: those named, or those that pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.asking import confirm
from smallcrm.cli.output import output
from smallcrm.cli.typed import read_words
from smallcrm.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.query.checks import Place
    from smallcrm.services.records.query.filters import Filter
    from smallcrm.services.records.schema import Noun
    from smallcrm.services.workspaces import Session

MANY = 10
Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        help="Only what passes: 'city:Rome -tag:old'; given again, both hold. See: smallcrm help filters.",
        metavar="TEXT",
        autocompletion=completing.filters,
    ),
]


Views = Annotated[
    str | None,
    typer.Option(
        "--view",
        help="Only what passes the filter of a saved view; with --filter, both hold.",
        metavar="NAME",
        autocompletion=completing.views,
    ),
]
ShownViews = Annotated[
    str | None,
    typer.Option(
        "--view",
        help="A saved view: its filter beside yours, its columns and order where you give none.",
        metavar="NAME",
        autocompletion=completing.views,
    ),
]


def place_of(opened: Session) -> Place:
    """Where filters are read: the currency and the zone of the workspace, now."""
    from smallcrm.services.records.query.checks import Place

    return Place(opened.workspace.currency, opened.workspace.zone)


def selected(
    ctx: typer.Context, noun: Noun, filters: Sequence[str] | None, view: str | None, opened: Session
) -> Filter | None:
    """The filter of what was said with --filter and --view; None where that is all records."""
    from smallcrm.services import selection

    where = selection.records(noun, selection.Said(filters or (), view), place_of(opened))
    warn_of(ctx, where)
    return where


def warn_of(ctx: typer.Context, where: Filter | None) -> None:
    """Warn of what in a filter hardly anybody means."""
    for sentence in () if where is None else where.warnings:
        output(ctx).warn(sentence)


def chosen(
    ctx: typer.Context,
    noun: Noun,
    ids: Sequence[str] | None,
    asked: tuple[Sequence[str] | None, str | None],
    opened: Session,
) -> list[int]:
    """The numbers of the named records, or of those that pass --filter and --view as they stand now."""
    from smallcrm.services.records import lookup, store

    filters, view = asked
    if bool(ids) == bool(filters or view is not None):
        raise UsageError(
            "Name records, or give --filter or --view, not both." if ids else "Name the records, or give --filter.",
            hint=f"{ctx.command_path} --help",
        )
    if ids:
        return lookup.numbers(noun, read_words(ids))
    return store.numbers(noun, selected(ctx, noun, filters, view, opened))


def ask_for_many(ctx: typer.Context, noun: Noun, numbers: Sequence[int], question: str) -> None:
    """Go on with many records only after a yes."""
    if len(numbers) > MANY:
        confirm(ctx, question.format(f"{len(numbers):,} {noun.plural}"))
