"""Search across every noun: which records have words that begin as those looked for, and where they have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.clock import from_micros
from smallcrm.db import ranking
from smallcrm.db.fence import Ids, by_id
from smallcrm.db.ids import number_of
from smallcrm.db.search import words_of
from smallcrm.errors import UsageError
from smallcrm.models.base import State
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records import documents, presenting, schema
from smallcrm.services.records.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from smallcrm.db.ranking import Hit
    from smallcrm.services.records.schema import Field, Noun

MOST_SHOWN = 500
MOST_WORDS = 20
_ROOM, _BEFORE = 80, 30
# Some of what is part of another record may be hidden with it, so more of it is looked for.
_SPARE = 4
_UNSEARCHED = frozenset({Kind.LOG, Kind.MEMBER, Kind.RECORD, Kind.RECORDS, Kind.BOOLEAN, Kind.INSTANT})


@dataclass(frozen=True)
class Found:
    """A record that was found: its title, and the pieces beside it that have a word; none where the title has all."""

    noun: str
    number: int
    title: str
    pieces: list[dict[str, str]]


class Results(NamedTuple):
    """The best of what was found, and whether there may be more."""

    found: list[Found]
    more: bool


class _Ranked(NamedTuple):
    noun: Noun
    hit: Hit
    title: str
    created_at: datetime


def search(texts: Sequence[str], *, only: Sequence[str] = (), limit: int = 50) -> Results:
    """The records in which every word of these texts begins a word: by title first, then the newest first.

    `only` names the nouns to look among; raises UsageError where there is no word to look for.
    """
    require(Verb.READ)
    if not 0 < limit <= MOST_SHOWN:
        raise UsageError(f"--limit is from 1 to {MOST_SHOWN}.", hint="to see all: smallcrm NOUN list --filter WORDS")
    nouns = [_searched(name) for name in dict.fromkeys(only)] or list(schema.searched_nouns().values())
    words = wanted(texts)
    ranks: list[_Ranked] = []
    more = False
    for noun in nouns:
        hits = ranking.ranked(noun.code, words, limit * _SPARE if noun.bound else limit)
        more = more or hits.more
        ranks += _seen(noun, hits.best)
    ranks.sort(key=lambda rank: (rank.hit.in_title, rank.created_at, rank.hit.record_id), reverse=True)
    return Results(list(_told(ranks[:limit], words)), more or len(ranks) > limit)


def wanted(texts: Sequence[str]) -> list[str]:
    """The folded words of what is looked for, each once; raises UsageError where there is none, or too many."""
    words = list(dict.fromkeys(words_of(" ".join(texts))))
    if not words:
        raise UsageError(
            "There is no letter or digit to search for.", hint="smallcrm search ann acme, or smallcrm help filters"
        )
    if len(words) > MOST_WORDS:
        raise UsageError(f"A search takes at most {MOST_WORDS} words.")
    # What begins with "anna" begins with "ann" too.
    return [word for word in words if not any(other != word and other.startswith(word) for other in words)]


def _searched(name: str) -> Noun:
    nouns = schema.searched_nouns()
    if name not in nouns:
        raise schema.unknown("noun to search", name, tuple(nouns), f"one of {', '.join(nouns)}")
    return nouns[name]


def _seen(noun: Noun, hits: Sequence[Hit]) -> Iterator[_Ranked]:
    """The hits that people can see; what is in the trash is in no index, but an index may be wrong."""
    row = by_id(noun.model)
    chosen = row.id.in_(Ids(hit.record_id for hit in hits)), row.state == State.LIVE
    query = row.select(row.id, row.name, row.created_at).where(*chosen)
    found = {record_id: (str(name or ""), from_micros(at)) for record_id, name, at in documents.fetch(query)}
    if noun.bound and found:
        found = {record_id: found[record_id] for record_id in _beside_live(noun, list(found))}
    return (_Ranked(noun, hit, *found[hit.record_id]) for hit in hits if hit.record_id in found)


def _beside_live(noun: Noun, ids: Sequence[int]) -> list[int]:
    """Those of the records whose record, which they are part of, is not in the trash."""
    about = {record_id: found[noun.bound] for record_id, found in documents.load_plain(noun, ids).items()}
    alive: set[tuple[str, int]] = set()
    for name in {ref["object"] for ref in about.values()}:
        row = by_id(schema.noun(name).model)
        wanted = Ids(ref["record"] for ref in about.values() if ref["object"] == name)
        query = row.select(row.id).where(row.id.in_(wanted), row.state == State.LIVE)
        alive.update((name, found[0]) for found in documents.fetch(query))
    return [record_id for record_id, ref in about.items() if (ref["object"], ref["record"]) in alive]


def _told(ranks: Sequence[_Ranked], words: Sequence[str]) -> Iterator[Found]:
    """The hits as people see them."""
    wanted: dict[str, list[_Ranked]] = {}
    for rank in ranks:
        if not rank.hit.in_title:
            wanted.setdefault(rank.noun.name, []).append(rank)
    records = {name: _records(group[0].noun, group) for name, group in wanted.items()}
    for rank in ranks:
        noun, record_id = rank.noun, rank.hit.record_id
        # A record that was purged a moment ago has no more to show.
        record = None if rank.hit.in_title else records[noun.name].get(record_id)
        pieces = [] if record is None else _pieces(noun, record, _missing(rank.title, words))
        yield Found(noun.name, number_of(record_id), rank.title, pieces)


def _records(noun: Noun, ranks: Sequence[_Ranked]) -> dict[int, dict[str, Any]]:
    """What the records hold in which a word may stand, by their ids; read for all of a noun at once."""
    found = documents.load_plain(noun, [rank.hit.record_id for rank in ranks])
    keys = [field.key for field in _fields(noun)] + ([noun.bound] if noun.bound else [])
    documents.add_parts(noun, list(found.values()), keys)
    return dict(zip(found, presenting.present(noun, found.values(), keys), strict=True))


def _fields(noun: Noun) -> list[Field]:
    """The fields in which a word may stand, beside the title."""
    return [field for field in noun.fields if field.key != noun.title and field.kind not in _UNSEARCHED]


def _missing(text: str, words: Sequence[str]) -> list[str]:
    """The words with which none of a text begins."""
    there = words_of(text)
    return [word for word in words if not any(one.startswith(word) for one in there)]


def _pieces(noun: Noun, record: dict[str, Any], words: list[str]) -> list[dict[str, str]]:
    """What the record is part of, and the values that have these words, each with its field; a word is shown once."""
    pieces = []
    if noun.bound:
        pieces.append({"field": noun.bound, "value": presenting.text_of(noun.by_key[noun.bound], record[noun.bound])})
    for field in _fields(noun):
        for text in _texts(field, record[field.key]):
            left = _missing(text, words) if words else words
            if len(left) < len(words):
                pieces.append({"field": field.key, "value": _cut(text, words)})
                words = left
    return pieces


def _texts(field: Field, value: Any) -> list[str]:
    if value in (None, "", []):
        return []
    each = [[element] for element in value] if isinstance(value, list) else [value]
    found = (presenting.text_of(field, one) for one in each)
    return [text for text in found if isinstance(text, str)]


def _cut(text: str, words: Sequence[str]) -> str:
    """As much of a text as fits on a line, with the first of the words in it."""
    line = " ".join(text.split())
    if len(line) <= _ROOM:
        return line
    start = 0
    for piece in line.split(" "):
        if any(one.startswith(word) for one in words_of(piece) for word in words):
            break
        start += len(piece) + 1
    start = 0 if start <= _ROOM - _BEFORE else start - _BEFORE
    shown = line[start : start + _ROOM]
    return ("…" if start else "") + shown + ("…" if start + _ROOM < len(line) else "")
