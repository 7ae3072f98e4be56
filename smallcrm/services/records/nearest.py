"""The nearest names to one that nothing and nobody has: of live records that the acting member sees, and of members."""

from __future__ import annotations

from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.models.base import State
from smallcrm.models.workspace import Member
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallcrm.services.records.schema import Noun

MOST = 3
_NEIGHBOURS, _MOST_VARIED, _MOST_MEMBERS = 20, 10, 1_000
_LEAST = 0.75
_LAST = "\U0010ffff"


def near_records(noun: Noun, word: str) -> str:
    """A question that names the records whose names are nearest to a word, with their numbers; empty for none."""
    key = sort_key(word)
    # What is part of another record has no name of its own.
    found = {} if noun.bound or not key else _candidates(noun, key)
    ranked = sorted(((_likeness(key, near), near, number) for number, (near, _name) in found.items()), key=_best_first)
    return _question([f"{found[number][1]} ({number})" for score, _near, number in ranked[:MOST] if score >= _LEAST])


def near_members(text: str) -> str:
    """The same of members: those with the word in the name or the address, else the nearest names."""
    wanted = sort_key(text)
    rows: Any = Member.select(Member.name, Member.email).order_by(Member.name_key).limit(_MOST_MEMBERS)
    known = {name: f"{sort_key(name)} {sort_key(email or '')}" for name, email in rows.tuples()}
    near = [name for name, called in known.items() if wanted in called][:MOST]
    return _question([repr(name) for name in near or get_close_matches(text, known, MOST)])


def _question(names: Sequence[str]) -> str:
    return f" Did you mean {' or '.join(names)}?" if names else ""


def _candidates(noun: Noun, key: str) -> dict[int, tuple[str, str]]:
    """Key and name by number, of what stands beside a key in the order of names, and of what begins nearly so."""
    found: dict[int, tuple[str, str]] = {}
    column = noun.model.name_key
    seeks = [(column >= key, column.asc(), _NEIGHBOURS), (column < key, column.desc(), _NEIGHBOURS)]
    seeks += [((column >= near) & (column < near + _LAST), column.asc(), MOST) for near in _variants(key)]
    for condition, order, limit in seeks:
        model = noun.model
        query = model.select(model.id, model.name_key, model.name).where(model.state == State.LIVE, condition)
        rows = query.where(*noun.visible(model)).order_by(order).limit(limit).tuples()
        found.update((number_of(row[0]), (row[1], row[2])) for row in rows)
    return found


def _variants(key: str) -> Iterator[str]:
    """A key with one slip of the keys mended among its first letters: one doubled, left out, or two changed over."""
    for at in range(min(len(key), _MOST_VARIED)):
        before, here, after = key[:at], key[at], key[at + 1 :]
        yield before + here + here + after
        if at:  # without its first letter it would be another word
            yield before + after
        if after:
            yield before + after[0] + here + after[1:]


def _likeness(key: str, near: str) -> float:
    if near.startswith(key):
        return 1.0
    return max(SequenceMatcher(None, key, other).ratio() for other in (near, near[: len(key)], near.partition(" ")[0]))


def _best_first(ranked: tuple[float, str, int]) -> tuple[float, str, int]:
    return -ranked[0], ranked[1], ranked[2]
