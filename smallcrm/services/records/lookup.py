"""Records by what people call them: a number, an e-mail address, a domain, source:key, the whole name, noun:number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import MAX_NUMBER, number_of, own_id
from smallcrm.errors import Conflict, NotFound, UsageError
from smallcrm.models.base import State
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records import schema
from smallcrm.services.records.nearest import near_records
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.schema import Kind
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from smallcrm.services.records.parts import Element
    from smallcrm.services.records.references import Ref
    from smallcrm.services.records.schema import Noun

MAX_TITLE = 100
_MOST_NAMED = 9
_DIGITS = len(str(MAX_NUMBER))


def numbers(noun: Noun, words: Iterable[str]) -> list[int]:
    """The number of each record, once; raises NotFound, or Conflict where a name means several."""
    return list(dict.fromkeys(_number(noun, word, find) for word in words))


def trashed_numbers(noun: Noun, words: Iterable[str]) -> list[int]:
    """The same of records in the trash."""
    return list(dict.fromkeys(_number(noun, word, find_trashed) for word in words))


def titled(noun: Noun, record_id: int) -> str:
    """What a record is called in the journal: its noun, its number and as much of its name as fits on a line."""
    # Everybody reads the journal: what not everybody sees goes by its number there.
    named = noun.seen is None
    row = noun.model.select(noun.model.name).where(noun.model.id == record_id).tuples().first() if named else None
    name = "" if row is None else str(row[0] or "")[:MAX_TITLE]
    return f"{noun.name} {number_of(record_id)} {name}".rstrip()


def untitled(noun: Noun, record_id: int, summary: str) -> str:
    """A summary of the journal without the name of a record that is gone."""
    called = f"{noun.name} {number_of(record_id)}"
    before, found, _name = summary.partition(f"{called} ")
    return before + called if found else summary


def _number(noun: Noun, word: str, finds: Callable[[Noun, str], int]) -> int:
    digits = _digits(_bare(noun, word))
    # Whether it is there is asked for all at once by whoever works on them.
    return digits if digits is not None else number_of(finds(noun, word))


def find(noun: Noun, word: str, inside: tuple[str, int] | None = None) -> int:
    """The id of the live record that a word means; raises NotFound, or Conflict where a name means several.

    `inside`: a column and its value, among whose records a name is looked up first.
    """
    require(Verb.READ)
    word = _bare(noun, word.strip())
    found = _numbered(noun, word) or _held(noun, word) or (_named(noun, word, inside=inside) if inside else [])
    found = found or noun.known_as(word, State.LIVE) or _named(noun, word)
    if found:
        return _only(noun, word, found)
    raise NotFound(f"There is no {noun.name} {word!r}.{near_records(noun, word)}", hint=f"smallcrm {noun.name} list")


def find_trashed(noun: Noun, word: str) -> int:
    """The id of the record in the trash that a word means; raises NotFound, or Conflict where it means several."""
    require(Verb.READ)
    word = _bare(noun, word.strip())
    found = _held_in_trash(noun, word) or noun.known_as(word, State.TRASHED) or _named(noun, word, State.TRASHED)
    if found:
        return _only(noun, word, found, " in the trash")
    raise NotFound(f"There is no {noun.name} {word!r} in the trash.", hint=f"smallcrm {noun.name} list --trashed")


def _only(noun: Noun, word: str, found: list[int], place: str = "") -> int:
    if len(found) == 1:
        return found[0]
    several = ", ".join(str(number_of(record_id)) for record_id in found)
    raise Conflict(f"Several {noun.plural}{place} are called {word!r}: {several}. Give the number.")


def find_any(word: str) -> Ref:
    """The noun and the id of the live record that noun:word means; raises UsageError where no noun is named."""
    name, colon, rest = word.strip().partition(":")
    nouns = schema.record_nouns()
    if not colon or not rest.strip():
        raise UsageError(f"Say which record, such as contact:42: {word!r}.")
    if name.strip() not in nouns:
        raise schema.unknown("noun", name.strip(), tuple(nouns), "contact:42")
    noun = nouns[name.strip()]
    return noun.name, find(noun, rest)


def _bare(noun: Noun, word: str) -> str:
    """The word without the noun before it, as in contact:42."""
    name, colon, rest = word.partition(":")
    return rest.strip() if colon and name.strip() == noun.name and rest.strip() else word


def _digits(word: str) -> int | None:
    """The number that a word is; None where it is none, or none that a record can have."""
    if not word.isascii() or not word.isdigit() or len(word) > _DIGITS:
        return None
    return int(word) if 0 < int(word) <= MAX_NUMBER else None


def _numbered(noun: Noun, word: str) -> list[int]:
    number, model = _digits(word), noun.model
    if number is None:
        return []
    there = model.select(model.id).where(model.id == own_id(number), model.state == State.LIVE, *noun.visible(model))
    return [row[0] for row in there.tuples()]


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


def _held_in_trash(noun: Noun, word: str) -> list[int]:
    """The records in the trash that hold the word as what is unique among live ones: there several may."""
    model, found = noun.model, set[int]()
    trashed = model.select(model.id).where(model.state == State.TRASHED, *noun.visible(model))
    for part in noun.parts:
        element = _element(noun.by_key[part.key].kind, word)
        if element is not None and isinstance(part, RowPart):
            found.update(part.having(element, trashed))
    return sorted(found)[:_MOST_NAMED]


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


def _named(noun: Noun, name: str, state: State = State.LIVE, inside: tuple[str, int] | None = None) -> list[int]:
    model = noun.model
    mine = (model.state == state) & (model.name_key == sort_key(name))
    if inside is not None:
        mine &= model._meta.columns[inside[0]] == inside[1]
    return [row[0] for row in model.select(model.id).where(mine, *noun.visible(model)).limit(_MOST_NAMED).tuples()]
