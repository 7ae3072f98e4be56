"""Records by what people call them: a number, an e-mail address, a domain, source:key, the whole name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.errors import Conflict, NotFound
from smallcrm.models.base import State
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records.schema import Kind
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smallcrm.services.records.parts import Element
    from smallcrm.services.records.schema import Noun

MAX_NUMBER = 1 << 36
MAX_TITLE = 100
_MOST_NAMED = 9


def numbers(noun: Noun, words: Iterable[str]) -> list[int]:
    """The number of each record, once; raises NotFound, or Conflict where a name means several."""
    return list(dict.fromkeys(_number(noun, word) for word in words))


def titled(noun: Noun, record_id: int) -> str:
    """What a record is called in the journal: its noun, its number and as much of its name as fits on a line."""
    row = noun.model.select(noun.model.name).where(noun.model.id == record_id).tuples().first()
    name = "" if row is None else str(row[0] or "")[:MAX_TITLE]
    return f"{noun.name} {number_of(record_id)} {name}".rstrip()


def untitled(noun: Noun, record_id: int, summary: str) -> str:
    """A summary of the journal without the name of a record that is gone."""
    called = f"{noun.name} {number_of(record_id)}"
    before, found, _name = summary.partition(f"{called} ")
    return before + called if found else summary


def _number(noun: Noun, word: str) -> int:
    if word.isascii() and word.isdigit():
        number = int(word[:12])
        if 0 < number < MAX_NUMBER:
            return number
    else:
        require(Verb.READ)
        found = _held(noun, word) or _named(noun, word)
        if len(found) == 1:
            return number_of(found[0])
        if found:
            several = ", ".join(str(number_of(record_id)) for record_id in found)
            raise Conflict(f"Several {noun.plural} are called {word!r}: {several}. Give the number.")
    raise NotFound(f"There is no {noun.name} {word!r}.", hint=f"smallcrm {noun.name} list")


def _held(noun: Noun, word: str) -> list[int]:
    """The live record that holds the word as a unique value."""
    for part in noun.parts:
        element = _element(noun.by_key[part.key].kind, word)
        if element is None:
            continue
        holders = [holder for _element, holder in part.holders([element])]
        if holders:
            return holders
    return []


def _element(kind: Kind, word: str) -> Element | None:
    """The word as an element of a unique field; None where it cannot be one."""
    element: dict[str, Any] | None = None
    if kind is Kind.EMAILS:
        from smallcrm.services.values.emails import email_key

        element = {"address": word} if email_key(word) else None
    elif kind is Kind.DOMAINS:
        from smallcrm.services.values.domains import normalise_domain

        host = normalise_domain(word) if "." in word else None
        element = {"domain": host} if host else None
    elif kind is Kind.EXTERNAL_IDS:
        source, colon, key = word.partition(":")
        element = {"source": source, "key": key} if colon and source and key else None
    return element


def _named(noun: Noun, name: str) -> list[int]:
    model = noun.model
    mine = (model.state == State.LIVE) & (model.name_key == sort_key(name))
    return [row[0] for row in model.select(model.id).where(mine).limit(_MOST_NAMED).tuples()]
