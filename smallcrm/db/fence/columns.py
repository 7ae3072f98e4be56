"""Columns and names as Peewee writes them, in one piece each: most of a query is columns."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import peewee as pw

from smallcrm.errors import FenceRefused

KEPT = 4096


def quoted(name: object) -> str:
    """The name in the quotes of both engines; raises FenceRefused for what cannot be a name."""
    # The exact type: a subclass of str may lie about its hash, and be taken for another name.
    if type(name) is not str:
        raise FenceRefused("A name must be plain text.")
    return _quoted(name)


@lru_cache(maxsize=KEPT)
def _quoted(name: str) -> str:
    if not name or "\0" in name:
        raise FenceRefused(f"Not a name: {name!r}.")
    return '"' + name.replace('"', '""') + '"'


def _of(ctx: Any, source: Any, name: Any) -> Any:
    if ctx.scope == pw.SCOPE_VALUES:
        ctx._sql.append(quoted(name))
        return ctx
    alias = source.alias if isinstance(source, pw.ModelAlias) else source._alias
    aliases = ctx.alias_manager
    if alias:
        aliases[source] = alias
    ctx._sql.append(f"{quoted(aliases[source])}.{quoted(name)}")
    return ctx


def field(ctx: Any, obj: Any) -> Any:
    """Write a model's field."""
    return _of(ctx, obj.model._meta.table, obj.column_name)


def field_of_alias(ctx: Any, obj: Any) -> Any:
    """Write a field of a model under another name."""
    return _of(ctx, obj.source, obj.field.column_name)


def column(ctx: Any, obj: Any) -> Any:
    """Write a column of a table, or of whatever else stands in FROM."""
    source = obj.source
    if isinstance(source, pw.Table | pw.ModelAlias):
        return _of(ctx, source, obj.name)
    return obj.__sql__(ctx)
