"""Fields with several values as a filter sees them: a record passes where one of its values does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import peewee as pw

from smallcrm.db.fence import Ids
from smallcrm.models.tag import Tag, Tagging
from smallcrm.services.records import references
from smallcrm.services.records.query import texts
from smallcrm.services.records.query.anyrecord import named_asked, named_passes
from smallcrm.services.records.query.checks import Check, Choice, Filled, How, Named, Span, Text, inside
from smallcrm.services.records.query.handles import between, column_of
from smallcrm.services.records.schema import Kind
from smallcrm.services.values import domains, emails, phones
from smallcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.services.records.parts import Element, RowPart
    from smallcrm.services.records.query.handles import Find, Key
    from smallcrm.services.records.schema import Field, Values


@dataclass(frozen=True)
class Elements:
    """A field whose values lie in rows of their own."""

    field: Field
    model: Any
    part: RowPart

    @property
    def _key(self) -> str:
        """The key of an element that is compared."""
        return "member" if self.field.kind is Kind.MEMBERS else self.part.shown

    def _parent(self, rows: Any) -> Any:
        return column_of(rows, self.part.model, self.part.parent)

    def _rows(self, rows: Any) -> list[Any]:
        """The conditions by which rows of the table belong to the field; a place that has ended does not."""
        fixed = [column_of(rows, self.part.model, name) == value for name, value in self.part.fixed.items()]
        if "ended" in self.part.columns:
            fixed.append(column_of(rows, self.part.model, self.part.columns["ended"]).is_null())
        return fixed

    def condition(self, check: Check, row: Any) -> Any:
        """The condition that a record of `row` has a value that passes."""
        return self._any(row, lambda rows: self._asked(check, rows))

    def _any(self, row: Any, asked: Callable[[Any], list[Any]]) -> Any:
        rows = self.part.model.alias()
        query = rows.select(rows.id).where(self._parent(rows) == row.id, *self._rows(rows), *asked(rows))
        return pw.fn.EXISTS(query)

    def _asked(self, check: Check, rows: Any) -> list[Any]:
        if isinstance(check, Filled):
            return []
        shown = column_of(rows, self.part.model, self.part.columns[self._key])
        if isinstance(check, (Choice, Span)):
            return [shown.in_(sorted(check.values)) if isinstance(check, Choice) else between(shown, check)]
        if isinstance(check, Named):
            return named_asked(check, column_of(rows, self.part.model, self.part.columns["object"]), shown)
        if not isinstance(check, Text):
            raise TypeError(check)
        if self.field.kind is Kind.PHONES:
            return [_phone_asked(check, rows, shown)]
        if self.field.kind is Kind.EXTERNAL_IDS:
            return _external_asked(check, rows, shown)
        key = column_of(rows, self.part.model, self.part.live)
        return [texts.key_compares(check.how, key, element_key(self.field.kind, check))]

    def holds(self, check: Check, document: Values, find: Find) -> bool:  # noqa: ARG002 - one signature
        """Whether a document has a value that passes."""
        return any(self._passes(check, element) for element in self._elements(document))

    def _elements(self, document: Values) -> list[Element]:
        return [element for element in document.get(self.field.key) or [] if not element.get("ended")]

    def _passes(self, check: Check, element: Element) -> bool:
        if isinstance(check, Filled):
            return True
        value = element[self._key]
        if isinstance(check, (Choice, Span)):
            return value in check.values if isinstance(check, Choice) else inside(check, value)
        if isinstance(check, Named):
            return named_passes(check, references.ref_of(self.field, element))
        if not isinstance(check, Text):
            raise TypeError(check)
        if self.field.kind is Kind.PHONES:
            return _phone_passes(check, value)
        if self.field.kind is Kind.EXTERNAL_IDS:
            return _external_passes(check, element)
        stored = str(self.part.extra(element)[self.part.live])
        return texts.compares(check.how, stored, element_key(self.field.kind, check))

    def driver(self, check: Check) -> Any:
        """A query by the index of the unique value, or by that of what is referred to."""
        if isinstance(check, (Choice, Named)):
            # Options of a choice have no index; what is referred to has one.
            return self._query(check) if self.field.refers else None
        if not isinstance(check, Text) or not self.part.live:
            return None
        indexed = check.source is not None if self.part.within else check.how is not How.PART
        return self._query(check) if indexed and (not self.part.within or check.how is How.EQUAL) else None

    def _query(self, check: Check) -> Any:
        rows = self.part.model.alias()
        return rows.select(self._parent(rows)).where(*self._rows(rows), *self._asked(check, rows))

    def order(self, row: Any) -> tuple[Key, ...]:  # noqa: ARG002 - one signature
        """Records have no order by several values."""
        return ()

    def through(self, row: Any, asked: Callable[[Any], Any]) -> Any:
        """The condition that something is so of an id that a record of `row` refers to."""
        return self._any(row, lambda rows: [asked(self.source(rows))])

    def referring(self, query: Any) -> Any:
        """A query of the ids of the records that refer to those of a query."""
        rows = self.part.model.alias()
        return rows.select(self._parent(rows)).where(*self._rows(rows), self.source(rows).in_(query))

    def ids(self, document: Values) -> list[int]:
        """The ids that a document refers to."""
        return [element[self._key] for element in self._elements(document)]

    def source(self, row: Any) -> Any:
        """The column with the id, in the rows of the part."""
        return column_of(row, self.part.model, self.part.columns[self._key])


def element_key(kind: Kind, check: Text) -> str:
    """The key of an address or a host that a stored one is compared with."""
    if kind is Kind.EMAILS:
        whole = emails.email_key(check.text) if check.how is How.EQUAL else None
        return whole or normalize("NFC", check.text).casefold()
    whole = domains.normalise_domain(check.text) if check.how is How.EQUAL else None
    return whole or check.text.lower()


def _phone_asked(check: Text, rows: Any, number: Any) -> Any:
    """A number as typed without what stands between its digits, or the whole number of the country."""
    asked = texts.column_compares(check.how, texts.column_squeezed(number), texts.squeezed(check.text))
    digits = phones.phone_digits(check.text) if check.how is How.EQUAL else None
    if digits is None:
        return asked
    known = rows.digits.is_null(False) & (rows.digits == digits)
    return asked | known


def _phone_passes(check: Text, number: str) -> bool:
    typed = texts.compares(
        check.how, texts.caseless(texts.squeezed(number)), texts.caseless(texts.squeezed(check.text))
    )
    digits = phones.phone_digits(check.text) if check.how is How.EQUAL else None
    return typed or (digits is not None and phones.phone_digits(number) == digits)


def _external_asked(check: Text, rows: Any, key: Any) -> list[Any]:
    """The key of another system is compared as it is, its parts without case."""
    asked = key == check.text if check.how is How.EQUAL else texts.column_compares(check.how, key, check.text)
    return [asked] if check.source is None else [rows.source == check.source, asked]


def _external_passes(check: Text, element: Element) -> bool:
    if check.source is not None and element["source"] != check.source:
        return False
    if check.how is How.EQUAL:
        return bool(element["key"] == check.text)
    return texts.compares(check.how, texts.caseless(element["key"]), texts.caseless(check.text))


_MOST_TAGS = 100


def _tag_named(tags: Any, check: Text) -> Any:
    return texts.key_compares(check.how, tags.name_key, fold(check.text))


@dataclass(frozen=True)
class Tags:
    """The tags of a noun's records."""

    field: Field
    object: str

    def _mine(self, rows: Any, check: Check) -> list[Any]:
        asked = [rows.object == self.object]
        if isinstance(check, Text):
            tag = Tag.alias()
            asked.append(rows.tag.in_(tag.select(tag.id).where(_tag_named(tag, check))))
        return asked

    def condition(self, check: Check, row: Any) -> Any:
        """The condition that a record of `row` has a tag that passes."""
        rows = Tagging.alias()
        return pw.fn.EXISTS(rows.select(rows.id).where(rows.record_id == row.id, *self._mine(rows, check)))

    def holds(self, check: Check, document: Values, find: Find) -> bool:  # noqa: ARG002 - one signature
        """Whether a document has a tag that passes."""
        names = [fold(element["name"]) for element in document.get(self.field.key) or []]
        if isinstance(check, Text):
            return any(texts.compares(check.how, name, fold(check.text)) for name in names)
        return bool(names)

    def driver(self, check: Check) -> Any:
        """A query by the index of the tag."""
        if not isinstance(check, Text):
            return None
        tags: list[Any] = list(Tag.select(Tag.id).where(_tag_named(Tag, check)).limit(_MOST_TAGS + 1).tuples())
        if len(tags) > _MOST_TAGS:
            return None
        rows = Tagging.alias()
        # The other index begins with the object and holds all its tags: it must not be taken here.
        mine = pw.fn.COALESCE(rows.object, "") == self.object
        return rows.select(rows.record_id).where(rows.tag.in_(Ids(row[0] for row in tags)), mine).distinct()

    def order(self, row: Any) -> tuple[Key, ...]:  # noqa: ARG002 - one signature
        """Records have no order by their tags."""
        return ()
