"""Imports files of the corpora into a fresh workspace, and compares what is there with what was expected."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.errors import SmallCRMError
from tests.services.transfer.bringing import bring
from tests.services.transfer.corpus.expecting import Imported, Refused, Whole
from tests.services.transfer.corpus.viewing import Views
from tests.support.canonical import faults
from tests.support.corpora import corpus

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smallcrm.services.transfer.report import FileReport, Report
    from tests.services.transfer.corpus.expecting import Some

COLUMNS = (
    "file", "object", "rows", "created", "updated", "merged", "unchanged", "rejected", "blank", "made along", "links",
    "seconds",
)  # fmt: skip


def check(expected: Imported | Refused, note: Callable[[str, object], None], find: Callable[[str], Path]) -> None:
    """Import what is expected to be read, or to be refused; `note` is told a line of the table for each file."""
    if isinstance(expected, Refused):
        _check_refusal(expected, note, find)
    else:
        _check_import(expected, note, find)


def shared(name: str) -> Path:
    """A file of the shared corpora."""
    return corpus("import", *name.split("/"))


def _check_refusal(expected: Refused, note: Callable[[str, object], None], find: Callable[[str], Path]) -> None:
    with pytest.raises(SmallCRMError) as caught:
        bring(find(expected.name))
    said = " ".join([caught.value.sentence, *caught.value.details])
    note("import", (expected.name, "refused: " + said))
    assert expected.sentence in said
    assert expected.hint in (caught.value.hint or "")
    assert "\n" not in caught.value.sentence


def _check_import(expected: Imported, note: Callable[[str, object], None], find: Callable[[str], Path]) -> None:
    begun = time.perf_counter()
    report = bring(*(find(name) for name in expected.names), look=False)
    seconds = time.perf_counter() - begun
    assert faults() == []
    views = Views()
    for file in report.files:
        note("import", (str(expected), *_line(file, views, seconds / len(report.files))))
    wrong = _differences(expected, report, views)
    assert not wrong, "\n".join(["", *wrong])


def _line(file: FileReport, views: Views, seconds: float) -> tuple[str, ...]:
    along = ", ".join(f"{count} {name}" for name, count in file.also_created.items())
    fates = (file.rows, *_fate(file))
    return (file.noun, *map(str, fates), along, str(views.links(file.noun)), f"{seconds:.2f}")


def _fate(file: FileReport) -> tuple[int, ...]:
    return file.created, file.updated, file.merged, file.unchanged, len(file.rejected), file.blank


def _differences(expected: Imported, report: Report, views: Views) -> list[str]:
    """Everything that is not as expected, a line for each."""
    counts: dict[str, tuple[int, ...]] = {}
    made: dict[str, int] = {}
    for file in report.files:
        before = counts.get(file.noun, (0,) * 6)
        counts[file.noun] = tuple(map(sum, zip(before, _fate(file), strict=True)))
        for name, count in file.also_created.items():
            made[name] = made.get(name, 0) + count
    total = {noun: len(views.live(noun)) for noun in expected.total}
    links = sum(views.links(noun) for noun in counts)
    wrong = _unequal("counts", expected.counts, counts) + _unequal("made along", expected.made, made)
    wrong += _unequal("in all", expected.total, total)
    wrong += _unequal("links", {"": expected.links}, {"": links}) if expected.links is not None else []
    for record in expected.records:
        wrong += _unlike(record, views)
    warnings = [warning for file in report.files for warning in file.warnings]
    rejected = [f"line {line}: {reason}" for file in report.files for line, reason, _row in file.rejected]
    untold = [f"no reject with {part!r} was told" for part in expected.rejected if part not in "; ".join(rejected)]
    return wrong + _untold(expected.warnings, warnings) + untold


def _unlike(record: Whole | Some, views: Views) -> list[str]:
    try:
        seen = views.find(record.noun, record.which)
    except (AssertionError, IndexError) as missing:
        return [str(missing)]
    keys = record.values.keys() | (seen.keys() if isinstance(record, Whole) else set())
    return _unequal(f"{record.noun} {record.which!r}", record.values, {key: seen.get(key) for key in keys})


def _unequal(what: str, expected: dict[str, Any], seen: dict[str, Any]) -> list[str]:
    return [
        f"{what} {key}: expected {expected.get(key)!r}, but it is {seen.get(key)!r}"
        for key in sorted(expected.keys() | seen.keys())
        if expected.get(key) != seen.get(key)
    ]


def _untold(expected: int | tuple[str, ...], told: list[str]) -> list[str]:
    count, parts = (expected, ()) if isinstance(expected, int) else (len(expected), expected)
    found = [f"no warning with {part!r} was told" for part in parts if not any(part in line for line in told)]
    return found if len(told) == count else [*found, f"warnings: expected {count}, but {len(told)} came: {told[:8]}"]
