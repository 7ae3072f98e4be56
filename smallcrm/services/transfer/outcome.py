"""The outcome of an import as JSON: what every interface gives a program, and what a plan foretells."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from smallcrm.services.records.changes import Planned
    from smallcrm.services.transfer.preview import Preview
    from smallcrm.services.transfer.report import FileReport, Report

_FATES = ("created", "updated", "merged", "unchanged")


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
        "made_along": {noun: names for noun, names in report.made.items() if names},
        "trashed": report.put_away,
        "rejected": len(report.rejected),
        "blank": report.blank,
        "passed_over": report.passed_over,
        "passed_over_lines": sorted([*report.remarks, *report.away]),
        "warnings": report.warnings,
        "rejects_file": None if rejects is None else str(rejects),
    }


def _by_noun(noun: str, count: int) -> dict[str, int]:
    return {noun: count} if count else {}


def document(report: Report, rejects: Sequence[Path | None] = ()) -> dict[str, Any]:
    """The outcome of an import as JSON: the totals, and the same for each file; of a dry run what it would write."""
    written = rejects or [None] * len(report.files)
    files = [file_document(found, path) for found, path in zip(report.files, written, strict=True)]
    totals: dict[str, Any] = {fate: _sum(file[fate] for file in files) for fate in _FATES}
    return {
        "operation": report.operation,
        "rows": sum(file["rows"] for file in files),
        **totals,
        "also_created": _sum(file["also_created"] for file in files),
        "trashed": _sum(file["trashed"] for file in files),
        "rejected": sum(file["rejected"] for file in files),
        "blank": sum(file["blank"] for file in files),
        "passed_over": sum(file["passed_over"] for file in files),
        "warnings": [*report.left_out, *(warning for file in files for warning in file["warnings"])],
        "rejects_file": next((file["rejects_file"] for file in files if file["rejects_file"]), None),
        "files": files,
        **({"preview": {one.noun.name: _preview(one) for one in report.preview}} if report.dry_run else {}),
    }


def _preview(found: Preview) -> dict[str, Any]:
    return {
        "created": [{one.field.key: one.after for one in planned.fields} for planned in found.created],
        "updated": [_changed(planned) for planned in found.updated],
    }


def _changed(planned: Planned) -> dict[str, Any]:
    changes = {one.field.key: [one.before, one.after] for one in planned.fields}
    return {"id": planned.number, "name": planned.name, "changes": changes}


def _sum(counts: Iterator[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(total)
