"""Further ids and further companies of staged rows: what they say of who a row is, and how they go into the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw
from peewee import fn

from smallcrm.db.fence import proxy
from smallcrm.db.ids import number_of
from smallcrm.models.contact import ContactCompany
from smallcrm.models.external_id import ExternalId
from smallcrm.services.transfer.matching import has_rows
from smallcrm.services.transfer.staging import Stage, Verdict, sources_of, staged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from smallcrm.services.transfer.brought import Brought
    from smallcrm.services.transfer.inserting import Ranges

    Put = Callable[[Any, dict[str, Any], Any], None]

_GONE = (int(Verdict.DUPLICATE), int(Verdict.REJECTED))


def make_ready(stage: Stage) -> None:
    """Index what is looked at by row."""
    for table in (stage.ids, stage.places):
        if staged(table):
            stage.door.index(table, "row")
            stage.door.analyze(table)


def match_ids(stage: Stage, brought: Brought | None) -> None:
    """Find the records that have the ids of the rows; a row whose ids are those of several is refused."""
    rows, ids = stage.rows, stage.ids
    if not staged(ids):
        return
    _find_holders(stage, brought)
    found = (
        ids.select(ids.row.alias("l"), fn.MIN(ids.holder).alias("low"), fn.MAX(ids.holder).alias("high"))
        .where(ids.holder.is_null(False))
        .group_by(ids.row)
        .alias("found")
    )
    free = (rows.seq == found.c.l) & rows.target.is_null()
    reason = f"its external ids belong to several {stage.bulk.noun.plural}"
    refused = {rows.verdict: Verdict.REJECTED, rows.reason: reason}
    rows.update(refused).from_(found).where(free, found.c.low != found.c.high).execute()
    known = {rows.target: found.c.low, rows.sure: 1}
    rows.update(known).from_(found).where(free, found.c.low == found.c.high).execute()


def _find_holders(stage: Stage, brought: Brought | None) -> None:
    """Note who has each id already, here or by an earlier file of the import."""
    ids, noun = stage.ids, stage.bulk.noun.name
    mine = (ExternalId.object == noun) & (ExternalId.source == ids.source) & (ExternalId.key == ids.key)
    if has_rows(ExternalId):
        live = ExternalId.select(ExternalId.record_id).where(mine, ExternalId.live == 1)
        ids.update({ids.holder: live}).where(ids.holder.is_null()).execute()
    if staged(stage.revived):
        back = stage.revived.select(stage.revived.record)
        theirs = ExternalId.select(fn.MIN(ExternalId.record_id)).where(mine, ExternalId.record_id.in_(back))
        ids.update({ids.holder: theirs}).where(ids.holder.is_null()).execute()
    if brought is not None:
        brought.hold_ids(stage, sources_of(stage))


def hold_ids(stage: Stage, brought: Brought | None) -> None:
    """An id that another record has, here or earlier in the files, is left out."""
    rows, ids = stage.rows, stage.ids
    if not staged(ids):
        return
    refused = rows.select(rows.seq).where(rows.verdict == Verdict.REJECTED)
    ids.delete().where(ids.row.in_(refused)).execute()
    _find_holders(stage, brought)
    target = rows.select(fn.COALESCE(rows.target, 0)).where(rows.seq == ids.row)
    ids.update({ids.taken: 1}).where(ids.holder.is_null(False), ids.holder != target).execute()
    first = (
        ids.select(ids.named.alias("k"), fn.MIN(ids.row).alias("l"))
        .where(ids.holder.is_null())
        .group_by(ids.named)
        .having(fn.COUNT(ids.seq) > 1)
        .alias("repeated")
    )
    again = (ids.named == first.c.k) & (ids.row > first.c.l)
    ids.update({ids.taken: 1}).from_(first).where(again).execute()


def gather(stage: Stage) -> None:
    """Put the ids and the companies that repeats have of their own beside the further ones, where those are moved."""
    rows, ids, places = stage.rows, stage.ids, stage.places
    first, again = rows, rows.alias("again")
    both = again.join(first, on=(again.first == first.seq)).select()
    both = both.where(again.verdict == Verdict.DUPLICATE, again.first > 0)
    other = again.ext.is_null(False) & (first.ext.is_null() | (first.ext != again.ext))
    named = both.where(other).select(
        again.seq, pw.Value(stage.source), again.ext, pw.Value(f"{stage.source}:").concat(again.ext)
    )
    place = both.where(again.link.is_null(False), first.link != again.link).select(again.seq, again.link)
    for table, query, columns in (
        (ids, named, [ids.row, ids.source, ids.key, ids.named]),
        (places, place, [places.row, places.link]),
    ):
        ready = staged(table)
        table.insert(query, columns=columns).execute()
        if not ready and staged(table):
            stage.door.index(table, "row")


def put_first(stage: Stage, nobody: Any) -> None:
    """Let a row whose own company is none have the first of its further ones in its place."""
    rows, links, places = stage.rows, stage.companies, stage.places
    if not staged(places):
        return
    lost = links.select(links.seq).where(nobody)
    first = places.alias("first_place")
    foremost = first.select(fn.MIN(first.seq)).where(first.row == rows.seq, first.link.not_in(lost))
    there = places.select(places.link).where(places.seq == foremost)
    rows.update({rows.link: there}).where(rows.link.in_(lost), fn.EXISTS(there)).execute()


def insert_ids(stage: Stage, ranges: Ranges, record_id: Any, before: int, put: Put) -> None:
    """Keep the further ids of the new rows; `before` is how many numbers of the range are taken by other ids."""
    rows, ids = stage.rows, stage.ids
    if not staged(ids):
        return
    values = {"id": ranges.at(ExternalId, ids.seq + before), "source": ids.source, "object": stage.bulk.noun.name,
              "key": ids.key, "record_id": record_id, "live": 1}  # fmt: skip
    joined = rows.join(ids, on=(ids.row == rows.seq)).select()
    put(ExternalId, values, joined.where(rows.verdict == Verdict.NEW, ids.taken.is_null()))


def insert_places(stage: Stage, ranges: Ranges, record_id: Any, put: Put) -> None:
    """Put the new rows at their further companies, each once."""
    rows, links, places = stage.rows, stage.companies, stage.places
    if not staged(places):
        return
    here = links.alias("here")
    found = (
        rows.join(places, on=(places.row == rows.seq))
        .join(links, on=(links.seq == places.link))
        .join(here, pw.JOIN.LEFT_OUTER, on=(here.seq == rows.link))
        .select(fn.MIN(places.seq).alias("s"), fn.MIN(record_id).alias("r"), links.target.alias("c"))
        .where(rows.verdict == Verdict.NEW, links.target.is_null(False))
        .where(here.target.is_null() | (here.target != links.target))
        .group_by(rows.seq, links.target)
        .alias("found")
    )
    number = ranges.at(ContactCompany, found.c.s + ranges.row_span)
    values = {"id": number, "contact_id": found.c.r, "company_id": found.c.c, "is_primary": 0}
    put(ContactCompany, values, pw.Select((found,)))


def of_rows(stage: Stage, wanted: Sequence[int]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """What some rows add to the lists of their records: the row, the list and the element."""
    ids, places, links = stage.ids, stage.places, stage.companies
    mine = ids.select(ids.row, ids.source, ids.key).where(ids.row.in_(list(wanted)), ids.taken.is_null())
    for row, source, key in mine.order_by(ids.seq).tuples().iterator():
        yield row, "external_ids", {"source": source, "key": key}
    joined = places.join(links, on=(links.seq == places.link)).select(places.row, links.target)
    named = joined.where(places.row.in_(list(wanted)), links.target.is_null(False)).order_by(places.seq)
    for row, company in named.bind(proxy).tuples().iterator():
        yield row, "companies", {"company": company}


def same(stage: Stage) -> Iterator[Any]:
    """The conditions that a known record has the further ids and companies of its row."""
    rows, ids, places, links = stage.rows, stage.ids, stage.places, stage.companies
    if staged(ids):
        lacking = ids.taken.is_null() & ids.holder.is_null()
        yield ~fn.EXISTS(ids.select(ids.seq).where(ids.row == rows.seq, lacking))
    if staged(places):
        target = links.select(links.target).where(links.seq == places.link)
        there = ContactCompany.select(ContactCompany.id).where(
            ContactCompany.contact == rows.target, ContactCompany.company == target
        )
        yield ~fn.EXISTS(places.select(places.seq).where(places.row == rows.seq, ~fn.EXISTS(there)))


def left_out(stage: Stage, limit: int) -> list[str]:
    """What to say of ids that the rows do not get, as others have them."""
    rows, ids = stage.rows, stage.ids
    if not staged(ids):
        return []
    joined = ids.join(rows, on=(rows.seq == ids.row)).select(rows.line, ids.named, ids.holder)
    told = joined.where(ids.taken == 1, rows.verdict.not_in(_GONE), rows.first.is_null())
    found = told.order_by(ids.seq).limit(limit).bind(proxy).tuples()
    return [f"line {line}: {_who(stage, holder)} has the id {named!r}; it is left out" for line, named, holder in found]


def _who(stage: Stage, holder: int | None) -> str:
    return "another row" if holder is None else f"{stage.bulk.noun.name} {number_of(holder)}"
