"""The columns of a row that an archive does not hold, since they follow from its others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from smallcrm.services.archive.cells import Unfit
from smallcrm.services.fields import RESERVED
from smallcrm.services.records import documents, schema
from smallcrm.services.records.parts import RowPart
from smallcrm.services.values.emails import email_key
from smallcrm.text import fold, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.services.archive.tables import Table
    from smallcrm.services.records.schema import Noun

    Row = dict[str, Any]
    Derive = Callable[[Row], Row]


_KEY = re.compile(r"[a-z][a-z0-9_]{0,99}")


def deriver(table: Table) -> Derive:
    """What gives the derived columns of a row of a table, but for whether its record is live; raises Unfit."""
    if table.noun is not None:
        return _of_noun(table.noun)
    if table.name in _OWN:
        return _OWN[table.name]
    parts = [part for noun in schema.nouns().values() for part in noun.parts if isinstance(part, RowPart)]
    found = next((part for part in parts if part.model is table.model), None)
    return _nothing if found is None else _of_part(found)


def _of_noun(noun: Noun) -> Derive:
    # What columns follow from lies in one column each.
    fields = [(each.key, each.columns[0]) for each in documents.plain_fields(noun)]

    def derived(row: Row) -> Row:
        if row.get("name") == "":
            raise Unfit(f"a {noun.name} needs a name", "name")
        return noun.derive({key: row.get(column) for key, column in fields})

    return derived


def _of_part(part: RowPart) -> Derive:
    named = [part.columns[key] for key in (part.shown, part.within) if key in part.columns]

    def derived(row: Row) -> Row:
        lacking = next((column for column in named if row[column] == ""), None)
        if lacking is not None:
            raise Unfit("it is empty", lacking)
        found = part.extra({key: row[column] for key, column in part.columns.items()})
        for column, value in found.items():
            if row.get(column, value) != value or (value is None and column == part.live):
                raise Unfit(f"{row[part.columns[part.shown]]!r} is no {part.singular}", part.columns[part.shown])
        return found

    return derived


def _of_member(row: Row) -> Row:
    if not row["name"]:
        raise Unfit("a member needs a name", "name")
    key = None if row["email"] is None else email_key(row["email"])
    if key is None and row["email"] is not None:
        raise Unfit(f"{row['email']!r} is no e-mail address", "email")
    return {"name_key": sort_key(row["name"]), "email_key": key}


def _of_tag(row: Row) -> Row:
    if not row["name"]:
        raise Unfit("a tag needs a name", "name")
    return {"name_key": fold(row["name"])}


def _nothing(_row: Row) -> Row:
    return {}


_OWN: dict[str, Derive] = {"member": _of_member, "tag": _of_tag}


def check_key(noun: str, key: str) -> None:
    """Raise Unfit for what cannot be the key of a field that the workspace adds to a noun."""
    builtin = schema.nouns()[noun].builtin
    if not _KEY.fullmatch(key) or key in RESERVED or any(field.key == key for field in builtin):
        raise Unfit("no field of one's own can have such a key", "key")
