"""Which companies the companies of a file are parts of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from smallcrm.models.base import State
from smallcrm.models.company import Company
from smallcrm.models.external_id import ExternalId
from smallcrm.services.transfer.staging import Verdict, column
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.services.transfer.staging import Stage

_PARENT = ("parent_ref", "parent_name")
_AT_ONCE = 500


def names_parents(stage: Stage) -> bool:
    """Whether the file says of companies which others they belong to."""
    return any(name in stage.columns for name in _PARENT)


def settle_parents(stage: Stage) -> list[str]:
    """Put the new companies of a file under the parents it names; gives what to say of those that stay without."""
    if not names_parents(stage):
        return []
    family, children, said = _Family(), defaultdict(list), []
    for line, verdict, company, parent, shown in _told(stage):
        if parent is None:
            said.append(f"line {line}: there is no one company {shown!r}; it gets no parent")
        elif verdict == Verdict.NEW and not family.put(company, parent):
            said.append(f"line {line}: it cannot be below {shown!r}, which is itself below it")
        elif verdict == Verdict.NEW:
            children[parent].append(company)
    for parent, below in children.items():
        for start in range(0, len(below), _AT_ONCE):
            chosen = Company.id.in_(below[start : start + _AT_ONCE])
            Company.update({Company.parent: parent}).where(chosen).execute()
    return said


def _told(stage: Stage) -> Iterator[tuple[int, int, int, int | None, str]]:
    """The lines that name a parent: the verdict and company of each, the parent where it is known, and its name."""
    rows = stage.rows
    wanted = [rows.verdict.in_([int(Verdict.NEW), int(Verdict.UPDATE)])]
    ref, name = (stage.own(key) if key in stage.columns else None for key in _PARENT)
    some = [said.is_null(False) for said in (ref, name) if said is not None]
    wanted.append(some[0] | some[-1])
    chosen = rows.select(rows.line, rows.verdict, rows.target, ref, name).where(*wanted).order_by(rows.line)
    known: dict[tuple[str | None, str | None], int | None] = {}
    for line, verdict, company, *words in list(chosen.tuples()):
        key = (words[0], words[1])
        if key not in known:
            known[key] = _parent(stage, *key)
        yield line, verdict, company, known[key], words[0] or words[1]


class _Family:
    """Who is above whom, as far as it has been asked or put in."""

    def __init__(self) -> None:
        self._above: dict[int, int | None] = {}

    def put(self, company: int, parent: int) -> bool:
        """Put a company below another; False where that one is below it."""
        above: int | None = parent
        while above is not None and above != company:
            if above not in self._above:
                row = Company.select(Company.parent).where(Company.id == above).tuples().first()
                self._above[above] = row[0] if row else None
            above = self._above[above]
        if above == company:
            return False
        self._above[company] = parent
        return True


def parent_of(stage: Stage, row: dict[str, Any]) -> int | None:
    """The parent that a staged company names, where there is just one such."""
    return _parent(stage, *(row.get(column(key)) for key in _PARENT))


def _by_external(stage: Stage, key: str | None) -> int | None:
    row = (
        ExternalId.select(ExternalId.record_id)
        .where(
            ExternalId.object == "company",
            ExternalId.source == stage.source,
            ExternalId.key == key,
            ExternalId.live == 1,
        )
        .tuples()
        .first()
        if key
        else None
    )
    return int(row[0]) if row else None


def _parent(stage: Stage, ref: str | None, name: str | None) -> int | None:
    found = _by_external(stage, ref)
    if found is not None or not name:
        return found
    same = Company.select(Company.id).where(Company.state == State.LIVE, Company.name_key == sort_key(name)).limit(2)
    ids: list[Any] = list(same.tuples())
    return int(ids[0][0]) if len(ids) == 1 else None
