"""The set-based half of an import: everything new goes in with one `INSERT … SELECT` per table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import peewee as pw
from peewee import fn

from smallcrm import clock
from smallcrm.db import ids, search
from smallcrm.db.fence.bulk import BulkDoor
from smallcrm.db.ids import bound_tenant, make_id
from smallcrm.models.base import State
from smallcrm.models.company import Company, CompanyDomain
from smallcrm.models.contact import ContactCompany
from smallcrm.models.custom import CustomValue
from smallcrm.models.external_id import ExternalId
from smallcrm.models.tag import Tag, Tagging
from smallcrm.services.companies import COMPANY
from smallcrm.services.records.tagging import tag_ids
from smallcrm.services.transfer import custom_rows, further_parts
from smallcrm.services.transfer.resolving import number_new
from smallcrm.services.transfer.staging import EXTERNAL, Stage, Verdict, staged
from smallcrm.services.transfer.unnamed import companies_to_make

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.services.records.operations import Operation

Loader = tuple[BulkDoor, "Ranges"]

# Staged columns that say how others are to be taken or what to look up, and are no columns of the record.
REFERENCES = frozenset({"owner_ref", "parent_ref", "parent_name", "created_at", "updated_at", "revenue_bare"})


@dataclass(frozen=True)
class Ranges:
    """What is new of a file: how many rows and companies, how many numbers they take, and where these begin."""

    rows: int
    row_span: int
    companies: int
    company_span: int
    row_number: Any
    company_number: Any
    first: dict[str, int]
    sizes: dict[str, int]

    def companies_made(self) -> range:
        """The ids among which those of the new companies are."""
        first = self.first.get("company", 0)
        return range(first, first + self.company_span if self.companies else first)

    def at(self, model: Any, n: Any) -> Any:
        """The id of the n-th new row of a table."""
        return n + (self.first[model._meta.table_name] - 1)


def reserve_ranges(stage: Stage, reserve: Callable[[str, int], int] = ids.reserve) -> Ranges:
    """Number the new rows and reserve their ids; before the transaction opens, so that it blocks nobody.

    A dry run only looks them up, and takes them in its own transaction, which is rolled back.
    """
    rows, bulk, links = stage.rows, stage.bulk, stage.companies
    new_rows, row_span, row_number = number_new(rows, rows.verdict == Verdict.NEW)
    new_companies, company_span, company_number = number_new(links, companies_to_make(stage))
    wanted = {bulk.noun.model: row_span if new_rows else 0}
    if new_rows:
        wanted[bulk.keys] = _size(stage.keys)
        wanted[bulk.phones] = _size(stage.phones)
        wanted[Tagging] = _size(stage.tags)
        wanted[ExternalId] = _size(rows) + _size(stage.ids)
        wanted[CustomValue] = _size(stage.customs)
    if bulk.linked:
        company_span = company_span if new_companies else 0
        # The further places are numbered after those of the rows.
        wanted[ContactCompany] = row_span + _size(stage.places) if new_rows else 0
        wanted[Company] = wanted[CompanyDomain] = company_span
        wanted[ExternalId] = wanted.get(ExternalId, 0) + company_span
    tenant = bound_tenant()
    names = {model._meta.table_name: count for model, count in wanted.items() if count}
    first = {name: make_id(tenant, reserve(name, count)) for name, count in names.items()}
    return Ranges(new_rows, row_span, new_companies, company_span, row_number, company_number, first, names)


def _size(table: Any) -> int:
    """How many numbers the rows of a staging table take; some may have been folded away since they were counted."""
    return table.select(fn.MAX(table.seq)).scalar() or 0


def give_targets(stage: Stage, ranges: Ranges) -> None:
    """Tell the new rows their ids, and the companies that they bring along, for what comes after them."""
    rows = stage.rows
    record_id = ranges.at(stage.bulk.noun.model, ranges.row_number) if ranges.rows else None
    if record_id is not None:
        rows.update({rows.target: record_id}).where(rows.verdict == Verdict.NEW).execute()
    first = rows.alias("first_row")
    theirs = first.select(first.target).where(first.seq == rows.first)
    rows.update({rows.target: theirs}).where(rows.verdict == Verdict.DUPLICATE).execute()
    if ranges.companies:
        links = stage.companies
        made = ranges.at(Company, ranges.company_number)
        links.update({links.made: made}).where(companies_to_make(stage)).execute()


def insert_companies(op: Operation, stage: Stage, ranges: Ranges) -> None:
    """Create the companies that the file names and nobody knows."""
    if not ranges.companies:
        return
    links = stage.companies
    company_id = ranges.at(Company, ranges.company_number)
    new = companies_to_make(stage)
    title = fn.COALESCE(links.title, links.domain, links.ext)
    _insert(
        (stage.door, ranges),
        Company,
        {
            "id": company_id,
            "name": title,
            "name_key": fn.COALESCE(links.name_key, links.domain, links.ext),
            **_meta(),
        },
        links.select().where(new),
    )
    _insert(
        (stage.door, ranges),
        CompanyDomain,
        {"id": ranges.at(CompanyDomain, ranges.company_number), "company_id": company_id, "domain": links.domain,
         "is_primary": 1, "live": 1},
        links.select().where(new, links.domain.is_null(False)),
    )  # fmt: skip
    _insert(
        (stage.door, ranges),
        ExternalId,
        {"id": ranges.at(ExternalId, ranges.company_number + _size(stage.rows) * bool(ranges.rows)),
         "source": stage.source, "object": "company", "key": links.ext, "record_id": company_id, "live": 1},
        links.select().where(new, links.ext.is_null(False)),
    )  # fmt: skip
    words = fn.COALESCE(links.domain, "")
    search.add_from(COMPANY.code, search.found_by(links, company_id, title, words).where(new), prepare=True)
    links.update({links.target: company_id}).where(new).execute()
    first = ranges.first["company"]
    op.note_range(COMPANY, "create", first, first + ranges.company_span - 1, ranges.companies)


def insert_rows(op: Operation, stage: Stage, ranges: Ranges) -> None:
    """Create the new records of the file with everything that belongs to them."""
    if not ranges.rows:
        return
    noun, rows = stage.bulk.noun, stage.rows
    record_id = ranges.at(noun.model, ranges.row_number)
    values: dict[str, Any] = {"id": record_id, **_meta()}
    values |= {name: stage.own(name) for name in stage.columns if name not in REFERENCES}
    if "opt_out" in noun.by_key:
        values["opt_out"] = fn.COALESCE(values.get("opt_out", 0), 0)
    if "created_at" in stage.columns:
        values["created_at"] = fn.COALESCE(stage.own("created_at"), values["created_at"])
    if "owner_ref" in stage.columns:
        owners = stage.owners
        values["owner_id"] = owners.select(owners.target).where(owners.ref == stage.own("owner_ref"))
    _insert((stage.door, ranges), noun.model, values, rows.select().where(rows.verdict == Verdict.NEW))
    _insert_parts(stage, ranges, record_id)
    if stage.bulk.linked:
        _insert_places(stage, ranges, record_id)
    # By now there is also what the file itself brings.
    custom_rows.find_records(stage)
    custom_rows.insert(stage, ranges, record_id, partial(_insert, (stage.door, ranges)))
    first = ranges.first[noun.model._meta.table_name]
    op.note_range(noun, "create", first, first + ranges.row_span - 1, ranges.rows)


def _meta() -> dict[str, Any]:
    now = clock.micros(clock.now())
    return {"state": int(State.LIVE), "version": 1, "created_at": now, "updated_at": now}


def _insert(loader: Loader, model: Any, values: dict[str, Any], source: Any) -> None:
    """`INSERT INTO model (…) SELECT …` with these columns from this query, into the reserved ids."""
    columns = [model._meta.columns[name] for name in values]
    selected = [value if isinstance(value, pw.Node) else pw.Value(value, converter=False) for value in values.values()]
    door, ranges = loader
    name = model._meta.table_name
    if name in ranges.first:
        span = (ranges.first[name], ranges.first[name] + ranges.sizes[name] - 1)
        door.load(model, source.select(*selected), columns, span)


def _of_new(stage: Stage, table: Any, *having: Any) -> Any:
    """What the new rows have in a table of parts."""
    rows = stage.rows
    joined = rows.join(table, on=(table.row == rows.seq)).select()
    return joined.where(rows.verdict == Verdict.NEW, *having)


def _insert_parts(stage: Stage, ranges: Ranges, record_id: Any) -> None:
    bulk, rows, keys, phones = stage.bulk, stage.rows, stage.keys, stage.phones
    primary = {"is_primary": pw.Case(None, ((keys.position == 0, 1),), 0), "live": 1}
    if staged(keys):
        values = {
            "id": ranges.at(bulk.keys, keys.seq),
            bulk.parent: record_id,
            bulk.key: keys.value,
            **primary,
        }
        if bulk.linked:
            values |= {"address": keys.shown, "label": keys.label}
        _insert((stage.door, ranges), bulk.keys, values, _of_new(stage, keys, keys.taken.is_null()))
    if staged(phones):
        values = {"id": ranges.at(bulk.phones, phones.seq), bulk.parent: record_id, "number": phones.number,
                  "digits": phones.digits, "label": phones.label,
                  "is_primary": pw.Case(None, ((phones.position == 0, 1),), 0)}  # fmt: skip
        _insert((stage.door, ranges), bulk.phones, values, _of_new(stage, phones))
    if staged(stage.tags):
        _insert_tags(stage, ranges, record_id)
    taken = _size(rows) + ranges.company_span
    further_parts.insert_ids(stage, ranges, record_id, taken, partial(_insert, (stage.door, ranges)))
    external = {"id": ranges.at(ExternalId, rows.seq), "source": stage.source, "object": bulk.noun.name,
                "key": rows.ext, "record_id": record_id, "live": 1}  # fmt: skip
    if EXTERNAL not in stage.seen:
        return
    named = rows.ext.is_null(False)
    _insert((stage.door, ranges), ExternalId, external, rows.select().where(rows.verdict == Verdict.NEW, named))


def _insert_places(stage: Stage, ranges: Ranges, record_id: Any) -> None:
    rows, links = stage.rows, stage.companies
    if not staged(links):
        return
    place = {"id": ranges.at(ContactCompany, ranges.row_number), "contact_id": record_id, "company_id": links.target,
             "is_primary": 1}  # fmt: skip
    joined = rows.join(links, on=(links.seq == rows.link)).select()
    _insert(
        (stage.door, ranges),
        ContactCompany,
        place,
        joined.where(rows.verdict == Verdict.NEW, links.target.is_null(False)),
    )
    further_parts.insert_places(stage, ranges, record_id, partial(_insert, (stage.door, ranges)))


def _insert_tags(stage: Stage, ranges: Ranges, record_id: Any) -> None:
    tags = stage.tags
    tag_ids(row[0] for row in tags.select(fn.MIN(tags.tag)).group_by(tags.folded).tuples())
    tag_id = Tag.select(Tag.id).where(Tag.name_key == tags.folded)
    values = {"id": ranges.at(Tagging, tags.seq), "object": stage.bulk.noun.name, "record_id": record_id,
              "tag_id": tag_id}  # fmt: skip
    _insert((stage.door, ranges), Tagging, values, _of_new(stage, tags))


def index_rows(stage: Stage, ranges: Ranges) -> None:
    """Make the new records findable."""
    if not ranges.rows:
        return
    rows, record_id = stage.rows, ranges.at(stage.bulk.noun.model, ranges.row_number)
    title = fn.COALESCE(rows.title, stage.own("name_key"))
    query = search.found_by(rows, record_id, title, rows.found)
    search.add_from(stage.bulk.noun.code, query.where(rows.verdict == Verdict.NEW))
