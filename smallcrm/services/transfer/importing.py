"""Import: read the files, clean and stage their rows, find out what is known, then write it all in one operation.

Everything up to the writing happens outside every lock; the writing is one transaction, so that an import is all there
or not at all, and one undo takes it back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from peewee import IntegrityError

from smallcrm import clock
from smallcrm.db import ids
from smallcrm.db.fence import bulk_door
from smallcrm.db.ids import number_of
from smallcrm.errors import Conflict, UsageError
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records import schema
from smallcrm.services.records.operations import Operation, operation
from smallcrm.services.transfer import detecting, inserting, reading, references, resolving, updating
from smallcrm.services.transfer.cleaning import compile_mapping
from smallcrm.services.transfer.staging import Stage, bulk_noun, fill, open_stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from smallcrm.services.transfer.inserting import Ranges
    from smallcrm.services.transfer.mapping import Mapping
    from smallcrm.services.transfer.reading import Table

    Progress = Callable[[str, int, int], None]

CHUNK = 5000
MAX_WARNINGS = 1000


@dataclass(frozen=True)
class Request:
    """What to import and how; the texts are as typed."""

    paths: tuple[Path, ...]
    encoding: str | None = None
    options: detecting.Options = field(default_factory=detecting.Options)
    on_error: str = "skip"
    dry_run: bool = False


@dataclass
class FileReport:
    """What became of one file's rows; each row counts once."""

    name: str
    noun: str
    source: str
    mapping: Mapping
    notes: tuple[str, ...]
    rows: int = 0
    blank: int = 0
    created: int = 0
    updated: int = 0
    merged: int = 0
    unchanged: int = 0
    also_created: dict[str, int] = field(default_factory=dict)
    rejected: list[tuple[int, str, list[str]]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    preview: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Report:
    """What an import did, file by file."""

    files: list[FileReport]
    operation: int | None = None
    dry_run: bool = False


@dataclass
class _Job:
    """One file on its way: its table, what it was recognised as, its stage and its report."""

    table: Table
    mapping: Mapping
    stage: Stage
    report: FileReport


def recognise(request: Request) -> list[tuple[Table, Mapping]]:
    """Read the heads of the files and say what each holds; companies come before the contacts that name them."""
    require(Verb.IMPORT)
    found: list[tuple[Table, Mapping]] = []
    for path in request.paths:
        table = reading.open_table(path, encoding=request.encoding)
        seen = detecting.recognise(table, request.options)
        if seen.ambiguities:
            first = seen.ambiguities[0]
            raise UsageError(
                f"{table.name}: {first.question}", hint=f"say {first.flag} {'|'.join(first.choices)}"
            )
        found.extend((table, mapping) for mapping in seen.mappings)
    order = list(schema.nouns())
    return sorted(found, key=lambda pair: order.index(pair[1].noun))


def run_import(request: Request, progress: Progress | None = None) -> Report:
    """Import the files as one operation; gives the report, which counts every row once."""
    pairs = recognise(request)
    with bulk_door() as door:
        jobs = []
        for at, (table, mapping) in enumerate(pairs):
            bulk = bulk_noun(schema.noun(mapping.noun))
            cleaner = compile_mapping(mapping, today=clock.today())
            stage = open_stage(door, bulk, mapping.source, cleaner.fields, at)
            report = FileReport(table.name, mapping.noun, mapping.source, mapping, table.notes, columns=table.columns)
            job = _Job(table, mapping, stage, report)
            _stage_rows(job, cleaner, progress)
            jobs.append(job)
        return _apply(jobs, request, progress)


def _stage_rows(job: _Job, cleaner: Any, progress: Progress | None) -> None:
    report = job.report
    for chunk in job.table.chunks(CHUNK):
        rows, lines = chunk.rows, chunk.lines
        if job.mapping.only is not None:
            rows, lines = job.mapping.only.select(rows, lines)
        batch = cleaner(rows, lines)
        fill(job.stage, batch)
        report.rows += len(rows) + len(chunk.rejected) + chunk.blank
        report.blank += chunk.blank + batch.blank
        report.rejected.extend((bad.line, bad.reason, list(bad.row)) for bad in chunk.rejected)
        if batch.rejected:
            at = {line: index for index, line in enumerate(lines)}
            report.rejected.extend((line, reason, list(rows[at[line]])) for line, reason in batch.rejected)
        room = MAX_WARNINGS - len(report.warnings)
        report.warnings.extend(_sentence(warning) for warning in batch.warnings[:room])
        if progress is not None:
            progress(f"Reading {report.name}", chunk.position, job.table.size)


def _sentence(warning: Any) -> str:
    return f"line {warning.line}, {warning.column}: {warning.reason}: {warning.value!r}"


def _apply(jobs: Sequence[_Job], request: Request, progress: Progress | None) -> Report:
    names = ", ".join(dict.fromkeys(job.report.name for job in jobs))
    summary = f"Import {names}"
    report = Report([job.report for job in jobs], dry_run=request.dry_run)
    say = progress or _quiet
    if request.dry_run:
        with operation(summary, kind="import", verb=Verb.IMPORT, dry_run=True) as op:
            _write(op, jobs, _prepare(jobs, ids.take, say), say)
        return report
    prepared = _prepare(jobs, ids.reserve, say)
    try:
        with operation(summary, kind="import", verb=Verb.IMPORT) as op:
            _write(op, jobs, prepared, say)
    except IntegrityError as error:
        raise Conflict(
            "The data changed while the import was being prepared; nothing was imported.", hint="run it again"
        ) from error
    report.operation = None if op.id is None else number_of(op.id)
    return report


def _quiet(_label: str, _done: int, _total: int) -> None:
    """Say nothing."""


def _prepare(jobs: Sequence[_Job], reserve: Callable[[str, int], int], say: Progress) -> list[Ranges]:
    """Find out what is known and reserve the ids of what is new, file by file."""
    prepared: list[Ranges] = []
    for at, job in enumerate(jobs):
        say(f"Comparing {job.report.name}", at, len(jobs))
        resolving.resolve(job.stage, [other.stage for other in jobs[:at]])
        ranges = inserting.reserve_ranges(job.stage, reserve)
        if len(jobs) > 1:
            inserting.give_targets(job.stage, ranges)
        prepared.append(ranges)
    return prepared


def _write(op: Operation, jobs: Sequence[_Job], prepared: Sequence[Ranges], say: Progress) -> None:
    for at, (job, ranges) in enumerate(zip(jobs, prepared, strict=True)):
        say(f"Writing {job.report.name}", at, len(jobs))
        report, stage = job.report, job.stage
        _also(report, "member", references.settle_owners(stage))
        inserting.insert_companies(op, stage, ranges)
        inserting.insert_rows(op, stage, ranges)
        _also(report, "company", ranges.companies)
        report.created = ranges.rows
        done = updating.update_rows(op, stage, references.new_ids(stage, ranges))
        references.settle_parents(op, stage)
        report.updated, report.unchanged, report.merged = done.updated, done.unchanged, done.merged
        report.rejected.extend((line, reason, []) for line, reason in done.rejected.items())
        report.rejected.extend((line, reason, []) for line, reason in references.refused(stage))
        report.warnings.extend(done.conflicts[: MAX_WARNINGS - len(report.warnings)])
    op.flush()


def _also(report: FileReport, name: str, count: int) -> None:
    if count:
        report.also_created[name] = count
