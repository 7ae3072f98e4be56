"""Decisions about whole columns: the order of dates, the decimal mark, the currency; and what stays open."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smallcrm.services.records.schema import Kind
from smallcrm.services.transfer.aliases import AMOUNTS
from smallcrm.services.transfer.denominations import currency_in
from smallcrm.services.transfer.headers import SHOWN_NAME
from smallcrm.services.values.dates import DateOrder, order_evidence
from smallcrm.services.values.numbers import mark_evidence, written_currency
from smallcrm.text import truncate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from smallcrm.services.transfer.mapping import ColumnTarget
    from smallcrm.services.transfer.reading import Table

DATES = frozenset(
    ("birthday", "created_at", "updated_at", "expected_close", "closed_at", "done_at", "when", "ends", "due")
)
NUMBERS = AMOUNTS | {"employees"}
# What programs write on their own terms: nothing is asked of it, and it proves nothing of amounts.
_SMALL = frozenset(("probability", "duration"))
US_DOLLAR = "USD"
_BARE_DOLLAR = re.compile(r"(?<![^\W\d_])\$")
_DATE_KINDS = (Kind.DATE, Kind.INSTANT)
_NUMBER_KINDS = (Kind.INTEGER, Kind.DECIMAL, Kind.MONEY)


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """What the file leaves open about a column, and the flag that says it."""

    column: str
    question: str
    flag: str
    choices: tuple[str, ...]
    samples: tuple[str, ...]


@dataclass(slots=True)
class _Evidence:
    """What the values of one column prove."""

    proofs: Counter[str]
    open_samples: list[str]

    def see(self, cells: Iterable[str], judge: Callable[[str], tuple[bool, str | None]]) -> None:
        """Take the values of a column into account."""
        for cell in cells:
            matters, proof = judge(cell)
            if matters and proof:
                self.proofs[proof] += 1
            elif matters and len(self.open_samples) < 3:  # noqa: PLR2004 - enough to show
                self.open_samples.append(cell)


@dataclass(frozen=True, slots=True)
class Given:
    """What the user said about dates, numbers and money."""

    date_order: DateOrder | None = None
    decimal: str | None = None
    currency: str = "EUR"


def decide(table: Table, columns: Sequence[ColumnTarget], given: Given) -> tuple[list[ColumnTarget], list[Ambiguity]]:
    """The columns with their decisions, and the questions that only the user can answer."""
    dates = [column for column in columns if _holds(column, DATES, _DATE_KINDS) and not column.target.part]
    numbers = [column for column in columns if _holds(column, NUMBERS, _NUMBER_KINDS)]
    orders = {} if given.date_order else _gather(table, dates, order_evidence)
    marks = {} if given.decimal else _gather(table, numbers, mark_evidence)
    small = [column for column in columns if _holds(column, _SMALL, ())]
    of_small = _gather(table, small, mark_evidence)
    shared, shared_mark = _agreed(orders), _agreed(marks)
    decided: list[ColumnTarget] = []
    open_questions: list[Ambiguity] = []
    for column in columns:
        decision = column.decision
        if column in dates:
            order, question = _date_order(column, orders.get(column.index), given.date_order, shared)
            decision = replace(decision, date_order=order)
        elif column in numbers:
            mark, question = _decimal(column, marks.get(column.index), given.decimal, shared_mark)
            money = currency_in(column.header, given.currency) or given.currency
            decision = replace(decision, decimal=mark, currency=money, dollar=_dollar(table, column, money))
        elif column in small:
            question, found = None, of_small[column.index]
            mark = (given.decimal or shared_mark) if found.open_samples and not found.proofs else None
            decision = replace(decision, decimal=mark)
        else:
            question = None
        decided.append(replace(column, decision=decision))
        open_questions += [question] if question else []
    return decided, open_questions


def _dollar(table: Table, column: ColumnTarget, currency: str) -> str | None:
    """What a bare `$` in a column of amounts means, where there is one and that has to be told."""
    money = column.target.field in AMOUNTS if column.custom is None else column.custom.kind is Kind.MONEY
    cells = (row[column.index] for row in table.sample) if money and currency != US_DOLLAR else ()
    meant = (written_currency(cell, currency) for cell in cells if _BARE_DOLLAR.search(cell))
    return next(filter(None, meant), None)


def _holds(column: ColumnTarget, fields: frozenset[str], kinds: tuple[Kind, ...]) -> bool:
    """Whether a column is for one of these fields, or for one of the workspace's own of these kinds."""
    return column.target.field in fields if column.custom is None else column.custom.kind in kinds


def _gather(
    table: Table, columns: Sequence[ColumnTarget], judge: Callable[[str], tuple[bool, str | None]]
) -> dict[int, _Evidence]:
    """What the sample proves of each column; the whole file where that leaves a column open."""
    found = _look(columns, iter([table.sample]), judge)
    doubtful = [column for column in columns if found[column.index].open_samples and not found[column.index].proofs]
    if doubtful:
        found |= _look(doubtful, (chunk.rows for chunk in table.chunks()), judge)
    return found


def _look(
    columns: Sequence[ColumnTarget],
    chunks: Iterator[list[list[str]]],
    judge: Callable[[str], tuple[bool, str | None]],
) -> dict[int, _Evidence]:
    found = {column.index: _Evidence(Counter(), []) for column in columns}
    for rows in chunks:
        for index, evidence in found.items():
            evidence.see({row[index] for row in rows if row[index]}, judge)
    return found


def _agreed(evidence: dict[int, _Evidence]) -> str | None:
    """What all columns that prove anything prove."""
    proven = {max(found.proofs, key=lambda proof: found.proofs[proof]) for found in evidence.values() if found.proofs}
    return proven.pop() if len(proven) == 1 else None


def _date_order(
    column: ColumnTarget, evidence: _Evidence | None, given: DateOrder | None, shared: str | None
) -> tuple[DateOrder | None, Ambiguity | None]:
    if given or evidence is None:
        return given, None
    if len(evidence.proofs) == 1 or (not evidence.open_samples and evidence.proofs):
        return DateOrder(evidence.proofs.most_common(1)[0][0]), None
    if not evidence.open_samples:
        return None, None
    if shared and not evidence.proofs:
        return DateOrder(shared), None
    question = f"{truncate(column.header, SHOWN_NAME)}: is the day or the month first?"
    return None, Ambiguity(column.header, question, "--date-order", ("dmy", "mdy"), tuple(evidence.open_samples))


def _decimal(
    column: ColumnTarget, evidence: _Evidence | None, given: str | None, shared: str | None
) -> tuple[str | None, Ambiguity | None]:
    if given or evidence is None:
        return given, None
    if evidence.proofs and (len(evidence.proofs) == 1 or not evidence.open_samples):
        return evidence.proofs.most_common(1)[0][0], None
    if not evidence.open_samples:
        return None, None
    if column.target.field == "employees" or (column.custom and column.custom.kind is Kind.INTEGER):
        groups = {mark for sample in evidence.open_samples for mark in ".," if mark in sample}
        # A whole number is written with groups and without a fraction.
        alone = {".": ",", ",": "."}[groups.pop()] if len(groups) == 1 else None
        return alone or shared or ".", None
    if shared and not evidence.proofs:
        return shared, None
    question = f"{truncate(column.header, SHOWN_NAME)}: is the decimal mark a point or a comma?"
    return None, Ambiguity(column.header, question, "--decimal", (".", ","), tuple(evidence.open_samples))
