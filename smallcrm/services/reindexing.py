"""The search index beside the records: whether it holds them all, and making it anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from smallcrm.db import search, wordlists
from smallcrm.db.fence import proxy, system_scope, tenant_scope
from smallcrm.db.health import Check, report
from smallcrm.db.ids import MAX_NUMBER, own_id
from smallcrm.db.locks import lock_workspace
from smallcrm.db.search import words_of
from smallcrm.models.base import State
from smallcrm.models.workspace import Workspace
from smallcrm.services import nouns as _registered  # noqa: F401 - every noun has its rows in the index
from smallcrm.services.records import documents
from smallcrm.services.records.schema import searched_nouns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.schema import Noun

Progress = Callable[[str, int], None]
_MOST_WORDLESS = 1_000


def examine() -> Check:
    """Whether the index of each workspace holds as many records as can be found, by their counts."""
    with system_scope("examine the search index"):
        slugs = {row.id: row.slug for row in Workspace.select().order_by(Workspace.slug)}
    faults = []
    for tenant, slug in slugs.items():
        with tenant_scope(tenant):
            faults += [f"{slug}: {fault}" for noun in searched_nouns().values() for fault in _faults(noun)]
    return report("search", faults, "the index holds every record", "smallcrm doctor --reindex")


def _faults(noun: Noun) -> list[str]:
    live, indexed = int(_live(noun).count()), search.indexed(noun.code)
    if live == indexed or (live > indexed and _are_wordless(noun, live - indexed)):
        return []
    return [f"{indexed:,} of {live:,} {noun.plural} are in the index"]


def _are_wordless(noun: Noun, count: int) -> bool:
    """Whether so many records have no word at all: a table of words has nothing of them."""
    if search.holds_rows() or count > _MOST_WORDLESS:
        return False
    known = set[int]().union(*wordlists.indexed(noun.code))
    ids = [row[0] for row in _live(noun).tuples().iterator() if row[0] not in known]
    if len(ids) != count:
        return False
    found = documents.load(noun, ids).values()
    return not any(words_of(" ".join(noun.search_text(document))) for document in found)


def _live(noun: Noun) -> Any:
    return noun.model.select(noun.model.id).where(noun.model.state == State.LIVE)


def rebuild(tenants: Sequence[int], progress: Progress) -> int:
    """Make the index of these workspaces anew, in batches that each stand for themselves; gives the records in it."""
    count = 0
    for tenant in tenants:
        with tenant_scope(tenant):
            for noun in searched_nouns().values():
                count += _rebuild(noun, lambda done: progress("Indexing", count + done))  # noqa: B023 - called at once
    return count


def _rebuild(noun: Noun, progress: Callable[[int], None]) -> int:
    """Index a noun's live records anew, and take out whatever else stands between their numbers."""
    first, last, done = own_id(0), own_id(MAX_NUMBER), 0
    while first <= last:
        with proxy.atomic():
            lock_workspace()
            page = _live(noun).where(noun.model.id >= first).order_by(noun.model.id).limit(documents.CHUNK)
            ids = [row[0] for row in page.tuples()]
            search.remove(noun.code, first, ids[-1] if ids else last)
            found = documents.load(noun, ids)
            search.add(noun.code, [(key, *noun.search_text(found[key])) for key in ids])
        done += len(ids)
        progress(done)
        first = ids[-1] + 1 if ids else last + 1
    return done
