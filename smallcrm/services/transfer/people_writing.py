"""People and companies of some files written in sets: what is known is found out, and then all of it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smallcrm.errors import ValidationError
from smallcrm.services.transfer import (
    custom_rows,
    further_parts,
    hidden,
    inserting,
    parents,
    references,
    resolving,
    unnamed,
    updating,
)
from smallcrm.services.transfer.batch import MAX_WARNINGS
from smallcrm.services.transfer.brought import Brought
from smallcrm.services.transfer.differing import other_values
from smallcrm.services.transfer.repeats import left_out, other_names
from smallcrm.services.transfer.staging import Stage, Verdict
from smallcrm.services.transfer.unchanged import mark_unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.transfer.inserting import Ranges
    from smallcrm.services.transfer.mapping import Mapping
    from smallcrm.services.transfer.report import FileReport
    from smallcrm.services.transfer.tables import Table

    Progress = Callable[[str, int, int | None], None]


@dataclass
class Job:
    """One file on its way: its table, what it was recognised as, its stage and its report."""

    table: Table
    mapping: Mapping
    stage: Stage
    report: FileReport


def prepare(jobs: Sequence[Job], reserve: Callable[[str, int], int], say: Progress) -> list[Ranges]:
    """Find out what is known and reserve the ids of what is new, file by file."""
    prepared: list[Ranges] = []
    brought = Brought(jobs[0].stage.door) if len(jobs) > 1 else None
    for at, job in enumerate(jobs):
        say(f"Comparing {job.report.rows:,} rows of {job.report.name}", 0, None)
        resolving.resolve(job.stage, brought)
        mark_unchanged(job.stage)
        ranges = inserting.reserve_ranges(job.stage, reserve)
        if len(jobs) > 1 or parents.names_parents(job.stage):
            inserting.give_targets(job.stage, ranges)
        if brought is not None:
            brought.note(job.stage, [other.stage for other in jobs[at + 1 :]])
        prepared.append(ranges)
    return prepared


def write(op: Operation, jobs: Sequence[Job], prepared: Sequence[Ranges], say: Progress, *, stop: bool) -> None:
    """Write the rows of the files by an operation, and count them in their reports; `stop`: at the first reject."""
    for job, ranges in zip(jobs, prepared, strict=True):
        _write_file(op, job, ranges, say)
        stop_at(job.report, stop=stop)
    op.flush()


def _write_file(op: Operation, job: Job, ranges: Ranges, say: Progress) -> None:
    """Write what is new of a file, and then what is known."""
    report, stage = job.report, job.stage
    say(f"Writing {ranges.rows:,} new records of {report.name}", 0, None)
    members, nobody = references.settle_owners(stage)
    also(report, "member", len(members))
    report.made["member"] = members
    hidden.restore_found(op, stage)
    inserting.insert_companies(op, stage, ranges)
    inserting.insert_rows(op, stage, ranges)
    say(f"Indexing {ranges.rows:,} new records of {report.name}", 0, None)
    inserting.index_rows(stage, ranges)
    also(report, "company", ranges.companies)
    report.brought["company"] = ranges.companies_made()
    report.created = ranges.rows
    _update_known(op, job, nobody, say)


def _update_known(op: Operation, job: Job, nobody: Sequence[str], say: Progress) -> None:
    """Bring the known records up to what a file says of them, and tell what its rows do not get."""
    report, stage = job.report, job.stage
    counts = resolving.counts(stage)
    done = updating.Updates()
    if counts.get(Verdict.UPDATE):
        say(f"Updating {counts[Verdict.UPDATE]:,} known records of {report.name}", 0, None)
        done = updating.update_rows(op, stage)
        counts = resolving.counts(stage)
    parentless = parents.settle_parents(stage)
    report.updated, report.unchanged = done.updated, done.unchanged + counts.get(Verdict.UNCHANGED, 0)
    report.merged = counts.get(Verdict.DUPLICATE, 0)
    if counts.get(Verdict.REJECTED):
        report.rejected.extend((line, reason, []) for line, reason in references.refused(stage))
    renamed = [*other_names(stage, MAX_WARNINGS), *other_values(stage, MAX_WARNINGS)] if report.merged else []
    lost = [
        *nobody,
        *unnamed.left_out(stage),
        *left_out(stage, MAX_WARNINGS),
        *further_parts.left_out(stage, MAX_WARNINGS),
        *custom_rows.left_out(stage, MAX_WARNINGS),
    ]
    conflicts = [*renamed, *lost, *done.told, *parentless]
    report.warnings.extend(conflicts[: MAX_WARNINGS - len(report.warnings)])


def stop_at(report: FileReport, *, stop: bool) -> None:
    """Raise ValidationError at a file's first reject, where the import is to stop there."""
    if stop and report.rejected:
        line, reason, _row = min(report.rejected)
        raise ValidationError(
            f"{report.name}, line {line}: {reason}. Nothing was imported.", hint="--on-error skip imports the rest"
        )


def also(report: FileReport, name: str, count: int) -> None:
    """Count what a file brought along."""
    if count:
        report.also_created[name] = count
