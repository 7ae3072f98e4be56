"""A tree of words becomes a tree of checks: every name looked up, every value read, nothing left to be understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smallcrm.db.search import words_of
from smallcrm.models.workspace import Member
from smallcrm.services.accounts.access import actor
from smallcrm.services.records import schema
from smallcrm.services.records.nearest import near_members
from smallcrm.services.records.query import names, reading
from smallcrm.services.records.query.anyrecord import read_any
from smallcrm.services.records.query.checks import Check, Choice, Filled, How, Span
from smallcrm.services.records.query.faults import nearest, pointed, quoted
from smallcrm.services.records.query.nodes import Among, And, Not, Op, Range, Term, Value, Words
from smallcrm.services.records.query.reading import Asked
from smallcrm.services.records.query.settings import named_settings
from smallcrm.services.records.query.texts import key_compares
from smallcrm.services.records.schema import Kind
from smallcrm.services.records.schema import noun as noun_of
from smallcrm.services.values.emails import email_key
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from smallcrm.services.records.query.checks import Place
    from smallcrm.services.records.query.handles import Handle
    from smallcrm.services.records.query.nodes import Node
    from smallcrm.services.records.schema import Noun

_OPPOSITES = (Op.NOT_EQUAL, Op.HAS_NOT)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A check on one field."""

    handle: Handle
    check: Check


@dataclass(frozen=True, slots=True)
class Found:
    """Words that a record is found by, each the beginning of one of its own."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """What holds all together."""

    of: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """What holds at least once."""

    of: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """What does not hold."""

    of: Bound


Bound = Leaf | Found | Every | Some | Opposite


def bind(noun: Noun, source: str, node: Node, place: Place) -> Bound:
    """The checks that the tree of a text means for a noun; UsageError points at what has no meaning."""
    return _Binder(source, names.handles(noun), place).bound(node)


def both(parts: list[Bound]) -> Bound:
    """All of some, with the free words among them looked for together, which finds fewer records each time."""
    flat = [one for part in parts for one in (part.of if isinstance(part, Every) else (part,))]
    words = tuple(dict.fromkeys(word for one in flat if isinstance(one, Found) for word in one.words))
    rest = [one for one in flat if not isinstance(one, Found)]
    joined: list[Bound] = [*rest, *([Found(words)] if words else [])]
    return joined[0] if len(joined) == 1 else Every(tuple(joined))


class _Binder:
    """The text of a filter, what it can name, and where it is read."""

    def __init__(self, source: str, known: dict[str, Handle], place: Place) -> None:
        self.source = source
        self.known = known
        self.place = place

    def bound(self, node: Node) -> Bound:
        """The checks that a tree means."""
        if isinstance(node, Term):
            return self._term(node)
        if isinstance(node, Words):
            found = words_of(node.text)
            if not found:
                raise pointed(self.source, node.at, f"{quoted(node.text)} has no letter or digit to search for.")
            return Found(tuple(found))
        if isinstance(node, Not):
            return Opposite(self.bound(node.node))
        if isinstance(node, And):
            return both([self.bound(child) for child in node.nodes])
        return Some(tuple(self.bound(child) for child in node.nodes))

    def _term(self, term: Term) -> Bound:
        handle = self._handle(term)
        if term.among is Among.ALL and not handle.field.many:
            raise pointed(self.source, term.at, f"{handle.field.label} holds one value; list them without 'all'.")
        parts = tuple(self._value(term, handle, value) for value in term.values)
        turned = (term.among is Among.NONE) != (term.op in _OPPOSITES)
        if len(parts) == 1:
            whole: Bound = parts[0]
        else:
            whole = both(list(parts)) if term.among is Among.ALL else Some(parts)
        return Opposite(whole) if turned else whole

    def _handle(self, term: Term) -> Handle:
        first, *more = term.path
        handle = names.named(self.known, first)
        if handle is None:
            raise self._unknown(term, first, self.known)
        if not more:
            return handle
        further = names.beyond(handle)
        if len(more) > 1 or not further:
            why = "A name goes one step further at most" if further else f"{handle.field.label} refers to nothing"
            raise pointed(self.source, term.at, f"{why}: {quoted('.'.join(term.path))}.")
        found = names.named(further, more[0])
        if found is None:
            raise self._unknown(term, more[0], further)
        return found

    def _unknown(self, term: Term, name: str, known: dict[str, Handle]) -> Any:
        hint = f"smallcrm help filters; to search for the text itself: {quoted(name)} in quotes"
        return pointed(self.source, term.at, f"There is no field {quoted(name)}.{nearest(name, known)}", hint)

    def _value(self, term: Term, handle: Handle, value: Value | Range) -> Bound:
        field = handle.field
        if isinstance(value, Range):
            asked = Asked(self.source, term, value.low or value.high or Value(""), field, self.place)
            if field.kind in (Kind.MEMBER, Kind.MEMBERS) or field.target:
                raise pointed(self.source, value.at, f"{field.label} has no order; name one, or several with commas.")
            return Leaf(handle, reading.read_range(asked, value))
        asked = Asked(self.source, term, value, field, self.place)
        if reading.filled(asked) is not None:
            full: Bound = Leaf(handle, Filled())
            return full if value.text == "any" else Opposite(full)
        if not value.text and term.op in (Op.IS, Op.EQUAL, Op.NOT_EQUAL) and not value.prefix:
            return Opposite(Leaf(handle, Filled()))
        return self._named(asked, handle)

    def _named(self, asked: Asked, handle: Handle) -> Bound:
        """What a value means that is not about being filled: a member, a record, or what its kind says."""
        field = asked.field
        if field.kind in (Kind.MEMBER, Kind.MEMBERS):
            return Leaf(handle, Choice(frozenset(self._members(asked))))
        if not field.target:
            return Leaf(handle, read_any(asked) if field.refers else reading.read(asked))
        target = schema.noun(field.target)
        return Leaf(handle, named_settings(asked, target)) if target.settings else self._record(asked, handle)

    def _record(self, asked: Asked, handle: Handle) -> Bound:
        """A record by its number; by its name, where the value is no number or stands in quotes."""
        further = names.beyond(handle)
        title = noun_of(handle.field.target).title
        step = further[title]
        value = asked.value
        by_number = value.text.isdigit() and not value.literal and not value.prefix and asked.how is How.EQUAL
        inner = Asked(asked.source, asked.term, value, further["id" if by_number else title].field, asked.place)
        check = reading.read(inner)
        if by_number and isinstance(check, Span) and check.low == check.high:
            return Leaf(handle, Choice(frozenset({check.low})))
        return Leaf(further["id"] if by_number else step, check)

    def _members(self, asked: Asked) -> list[int]:
        """The members that a name, an address, a beginning of a name or `me` means."""
        if asked.term.op not in (Op.IS, Op.EQUAL, Op.NOT_EQUAL, Op.HAS, Op.HAS_NOT):
            raise pointed(self.source, asked.term.at, f"{asked.field.label} has no order; use : or ~.")
        text = asked.value.text
        if text == "me" and not asked.value.literal and not asked.value.prefix:
            return [actor().member_id]
        key = email_key(text) if asked.how is How.EQUAL else None
        named = Member.email_key == key if key else key_compares(asked.how, Member.name_key, sort_key(text))
        rows: list[Any] = list(Member.select(Member.id).where(named).tuples())
        if not rows:
            raise asked.fault(f"There is no member {quoted(text)} in this workspace.{near_members(text)}")
        return [row[0] for row in rows]
