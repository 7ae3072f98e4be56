"""Completion of values: what the shell offers for a record, a field, a tag, a workspace, an operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

import typer

from smallcrm.cli.globals import globals_of, settings_of

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Noun

MOST = 100
FILES = ":files"
Candidates = list[tuple[str, str]]


def records(ctx: typer.Context, incomplete: str) -> Candidates:
    """Records of the noun that the command belongs to; of those in the trash to restore."""
    from smallcrm.services.records import completion

    trashed = ctx.info_name == "restore"
    with _opened(ctx):
        return _taken(completion.records(_noun(ctx), incomplete, trashed=trashed), incomplete)


def columns(ctx: typer.Context, incomplete: str) -> Candidates:
    """Columns of the noun."""
    from smallcrm.services.records import completion

    with _opened(ctx):
        return _taken(completion.columns(_noun(ctx), incomplete), incomplete)


def sort_keys(ctx: typer.Context, incomplete: str) -> Candidates:
    """What the noun can be sorted by."""
    from smallcrm.services.records import completion

    with _opened(ctx):
        return _taken(completion.sort_keys(_noun(ctx), incomplete), incomplete)


def views(ctx: typer.Context, incomplete: str) -> Candidates:
    """Saved views of the noun."""
    from smallcrm.services.views import names

    with _opened(ctx):
        return _taken(names(_noun(ctx)), incomplete)


def filters(ctx: typer.Context, incomplete: str) -> Candidates:
    """Names of fields for the last term of a filter, and the values that it may have."""
    from smallcrm.services.records.query import completion

    with _opened(ctx):
        return _taken(completion.terms(_noun(ctx), incomplete), incomplete)


def settings_of_fields(ctx: typer.Context, incomplete: str) -> Candidates:
    """field=value for any field of the noun."""
    from smallcrm.services.records import completion

    with _opened(ctx):
        return _taken(completion.fields(_noun(ctx), incomplete), incomplete)


def elements_of_fields(ctx: typer.Context, incomplete: str) -> Candidates:
    """field=value for the fields that hold several values."""
    from smallcrm.services.records import completion

    with _opened(ctx):
        return _taken(completion.fields(_noun(ctx), incomplete, many=True), incomplete)


def fields(ctx: typer.Context, incomplete: str) -> Candidates:
    """Names of the noun's fields."""
    with _opened(ctx):
        found = ((field.key, field.label) for field in _noun(ctx).fields if field.writable)
        return _taken(found, incomplete)


def files(_ctx: typer.Context, incomplete: str) -> list[str]:
    """The sign that asks the shell for names of files, after what is typed, since a candidate has to begin so."""
    return [incomplete + FILES]


def records_of(name: str) -> Callable[[typer.Context, str], Candidates]:
    """What completes records of a noun, by number or by what they are known by."""

    def complete(ctx: typer.Context, incomplete: str) -> Candidates:
        from smallcrm.services.records import completion
        from smallcrm.services.records.schema import noun

        with _opened(ctx):
            found = noun(name)
            meant = completion.names if found.settings else completion.records
            return _taken(meant(found, incomplete), incomplete)

    return complete


def records_and(name: str) -> Callable[[typer.Context, str], Candidates]:
    """What completes records of the command's noun where one of another noun comes after them all."""
    last = records_of(name)

    def complete(ctx: typer.Context, incomplete: str) -> Candidates:
        return [*records(ctx, incomplete), *last(ctx, incomplete)]

    return complete


def tags(ctx: typer.Context, incomplete: str) -> Candidates:
    """Tags of the workspace."""
    from smallcrm.services.records import completion

    with _opened(ctx):
        return _taken(completion.tags(incomplete), incomplete)


def members(ctx: typer.Context, incomplete: str) -> Candidates:
    """Members of the workspace."""
    from smallcrm.services.records import completion

    with _opened(ctx):
        return _taken(completion.members(incomplete), incomplete)


def operations(ctx: typer.Context, incomplete: str) -> Candidates:
    """Operations that can be undone."""
    from smallcrm.services.records import completion

    with _opened(ctx):
        return _taken(completion.operations(incomplete), incomplete)


def custom_fields(ctx: typer.Context, incomplete: str) -> Candidates:
    """Keys of the fields that the workspace added."""
    from smallcrm.services.records.schema import record_nouns

    with _opened(ctx):
        found = ((field.key, field.label) for noun in record_nouns().values() for field in noun.custom)
        return _taken(found, incomplete)


def custom_options(ctx: typer.Context, incomplete: str) -> Candidates:
    """Options of the field that stands before."""
    from smallcrm.services.records.schema import record_nouns

    with _opened(ctx):
        every = [field for noun in record_nouns().values() for field in noun.custom]
        mine = (field for field in every if ctx.params.get("field") in (field.key, field.label))
        return _taken(((label, "") for field in mine for label in field.labels), incomplete)


def field_types(_ctx: typer.Context, incomplete: str) -> Candidates:
    """Types that a field can be of."""
    from smallcrm.services.records.definitions import TYPES

    return _taken(((name, "") for name in TYPES), incomplete)


def record_nouns(_ctx: typer.Context, incomplete: str) -> Candidates:
    """Nouns of customer data."""
    from smallcrm.services import nouns as _registered  # noqa: F401 - registers them
    from smallcrm.services.records import schema

    return _taken(((name, "") for name in schema.record_nouns()), incomplete)


def workspaces(ctx: typer.Context, incomplete: str) -> Candidates:
    """Workspaces of the database."""
    from smallcrm.services.workspaces import list_workspaces

    return _taken(((found.slug, found.name) for found in list_workspaces(settings_of(ctx))), incomplete)


def link_words(ctx: typer.Context, incomplete: str) -> Candidates:
    """The words of `link contact ID company ID`, by how many stand there already."""
    from smallcrm.services.records import completion
    from smallcrm.services.records.schema import nouns

    given = list(ctx.params.get("words") or [])
    names = [name for name in ("contact", "company") if name not in given[::2]]
    if len(given) % 2 == 0:
        return _taken(((name, "") for name in names), incomplete)
    with _opened(ctx):
        return _taken(completion.records(nouns()[given[-1]], incomplete), incomplete)


@contextmanager
def _opened(ctx: typer.Context) -> Iterator[None]:
    from smallcrm.services.workspaces import open_session

    settings = settings_of(ctx)
    with open_session(settings, workspace=settings.workspace, as_member=globals_of(ctx).as_member):
        yield


def _noun(ctx: typer.Context) -> Noun:
    """The noun whose verb is being typed."""
    from smallcrm.services import nouns as _registered  # noqa: F401 - registers them
    from smallcrm.services.records.schema import nouns

    parent = ctx.parent
    return nouns()[str(parent.info_name if parent is not None else "")]


def _taken(found: Iterable[tuple[str, str]], incomplete: str) -> Candidates:
    """The candidates that begin as typed."""
    return list(islice((item for item in found if item[0].startswith(incomplete)), MOST))
