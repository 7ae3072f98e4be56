"""How the plan and the outcome of an import are shown, and their JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from smallcrm.services.transfer.importing import FileReport, Report
    from smallcrm.services.transfer.mapping import ColumnTarget, Mapping

_FATES = ("created", "updated", "merged", "unchanged")
SHOWN_WARNINGS = 5
SHOWN_REJECTS = 5


def plan_lines(report: FileReport) -> Iterator[str]:
    """What was decided about a file: what its rows are, where each column goes, and which go nowhere."""
    mapping = report.mapping
    yield f"{report.name}: {_several(mapping.noun, 2)} from {mapping.source}"
    for note in report.table.notes:
        yield f"  {note}"
    width = max((len(column.header) for column in mapping.columns), default=0)
    for column in mapping.columns:
        decision = "".join(f"  [{said}]" for said in _decisions(column.decision, column.target.field))
        shown = "not kept: the time of the import counts as the last change" if _is_change(column) else column.shown
        if column.custom and column.target.field in report.new_fields:
            shown += f" (new field: {report.new_fields[column.target.field]})"
        yield f"  {column.header:<{width}}  → {shown}{decision}"
    yield from _limits(mapping)
    for left in mapping.unmapped:
        samples = f": {', '.join(left.samples)}" if left.samples else ""
        yield f"  {left.header:<{width}}  → not imported ({left.filled} of {left.of} filled{samples})"
    if any(left.filled and not left.skipped for left in mapping.unmapped) and not report.new_fields:
        yield "  --unknown custom makes fields of your own of the columns that are not imported"


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


def outcome_lines(report: FileReport) -> Iterator[str]:
    """What became of a file's rows, and what to look at."""
    words = [f"{getattr(report, fate):,} {fate}" for fate in _FATES if getattr(report, fate)]
    words += [f"{len(report.rejected):,} rejected"] * bool(report.rejected) + [f"{report.blank:,} blank"] * bool(
        report.blank
    )
    also = "".join(f", and {count:,} {_several(name, count)} made along" for name, count in report.also_created.items())
    rows = "1 row" if report.rows == 1 else f"{report.rows:,} rows"
    yield f"{report.name}: {rows}: {', '.join(words) or 'nothing'}{also}"
    yield from (f"  warning: {warning}" for warning in report.warnings[:SHOWN_WARNINGS])
    if len(report.warnings) > SHOWN_WARNINGS:
        yield f"  … and {len(report.warnings) - SHOWN_WARNINGS:,} more warnings (--json lists them)"
    yield from (f"  rejected: line {line}: {reason}" for line, reason, _row in sorted(report.rejected)[:SHOWN_REJECTS])
    if len(report.rejected) > SHOWN_REJECTS:
        yield f"  … and {len(report.rejected) - SHOWN_REJECTS:,} more"


def file_document(report: FileReport, rejects: Path | None) -> dict[str, Any]:
    """One file's outcome as JSON."""
    fates: dict[str, Any] = {fate: _by_noun(report.noun, getattr(report, fate)) for fate in _FATES}
    return {
        "name": report.name,
        "object": report.noun,
        "source": report.mapping.source,
        "rows": report.rows,
        **fates,
        "also_created": report.also_created,
        "rejected": len(report.rejected),
        "blank": report.blank,
        "warnings": report.warnings,
        "rejects_file": None if rejects is None else str(rejects),
    }


def _by_noun(noun: str, count: int) -> dict[str, int]:
    return {noun: count} if count else {}


def document(report: Report, rejects: Sequence[Path | None]) -> dict[str, Any]:
    """The outcome of an import as JSON: the totals, and the same for each file."""
    files = [file_document(found, path) for found, path in zip(report.files, rejects, strict=True)]
    totals: dict[str, Any] = {fate: _sum(file[fate] for file in files) for fate in _FATES}
    return {
        "operation": report.operation,
        "rows": sum(file["rows"] for file in files),
        **totals,
        "also_created": _sum(file["also_created"] for file in files),
        "rejected": sum(file["rejected"] for file in files),
        "blank": sum(file["blank"] for file in files),
        "warnings": [*report.left_out, *(warning for file in files for warning in file["warnings"])],
        "rejects_file": next((file["rejects_file"] for file in files if file["rejects_file"]), None),
        "files": files,
    }


def _sum(counts: Iterator[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(total)
