"""The record-by-record half of an import: rows of people and companies that we know already.

What the file leaves blank stays and a list only grows, unless the user wants blanks cleared; a lifecycle stage only
moves forward; an opt-out is never lifted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.errors import Conflict, SmallCRMError
from smallcrm.models.base import State
from smallcrm.services.contacts import further
from smallcrm.services.records import documents
from smallcrm.services.records.choices import is_same
from smallcrm.services.records.schema import Kind
from smallcrm.services.transfer import custom_rows, further_parts
from smallcrm.services.transfer.amounts import rescaled
from smallcrm.services.transfer.blanks import BLANK
from smallcrm.services.transfer.growing import grown, replaced
from smallcrm.services.transfer.parents import parent_of
from smallcrm.services.transfer.resolving import walk
from smallcrm.services.transfer.rules import By
from smallcrm.services.transfer.staging import Stage, Verdict, column
from smallcrm.services.transfer.whose import spelled
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.records.schema import Field, Noun, Values

_LISTS = ("emails", "phones", "domains", "tags", "companies")
_NAMES = ("prefix", "first_name", "middle_name", "last_name", "suffix", "name")
Row = dict[str, Any]
Lists = dict[str, list[dict[str, Any]]]


@dataclass
class Updates:
    """How many rows changed a record, changed nothing, or could not be applied (with the reason)."""

    updated: int = 0
    unchanged: int = 0
    rejected: dict[int, str] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)


def update_rows(op: Operation, stage: Stage) -> Updates:
    """Bring the known records up to what the file says of them."""
    done = Updates()
    for batch in walk(stage, Verdict.UPDATE):
        _apply(op, stage, batch, done)
    return done


def _apply(op: Operation, stage: Stage, batch: Sequence[Row], done: Updates) -> None:
    noun = stage.bulk.noun
    found = documents.load(noun, list({row["target"] for row in batch}))
    more = _more(stage, [row["seq"] for row in batch])
    customs = custom_rows.values_of(stage, [row["seq"] for row in batch])
    links = _links(stage, batch)
    owners = dict(stage.owners.select(stage.owners.ref, stage.owners.target).tuples())
    for row in batch:
        now = _still(noun, found.get(row["target"]))
        conflict = _other_name(stage, now, row, more.get(row["seq"], {}))
        try:
            values = merged(stage, now, row, more.get(row["seq"], {}), links)
            for name in _NAMES if conflict else ():
                values.pop(name, None)
            values |= _references(stage, now, row, owners)
            values |= _customs(stage, now, row, customs.get(row["seq"], {}))
            changed = op.rewrite(noun, now, noun.clean(values, now)) if values else False
        except SmallCRMError as error:
            done.rejected[row["line"]] = error.sentence
            continue
        if changed:
            found[row["target"]] = documents.load(noun, [row["target"]])[row["target"]]
        # Where a record was restored, its first row has changed it, whatever it says.
        _count(done, conflict, changed=changed or bool(row["revived"] and row["first"] is None))


def _references(stage: Stage, now: Values, row: Row, owners: Mapping[str, int | None]) -> Values:
    """The owner and the parent that a row gives a record."""
    parent = parent_of(stage, row)
    # Nothing is its own parent; a member may well have the number of a record.
    said = {"owner": owners.get(row.get(column("owner_ref")) or ""), "parent": None if parent == now["id"] else parent}
    given: Values = {
        key: wanted
        for key, wanted in said.items()
        if wanted not in (None, now.get(key)) and (row["first"] is None or now[key] is None)
    }
    blank = {key for key in said if _blank(stage, row, key)}
    if "owner" in said and _is_nobody(stage, row, owners):
        blank.add("owner")
    return given | {key: None for key in blank if now.get(key) is not None}


def _is_nobody(stage: Stage, row: Row, owners: Mapping[str, int | None]) -> bool:
    """Whether the owner that a row names is nobody, and blanks are to be emptied."""
    ref = row.get(column("owner_ref")) or ""
    clears = stage.blanks is not None and stage.blanks.at("owner") is not None and row["first"] is None
    return clears and ref in owners and owners[ref] is None


def _customs(stage: Stage, now: Values, row: Row, said: Values) -> Values:
    """What a row gives the workspace's own fields: a list grows, and a repeat fills only what is empty."""
    values, fields = dict[str, Any](), stage.bulk.noun.by_key
    for key, value in said.items():
        was = now.get(key)
        if isinstance(value, list):
            became = _list(stage, now, row, key, value)
            if became is not None:
                values[key] = became
        elif not is_same(fields[key], was, value) and (row["first"] is None or was is None):
            values[key] = value
    for kept in stage.own_fields:
        key = kept.field.key
        if key not in said and now.get(key) not in (None, []) and _blank(stage, row, key):
            values[key] = None
    return values


def _still(noun: Noun, document: Values | None) -> Values:
    """A record as it was found; raises Conflict where somebody has taken it away since."""
    if document is None or document["state"] != State.LIVE:
        which = noun.name if document is None else f"{noun.name} {number_of(document['id'])}"
        raise Conflict(f"The {which} has been deleted while the import was being prepared; nothing was imported.",
                       hint="run it again")  # fmt: skip
    return document


def _count(done: Updates, conflict: str, *, changed: bool) -> None:
    if conflict:
        done.conflicts.append(conflict)
    if changed:
        done.updated += 1
    else:
        done.unchanged += 1


def _other_name(stage: Stage, now: Values, row: Row, more: Lists) -> str:
    """What to say of a row that has a record's address but another name; an id that we know allows the new one."""
    if not stage.bulk.linked:
        return _other_spelling(stage, now, row, more)
    addresses = more.get("emails")
    if not addresses or row["sure"]:
        return ""
    there = " ".join(str(row.get(column(key)) or "") for key in ("first_name", "last_name")).strip()
    here = " ".join(str(now.get(key) or "") for key in ("first_name", "last_name")).strip()
    if not there or not here or there.casefold() == here.casefold():
        return ""
    number, address = number_of(now["id"]), addresses[0]["address"]
    what = f"{address} is {here!r} here ({stage.bulk.noun.name} {number}) and {there!r} in the file"
    return f"line {row['line']}: {what}; the name is kept"


def _other_spelling(stage: Stage, now: Values, row: Row, more: Lists) -> str:
    """What to say of a row that is about a company by the name alone, and writes it with other accents."""
    here, there = now["name"], row.get(column("name")) or now["name"]
    if spelled(here) == spelled(there) or stage.terms.by is By.FIELD or sort_key(here) != sort_key(there):
        return ""
    ids = [{"source": stage.source, "key": row["ext"]}, *more.get("external_ids", ())]
    told = [*ids, *more.get("domains", ())]
    if any(_has(element, [*now["external_ids"], *now["domains"]]) for element in told):
        return ""
    what = f"{there!r} is {here!r} here ({stage.bulk.noun.name} {number_of(now['id'])})"
    return f"line {row['line']}: {what}; the name is kept"


def _has(element: dict[str, Any], elements: list[dict[str, Any]]) -> bool:
    return any(element.items() <= one.items() for one in elements)


def merged(stage: Stage, now: Values, row: Row, more: Lists, links: dict[int, int]) -> Values:
    """The new values of a record: what the row adds to it."""
    values = dict(_plain(stage, now, row))
    if values.get("name") in [element.get("domain") for element in more.get("domains", ())]:
        # A row without a name is called by its domain, which is no better name for a company that has one.
        del values["name"]
    wanted = dict(more)
    if row["ext"]:
        wanted["external_ids"] = [{"source": stage.source, "key": row["ext"]}, *wanted.get("external_ids", ())]
    if row["link"] and row["link"] in links:
        wanted["companies"] = [{"company": links[row["link"]]}, *wanted.get("companies", ())]
    wanted |= {key: [] for key in _LISTS if key not in wanted and _blank(stage, row, key)}
    for key, elements in wanted.items():
        became = _list(stage, now, row, key, elements)
        if became is not None:
            values[key] = became
    return values


def _blank(stage: Stage, row: Row, key: str) -> bool:
    """Whether a row leaves a field blank that is to be emptied then; a repeat in the file empties nothing."""
    at = stage.blanks.at(key) if stage.blanks is not None and row["first"] is None else None
    return at is not None and row["blank"][at - 1] == BLANK


def _list(stage: Stage, now: Values, row: Row, key: str, said: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """What a list becomes by what a row says of it; None where it stays."""
    here, blanks = now.get(key) or [], stage.blanks
    if blanks is None or row["first"] is not None or blanks.at(key) is None:
        return grown(here, said)
    return replaced(here, said, blanks.labels.get(key))


def _plain(stage: Stage, now: Values, row: Row) -> Iterator[tuple[str, Any]]:
    """The plain fields that a row sets; of a repeat in the file only those that are still empty."""
    for plain_field in documents.plain_fields(stage.bulk.noun):
        if plain_field.derived or not any(name in stage.columns for name in plain_field.columns):
            continue
        raw, was = [row.get(column(name)) for name in plain_field.columns], now.get(plain_field.key)
        if raw[0] is not None:
            said = documents.from_columns(plain_field, raw)
            if plain_field.kind is Kind.MONEY and row.get(column(f"{plain_field.key}_bare")):
                said = rescaled(was, said)
            value = _moved(plain_field, row, was, said)
        else:
            value = None if _blank(stage, row, plain_field.key) else was
        if value != was:
            yield plain_field.key, value


def _moved(plain_field: Field, row: Row, was: Any, said: Any) -> Any:
    """What becomes of a value by what a row says; some only rise, and a repeat fills only what is empty."""
    if plain_field.key == "lifecycle":
        return further(was, said)
    if plain_field.kind is Kind.BOOLEAN:
        return said or was
    return said if row["first"] is None or was is None else was


def _more(stage: Stage, wanted: list[int]) -> dict[int, Lists]:
    """The lists of each row: addresses or domains, phones, tags, further ids and companies."""
    found: dict[int, Lists] = {}

    def collect(table: Any, field: str, columns: dict[str, Any], *having: Any) -> None:
        query = table.select(table.row, *columns.values()).where(table.row.in_(wanted), *having).order_by(table.seq)
        for row, *values in query.tuples().iterator():
            element = {key: value for key, value in zip(columns, values, strict=True) if value}
            found.setdefault(row, {}).setdefault(field, []).append(element)

    keys, phones, tags = stage.keys, stage.phones, stage.tags
    shown = {"address": keys.shown, "label": keys.label} if stage.bulk.linked else {"domain": keys.value}
    collect(keys, stage.bulk.field, shown, keys.taken.is_null() | keys.holder.is_null(False))
    collect(phones, "phones", {"number": phones.number, "label": phones.label})
    collect(tags, "tags", {"name": tags.tag})
    for row, key, element in further_parts.of_rows(stage, wanted):
        found.setdefault(row, {}).setdefault(key, []).append(element)
    return found


def _links(stage: Stage, batch: Sequence[Row]) -> dict[int, int]:
    if not stage.bulk.linked:
        return {}
    links = stage.companies
    wanted = list({row["link"] for row in batch if row["link"]})
    return dict(
        links.select(links.seq, links.target).where(links.seq.in_(wanted), links.target.is_null(False)).tuples()
    )
