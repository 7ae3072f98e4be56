"""Companies that people are at by their ids alone or by their names alone, and that nobody knows.

The id of a program that nobody knows means something beside the other files of one import, and nothing beside other
files of that shape: it makes no company that would be called by a number. A name is that of the company that other rows
of the file name by more.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from peewee import fn

from smallcrm.db.fence import proxy
from smallcrm.services.transfer.readers.archive import several as several_of
from smallcrm.services.transfer.staging import ACCENTS, staged
from smallcrm.services.transfer.telling import rows_text
from smallcrm.services.transfer.vendors import is_unnamed

if TYPE_CHECKING:
    from smallcrm.services.transfer.staging import Stage


def companies_to_make(stage: Stage) -> Any:
    """The condition of the companies that a file names and nobody knows."""
    links = stage.companies
    unknown = links.target.is_null()
    return unknown & ~_bare(stage) if is_unnamed(stage.source) else unknown & ~(_bare(stage) & links.ext.is_null())


def leave_doubtful(stage: Stage, several: Any) -> None:
    """Leave out the companies of which only a name is said that several have: which is meant nobody can tell."""
    rows, links, places = stage.rows, stage.companies, stage.places
    named = [(rows, links.seq == rows.link, rows.seq), (places, links.seq == places.link, places.row)]
    found: Counter[str] = Counter()
    for table, here, row in named if staged(places) else named[:1]:
        joined = links.join(table, on=here).select(links.title, fn.COUNT(row))
        found.update(dict(joined.where(several).group_by(links.title).bind(proxy).tuples()))
    if found:
        told = rows_text(found.total())
        shown = several_of(sorted(found))
        stage.doubts.append(f"Company: several are called that in {told} ({shown}), and nothing else is said; left out")
        links.update({links.name_key: None, links.title: None}).where(several).execute()


def join_bare(stage: Stage) -> None:
    """Let the rows that say only a name be at the new company that other rows call so, with its id or domain.

    Of several such companies nobody can tell which is meant. Names that differ in accents only are those of one.
    """
    links, more = stage.companies, stage.companies.alias("more")
    bare = links.target.is_null() & links.name_key.is_null(False) & links.ext.is_null() & links.domain.is_null()
    named = more.target.is_null() & more.name_key.is_null(False)
    alone = more.ext.is_null() & more.domain.is_null()
    told = more.select(more.name_key).where(named, ~alone).group_by(more.name_key)
    if links.select(links.seq).where(bare, links.name_key.in_(told)).limit(1).exists():
        leave_doubtful(stage, bare & links.name_key.in_(told.having(fn.COUNT(more.seq) > 1)))
        _join(stage, bare, named & ~alone)
    if ACCENTS in stage.seen:
        _join(stage, bare, named & alone)


def _join(stage: Stage, bare: Any, others: Any) -> None:
    """Put the rows of bare names at the first of the other companies of these names instead."""
    links, more = stage.companies, stage.companies.alias("more")
    by_name = more.select(more.name_key.alias("k"), fn.MIN(more.seq).alias("s")).where(others).group_by(more.name_key)
    first = by_name.alias("first")
    pairs = links.join(first, on=(first.c.k == links.name_key)).select(links.seq.alias("b"), first.c.s.alias("s"))
    pairs = pairs.where(bare, links.seq != first.c.s)
    for table in (stage.rows, stage.places):
        found = pairs.alias("found")
        table.update({table.link: found.c.s}).from_(found).where(table.link == found.c.b).execute()
    names = more.select(more.name_key).where(others)
    firsts = more.select(fn.MIN(more.seq)).where(others).group_by(more.name_key)
    gone = bare & links.name_key.in_(names) & links.seq.not_in(firsts)
    links.update({links.name_key: None, links.title: None}).where(gone).execute()


def left_out(stage: Stage) -> list[str]:
    """What to say of the rows whose company is only an id by which none is known."""
    if not stage.bulk.linked or not is_unnamed(stage.source) or not staged(stage.companies):
        return list(stage.doubts)
    rows, links = stage.rows, stage.companies
    unknown = links.target.is_null() & _bare(stage) & links.ext.is_null(False)
    if not links.select(links.seq).where(unknown).limit(1).exists():
        return list(stage.doubts)
    joined = rows.join(links, on=(links.seq == rows.link)).select(links.ext, fn.COUNT(rows.seq))
    query = joined.where(unknown).group_by(links.ext).order_by(links.ext)
    found: list[Any] = list(query.bind(proxy).tuples())
    if not found:
        return list(stage.doubts)
    told = rows_text(sum(count for _ext, count in found))
    shown = several_of([ext for ext, _count in found])
    return [*stage.doubts, f"Company: in {told} there is only an id by which none is known ({shown}); it is left out"]


def _bare(stage: Stage) -> Any:
    return stage.companies.name_key.is_null() & stage.companies.domain.is_null()
