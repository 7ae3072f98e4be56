"""Saved mappings: what the rows of one shape of file are, and where its columns go, as somebody said it once.

An import in which something is said of a file keeps it, in the operation that it is, so that an undo forgets it too.
The next file of that shape is read as was said. Whoever may import may change them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.errors import UsageError, ValidationError
from smallcrm.models.base import State
from smallcrm.models.mapping import SavedMapping
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records import schema
from smallcrm.services.records.namesakes import Name
from smallcrm.services.records.schema import Field, Kind, Noun, Values, register
from smallcrm.services.values.dates import DateOrder
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

ORDERS = tuple(str(order) for order in DateOrder)
MARKS = (".", ",")
# What a line of a file of mappings has a backslash before, where a column's name begins with it.
_ESCAPED = ("#", "\\")
FIELDS = (
    Field("name", "Name"),
    Field("noun", "Noun", column="object", help="what the rows are, such as contact"),
    Field("columns", "Columns", Kind.LONG_TEXT, column="column_targets", help="HEADER=FIELD, a line each"),
    Field("date_order", "Date order", Kind.SELECT, choices=ORDERS),
    Field("decimal", "Decimal mark", Kind.SELECT, choices=MARKS, column="decimal_mark"),
    Field("shape", "Shape", internal=True, help="which files it is for"),
)


def lines_of(targets: Mapping[str, str]) -> str:
    """Targets of columns as they are kept: HEADER=FIELD, a line each."""
    return "\n".join(f"{header}={target}" for header, target in targets.items())


def targets_of(lines: Iterable[str]) -> dict[str, str]:
    """The target of each column that lines of HEADER=FIELD name; raises UsageError for a line that is none."""
    targets: dict[str, str] = {}
    for line in lines:
        text = line.strip()
        if not text:
            continue
        header, equals, target = text.rpartition("=")
        if not equals or not header.strip() or not target.strip():
            raise UsageError(f"--map takes HEADER=FIELD: {text!r}.", hint='--map "Betrieb=company:name"')
        targets[header.strip()] = target.strip()
    return targets


def written(targets: Mapping[str, str]) -> list[str]:
    """Targets of columns as lines of a file that people change; there a line that begins with # is a remark."""
    return [f"\\{line}" if line.startswith(_ESCAPED) else line for line in lines_of(targets).splitlines()]


def without_remarks(lines: Iterable[str]) -> list[str]:
    r"""What the lines of such a file say: no remarks, and `\\#` where a column's name begins with #."""
    said = [text for text in map(str.strip, lines) if not text.startswith("#")]
    return [text[1:] if text.startswith(("\\#", "\\\\")) else text for text in said]


def clean(values: Values, before: Values) -> Values:
    """The values of a new or changed mapping as they are stored; raises ValidationError."""
    from smallcrm.services.records import cleaning

    # Only an import says which files it is for; what people type never gets this far.
    said = {key: value for key, value in values.items() if key != "shape"}
    cleaned = cleaning.clean_values(MAPPING, said, before)
    if not before:
        cleaned["shape"] = values.get("shape") or ""
    check({**before, **cleaned}, cleaned)
    return cleaned


def check(document: Values, keys: Collection[str]) -> None:
    """Refuse a mapping without a name, of what cannot be imported, or with columns that lead nowhere."""
    if not document.get("name"):
        raise ValidationError("A mapping needs a name.", field="name")
    noun = schema.record_nouns().get(document.get("noun") or "")
    if noun is None:
        known = ", ".join(schema.record_nouns())
        raise ValidationError(f"The rows of a file are one of {known}: {document.get('noun')!r}.", field="noun")
    if {"columns", "noun"}.intersection(keys):
        from smallcrm.services.transfer.detecting import refuse_unknown

        try:
            for target in targets_of((document.get("columns") or "").splitlines()).values():
                refuse_unknown(noun.name, target)
        except UsageError as error:
            raise ValidationError(error.sentence, field="columns", hint=error.hint) from error


def _may_write(_ids: Sequence[int]) -> None:
    require(Verb.IMPORT)


def _names(document: Values) -> list[Name]:
    """A shape of file is read as one live mapping says; an undo or a restoration brings no second one."""
    shape = document.get("shape")
    alike, told = SavedMapping.shape == shape, "there is another mapping for files like these by now"
    return [Name(shape, alike, told)] if shape else []


def _derive(document: Values) -> dict[str, Any]:
    return {"name_key": sort_key(document["name"])}


def _search_text(document: Values) -> tuple[str, str]:
    """Settings are not searched; a list of them is short."""
    return sort_key(document["name"]), ""


MAPPING = register(
    Noun(
        name="mapping",
        plural="mappings",
        code=11,
        model=SavedMapping,
        builtin=FIELDS,
        parts=(),
        clean=clean,
        derive=_derive,
        search_text=_search_text,
        default_columns=("id", "name", "noun", "columns", "date_order", "decimal"),
        check=check,
        names=_names,
        settings=True,
        may_write=_may_write,
    )
)


def of_shapes(shapes: Collection[str]) -> dict[str, Values]:
    """The live mapping of each of these shapes that has one."""
    rows: Any = SavedMapping.select().where(SavedMapping.state == State.LIVE, SavedMapping.shape.in_(sorted(shapes)))
    return {
        row.shape: {
            "id": row.id, "noun": row.object, "columns": row.column_targets, "date_order": row.date_order,
            "decimal": row.decimal_mark,
        }
        for row in rows.order_by(SavedMapping.id)
    }  # fmt: skip
