"""The option --filter, and which records a command means: those named, or those that pass a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.asking import confirm
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


def place_of(opened: Session) -> Place:
    """Where filters are read: the currency and the zone of the workspace, now."""
    from smallcrm.services.records.query.checks import Place

    return Place(opened.workspace.currency, opened.workspace.zone)


def filter_of(noun: Noun, texts: Sequence[str] | None, opened: Session) -> Filter | None:
    """The filter of some texts in the workspace that is open; None where none was given."""
    if not texts:
        return None
    from smallcrm.services.records.query.filters import Filter

    return Filter(noun, texts, place_of(opened))


def chosen(
    ctx: typer.Context, noun: Noun, ids: Sequence[str] | None, texts: Sequence[str] | None, opened: Session
) -> list[int]:
    """The numbers of the named records, or of those that pass a filter as it stands now."""
    from smallcrm.services.records import lookup, store

    if bool(ids) == bool(texts):
        raise UsageError(
            "Name records or give --filter, not both." if ids else "Name the records, or give --filter.",
            hint=f"{ctx.command_path} --help",
        )
    where = filter_of(noun, texts, opened)
    return lookup.numbers(noun, read_words(ids or ())) if where is None else store.numbers(noun, where)


def ask_for_many(ctx: typer.Context, noun: Noun, numbers: Sequence[int], question: str) -> None:
    """Go on with many records only after a yes."""
    if len(numbers) > MANY:
        confirm(ctx, question.format(f"{len(numbers):,} {noun.plural}"))
