"""A field that may name a record of any noun: `about:contact:42`, `about:"company:Acme"`, `about:deal`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smallcrm.db.fence import Ids
from smallcrm.db.ids import MAX_NUMBER, own_id
from smallcrm.services.records import references, schema
from smallcrm.services.records.query.checks import Check, Filled, How, Named
from smallcrm.services.records.query.faults import nearest, pointed, quoted
from smallcrm.services.records.query.handles import Column, column_of
from smallcrm.services.records.query.nodes import Op
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from smallcrm.services.records.query.handles import Find, Key
    from smallcrm.services.records.query.reading import Asked
    from smallcrm.services.records.schema import Values

_MOST_NAMED = 1_000


def read_any(asked: Asked) -> Named:
    """The records that a noun alone, noun:number or noun:name means."""
    if asked.term.op not in (Op.IS, Op.EQUAL, Op.NOT_EQUAL):
        raise pointed(asked.source, asked.term.at, f"{asked.field.label} names a record; use : or !=.")
    word, colon, rest = asked.value.text.partition(":")
    name, rest = word.strip().lower(), rest.strip()
    nouns = schema.record_nouns()
    if name not in nouns or asked.how is not How.EQUAL or (colon and not rest):
        near = "" if name in nouns else nearest(name, nouns)
        raise asked.fault(f"{asked.field.label} names a record such as contact:42, or a noun: {quoted(word)}.{near}")
    if not rest:
        return Named(name, None)
    model = nouns[name].model
    if rest.isascii() and rest.isdigit():
        known = len(rest) <= len(str(MAX_NUMBER)) and int(rest) <= MAX_NUMBER
        return Named(name, frozenset({own_id(int(rest))} if known else ()))
    query = model.select(model.id).where(model.name_key == sort_key(rest)).limit(_MOST_NAMED + 1)
    found = [row[0] for row in query.tuples()]
    if len(found) > _MOST_NAMED:
        raise asked.fault(f"More than {_MOST_NAMED:,} {nouns[name].plural} are called {quoted(rest)}.")
    return Named(name, frozenset(found))


def named_asked(check: Named, kind: Any, record: Any) -> list[Any]:
    """The conditions on the columns with a noun and an id."""
    return [kind == check.object, *([] if check.ids is None else [record.in_(Ids(sorted(check.ids)))])]


def named_passes(check: Named, ref: references.Ref) -> bool:
    """Whether a noun and an id are meant."""
    return ref[0] == check.object and (check.ids is None or ref[1] in check.ids)


@dataclass(frozen=True)
class AnyLink(Column):
    """Two columns: the noun of a record, and its id."""

    def condition(self, check: Check, row: Any) -> Any:
        """The condition that a record of `row` passes the check."""
        kind, record = (column_of(row, self.model, name) for name in self.columns)
        filled = record.is_null(False)
        if isinstance(check, Filled):
            return filled
        if not isinstance(check, Named):
            raise TypeError(check)
        asked = filled
        for one in named_asked(check, kind, record):
            asked &= one
        return asked

    def holds(self, check: Check, document: Values, find: Find) -> bool:  # noqa: ARG002 - one signature
        """Whether a document passes the check."""
        value = document.get(self.field.key)
        if value is None or isinstance(check, Filled):
            return value is not None
        return isinstance(check, Named) and named_passes(check, references.ref_of(self.field, value))

    def order(self, row: Any) -> tuple[Key, ...]:  # noqa: ARG002 - one signature
        """Records of several nouns have no order."""
        return ()
