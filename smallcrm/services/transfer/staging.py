"""Where the rows of a file wait between reading and writing: tables beside the data, outside every lock.

`rows` has one row for each record of the file, by its line; the other tables hold what a record has several of.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from smallcrm.models.company import CompanyDomain, CompanyPhone
from smallcrm.models.contact import ContactEmail, ContactPhone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smallcrm.db.fence.bulk import BulkDoor
    from smallcrm.services.records.schema import Noun
    from smallcrm.services.transfer.cleaning import Batch


class Verdict(IntEnum):
    """What is to become of a row."""

    NEW = 0
    UPDATE = 1
    DUPLICATE = 2
    REJECTED = 3
    UNCHANGED = 4


@dataclass(frozen=True)
class BulkNoun:
    """What bulk work must know of a noun: where its unique values (addresses, domains) and phones are kept."""

    noun: Noun
    field: str
    element: str
    keys: Any
    key: str
    phones: Any
    parent: str

    @property
    def linked(self) -> bool:
        """Whether the rows of the noun name companies."""
        return self.noun.name == "contact"


def bulk_noun(noun: Noun) -> BulkNoun:
    """The bulk side of a noun that can be imported."""
    if noun.name == "contact":
        return BulkNoun(noun, "emails", "address", ContactEmail, "address_key", ContactPhone, "contact_id")
    return BulkNoun(noun, "domains", "domain", CompanyDomain, "domain", CompanyPhone, "company_id")


_INTEGERS = frozenset({"employees", "revenue_amount", "opt_out", "created_at", "updated_at"})
_ROWS = {"line": "bigint", "verdict": "bigint", "target": "bigint", "n": "bigint", "first": "bigint",
         "ext": "text", "link": "bigint", "found": "text", "reason": "text", "sure": "bigint"}  # fmt: skip
_KEYS = {"line": "bigint", "position": "bigint", "shown": "text", "value": "text", "label": "text",
         "holder": "bigint", "taken": "bigint"}  # fmt: skip
_PHONES = {"line": "bigint", "position": "bigint", "number": "text", "digits": "text", "label": "text"}
_TAGS = {"line": "bigint", "tag": "text", "folded": "text"}
_COMPANIES = {"ext": "text", "domain": "text", "title": "text", "name_key": "text",
              "target": "bigint", "n": "bigint"}  # fmt: skip
_OWNERS = {"ref": "text", "target": "bigint"}


def column(name: str) -> str:
    """The staged name of a record's own column."""
    return f"c_{name}"


@dataclass(frozen=True)
class Stage:
    """The staging tables of one file."""

    bulk: BulkNoun
    source: str
    columns: tuple[str, ...]
    door: BulkDoor
    rows: Any
    keys: Any
    phones: Any
    tags: Any
    companies: Any
    owners: Any
    known_links: dict[str, int]

    def own(self, name: str) -> Any:
        """The staged column for a record's own column."""
        return getattr(self.rows, column(name))


def open_stage(door: BulkDoor, bulk: BulkNoun, source: str, columns: Sequence[str], at: int) -> Stage:
    """New staging tables for the `at`-th file; `columns` are the record's own that the file fills."""
    own = {column(name): "bigint" if name in _INTEGERS else "text" for name in columns}
    return Stage(
        bulk,
        source,
        tuple(columns),
        door,
        rows=door.table(f"rows_{at}", _ROWS | own),
        keys=door.table(f"keys_{at}", _KEYS),
        phones=door.table(f"phones_{at}", _PHONES),
        tags=door.table(f"tags_{at}", _TAGS),
        companies=door.table(f"companies_{at}", _COMPANIES),
        owners=door.table(f"owners_{at}", _OWNERS),
        known_links={},
    )


def staged(table: Any) -> bool:
    """Whether anything is staged in a table."""
    found: bool = table.select(table.seq).limit(1).exists()
    return found


def fill(stage: Stage, batch: Batch) -> None:
    """Stage one cleaned batch of a file."""
    external = dict(batch.external_ids)
    links, companies = _links(stage, batch)
    words = _words(stage, batch)
    new = int(Verdict.NEW)
    rows = [
        (record[0], new, external.get(record[0]), links.get(record[0]), words.get(record[0]), *record[1:])
        for record in batch.records
    ]
    own = [column(name) for name in stage.columns]
    stage.door.fill(stage.rows, ["line", "verdict", "ext", "link", "found", *own], rows)
    if stage.bulk.linked:
        keys: Iterable[Sequence[Any]] = batch.emails
        names = ["line", "position", "shown", "value", "label"]
    else:
        keys, names = batch.domains, ["line", "position", "value"]
    stage.door.fill(stage.keys, names, keys)
    stage.door.fill(stage.phones, list(_PHONES), batch.phones)
    stage.door.fill(stage.tags, list(_TAGS), batch.tags)
    stage.door.fill(stage.companies, ["ext", "domain", "title", "name_key"], companies)


def _words(stage: Stage, batch: Batch) -> dict[int, str]:
    """The addresses, domains and numbers each line is found by."""
    found: dict[int, str] = {}
    parts: list[Sequence[tuple[Any, ...]]] = [batch.emails, batch.phones] if stage.bulk.linked else [batch.domains]
    for part in parts:
        for element in part:
            line = element[0]
            found[line] = f"{found[line]} {element[2]}" if line in found else element[2]
    return found


def _links(stage: Stage, batch: Batch) -> tuple[dict[int, int], list[tuple[Any, ...]]]:
    """Which company each line names, by its place in the table of companies, and those no earlier batch has named."""
    links: dict[int, int] = {}
    companies: list[tuple[Any, ...]] = []
    known = stage.known_links
    for line, external, domain, name, name_key in batch.companies:
        link = f"d{domain}" if domain else f"e{external}" if external else f"n{name_key}"
        place = known.get(link)
        if place is None:
            place = known[link] = len(known) + 1
            companies.append((external, domain, name, name_key))
        links[line] = place
    return links, companies
