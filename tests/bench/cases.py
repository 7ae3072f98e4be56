"""What is measured, each case in a process of its own: `python -m tests.bench.cases CASE ARGUMENTS` prints JSON."""

from __future__ import annotations

import gc
import json
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smallcrm.__main__ import YOUNG_OBJECTS
from tests.bench import baselines, reading, workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Figures = dict[str, Any]


def _memory() -> float:
    """The largest memory of this process in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


@contextmanager
def _clocked(into: Figures) -> Iterator[None]:
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    into |= {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "memory": _memory()}


def raw_load(path: str, source: str) -> Figures:
    """The rows of a file put into a plain table."""
    found: Figures = {}
    connection = baselines.open_raw(Path(path))
    with _clocked(found):
        baselines.load(connection, Path(source))
    return found


def load(home: str, source: str, url: str = "", system: str = "") -> Figures:
    """The rows of a file imported."""
    from smallcrm.services.transfer import importing

    found: Figures = {}
    with workspace.opened(Path(home), url, system):
        with _clocked(found):
            report = importing.run_import(importing.Request((Path(source),)))
        file = report.files[0]
        found |= {"created": file.created, "unchanged": file.unchanged, "merged": file.merged}
    return found


def parse(source: str) -> Figures:
    """The rows of a file read and cleaned, and nothing else."""
    from smallcrm.services import nouns as _registered  # noqa: F401 - the rules of every noun
    from smallcrm.services.transfer import detecting, importing
    from smallcrm.services.transfer.cleaning import compile_mapping
    from smallcrm.services.transfer.readers import kinds

    found: Figures = {}
    with _clocked(found):
        for table in kinds.tables_of(Path(source), None):
            for mapping in detecting.recognise(table, detecting.Options()).mappings:
                clean = compile_mapping(mapping)
                for chunk in table.chunks(importing.CHUNK):
                    clean(chunk.rows, chunk.lines)
    return found


def raw_copy(url: str, source: str) -> Figures:
    """The rows of a file copied into a plain table on PostgreSQL."""
    found: Figures = {}
    with _clocked(found):
        baselines.copy(url, Path(source))
    return found


def take_back(home: str) -> Figures:
    """The newest operation undone."""
    from smallcrm.services.records import undo

    found: Figures = {}
    with workspace.opened(Path(home)), _clocked(found):
        undo.undo()
    return found


def write(home: str, kind: str, target: str) -> Figures:
    """Every contact exported in a format."""
    from smallcrm.services.records.words import chosen_columns
    from smallcrm.services.transfer import exporting

    found: Figures = {}
    with workspace.opened(Path(home)), _clocked(found):
        noun = workspace.contacts()
        fields = chosen_columns(noun, ",".join(exporting.export_keys(noun)))
        with Path(target).open("w", encoding="utf-8", newline="") as file:
            file.writelines(exporting.export_text(noun, fields, kind))
    return found


def archive(home: str, target: str) -> Figures:
    """The whole workspace written into an archive."""
    from smallcrm.services.archive import exporting

    found: Figures = {}
    with workspace.opened(Path(home)), Path(target).open("w+b") as file, _clocked(found):
        exporting.export(file, journal=False, progress=lambda _label, _done: None)
    return found


def fill(home: str, source: str) -> Figures:
    """An empty workspace filled from an archive."""
    from smallcrm.services.archive import restoring

    found: Figures = {}
    with workspace.opened(Path(home)), _clocked(found):
        restoring.restore(Path(source), dry_run=False, progress=lambda _label, _done: None)
    return found


def raw_write(path: str, target: str) -> Figures:
    """A flat table written by csv.writer."""
    found: Figures = {}
    with _clocked(found):
        baselines.write_out(Path(path), Path(target))
    return found


def fields(home: str) -> Figures:
    """The fields of the workspace's own, with values."""
    workspace.add_fields(Path(home))
    return {}


def neighbours(home: str, source: str, count: str) -> Figures:
    """Other workspaces in the same database."""
    workspace.add_neighbours(Path(home), Path(source), int(count))
    return {}


def fence(home: str) -> Figures:
    """The fence beside Peewee without it."""
    from tests.bench.fenced import figures

    return figures(Path(home))


CASES: dict[str, Callable[..., Figures]] = {
    case.__name__: case
    for case in (
        raw_load,
        load,
        parse,
        raw_copy,
        take_back,
        write,
        raw_write,
        archive,
        fill,
        fields,
        neighbours,
        fence,
        reading.pages,
        reading.counts,
        reading.scans,
        reading.customs,
        reading.searches,
    )
}

if __name__ == "__main__":
    gc.set_threshold(YOUNG_OBJECTS)  # as the program does
    sys.stdout.write(json.dumps(CASES[sys.argv[1]](*sys.argv[2:])) + "\n")
