"""What a table's rows are: each kind of record scored by the names of the columns, and by values."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smallcrm.services.transfer.aliases import ENTITIES, target_of
from smallcrm.services.transfer.headers import SHOWN_NAME, key_of, words_of
from smallcrm.services.values.listing import listed
from smallcrm.text import truncate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.transfer.mapping import Target

ENOUGH = 2.0
_WEIGHTS = {
    "contact": {
        "first_name": 3.0, "last_name": 3.0, "name": 1.0, "emails": 2.5, "title": 1.5, "birthday": 2.0,
        "middle_name": 1.0, "opt_out": 1.0, "lifecycle": 0.5,
        "prefix": 1.0, "suffix": 1.0, "nickname": 1.0, "department": 1.0, "company": 1.0,
    },
    "company": {
        "name": 1.0, "domains": 2.5, "industry": 2.0, "employees": 2.5, "revenue": 2.5, "parent": 2.0,
        "website": 1.0,
    },
}  # fmt: skip
_IDENTITY = {"contact": {"first_name", "last_name", "name", "emails"}, "company": {"name", "domains"}}
_WORK = {
    "deal": {
        "name": 1.0, "stage": 4.0, "probability": 3.0, "amount": 3.0, "expected_close": 3.0, "closed_at": 2.0,
        "lost_reason": 4.0, "pipeline": 2.0, "status:won": 4.0, "status:closed": 1.0,
    },
    "ticket": {
        "subject": 2.0, "priority": 2.0, "status": 1.0, "status:closed": 1.0, "type": 1.0, "channel": 1.0,
        "closed_at": 2.0, "assignee": 0.5,
    },
    "activity": {
        "subject": 1.5, "kind": 2.0, "when": 1.5, "when:time": 2.0, "ends": 1.0, "ends:time": 2.0, "due": 2.0,
        "due:time": 2.0, "done_at": 2.0, "duration": 3.0, "duration:seconds": 4.0, "outcome": 3.0, "place": 1.0,
        "direction": 2.0, "status": 0.5, "status:done": 2.0, "links:external": 2.0, "deal:name": 1.0,
    },
}  # fmt: skip
_TITLES = frozenset(("name", "subject", "external_id", "kind"))
_NEEDED = {"deal": {"name", "external_id"}, "ticket": {"subject"}, "activity": {"subject", "kind", "description"}}
# Columns of so many kinds of table that they say little of any.
_ANYWHERE = listed(
    """
    title name type typ status state date datum data location place start end time value total source origin category
    description label number amount priority art tipo stato estado stav
    """
)
_OTHERS = {
    "product": "product:2 productname:4 salesprice:4 unitprice:4 sku:4 price:2",
    "invoice": """
        invoiceno:5 invoicenumber:5 openbalance:4 duedate:2 amount:2 exchangerate:3 num:1
        memodescription:2
    """,
}
_NAMED = {"company": 3.0, "contact": 1.5}
_BUYERS = frozenset(("customer", "client"))
_BARE = frozenset(("name", "displayname"))
BUSINESS = re.compile(
    r"&|\d|\b(?:inc|ltd|llc|llp|gmbh|ag|kg|ohg|ug|sa|sas|sarl|srl|spa|bv|nv|oy|ab|as|aps|kft|sro|plc|corp|co|company|group"
    r"|limited|holding|services|solutions|systems|supplies|industries|bank|hotel|consulting|technologies|partners"
    r"|verein|stiftung|株式会社|有限会社)\b\.?|s\.r\.o|sp\. z o\.o|a\.s\.|株式会社|有限会社|商事",
    re.IGNORECASE,
)
_STEMS = {
    "company": listed(
        """
    company companies account accounts organization organizations organisation organisations firmen
    """
    ),
    "contact": listed(
        """
    contact contacts person persons people lead leads kontakte adressen addressbook kunden
    """
    ),
    "deal": frozenset(["deal", "deals", "opportunity", "opportunities", "pipeline"]),
    "ticket": frozenset(["ticket", "tickets", "case", "cases", "issues"]),
    "activity": listed(
        """
    activity activities task tasks event events meetings calls interactions calendar notes
    """
    ),
}


@dataclass(frozen=True, slots=True)
class Score:
    """How much speaks for one kind of record, and the columns that do."""

    noun: str
    score: float
    reason: str


def score(columns: Sequence[str], sample: Sequence[list[str]], stem: str) -> tuple[Score, ...]:
    """The score of every kind of record, the best first."""
    scores = [_noun(noun, columns, sample, stem) for noun in _WEIGHTS]
    first = {found.noun: _first_identity(found.noun, columns) for found in scores if found.score}
    if len(set(first.values())) > 1:
        earliest = min(first, key=lambda noun: first[noun])
        scores = [replace(found, score=found.score + 1.5) if found.noun == earliest else found for found in scores]
    scores += [_work(noun, columns, stem) for noun in _WORK]
    scores += [_other(noun, columns) for noun in _OTHERS]
    return tuple(sorted(scores, key=lambda found: -found.score))


def _noun(noun: str, columns: Sequence[str], sample: Sequence[list[str]], stem: str) -> Score:
    targets = _targets(noun, columns)
    best: dict[str, tuple[float, str]] = {}
    for column, target in zip(columns, targets, strict=True):
        if target:
            weight = _weight(noun, column, target)
            if weight > best.get(target.field, (0.0, ""))[0]:
                best[target.field] = (weight, column)
    if not _IDENTITY[noun] & best.keys():
        return Score(noun, 0.0, "")
    total = sum(weight for weight, _column in best.values())
    total += 2.0 if "emails" in best and best.keys() & {"first_name", "last_name", "name"} else 0.0
    total += _by_values(noun, columns, targets, sample)
    total += 1.5 if _STEMS[noun].intersection(words_of(stem).split()) else 0.0
    strongest = sorted(best.values(), key=lambda item: -item[0])[:4]
    return Score(noun, round(total, 2), ", ".join(truncate(column, SHOWN_NAME) for _weight, column in strongest))


def _targets(noun: str, columns: Sequence[str]) -> list[Target | None]:
    """What each column holds for the noun; an e-mail address says nothing about companies."""
    found = [target_of(noun, column) for column in columns]
    return [None if target and target.part == "email" else target for target in found]


def _first_identity(noun: str, columns: Sequence[str]) -> int:
    """Where the first column is that can tell one record of the noun from another."""
    targets = _targets(noun, columns)
    return next((at for at, target in enumerate(targets) if target and target.field in _IDENTITY[noun]), len(columns))


def _weight(noun: str, column: str, target: Target) -> float:
    """What a column says for a noun; most where its name has the noun itself in it."""
    weight = _WEIGHTS[noun].get(target.field, 0.3)
    words = words_of(column).split()
    if target.field == "name" and key_of(column) not in _BARE and ENTITIES[noun].intersection(words):
        return _NAMED[noun]
    if target.field == "external_id" and len(words) > 1 and (ENTITIES[noun] - _BUYERS).intersection(words):
        return 2.0
    return weight


def _by_values(
    noun: str, columns: Sequence[str], targets: Sequence[Target | None], sample: Sequence[list[str]]
) -> float:
    """What the names in the rows say: firms' words in them, whether each firm is there once, people beside firms."""
    at = next((at for at, target in enumerate(targets) if target and target.field == "name"), None)
    if at is None:
        return 0.0
    names = [row[at].strip() for row in sample[:500] if row[at].strip()]
    if noun == "contact":
        # Who is named first, with a company beside, is what the rows are; later it is who belongs to them.
        first = at <= 1 and key_of(columns[at]) in (*_BARE, "fullname")
        beside = any(target and target.field == "company" for target in targets[at:])
        return 3.0 if first and beside and name_people(names) else 0.0
    if not names:
        return 0.0
    firms = sum(1 for name in names if BUSINESS.search(name)) / len(names)
    unique = len(names) >= 10 and len(set(names)) >= 0.98 * len(names)  # noqa: PLR2004 - fewer say nothing
    bare = key_of(columns[at]) in _BARE
    return (1.5 if firms >= 0.25 else 0.0) + (1.0 if unique and not bare else 0.0)  # noqa: PLR2004 - a quarter


def name_people(cells: Sequence[str]) -> bool:
    """Whether most of these read like names of people: some words without a figure, and not those of firms."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    named = [cell for cell in filled if 1 < len(cell.split()) < 5 and not any(map(str.isdigit, cell))]  # noqa: PLR2004
    firms = sum(1 for cell in named if BUSINESS.search(cell))
    return len(named) * 2 > len(filled) and firms * 4 < len(named)


def _work(noun: str, columns: Sequence[str], stem: str) -> Score:
    """How much speaks for deals, tickets or activities: columns that only they have, most where one names them."""
    best: dict[str, tuple[float, str]] = {}
    for column in columns:
        target = target_of(noun, column)
        if target is not None:
            spec = f"{target.field}:{target.part}" if target.part else target.field
            weight = _work_weight(noun, column, spec)
            if weight > best.get(spec, (0.0, ""))[0]:
                best[spec] = (weight, column)
    if not _NEEDED[noun] & best.keys() and not {"stage", "amount"} <= best.keys():
        return Score(noun, 0.0, "")
    total = sum(weight for weight, _column in best.values())
    total += 1.5 if _STEMS[noun].intersection(words_of(stem).split()) else 0.0
    total += 3.0 if any(_is_own_id(noun, column) for column in columns[:1]) else 0.0
    strongest = sorted(best.values(), key=lambda item: -item[0])[:4]
    return Score(noun, round(total, 2), ", ".join(column for _weight, column in strongest))


def _is_own_id(noun: str, column: str) -> bool:
    """Whether a column is the id of the noun by name: at the front it says what the rows are, not who is in them."""
    target = target_of(noun, column)
    return bool(target and target.field == "external_id" and ENTITIES[noun].intersection(words_of(column).split()))


def _work_weight(noun: str, column: str, spec: str) -> float:
    words = words_of(column).split()
    weight = _WORK[noun].get(spec, 0.3)
    if ENTITIES[noun].intersection(words):
        return max(weight, 5.0 if spec in _TITLES else 3.0)
    return min(weight, 0.5) if key_of(column) in _ANYWHERE else weight


def _other(noun: str, columns: Sequence[str]) -> Score:
    marks = dict(mark.split(":") for mark in _OTHERS[noun].split())
    keys = {key_of(column): column for column in columns}
    found = {column: float(marks[key]) for key, column in keys.items() if key in marks}
    strongest = sorted(found, key=lambda column: -found[column])[:4]
    return Score(noun, sum(found.values()), ", ".join(truncate(column, SHOWN_NAME) for column in strongest))
