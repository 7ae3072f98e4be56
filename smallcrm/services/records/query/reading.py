"""Values of a filter as checks, by the kind of the field; a value that the field cannot have is an error."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from smallcrm.clock import micros
from smallcrm.db.ids import MAX_NUMBER, own_id
from smallcrm.services.records.choices import choice_of
from smallcrm.services.records.query import dues
from smallcrm.services.records.query.checks import Check, Choice, Filled, How, Place, Span, Text
from smallcrm.services.records.query.faults import HINT, nearest, pointed, quoted
from smallcrm.services.records.query.nodes import Op, Range, Term, Value
from smallcrm.services.records.schema import Kind
from smallcrm.services.values import amounts, domains, emails, moments, numbers, words
from smallcrm.services.values.spans import minutes_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from smallcrm.errors import UsageError
    from smallcrm.services.records.schema import Field
    from smallcrm.services.values.moments import Meaning

Bounds = tuple[Any, Any]
_LARGEST = (1 << 63) - 1
_PARTS = (Op.HAS, Op.HAS_NOT)
_ORDERS = (Op.MORE, Op.LEAST, Op.LESS, Op.MOST)


@dataclass(frozen=True)
class Asked:
    """One value of a term, the field that it is for, and where the filter is read."""

    source: str
    term: Term
    value: Value
    field: Field
    place: Place

    def fault(self, sentence: str, hint: str = HINT) -> UsageError:
        """The error that points at the value."""
        return pointed(self.source, self.value.at, sentence, hint=hint)

    def of(self, field: Field) -> Asked:
        """The same value asked of another field."""
        return Asked(self.source, self.term, self.value, field, self.place)

    @property
    def how(self) -> How:
        """How a text is compared."""
        if self.term.op in _PARTS:
            return How.PART
        return How.PREFIX if self.value.prefix else How.EQUAL


def read(asked: Asked) -> Check:
    """The check that a value means."""
    kind = asked.field.kind
    if kind in _BOUNDS or asked.field.key == "id":
        return _spanned(asked)
    reader = _READERS.get(kind)
    if reader is None:
        raise asked.fault(f"{asked.field.label} cannot be filtered by.")
    return reader(asked)


def read_range(asked: Asked, values: Range) -> Check:
    """The check that a value lies between two."""
    ends = [None if end is None else _replaced(asked, end) for end in (values.low, values.high)]
    if asked.term.op not in (Op.IS, Op.EQUAL, Op.NOT_EQUAL):
        raise pointed(asked.source, values.at, f"A range follows ':', not {str(asked.term.op)!r}.")
    if asked.field.kind is Kind.SELECT:
        return _choices_between(asked, ends)
    if asked.field.kind in _TEXTS:
        low_text, high_text = (None if end is None else _plain(end) for end in ends)
        return Span(low_text, high_text)
    bounds = [None if end is None else _bounds(end) for end in ends]
    currencies = {end.currency for end in bounds if end is not None}
    if len(currencies) > 1:
        raise pointed(asked.source, values.at, "Both ends of a range of amounts need the same currency.")
    low, high = (bounds[0] and bounds[0].low, bounds[1] and bounds[1].high)
    return Span(low, high, currency=currencies.pop())


def _replaced(asked: Asked, value: Value) -> Asked:
    return Asked(asked.source, asked.term, value, asked.field, asked.place)


def _spanned(asked: Asked) -> Check:
    """A number, an amount, a day or an instant: equal to it, before it or after it."""
    if asked.term.op in _PARTS:
        raise pointed(asked.source, asked.term.at, f"{asked.field.label} is compared with : > >= < <= or a..b.")
    found = _bounds(asked)
    op, currency = asked.term.op, found.currency
    if op is Op.MORE:
        return Span(low=found.high, with_low=False, currency=currency)
    if op is Op.LEAST:
        return Span(low=found.low, currency=currency)
    if op is Op.LESS:
        return Span(high=found.low, with_high=False, currency=currency)
    return Span(high=found.high, currency=currency) if op is Op.MOST else found


def _bounds(asked: Asked) -> Span:
    """The least and the greatest that a value means."""
    if asked.field.key == "id":
        return _number(asked)
    reader = _BOUNDS.get(asked.field.kind)
    if reader is None or asked.value.prefix:
        wrong = "A range is for numbers, amounts, dates and texts" if reader is None else "A star is for texts"
        raise asked.fault(f"{wrong}; {asked.field.label} is a field of kind {asked.field.kind}.")
    return reader(asked)


def _number(asked: Asked) -> Span:
    text = asked.value.text
    known = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_NUMBER)) and int(text) <= MAX_NUMBER
    if not known or asked.value.prefix:
        raise asked.fault(f"An id is a whole number such as 42: {quoted(text)}.")
    return Span(own_id(int(text)), own_id(int(text)))


def _integer(asked: Asked) -> Span:
    found = numbers.parse_number(asked.value.text, ".")
    if found is None or found != found.to_integral_value() or abs(found) > _LARGEST:
        raise asked.fault(f"{asked.field.label} is compared with a whole number: {quoted(asked.value.text)}.")
    return Span(int(found), int(found))


def _percent(asked: Asked) -> Span:
    found = numbers.parse_number(asked.value.text.removesuffix("%").rstrip(), ".")
    if found is None or found != found.to_integral_value() or abs(found) > _LARGEST:
        raise asked.fault(f"{asked.field.label} is compared with whole percents: {quoted(asked.value.text)}.")
    return Span(int(found), int(found))


def _decimal(asked: Asked) -> Span:
    """A number as both engines compare it; its exact text is only kept."""
    found = numbers.parse_number(asked.value.text, ".")
    if found is None or not isfinite(float(found)):
        raise asked.fault(f"{asked.field.label} is compared with a number such as 12.5: {quoted(asked.value.text)}.")
    return Span(float(found), float(found))


def _money(asked: Asked) -> Span:
    text = asked.value.text
    found = amounts.read_amount(text, asked.place.currency)
    if found is None:
        raise asked.fault(f"{asked.field.label} is compared with an amount such as 5000 or 5000EUR: {quoted(text)}.")
    if isinstance(found, amounts.Unfit):
        raise asked.fault(f"{asked.field.label}: {found.sentence}", hint=found.hint)
    amount, currency = found
    return Span(amount, amount, currency=currency)


def _day(asked: Asked) -> Span:
    found = _dated(asked)
    return Span(found.first.isoformat(), found.last.isoformat())


def _instant(asked: Asked) -> Span:
    return Span(*_instants(asked))


def _due(asked: Asked) -> Span:
    return dues.due_of(_dated(asked), _instants(asked))


def _instants(asked: Asked) -> tuple[int, int]:
    """The first and the last microsecond of what is meant."""
    ends = _dated(asked).instants(_here(asked))
    if ends is None:
        raise _undated(asked)
    begin, after = map(micros, ends)
    return begin, max(begin, after - 1)


def _dated(asked: Asked) -> Meaning:
    found = moments.read(asked.value.text, _here(asked))
    if found is None:
        raise _undated(asked)
    return found


def _here(asked: Asked) -> datetime:
    return moments.here_at(asked.place.now, asked.place.zone)


def _undated(asked: Asked) -> UsageError:
    return asked.fault(
        f"{asked.field.label} is compared with a date such as {moments.DAY_EXAMPLES}: {quoted(asked.value.text)}."
    )


def _before(asked: Asked) -> Span:
    """How long before something, in minutes."""
    found = minutes_of(asked.value.text)
    if found is None:
        raise asked.fault(
            f"{asked.field.label} are compared with a time such as 30m, 2h or 1d: {quoted(asked.value.text)}."
        )
    return Span(found, found)


_BOUNDS: dict[Kind, Callable[[Asked], Span]] = {
    Kind.INTEGER: _integer,
    Kind.PERCENT: _percent,
    Kind.DECIMAL: _decimal,
    Kind.MONEY: _money,
    Kind.DATE: _day,
    Kind.INSTANT: _instant,
    Kind.DUE: _due,
    Kind.REMINDERS: _before,
}


def _plain(asked: Asked) -> str:
    """A text that is compared as it is."""
    if asked.value.prefix:
        raise asked.fault("A star at the end goes with ':' only.")
    return asked.value.text


def _text(asked: Asked) -> Check:
    if asked.term.op in _ORDERS:
        text = _plain(asked)
        ends = {
            Op.MORE: Span(low=text, with_low=False), Op.LEAST: Span(low=text),
            Op.LESS: Span(high=text, with_high=False), Op.MOST: Span(high=text),
        }  # fmt: skip
        return ends[asked.term.op]
    return _named(asked)


def _named(asked: Asked) -> Text:
    """A text that equals, begins with or holds the value."""
    if asked.term.op in _ORDERS:
        raise pointed(asked.source, asked.term.at, f"{asked.field.label} has no order; use : or ~.")
    if asked.how is How.PART and asked.value.prefix:
        raise asked.fault("A star at the end goes with ':' only; ~ looks everywhere in the text.")
    _few_letters(asked)
    return Text(asked.how, asked.value.text)


def _few_letters(asked: Asked) -> None:
    from smallcrm.services.records.query.texts import MAX_LETTERS, caseless, letters_of

    if len(letters_of(caseless(asked.value.text))) > MAX_LETTERS:
        raise asked.fault(
            f"The text has more than {MAX_LETTERS} different letters beyond A to Z; look for a part of it."
        )


def _email(asked: Asked) -> Text:
    found = _named(asked)
    if found.how is How.EQUAL and emails.email_key(found.text) is None:
        raise asked.fault(f"Not an e-mail address: {quoted(found.text)}. Use ~ for a part and a star for a beginning.")
    return found


def _domain(asked: Asked) -> Text:
    found = _named(asked)
    if found.how is How.EQUAL and domains.normalise_domain(found.text) is None:
        raise asked.fault(f"Not a domain: {quoted(found.text)}. Use ~ for a part and a star for a beginning.")
    return found


def _phone(asked: Asked) -> Text:
    from smallcrm.services.records.query.texts import squeezed

    found = _named(asked)
    if not squeezed(found.text):
        raise asked.fault(f"Not a part of a phone number: {quoted(found.text)}.")
    return found


def _external_id(asked: Asked) -> Text:
    found = _named(asked)
    source, colon, key = found.text.partition(":")
    return Text(found.how, key, source) if colon and source else found


def _boolean(asked: Asked) -> Choice:
    found = words.parse_bool(asked.value.text)
    if asked.term.op in (*_ORDERS, *_PARTS) or found is None:
        raise asked.fault(f"{asked.field.label} is yes or no: {quoted(asked.value.text)}.")
    return Choice(frozenset({found}))


def _chosen(asked: Asked) -> int:
    """The place of a choice among those of the field."""
    found = None if asked.value.prefix else choice_of(asked.field, asked.value.text)
    if found is not None:
        return asked.field.choices.index(found)
    words = asked.field.labels or asked.field.choices
    near = nearest(asked.value.text, words)
    known = ", ".join(words)
    raise asked.fault(f"{asked.field.label} is one of {known}: {quoted(asked.value.text)}.{near}")


def _choice(asked: Asked) -> Choice:
    if asked.term.op in _PARTS:
        raise pointed(asked.source, asked.term.at, f"{asked.field.label} is one of a few; use : or an order.")
    choices, at = asked.field.choices, _chosen(asked)
    ends = {
        Op.MORE: choices[at + 1 :], Op.LEAST: choices[at:], Op.LESS: choices[:at], Op.MOST: choices[: at + 1]
    }  # fmt: skip
    return Choice(frozenset(ends.get(asked.term.op, (choices[at],))))


def _option(asked: Asked) -> Choice:
    """One of the choices of which a record may have several."""
    if asked.term.op in (*_PARTS, *_ORDERS):
        raise pointed(asked.source, asked.term.at, f"{asked.field.label} holds some of a few; use : or any, all, none.")
    return Choice(frozenset({asked.field.choices[_chosen(asked)]}))


def _choices_between(asked: Asked, ends: list[Asked | None]) -> Choice:
    choices = asked.field.choices
    low, high = ends
    first = 0 if low is None else _chosen(low)
    last = len(choices) - 1 if high is None else _chosen(high)
    return Choice(frozenset(choices[first : last + 1]))


def filled(asked: Asked) -> Check | None:
    """The check that a bare word stands for in place of a value: empty and none are its opposite."""
    word = asked.value
    if word.literal or word.prefix or word.text not in ("any", "empty", "none"):
        return None
    if asked.term.op not in (Op.IS, Op.EQUAL, Op.NOT_EQUAL):
        return None
    return Filled()


_TEXTS = (Kind.TEXT, Kind.LONG_TEXT, Kind.URL)
_READERS: dict[Kind, Callable[[Asked], Check]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.URL: _text,
    Kind.BOOLEAN: _boolean,
    Kind.SELECT: _choice,
    Kind.MULTI_SELECT: _option,
    Kind.EMAIL: _email,
    Kind.PHONE: _text,
    Kind.EMAILS: _email,
    Kind.PHONES: _phone,
    Kind.DOMAINS: _domain,
    Kind.TAGS: _named,
    Kind.EXTERNAL_IDS: _external_id,
}
