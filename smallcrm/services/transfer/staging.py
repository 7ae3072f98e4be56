"""Where the rows of a file wait between reading and writing: tables beside the data, outside every lock.

`rows` has one row for each record of the file, counted in `seq`; the other tables hold what a record has several of,
and name it in `row`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import chain
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import MAX_NUMBER, own_id
from smallcrm.models.company import CompanyDomain, CompanyPhone
from smallcrm.models.contact import ContactEmail, ContactPhone
from smallcrm.services.transfer.blanks import Blanks
from smallcrm.services.transfer.cleaning import FOUND_BY
from smallcrm.services.transfer.customs import Staged, kept_of
from smallcrm.services.transfer.rules import USUAL, Terms
from smallcrm.services.transfer.vendors import OWN
from smallcrm.services.transfer.whose import LOST, Places, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smallcrm.db.fence.bulk import BulkDoor
    from smallcrm.services.records.custom_values import Kept
    from smallcrm.services.records.schema import Noun
    from smallcrm.services.transfer.cleaning import Batch
    from smallcrm.services.transfer.mapping import Mapping


# What has been seen of a file's rows, so that what is not there is not looked for: an external id, somebody we know,
# a row that stands twice.
EXTERNAL, KNOWN, REPEATS = "external", "known", "repeats"
# Names of companies that are not their own keys, so that two of them may have one.
ACCENTS = "accents"


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


_INTEGERS = frozenset({"employees", "revenue_amount", "revenue_bare", "opt_out", "created_at", "updated_at"})
_ROWS = {"line": "bigint", "verdict": "bigint", "target": "bigint", "n": "bigint", "first": "bigint",
         "ext": "text", "link": "bigint", "title": "text", "found": "text", "reason": "text",
         "sure": "bigint", "blank": "text", "revived": "bigint", "mine": "bigint"}  # fmt: skip
_KEYS = {"row": "bigint", "position": "bigint", "shown": "text", "value": "text", "label": "text",
         "holder": "bigint", "taken": "bigint"}  # fmt: skip
_SHARED = {"value": "text", "row": "bigint"}
_AGAIN = {"row": "bigint", "first": "bigint"}
_SEVERAL = {"target": "bigint", "row": "bigint"}
_PHONES = {"row": "bigint", "position": "bigint", "number": "text", "digits": "text", "label": "text"}
_PLACES = {"row": "bigint", "link": "bigint"}
_IDS = {"row": "bigint", "source": "text", "key": "text", "named": "text", "holder": "bigint", "taken": "bigint"}
_ORIGINS = {"row": "bigint", "key": "text"}
_TAGS = {"row": "bigint", "tag": "text", "folded": "text"}
_COMPANIES = {"ext": "text", "domain": "text", "title": "text", "name_key": "text",
              "target": "bigint", "n": "bigint", "made": "bigint"}  # fmt: skip
_CUSTOMS = {
    "row": "bigint", **dict.fromkeys(Staged._fields, "text"), "field": "bigint", "position": "bigint",
    "number": "double precision", "instant": "bigint", "n": "bigint", "origin": "bigint", "target": "bigint",
    "holder": "bigint", "taken": "bigint",
}  # fmt: skip
# Whose files may have the numbers of records here.
NUMBERED = (OWN, "vcard")
_DIGITS = len(str(MAX_NUMBER))
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
    shared: Any
    again: Any
    several: Any
    revived: Any
    phones: Any
    tags: Any
    companies: Any
    places: Any
    ids: Any
    origins: Any
    owners: Any
    customs: Any
    own_fields: tuple[Kept, ...]
    named: Places
    doubts: list[str]
    seen: set[str]
    terms: Terms = USUAL
    blanks: Blanks | None = None

    def own(self, name: str) -> Any:
        """The staged column for a record's own column."""
        return getattr(self.rows, column(name))


def open_stage(
    door: BulkDoor, bulk: BulkNoun, mapping: Mapping, columns: Sequence[str], at: int, terms: Terms = USUAL
) -> Stage:
    """New staging tables for the `at`-th file; `columns` are the record's own that the file fills."""
    kept = kept_of(bulk.noun.name)
    own = {column(name): "bigint" if name in _INTEGERS else "text" for name in columns}
    return Stage(
        bulk,
        mapping.source,
        tuple(columns),
        door,
        rows=door.table(f"rows_{at}", _ROWS | own),
        keys=door.table(f"keys_{at}", _KEYS),
        shared=door.table(f"shared_{at}", _SHARED),
        again=door.table(f"again_{at}", _AGAIN),
        several=door.table(f"several_{at}", _SEVERAL),
        revived=door.table(f"revived_{at}", {"record": "bigint"}),
        phones=door.table(f"phones_{at}", _PHONES),
        tags=door.table(f"tags_{at}", _TAGS),
        companies=door.table(f"companies_{at}", _COMPANIES),
        places=door.table(f"places_{at}", _PLACES),
        ids=door.table(f"ids_{at}", _IDS),
        origins=door.table(f"origins_{at}", _ORIGINS),
        owners=door.table(f"owners_{at}", _OWNERS),
        customs=door.table(f"customs_{at}", _CUSTOMS),
        own_fields=tuple(kept[key] for key in dict.fromkeys(c.target.field for c in mapping.columns if c.custom)),
        named=Places(),
        doubts=[],
        seen=set(),
        terms=terms,
        blanks=Blanks(mapping) if terms.clear else None,
    )


def staged(table: Any) -> bool:
    """Whether anything is staged in a table."""
    found: bool = table.select(table.seq).limit(1).exists()
    return found


def sources_of(stage: Stage) -> list[str]:
    """Whose ids the file has besides those of the program that wrote it."""
    ids = stage.ids
    return sorted(row[0] for row in ids.select(ids.source).distinct().tuples())


def fill(stage: Stage, batch: Batch, first: int, lines: Sequence[int], cells: Sequence[Sequence[str]]) -> None:
    """Stage one cleaned batch of a file, whose rows of cells are counted from `first` and begin on these lines."""
    external = dict(batch.external_ids).get
    links, places, companies = _links(stage, batch)
    link_of, new = links.get, int(Verdict.NEW)
    rows = [
        (row, lines[row - first], new, external(row), link_of(row), title, words, *record)
        for (row, *record), (_row, title, words) in zip(batch.records, batch.words, strict=True)
    ]
    if batch.external_ids:
        stage.seen.add(EXTERNAL)
    own = [column(name) for name in stage.columns]
    if stage.blanks is not None:
        marks = stage.blanks.marks(cells)
        rows = [(*row, marks[row[0] - first]) for row in rows]
        own.append("blank")
    if stage.source in NUMBERED:
        rows = [(*row, _own_record(stage, row[3])) for row in rows]
        own.append("mine")
    stage.door.fill(stage.rows, ["seq", "line", "verdict", "ext", "link", "title", "found", *own], rows)
    if stage.bulk.linked:
        keys: Iterable[Sequence[Any]] = batch.emails
        names = ["row", "position", "shown", "value", "label"]
    else:
        keys, names = batch.domains, ["row", "position", "value"]
    stage.door.fill(stage.keys, names, keys)
    stage.door.fill(stage.phones, list(_PHONES), batch.phones)
    stage.door.fill(stage.tags, list(_TAGS), batch.tags)
    stage.door.fill(stage.companies, ["ext", "domain", "title", "name_key"], companies)
    stage.door.fill(stage.places, list(_PLACES), places)
    _fill_further(stage, batch)


def _fill_further(stage: Stage, batch: Batch) -> None:
    """Stage what few files have of their records."""
    if batch.further_ids:
        named = ((row, source, key, f"{source}:{key}") for row, source, key in batch.further_ids)
        stage.door.fill(stage.ids, ["row", "source", "key", "named"], named)
    if batch.origins and stage.source == OWN:
        stage.door.fill(stage.origins, list(_ORIGINS), batch.origins)
    if batch.customs:
        customs = ((*value, value[0]) for value in batch.customs)
        stage.door.fill(stage.customs, ["row", *Staged._fields, "origin"], customs)


def record_of(key: str | None) -> int | None:
    """The id that a record of the workspace with this number has; None for what is no number."""
    if not key or not (key.isascii() and key.isdecimal()) or len(key) > _DIGITS or key.startswith("0"):
        return None
    return own_id(int(key)) if int(key) <= MAX_NUMBER else None


def uid_of(noun: str, number: object) -> str:
    """What a card of ours is called."""
    return f"{OWN}-{noun}-{number}"


def _own_record(stage: Stage, key: str | None) -> int | None:
    """The id of the record whose number a row has as its own, in a file of ours or on a card of ours."""
    begin = "" if stage.source == OWN else uid_of(stage.bulk.noun.name, "")
    return record_of(key.removeprefix(begin)) if key and key.startswith(begin) else None


def word_columns(stage: Stage) -> list[str]:
    """The staged columns of the record's own that it is found by, besides its name."""
    return [name for name in FOUND_BY[stage.bulk.noun.name] if name in stage.columns]


def _links(stage: Stage, batch: Batch) -> tuple[dict[int, int], list[tuple[int, int]], list[tuple[Any, ...]]]:
    """Which companies the rows name, by their places in the table of companies, and those no earlier batch has named.

    The first is the one that each row has, the second are further ones.
    """
    named: list[tuple[int, int]] = []
    companies: list[tuple[Any, ...]] = []
    places: dict[Any, int] = {}
    for row, link in chain(batch.companies, batch.places):
        place = places.get(link)
        if place is None:
            name = spelled(link.said.name or "")
            place, new = stage.named.put(link.said, name)
            places[link] = place
            if new is not None:
                if new.is_bare and name != link.name_key:
                    stage.seen.add(ACCENTS)
                companies.append((*new, link.name_key))
                if new.domain != link.said.domain:
                    batch.warn(row, "Company", link.said.domain or "", LOST)
        named.append((row, place))
    first = len(batch.companies)
    return dict(named[:first]), named[first:], companies
