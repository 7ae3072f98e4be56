"""What the files of one import bring: noted once, so that a file looks in one place however many came before it.

Of several that bring the same the first counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw
from peewee import fn

from smallcrm.services.transfer.rules import By
from smallcrm.services.transfer.staging import EXTERNAL, Stage, Verdict, sources_of, staged
from smallcrm.services.transfer.vendors import is_unnamed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.db.fence.bulk import BulkDoor

_FOUND = {"kind": "text", "key": "text", "target": "bigint"}
_ABOUT = {"noun": "text", "target": "bigint"}
NAME, BACK = "name", "back"
# The names of companies of which nothing but the name is known.
BARE = "bare name"
# The ids of companies in files of programs that nobody knows: within one import they are those of one program.
UNNAMED = "id of no known program"
_GONE = (int(Verdict.DUPLICATE), int(Verdict.REJECTED))


def by_id(noun: str, source: str) -> str:
    """The kind of the ids that a noun has in a source."""
    return f"{noun} of {source}"


def by_name(noun: str, source: str = "") -> str:
    """The kind of the names of a noun; for a source, of those that no id of it tells from others."""
    return f"name of {noun} for {source}"


def by_field(noun: str, field: int) -> str:
    """The kind of the unique values that a noun has in a field of the workspace's own."""
    return f"{noun} by {field}"


class Brought:
    """The ids, addresses, domains and names of what earlier files bring, and whom their rows are about."""

    def __init__(self, door: BulkDoor) -> None:
        self._door = door
        self._found = door.table("brought", _FOUND)
        self._about = door.table("about", _ABOUT)
        self._back = door.table("back", _ABOUT)
        door.index(self._found, "kind", "key")
        door.index(self._about, "noun", "target")
        self._kinds: set[str] = set()

    def has(self, kind: str) -> bool:
        """Whether any file has brought something of a kind."""
        return kind in self._kinds

    def find(self, kind: str, key: Any) -> Any:
        """The record that is known by a key of a kind, as a query."""
        found = self._found
        return found.select(found.target).where(found.kind == kind, found.key == key)

    def told(self, noun: str) -> Any:
        """The records of a noun that rows of earlier files are about, as a query."""
        about = self._about
        return about.select(about.target).where(about.noun == noun)

    def back(self, noun: str) -> Any:
        """The records of a noun that earlier files take out of the trash, as a query."""
        back = self._back
        return back.select(back.target).where(back.noun == noun)

    def note(self, stage: Stage, later: Sequence[Stage]) -> None:
        """Note what a file brings, as far as the files after it can look it up."""
        rows, keys, noun = stage.rows, stage.keys, stage.bulk.noun.name
        again = [other for other in later if other.bulk.noun is stage.bulk.noun]
        linked = [other for other in later if other.bulk.linked]
        named = again if stage.bulk.linked else [*again, *linked]
        if EXTERNAL in stage.seen and any(other.source == stage.source or staged(other.ids) for other in named):
            self._put(by_id(noun, stage.source), rows.select(), rows.ext, rows.target)
        if named and staged(keys):
            held = keys.join(rows, on=(rows.seq == keys.row)).select().where(keys.taken.is_null())
            self._put(stage.bulk.field, held, keys.value, rows.target)
        if linked and stage.bulk.linked:
            self._note_companies(stage, linked)
        elif named and not stage.bulk.linked:
            if EXTERNAL in stage.seen and is_unnamed(stage.source):
                self._put(UNNAMED, rows.select(), rows.ext, rows.target, alone=True)
            self._put(NAME, rows.select(), stage.own("name_key"), rows.target, alone=True)
            hosted = keys.select(keys.seq).where(keys.row == rows.seq)
            bare = rows.select().where(rows.ext.is_null(), ~fn.EXISTS(hosted))
            self._put(BARE, bare, stage.own("name_key"), rows.target, alone=True)
        self._note_ids(stage, again)
        self._note_keys(stage, again)
        if staged(stage.revived):
            self._kinds.add(BACK)
            revived = stage.revived.select(pw.Value(noun), stage.revived.record)
            self._back.insert(revived, columns=[self._back.noun, self._back.target]).execute()
        if again:
            told = rows.select(pw.Value(noun), rows.target).where(
                rows.verdict != Verdict.REJECTED, rows.target.is_null(False)
            )
            self._about.insert(told.distinct(), columns=[self._about.noun, self._about.target]).execute()
            self._door.analyze(self._about)

    def hold_ids(self, stage: Stage, sources: Sequence[str]) -> None:
        """Note on the further ids of a file who has them by an earlier one."""
        ids = stage.ids
        for source in sources:
            kind = by_id(stage.bulk.noun.name, source)
            if self.has(kind):
                mine = (ids.source == source) & ids.holder.is_null()
                ids.update({ids.holder: self.find(kind, ids.key)}).where(mine).execute()

    def _note_ids(self, stage: Stage, again: Sequence[Stage]) -> None:
        """Note the further ids of the rows."""
        rows, ids = stage.rows, stage.ids
        for source in sources_of(stage) if again else ():
            held = ids.join(rows, on=(rows.seq == ids.row)).select()
            held = held.where(ids.source == source, ids.taken.is_null(), rows.verdict.not_in(_GONE))
            self._put(by_id(stage.bulk.noun.name, source), held, ids.key, rows.target)

    def _note_keys(self, stage: Stage, again: Sequence[Stage]) -> None:
        """Note the names where they tell who is who, and the unique values of the workspace's own fields."""
        rows, customs, noun = stage.rows, stage.customs, stage.bulk.noun.name
        sources = {other.source for other in again if other.terms.by is By.NAME}
        for source in ("", *sorted(sources)) if sources else ():
            said = rows.select().where(rows.verdict != Verdict.REJECTED)
            said = said.where(rows.ext.is_null()) if source == stage.source else said
            self._put(by_name(noun, source), said, stage.own("name_key"), rows.target, alone=True)
        for kept in stage.own_fields if again else ():
            if kept.unique:
                held = customs.join(rows, on=(rows.seq == customs.row)).select()
                held = held.where(customs.field == kept.id, customs.taken.is_null(), rows.verdict.not_in(_GONE))
                self._put(by_field(noun, kept.id), held, customs.mark, rows.target)

    def _note_companies(self, stage: Stage, later: Sequence[Stage]) -> None:
        """Note the companies that people bring along."""
        links = stage.companies
        if not links.select(links.seq).where(links.made.is_null(False)).limit(1).exists():
            return
        if any(other.source == stage.source for other in later):
            self._put(by_id("company", stage.source), links.select(), links.ext, links.made)
        self._put("domains", links.select(), links.domain, links.made)
        self._put(NAME, links.select(), links.name_key, links.made, alone=True)

    def _put(self, kind: str, source: Any, key: Any, target: Any, *, alone: bool = False) -> None:
        """Note the records of a query by a key that none before has; `alone`: what several records have is nobody's."""
        found = self._found
        fresh = key.is_null(False) & target.is_null(False)
        if kind in self._kinds:
            fresh &= ~fn.EXISTS(self.find(kind, key))
        query = source.select(pw.Value(kind), key, fn.MIN(target)).where(fresh).group_by(key)
        if alone:
            query = query.having(fn.COUNT(target.distinct()) == 1)
        found.insert(query, columns=[found.kind, found.key, found.target]).execute()
        self._kinds.add(kind)
        self._door.analyze(found)
