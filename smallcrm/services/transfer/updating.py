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
from smallcrm.services.records.presenting import names_of
from smallcrm.services.records.schema import Kind
from smallcrm.services.transfer import custom_rows, further_parts
from smallcrm.services.transfer.amounts import rescaled
from smallcrm.services.transfer.blanks import BLANK
from smallcrm.services.transfer.growing import grown, no_room, replaced
from smallcrm.services.transfer.parents import parent_of
from smallcrm.services.transfer.repeats import refuse, refuse_repeats
from smallcrm.services.transfer.resolving import walk
from smallcrm.services.transfer.rules import By
from smallcrm.services.transfer.staging import Stage, Verdict, column
from smallcrm.services.transfer.telling import reads, stays
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
    """How many rows changed a record or changed nothing, and what is to be told of them."""

    updated: int = 0
    unchanged: int = 0
    told: list[str] = field(default_factory=list)


def update_rows(op: Operation, stage: Stage) -> Updates:
    """Bring the known records up to what the file says of them; what cannot be is refused, with what repeats it."""
    done, refused = Updates(), False
    for batch in walk(stage, Verdict.UPDATE):
        refused = _apply(op, stage, batch, done) or refused
    if refused:
        refuse_repeats(stage)
    return done


def _apply(op: Operation, stage: Stage, batch: Sequence[Row], done: Updates) -> bool:
    """Apply some rows, no two of which are about one record; says whether any was refused."""
    noun, refused = stage.bulk.noun, False
    found = documents.load(noun, list({row["target"] for row in batch}))
    more = _more(stage, [row["seq"] for row in batch])
    customs = custom_rows.values_of(stage, [row["seq"] for row in batch])
    links = _links(stage, batch)
    owners = dict(stage.owners.select(stage.owners.ref, stage.owners.target).tuples())
    for row in batch:
        now = _still(noun, found.get(row["target"]))
        told = _other_name(stage, now, row, more.get(row["seq"], {}))
        kept = _NAMES if told else ()
        try:
            lists = _lists(stage, row, more.get(row["seq"], {}), links)
            said = customs.get(row["seq"], {})
            values = _single(stage, now, row, lists, owners, said)
            if row["first"] is not None:
                wanted = _single(stage, now, {**row, "first": None}, lists, owners, said)
                told += _staying(noun, now, row, {key: wanted[key] for key in wanted.keys() - values.keys() - {*kept}})
            values |= _grown(stage, now, row, lists, told)
            values = {key: value for key, value in values.items() if key not in kept}
            changed = op.rewrite(noun, now, noun.clean(values, now)) if values else False
        except SmallCRMError as error:
            refuse(stage, row["seq"], error.sentence)
            refused = True
            continue
        done.told.extend(told)
        # Where a record was restored, its row has changed it, whatever it says.
        if changed or (row["revived"] and row["first"] is None):
            done.updated += 1
        else:
            done.unchanged += 1
    return refused


def _single(
    stage: Stage, now: Values, row: Row, lists: Lists, owners: Mapping[str, int | None], said: Values
) -> Values:
    """What a row sets of a record besides its lists."""
    values = dict(_plain(stage, now, row))
    if values.get("name") in [element.get("domain") for element in lists.get("domains", ())]:
        # A row without a name is called by its domain, which is no better name for a company that has one.
        del values["name"]
    return values | _references(stage, now, row, owners) | _customs(stage, now, row, said, lists)


def _staying(noun: Noun, now: Values, row: Row, wanted: Values) -> list[str]:
    """What to say of a row with other values than a record has that an earlier file of the import is about."""
    fields = [each for each in noun.fields if wanted.get(each.key) is not None]
    names = names_of(fields, [now, wanted])
    apart = [
        stays(each.label, reads(each, now[each.key], names), reads(each, wanted[each.key], names)) for each in fields
    ]
    where = f"line {row['line']}: {noun.name} {number_of(now['id'])} is in an earlier file, too"
    return [f"{where}: {', '.join(apart)}"] if apart else []


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


def _customs(stage: Stage, now: Values, row: Row, said: Values, lists: Lists) -> Values:
    """What a row gives the workspace's own fields; what it says of their choices is put to its lists."""
    values, fields = dict[str, Any](), stage.bulk.noun.by_key
    for key, value in said.items():
        was = now.get(key)
        if isinstance(value, list):
            lists[key] = value
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


def _other_name(stage: Stage, now: Values, row: Row, more: Lists) -> list[str]:
    """What to say of a row that has a record's address but another name; an id that we know allows the new one."""
    if not stage.bulk.linked:
        return _other_spelling(stage, now, row, more)
    addresses = more.get("emails")
    if not addresses or row["sure"]:
        return []
    there = " ".join(str(row.get(column(key)) or "") for key in ("first_name", "last_name")).strip()
    here = " ".join(str(now.get(key) or "") for key in ("first_name", "last_name")).strip()
    if not there or not here or there.casefold() == here.casefold():
        return []
    number, address = number_of(now["id"]), addresses[0]["address"]
    what = f"{address} is {here!r} here ({stage.bulk.noun.name} {number}) and {there!r} in the file"
    return [f"line {row['line']}: {what}; the name is kept"]


def _other_spelling(stage: Stage, now: Values, row: Row, more: Lists) -> list[str]:
    """What to say of a row that is about a company by the name alone, and writes it with other accents."""
    here, there = now["name"], row.get(column("name")) or now["name"]
    known = stage.terms.by is By.FIELD or row["mine"] is not None
    if known or spelled(here) == spelled(there) or sort_key(here) != sort_key(there):
        return []
    ids = [{"source": stage.source, "key": row["ext"]}, *more.get("external_ids", ())]
    told = [*ids, *more.get("domains", ())]
    if any(_has(element, [*now["external_ids"], *now["domains"]]) for element in told):
        return []
    what = f"{there!r} is {here!r} here ({stage.bulk.noun.name} {number_of(now['id'])})"
    return [f"line {row['line']}: {what}; the name is kept"]


def _has(element: dict[str, Any], elements: list[dict[str, Any]]) -> bool:
    return any(element.items() <= one.items() for one in elements)


def _lists(stage: Stage, row: Row, more: Lists, links: dict[int, int]) -> Lists:
    """What a row says of the lists of its record; nothing, where it leaves one blank that is to be emptied then."""
    said = dict(more)
    if row["ext"] and row["mine"] is None:
        said["external_ids"] = [{"source": stage.source, "key": row["ext"]}, *said.get("external_ids", ())]
    if row["link"] and row["link"] in links:
        said["companies"] = [{"company": links[row["link"]]}, *said.get("companies", ())]
    return said | {key: [] for key in _LISTS if key not in said and _blank(stage, row, key)}


def _blank(stage: Stage, row: Row, key: str) -> bool:
    """Whether a row leaves a field blank that is to be emptied then; a repeat in the file empties nothing."""
    at = stage.blanks.at(key) if stage.blanks is not None and row["first"] is None else None
    return at is not None and row["blank"][at - 1] == BLANK


def _grown(stage: Stage, now: Values, row: Row, lists: Lists, told: list[str]) -> Values:
    """What the lists of a record become by what a row says of them; what there is no room for is told."""
    values, noun, blanks = dict[str, Any](), stage.bulk.noun, stage.blanks
    for key, said in lists.items():
        part, here = noun.part(key), now.get(key) or []
        if blanks is None or row["first"] is not None or blanks.at(key) is None:
            became = grown(part, here, said)
        else:
            became = replaced(part, here, said, blanks.labels.get(key))
        if became.elements is not None:
            values[key] = became.elements
        if became.left is not None:
            told.append(no_room(row["line"], key, part.reads(became.left)))
    return values


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
