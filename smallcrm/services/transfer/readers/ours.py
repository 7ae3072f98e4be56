"""An object that smallCRM itself has written, as the cells that its tables have for the same record.

Labels and roles stand beside the values in JSON, and only those of e-mails and phones have columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.services.transfer.vendors import OWN, source_of
from smallcrm.services.values.enumerating import enumerated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MARKS = frozenset(("external_ids", "updated_at"))
_ID = frozenset(("source", "key"))
BESIDE = "_currency"
"""What the column with the currencies of amounts is called, behind the name of theirs."""
# What one of several values is called by; a log is of times, and what it tells follows from the record.
_SHOWN = ("name", "address", "number", "domain", "minutes")


def is_ours(record: Mapping[str, Any]) -> bool:
    """Whether an object is a record as smallCRM writes it."""
    return record.keys() >= _MARKS and isinstance(record["external_ids"], list)


def is_reference(value: Mapping[str, Any]) -> bool:
    """Whether an object names a record or a member: its number says nothing in another workspace."""
    return "id" in value and isinstance(value.get("name"), str)


def cell_of(value: list[Any]) -> str:
    """Several values in one cell, each as it is called; places of work that have ended are left out."""
    return enumerated(filter(None, map(_shown, value)))


def _shown(element: Any) -> str:
    if not isinstance(element, dict):
        return element if isinstance(element, str) else ""
    if element.get("ended"):
        return ""
    texts = {key: value for key, value in element.items() if isinstance(value, str)}
    if element.keys() == _ID:
        return f"{texts['source']}:{texts['key']}" if texts.keys() == _ID else ""
    return next((texts[key] for key in _SHOWN if key in texts), "")


def with_currencies(rows: list[list[str]], columns: Sequence[str]) -> list[list[str]]:
    """The rows of a sheet; in one of ours each amount has the currency behind it that is in the column beside it."""
    beside = [at for at in range(1, len(columns)) if columns[at] == f"{columns[at - 1]}{BESIDE}"]
    if not beside or source_of(columns) != OWN:
        return rows
    for row in rows:
        for at in beside:
            if at < len(row) and row[at] and row[at - 1]:
                row[at - 1 : at + 1] = [f"{row[at - 1]} {row[at]}", ""]
    return rows
