"""Export: every record of a noun in constant memory, with all its values, as rows that any writer can take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from smallcrm.db.fence import proxy
from smallcrm.errors import UsageError
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.coming import NEXT
from smallcrm.services.records import presenting
from smallcrm.services.records.query import sorting
from smallcrm.services.transfer import cards, columnar, writing, xlsx
from smallcrm.services.transfer.private import private_bytes, private_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from smallcrm.services.records.query.filters import Filter
    from smallcrm.services.records.schema import Field, Noun

# What only the database needs, and what a record only tells of its activities.
_APART = frozenset(("trashed_at", "version", NEXT.key))


def export_keys(noun: Noun) -> list[str]:
    """What an export holds of each record: everything that it says of itself, but what only the database needs."""
    return [key for key in presenting.columns(noun) if key not in _APART]


def export_text(
    noun: Noun,
    fields: Sequence[Field],
    kind: str,
    *,
    raw: bool = False,
    where: Filter | None = None,
    sort: str | None = None,
) -> Iterator[str]:
    """Every live record (that passes the filter), by its number or as sorted, as pieces of text for programs."""
    found = _pages(noun, fields, where, sort, cells=writing.wants_texts(kind))
    return writing.text_columns(kind, [field.key for field in fields], found, raw=raw)


def export_rows(
    noun: Noun, fields: Sequence[Field], where: Filter | None = None, sort: str | None = None
) -> Iterator[tuple[Any, ...]]:
    """Every live record (that passes the filter) as a row of texts, by its number or as sorted."""
    found = _pages(noun, fields, where, sort, cells=True)
    return (row for page in found for row in zip(*page, strict=True))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an export holds, and how: a format of `writing.FORMATS`, `vcard` or `xlsx`; `version` is of vCards."""

    fields: Sequence[Field]
    kind: str
    where: Filter | None = None
    sort: str | None = None
    raw: bool = False
    version: str = cards.VERSIONS[0]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: how many records, and how many texts of them were cut, since no cell can hold all of them."""

    records: int
    cut: int = 0


def export_file(path: Path, noun: Noun, wanted: Wanted, *, force: bool, progress: Callable[[int], None]) -> Exported:
    """Write every live record (that passes the filter) into a private file, whole or not at all."""
    counted = 0

    def pages() -> Iterator[list[Sequence[Any]]]:
        nonlocal counted
        texts = writing.wants_texts(wanted.kind)
        for page in _pages(noun, fields, wanted.where, wanted.sort, cells=texts):
            counted += len(page[0])
            yield page
            progress(counted)

    fields, cut = _fields(noun, wanted), 0
    if wanted.kind == "xlsx":
        with private_bytes(path, force=force) as data:
            cut = xlsx.write(data, noun.plural, fields, _presented(fields, pages()))
    else:
        with private_file(path, force=force) as stream:
            if wanted.kind == "vcard":
                records = _presented(fields, pages())
                stream.writelines(cards.cards(fields, records, wanted.version, firm=noun.name == "company"))
            else:
                keys = [field.key for field in fields]
                stream.writelines(writing.text_columns(wanted.kind, keys, pages(), raw=wanted.raw))
    return Exported(counted, cut)


def _fields(noun: Noun, wanted: Wanted) -> list[Field]:
    """The fields of an export; a vCard has to have a name. Raises UsageError where the noun has no vCards."""
    fields = list(wanted.fields)
    if wanted.kind == "vcard":
        if noun.name not in cards.NOUNS:
            raise UsageError(f"Contacts and companies can be vCards, {noun.plural} cannot.", hint="FILE.csv")
        fields += [noun.by_key["name"]] if "name" not in {field.key for field in fields} else []
    return fields


def _presented(fields: Sequence[Field], pages: Iterable[Sequence[Sequence[str]]]) -> Iterator[dict[str, Any]]:
    """The records of pages of JSON."""
    keys = [field.key for field in fields]
    for page in pages:
        columns = [orjson.loads(f"[{','.join(column)}]") for column in page]
        yield from (dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True))


def _pages(
    noun: Noun, fields: Sequence[Field], where: Filter | None, sort: str | None, *, cells: bool
) -> Iterator[list[Sequence[Any]]]:
    """The pages of an export; a wrong key of its order is told before anything is written."""
    require(Verb.EXPORT)
    proxy.target().spare_memory()
    by_number = sort in (None, "id")
    if sort is not None and not by_number:
        sorting.order_of(noun, sort)
    return columnar.pages(noun, fields, cells=cells, where=where, sort=None if by_number else sort)
