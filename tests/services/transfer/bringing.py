"""Bringing files into a workspace of a test: written on the spot, or from the corpora."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from smallcrm.services.records import documents
from smallcrm.services.records.schema import noun as noun_of
from smallcrm.services.transfer.importing import Request, options, run_import
from smallcrm.services.transfer.sources import gathered
from tests.support.canonical import everything, faults

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smallcrm.services.transfer.report import FileReport, Report


def write(path: Path, header: str, *rows: str) -> Path:
    """A small file, its cells written with commas between."""
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def write_cells(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """A file of any cells."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def bring(*paths: Path, noun: str | None = None, look: bool = True, **how: Any) -> Report:
    """Import files; whatever became of them, every row counts once and (with `look`) the workspace is sound."""
    said = options(
        currency=how.pop("currency", "EUR"),
        noun=noun,
        targets=how.pop("targets", {}),
        date_order=how.pop("order", None),
        decimal=how.pop("decimal", None),
    )
    report = run_import(Request(paths, options=said, **how))
    for file in report.files:
        assert balance(file) == file.rows, (file.name, vars(file))
    assert not look or faults() == []
    return report


def balance(file: FileReport) -> int:
    """The rows of a file, by what became of them."""
    return (
        file.created + file.updated + file.merged + file.unchanged + len(file.rejected) + file.blank + file.passed_over
    )


def fates(report: Report) -> dict[str, tuple[int, ...]]:
    """What became of each file's rows: created, updated, merged, unchanged, rejected, blank."""
    return {
        file.name: (file.created, file.updated, file.merged, file.unchanged, len(file.rejected), file.blank)
        for file in report.files
    }


def records(name: str) -> list[dict[str, Any]]:
    """The live records of a noun, in the order of their numbers."""
    found = everything(noun_of(name))
    return [found[key] for key in sorted(found) if found[key]["state"] == 0]


def only(name: str) -> dict[str, Any]:
    """The one live record of a noun."""
    (record,) = records(name)
    return record


def addresses(record: dict[str, Any]) -> list[str]:
    """The e-mail addresses of a contact, the primary one first."""
    return [element["address"] for element in record["emails"]]


def places(contact: dict[str, Any]) -> list[str]:
    """The names of the companies of a contact."""
    ids = [element["company"] for element in contact["companies"]]
    found = documents.load(noun_of("company"), ids)
    return [found[company]["name"] for company in ids]


def bring_all(*named: Path, **how: Any) -> Report:
    """Import what is behind some names: files, folders and archives, as the command line does."""
    with gathered(named) as sources:
        report = bring(*sources.paths, inside=sources.inside, **how)
        report.left_out[:0] = sources.notes
        return report
