"""Import: read the files, clean and stage their rows, find out what is known, then write it all in one operation.

Everything up to the writing happens outside every lock; the writing is one transaction, so that an import is all there
or not at all, and one undo takes it back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from peewee import IntegrityError

from smallcrm import clock
from smallcrm.db import ids
from smallcrm.db.fence import bulk_door
from smallcrm.db.ids import number_of
from smallcrm.errors import UsageError, ValidationError
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records import schema
from smallcrm.services.records.logbook import newest_change
from smallcrm.services.records.operations import Operation, operation
from smallcrm.services.transfer import (
    detecting,
    opening,
    people_writing,
    proposing,
    unknowns,
)
from smallcrm.services.transfer.amounts import dollars_taken
from smallcrm.services.transfer.batch import MAX_WARNINGS
from smallcrm.services.transfer.cleaning import compile_mapping
from smallcrm.services.transfer.foreseeing import Foreseen
from smallcrm.services.transfer.meanwhile import changed_meanwhile, refuse_moved, refuse_other_fields
from smallcrm.services.transfer.orphans import hide_orphans
from smallcrm.services.transfer.owners import Owners
from smallcrm.services.transfer.people_writing import Job, also, stop_at
from smallcrm.services.transfer.preview import name_made, previewed
from smallcrm.services.transfer.proposing import Proposed
from smallcrm.services.transfer.readers.archive import several
from smallcrm.services.transfer.remembering import keep
from smallcrm.services.transfer.report import FileReport, Report
from smallcrm.services.transfer.rules import Rules, terms_of
from smallcrm.services.transfer.signing import confirm
from smallcrm.services.transfer.staging import bulk_noun, fill, open_stage
from smallcrm.services.transfer.tables import ORIGIN, SEPARATOR
from smallcrm.services.transfer.work import writing as work_writing
from smallcrm.services.transfer.work.looking import Work
from smallcrm.services.values.dates import DateOrder
from smallcrm.text import replace_bad

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Mapping as Dictionary
    from pathlib import Path

    from smallcrm.services.transfer.inference import Ambiguity
    from smallcrm.services.transfer.remembering import Memory
    from smallcrm.services.transfer.rules import Terms
    from smallcrm.services.transfer.signing import Plan
    from smallcrm.services.transfer.unknowns import Question

    Progress = Callable[[str, int, int | None], None]

CHUNK = 5000


@dataclass(frozen=True)
class Request:
    """What to import and how; the texts are as typed. `inside` names the files that nobody named.

    `ask`: puts a question that a file leaves open; gives one of its choices, or None where none is chosen. Where there
    is nobody to ask, all questions are told at once.
    `unknown`: what to do with columns that no field is for, `skip`, `custom`, which makes them fields, or `ask`, which
    puts a question of each to `ask_column`; that gives its answer, or None where none is given.
    `answers`, `columns`: what was answered before of a table and of such columns in it, by the name of the table.
    `signed`: the report is to tell what is written.
    """

    paths: tuple[Path, ...]
    encoding: str | None = None
    options: detecting.Options = field(default_factory=detecting.Options)
    on_error: str = "skip"
    unknown: str = "skip"
    zone: str = "UTC"
    dry_run: bool = False
    inside: Dictionary[Path, str] = field(default_factory=dict)
    ask: Callable[[str, Ambiguity], str | None] | None = None
    ask_column: Callable[[Question], str | None] | None = None
    rules: Rules = field(default_factory=Rules)
    answers: Dictionary[str, opening.Answers] = field(default_factory=dict)
    columns: Dictionary[str, opening.Columns] = field(default_factory=dict)
    signed: bool = False


def options(
    *, currency: str, noun: str | None, targets: dict[str, str], date_order: str | None, decimal: str | None
) -> detecting.Options:
    """What the user said of the files; raises UsageError for a word that is none."""
    orders = {str(order): order for order in DateOrder}
    if date_order is not None and date_order not in orders:
        raise UsageError(f"Dates are written {', '.join(orders)}, not {date_order!r}.")
    if decimal not in (None, ".", ","):
        raise UsageError(f"The decimal mark is . or , and not {decimal!r}.")
    order = None if date_order is None else orders[date_order]
    return detecting.Options(noun, order, decimal, currency, None, targets)


@dataclass
class _Jobs:
    """The files of an import: those of people and companies, written in sets, and then those of the work with them."""

    people: list[Job]
    works: list[Work]
    plan: Plan | None
    memory: Memory
    fields_at: int

    def keep(self, op: Operation) -> list[int]:
        """Keep what was said of the files, for the next of their kind."""
        return keep(op, self.memory, [(file.table, file.mapping) for file in self.reports])

    @property
    def reports(self) -> list[FileReport]:
        return [*(job.report for job in self.people), *(work.report for work in self.works)]


def run_import(request: Request, progress: Progress | None = None, plan: Plan | None = None) -> Report:
    """Import the files as one operation, as the plan says if there is one; the report counts every row once."""
    _refuse_words(request)
    owners = Owners(request.rules.owners)
    found = opening.recognise(request)
    if request.unknown == "skip":
        return _imported(request, found, Proposed(), owners, progress, plan)
    added = proposing.proposed(_to_be_fields(request, found))
    again = replace(request, answers=found.answers, columns=found.columns)
    with proposing.foreseen(added):
        opened = replace(opening.recognise(again), fields_at=found.fields_at)
        report = _imported(again, opened, added, owners, progress, plan)
    report.left_out += added.refusals()
    return report


def _refuse_words(request: Request) -> None:
    """Raise UsageError for a word that is none, NotAllowed for what the role does not cover."""
    require(Verb.IMPORT)
    if request.on_error not in ("skip", "stop"):
        raise UsageError(f"At a bad row an import can skip or stop, not {request.on_error!r}.")
    if request.unknown not in ("skip", "custom", "ask"):
        told = f"With columns that no field is for, --unknown is skip, custom or ask, not {request.unknown!r}."
        raise UsageError(told)
    if request.unknown == "custom":
        require(Verb.CONFIGURE)


def _to_be_fields(request: Request, found: opening.Opened) -> list[unknowns.Unknown]:
    """The columns that no field is for and that are to be fields, as the user says of all of them or of each."""
    unknown = unknowns.look(found, request.inside)
    if request.unknown == "ask":
        unknown = unknowns.ask_all(found, unknown, request.ask_column)
        found.refuse_open()
    return unknown


def _imported(
    request: Request,
    found: opening.Opened,
    added: Proposed,
    owners: Owners,
    progress: Progress | None,
    plan: Plan | None,
) -> Report:
    found.refuse_open()
    terms = terms_of(request.rules, [(table.name, mapping) for _path, table, mapping in found.tables], owners)
    with bulk_door() as door:
        jobs: list[Job] = []
        for at, (path, table, mapping) in enumerate(found.of_people()):
            if path in found.damaged:
                continue
            bulk = bulk_noun(schema.noun(mapping.noun))
            cleaner = compile_mapping(mapping, zone=ZoneInfo(request.zone), today=clock.today(request.zone))
            stage = open_stage(door, bulk, mapping, cleaner.fields, at, terms[mapping.noun])
            job = Job(table, mapping, stage, FileReport(table, path, mapping))
            try:
                _stage_rows(job, cleaner, progress, first=all(table is not other.table for other in jobs))
            except ValidationError as error:
                if path not in request.inside:
                    raise
                found.leave_out(path, request.inside[path], error)
            jobs.append(job)
        works = _looked_at(request, found, owners, terms)
        told = found.tell()
        jobs = [job for job in jobs if job.report.path not in found.damaged]
        files = [*(job.report for job in jobs), *(work.report for work in works)]
        report = Report(files, left_out=told, dry_run=request.dry_run, answers=found.answers)
        report.columns = found.columns
        for file in report.files:
            file.saved = found.memory.number(file.table)
            file.new_fields = added.types(file.noun)
            also(file, "field", added.made_of(file.name, file.noun))
        _apply(report, _Jobs(jobs, works, plan, found.memory, found.fields_at), added, request, progress)
        for file in report.files:
            file.order()
        report.left_out += [f"--owner-map: no row names the owner {name!r}." for name in owners.unused()]
        return report


def _looked_at(request: Request, found: opening.Opened, owners: Owners, terms: Dictionary[str, Terms]) -> list[Work]:
    """The files of work, read through once so that nothing about them is new when they are written."""
    works: list[Work] = []
    for path, table, mapping in found.of_work():
        work = Work(table, FileReport(table, path, mapping), request.zone, owners, terms[mapping.noun])
        try:
            work.look()
        except ValidationError as error:
            if path not in request.inside:
                raise
            found.leave_out(path, request.inside[path], error)
        works.append(work)
    return [work for work in works if work.report.path not in found.damaged]


def _stage_rows(job: Job, cleaner: Any, progress: Progress | None, *, first: bool) -> None:
    """Read and stage the rows of one mapping; what no mapping can read counts with the `first` of the file."""
    report, begin = job.report, 1
    dollars: Counter[tuple[str, str]] = Counter()
    for chunk in job.table.chunks(CHUNK):
        rows, lines = chunk.rows, chunk.lines
        if job.mapping.only is not None:
            rows, lines = job.mapping.only.select(rows, lines)
        rows, lines = report.wanted(rows, lines)
        batch = cleaner(rows, range(begin, begin + len(rows)))
        fill(job.stage, batch, begin, lines, rows)
        report.rows += len(rows)
        report.blank += batch.blank
        dollars += batch.dollars
        if first:
            report.count_aside(chunk)
        for row, reason in batch.rejected:
            report.rejected.append((lines[row - begin], reason, list(rows[row - begin])))
        room = MAX_WARNINGS - len(report.warnings)
        for warning in batch.warnings[:room]:
            report.warnings.append(_sentence(report, rows[warning.row - begin], lines[warning.row - begin], warning))
        begin += len(rows)
        if progress is not None:
            progress(f"Reading {report.name}", chunk.position, job.table.size)
    report.warnings[:0] = [dollars_taken(label, code, count) for (label, code), count in dollars.items()]


def _sentence(report: FileReport, row: Sequence[str], line: int, warning: Any) -> str:
    """A warning with where it is: of several files that were read as one, in which."""
    # There a line is the number of a card.
    place = f"{row[report.columns.index(ORIGIN)]}, card" if ORIGIN in report.columns else "line"
    return f"{place} {line}, {warning.column}: {warning.reason}: {warning.value!r}"


def _apply(report: Report, jobs: _Jobs, added: Proposed, request: Request, progress: Progress | None) -> None:
    summary = f"Import {several(list(dict.fromkeys(_named(request, file) for file in jobs.reports)))}"
    say, stop, people = progress or _quiet, request.on_error == "stop", jobs.people
    for job in people:
        stop_at(job.report, stop=stop)
    seen, foreseen = newest_change(), Foreseen()
    prepared = people_writing.prepare(people, foreseen.look if request.dry_run else ids.reserve, say)
    try:
        with operation(summary, kind="import", verb=Verb.IMPORT, dry_run=request.dry_run) as op:
            refuse_moved([job.report.noun for job in people], seen)
            refuse_other_fields([file.mapping for file in report.files], jobs.fields_at)
            foreseen.take()
            if jobs.plan is not None and not request.dry_run:
                jobs.plan.still(request)
            if not added.make(op):
                raise changed_meanwhile()
            people_writing.write(op, people, prepared, say, stop=stop)
            _write_work(op, jobs.works, say, stop=stop)
            hide_orphans(op, report.files)
            if request.dry_run:
                report.preview = previewed(op)
                name_made(report.files)
            else:
                report.kept = jobs.keep(op)
            confirm(op, report, jobs.plan, request)
    except IntegrityError as error:
        raise changed_meanwhile() from error
    if not request.dry_run:
        report.operation = None if op.id is None else number_of(op.id)


def _write_work(op: Operation, works: Sequence[Work], say: Progress, *, stop: bool) -> None:
    for work in works:
        work_writing.write(work, op, say)
        stop_at(work.report, stop=stop)


def _named(request: Request, report: FileReport) -> str:
    """The name of a file, or of the archive that it is in; of several read together, what they are together."""
    shown = request.inside.get(report.path) or replace_bad(report.path.name)[0]
    return (shown if report.name.startswith(shown) else report.name).partition(SEPARATOR)[0]


def _quiet(_label: str, _done: int, _total: int | None) -> None:
    """Say nothing."""
