"""How the plan and the outcome of an import are shown, and their JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.services.transfer.telling import rows_text
from smallcrm.services.transfer.vendors import is_unnamed
from smallcrm.text import truncate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from smallcrm.cli.output import Output
    from smallcrm.services.transfer.mapping import ColumnTarget, Mapping
    from smallcrm.services.transfer.preview import Preview
    from smallcrm.services.transfer.report import FileReport, Report

_FATES = ("created", "updated", "merged", "unchanged")
SHOWN_WARNINGS = 5
SHOWN_SAMPLE = 40
SHOWN_REJECTS = 5
SHOWN_UPDATES = 10
SHOWN_LINES = 10
SHOWN_NAMES = 10


def plan_lines(report: FileReport) -> Iterator[str]:
    """What was decided about a file: what its rows are, where each column goes, and which go nowhere."""
    mapping = report.mapping
    yield f"{report.name}: {_several(mapping.noun, 2)} from {_program(mapping.source)}"
    for note in report.table.notes:
        yield f"  {note}"
    if report.saved is not None:
        yield f"  read as mapping {report.saved} says: smallcrm mapping show {report.saved}"
    left = [left.header for left in mapping.unmapped if left.filled or left.skipped]
    there = [column for column in mapping.columns if column.index not in report.unsaid]
    width = max(map(len, [*left, *(column.header for column in there)]), default=0)
    for column in there:
        decision = "".join(f"  [{said}]" for said in _decisions(column.decision, column.target.field))
        shown = "not kept: the time of the import counts as the last change" if _is_change(column) else column.shown
        if column.custom and column.target.field in report.new_fields:
            shown += f" (new field: {report.new_fields[column.target.field]})"
        yield f"  {column.header:<{width}}  → {shown}{decision}"
    yield from _limits(mapping)
    yield from _left(report, width)
    if any(left.filled and left.is_open for left in mapping.unmapped) and not report.new_fields:
        yield "  --unknown custom makes fields of your own of the columns that are not imported"


def _program(source: str) -> str:
    """The program that a file is from; of one that nobody knows what its ids are kept under."""
    return f"a program that is not known ({source})" if is_unnamed(source) else source


def _left(report: FileReport, width: int) -> Iterator[str]:
    """The columns that go nowhere: a line for each with values, one for all that have none."""
    mapping = report.mapping
    none = [left for left in mapping.unmapped if not left.filled and not left.skipped]
    empty = [left.header for left in none if left.index not in report.unsaid]
    for left in mapping.unmapped:
        if left.filled or left.skipped:
            shown = ", ".join(truncate(" ".join(sample.split()), SHOWN_SAMPLE) for sample in left.samples)
            samples = f": {shown}" if shown else ""
            of = f"{'the first ' if report.rows > left.of else ''}{left.of:,}"
            yield f"  {left.header:<{width}}  → not imported ({left.filled:,} of {of} rows filled{samples})"
    if empty:
        yield f"  {'1 column' if len(empty) == 1 else f'{len(empty):,} columns'} without a value: {', '.join(empty)}"


def _several(noun: str, count: int) -> str:
    """The word for so many records of a noun."""
    if noun == "member":
        return noun if count == 1 else "members"
    from smallcrm.services.records.schema import nouns

    return noun if count == 1 else nouns()[noun].plural


def _is_change(column: ColumnTarget) -> bool:
    return column.target.field == "updated_at"


def _limits(mapping: Mapping) -> Iterator[str]:
    """What of a mapping a record has room for once only."""
    blocks = {column.target.block for column in mapping.columns if column.target.field == "address"}
    if len(blocks) > 1:
        yield "  note: a record has one address: of several, the first that a row fills is kept"
    if sum(column.target.field == "website" for column in mapping.columns) > 1:
        yield "  note: a record has one website: of several, the first that a row fills is kept"


def _decisions(decision: Any, field: str) -> Iterator[str]:
    if decision.date_order is not None:
        yield f"dates {decision.date_order}"
    if decision.decimal is not None:
        yield f"decimal mark {decision.decimal}"
    if decision.currency is not None and field in ("revenue", "amount"):
        yield f"amounts in {decision.currency}"
    if decision.dollar is not None:
        yield f"$ is {decision.dollar}"


_REMARKS = "a total, a remark, or the header again"
_AWAY = "deleted or private where the file is from"


def outcome_lines(report: FileReport, *, half: bool = False, dry_run: bool = False) -> Iterator[str]:
    """What became of a file's rows, and what to look at; `half`: of those of one noun, where it holds another too.

    Of a `dry_run` what would be made along is named.
    """
    words = [f"{getattr(report, fate):,} {fate}" for fate in _FATES if getattr(report, fate)]
    counts = {"rejected": len(report.rejected), "blank": report.blank}
    words += [f"{count:,} {fate}" for fate, count in counts.items() if count]
    words += [_passed_over(lines, why) for lines, why in ((report.remarks, _REMARKS), (report.away, _AWAY)) if lines]
    also = "".join(f", and {count:,} {_several(name, count)} made along" for name, count in report.also_created.items())
    also += "".join(
        f", and {count:,} unused {_several(name, count)} put into the trash" for name, count in report.put_away.items()
    )
    name = f"{report.name} ({_several(report.noun, 0)})" if half else report.name
    yield f"{name}: {rows_text(report.rows)}: {', '.join(words) or 'nothing'}{also}"
    if dry_run:
        yield from (f"  makes {_named(noun, names)}" for noun, names in report.made.items() if names)
    yield from (f"  warning: {warning}" for warning in report.warnings[:SHOWN_WARNINGS])
    if len(report.warnings) > SHOWN_WARNINGS:
        more = len(report.warnings) - SHOWN_WARNINGS
        yield f"  … and {more:,} more warning{'s' if more > 1 else ''} (--json lists them)"
    yield from (f"  rejected: line {line}: {reason}" for line, reason, _row in sorted(report.rejected)[:SHOWN_REJECTS])
    if len(report.rejected) > SHOWN_REJECTS:
        yield f"  … and {len(report.rejected) - SHOWN_REJECTS:,} more"


def _named(noun: str, names: Sequence[str]) -> str:
    """What is made along, by name."""
    shown = ", ".join(truncate(name, SHOWN_SAMPLE) for name in names[:SHOWN_NAMES])
    more = f" and {len(names) - SHOWN_NAMES:,} more (--json lists them)" if len(names) > SHOWN_NAMES else ""
    return f"{_several(noun, len(names))} {shown}{more}"


def _passed_over(lines: Sequence[int], why: str) -> str:
    """How many rows were passed over, why, and which."""
    shown = ", ".join(map(str, lines[:SHOWN_LINES])) + (", …" if len(lines) > SHOWN_LINES else "")
    return f"{len(lines):,} passed over ({why}: line{'s' if len(lines) > 1 else ''} {shown})"


def show_preview(out: Output, previews: Sequence[Preview]) -> None:
    """Print the first records that would be new, and what would change in those that are known."""
    from smallcrm.cli.reporting import plan

    for found in previews:
        for action, planned in (("create", found.created), ("update", found.updated[:SHOWN_UPDATES])):
            if planned:
                plan(out, f"{action} {found.noun.name}", planned)
        rest = len(found.updated) - SHOWN_UPDATES
        if rest > 0:
            out.note(f"… and {rest:,} more {found.noun.plural} that change (--json lists them)")


def show_kept(out: Output, report: Report, plan: Path | None) -> None:
    """Say what an import leaves for later: what was said of its files, and its plan."""
    for number in report.kept:
        out.note(f"What you said is kept for files like this: smallcrm mapping show {number}")
    if plan is not None:
        out.note(f"The plan is in {plan}. To do it: smallcrm apply {plan}")
