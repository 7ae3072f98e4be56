"""The canonical export of a workspace, and what must be true of one whatever was done in it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from smallcrm.db import fulltext, search
from smallcrm.db.fence import proxy
from smallcrm.db.fence.engines import FencedSqlite
from smallcrm.db.ids import MAX_NUMBER, bound_tenant, make_id, number_of
from smallcrm.db.wordlists import Posting, SearchToken, Words, postings, records_of
from smallcrm.models.base import State
from smallcrm.models.custom import CustomValue
from smallcrm.services.records import documents, references
from smallcrm.services.records.parts import RowPart, fingerprint
from smallcrm.services.records.schema import nouns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smallcrm.services.records.schema import Noun, Values

Export = dict[str, dict[int, dict[str, Any]]]


def export() -> Export:
    """Every record of the bound workspace that is live or in the trash, without version and times."""
    return {
        noun.name: {
            number_of(key): {"state": document["state"], **_sorted(documents.content(noun, document))}
            for key, document in everything(noun).items()
            if document["state"] != State.UNDONE
        }
        for noun in nouns().values()
    }


def everything(noun: Noun) -> dict[int, Values]:
    """Every document of a noun in the bound workspace, the hidden ones too."""
    return documents.load(noun, [row[0] for row in noun.model.select(noun.model.id).tuples()])


def _sorted(content: Values) -> Values:
    return {
        key: sorted(map(fingerprint, value)) if isinstance(value, list) else value for key, value in content.items()
    }


def faults() -> list[str]:
    """What is not as it must be in the bound workspace."""
    found: list[str] = []
    for noun in nouns().values():
        every = everything(noun)
        live = {key: document for key, document in every.items() if document["state"] == State.LIVE}
        searched = {} if noun.settings else live
        expected = {key: noun.search_text(document) for key, document in searched.items()}
        if index_of(noun) != index_made_of(expected):
            found.append(f"{noun.name}: the search index is not what the records say")
        for key, document in every.items():
            found += [f"{noun.name} {number_of(key)}: {fault}" for fault in _faults_of(noun, document)]
        found += _underived(noun, every)
        names = Counter(name.mark for document in live.values() for name in noun.names(document))
        found += [f"{noun.name}: {mark} is what {times} are called" for mark, times in names.items() if times > 1]
        found += _unequal_flags(noun, set(live)) + _shared_keys(noun, live) + _marks(noun, set(live))
    return found + _links_to_hidden()


def index_of(noun: Noun) -> set[Any]:
    """What the search index holds of a noun's records."""
    tenant = bound_tenant()
    if not isinstance(proxy.target(), FencedSqlite):
        columns = [getattr(SearchToken, name) for name in Posting._fields]
        rows: Any = SearchToken.select(*columns).where(SearchToken.object == noun.code).tuples()
        return _each(map(Posting._make, rows))
    if noun.code not in fulltext.TABLES:
        return set()
    cursor = proxy.target().run_reviewed(
        f"SELECT rowid, title, words FROM {fulltext.TABLES[noun.code]} WHERE rowid BETWEEN ? AND ?",
        (make_id(tenant, 0), make_id(tenant, MAX_NUMBER)),
    )
    return {(row[0], _words(row[1]), _words(row[2])) for row in cursor.fetchall()}


def _words(text: str) -> tuple[str, ...]:
    """The words that a text is found by, however it is written."""
    return tuple(search.words_of(text))


def index_made_of(texts: dict[int, tuple[str, str]]) -> set[Any]:
    """What the search index would hold of these texts if it were built anew."""
    if isinstance(proxy.target(), FencedSqlite):
        return {(key, _words(title), _words(words)) for key, (title, words) in texts.items()}
    words = search.words_of
    return _each(postings(Words(key, words(title), words(rest)) for key, (title, rest) in texts.items()))


def _each(rows: Iterable[Posting]) -> set[tuple[str, int, int]]:
    """Every word of every record, and whether it is in the title; raises ValueError for one that stands twice."""
    found = [(row.token, key, row.in_title) for row in rows for key in records_of(row.record_id, row.earlier)]
    if len({(token, key) for token, key, _flag in found}) < len(found):
        raise ValueError("A word of a record stands twice in the search index.")
    return set(found)


def _faults_of(noun: Noun, document: Values) -> list[str]:
    found = []
    for part in noun.parts:
        if not isinstance(part, RowPart) or "primary" not in part.columns:
            continue
        current = [element for element in document[part.key] if not element.get("ended")]
        if sum(bool(element.get("primary")) for element in document[part.key]) != bool(current):
            found.append(f"not one primary among {part.key}")
        if any(element.get("primary") and element.get("ended") for element in document[part.key]):
            found.append(f"an ended primary among {part.key}")
    if document["version"] < 1 or (document["state"] == State.TRASHED) != (document["trashed_at"] is not None):
        found.append("version or time of trashing is wrong")
    return found


def _underived(noun: Noun, every: dict[int, Values]) -> list[str]:
    model = noun.model
    names = list(noun.derive(next(iter(every.values())))) if every else []
    query = model.select(model.id, *(model._meta.columns[name] for name in names)).tuples()
    return [
        f"{noun.name} {number_of(key)}: a derived column does not follow"
        for key, *columns in query
        if dict(zip(names, columns, strict=True)) != noun.derive(every[key])
    ]


def _unequal_flags(noun: Noun, live: set[int]) -> list[str]:
    found = []
    for part in noun.parts:
        if not isinstance(part, RowPart) or not part.live:
            continue
        columns = part.model._meta.columns
        query = part.model.select(columns[part.parent], columns["live"])
        for name, value in part.fixed.items():
            query = query.where(columns[name] == value)
        if any((flag == 1) != (key in live) for key, flag in query.tuples()):
            found.append(f"{noun.name}: a flag of {part.key} does not say whether its record is live")
    return found


def _marks(noun: Noun, live: set[int]) -> list[str]:
    """What is not as it must be with the values of custom fields: marks where a field is unique, and their flags."""
    unique = {kept.id for kept in getattr(noun.extras, "kept", {}).values() if kept.unique}
    value = CustomValue
    found: list[str] = []
    held: Counter[tuple[int, str]] = Counter()
    query = value.select(value.field, value.record_id, value.mark, value.live).where(value.object == noun.code)
    rows: list[Any] = list(query.tuples())
    for field, record, mark, flag in rows:
        if (mark is not None) != (field in unique) or (flag == 1) != (field in unique and record in live):
            found.append(f"{noun.name} {number_of(record)}: a custom value is not marked as it must be")
        if flag == 1:
            held[field, mark] += 1
    return found + [f"{noun.name}: {key} is held {times} times" for key, times in held.items() if times > 1]


def _shared_keys(noun: Noun, live: dict[int, Values]) -> list[str]:
    found = []
    for part in noun.parts:
        if part.live:
            held = Counter(part.identity(element) for document in live.values() for element in document[part.key])
            found += [f"{noun.name}: {key} is held {times} times" for key, times in held.items() if times > 1]
    return found


def _links_to_hidden() -> list[str]:
    """What a record that is seen names and that is hidden, or in the trash where a live one cannot do without it."""
    known = {name: everything(noun) for name, noun in nouns().items()}
    found = []
    for name, records in known.items():
        for key, document in records.items():
            for field in nouns()[name].fields if document["state"] != State.UNDONE else ():
                for target, record_id in references.named(field, document[field.key]):
                    state = known[target][record_id]["state"]
                    firm = field.firm and document["state"] == State.LIVE
                    if state == State.UNDONE or (firm and state != State.LIVE):
                        found.append(f"{name} {number_of(key)} refers to a {target} that is hidden")
    found += _misplaced(known["deal"], known["stage"]) + _unlikely(known["activity"])
    return found + _misstated(known["ticket"], known["comment"])


def _unlikely(activities: dict[int, Values]) -> list[str]:
    """Activities whose kind, status, direction, due and time when they were done do not belong together."""
    found = []
    for key, activity in activities.items():
        note = activity["kind"] == "note"
        wrong = [
            (activity["status"] == "done") != (activity["done_at"] is not None),
            note and (activity["status"] != "done" or activity["due"] is not None),
            activity["direction"] is not None and activity["kind"] not in ("call", "email"),
        ]
        if any(wrong):
            found.append(f"activity {number_of(key)} is not what it says: {wrong}")
    return found


def _misstated(tickets: dict[int, Values], comments: dict[int, Values]) -> list[str]:
    """Tickets whose status, times, logs and comments do not belong together."""
    found = []
    for key, ticket in tickets.items():
        said = {number for number, one in comments.items() if one["record"] == {"object": "ticket", "record": key}
                and one["public"] and one["state"] != State.UNDONE}  # fmt: skip
        answers = {entry["comment"] for entry in ticket["replies"] if entry["side"] == "answer"}
        undone = {number for number, one in comments.items() if one["state"] == State.UNDONE}
        wrong = [
            (ticket["status"] == "closed") != (ticket["closed_at"] is not None),
            ticket["status"] != "waiting" and ticket["waiting_until"] is not None,
            max(ticket["status_log"], key=lambda entry: int(entry["at"]))["status"] != ticket["status"],
            bool(said - {entry["comment"] for entry in ticket["replies"]}),
            ticket["state"] != State.UNDONE and bool(answers & undone),
        ]
        if any(wrong):
            found.append(f"ticket {number_of(key)} is not as it says: {wrong}")
    return found


def _misplaced(deals: dict[int, Values], stages: dict[int, Values]) -> list[str]:
    """Deals whose stage, pipeline, time of closing, reason and log do not belong together."""
    found = []
    for key, deal in deals.items():
        stage = stages[deal["stage"]]
        wrong = [
            stage["pipeline"] != deal["pipeline"],
            (stage["kind"] == "open") != (deal["closed_at"] is None),
            (stage["kind"] == "lost") != bool(deal["lost_reason"]),
            max(deal["stage_log"], key=lambda entry: int(entry["at"]))["stage"] != deal["stage"],
        ]
        if any(wrong):
            found.append(f"deal {number_of(key)} is not where it says: {wrong}")
    return found
