"""What is measured, each case in a process of its own: `python -m tests.bench.cases CASE ARGUMENTS` prints JSON."""

from __future__ import annotations

import gc
import json
import random
import sqlite3
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smallcrm.__main__ import YOUNG_OBJECTS
from tests.bench import baselines, workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = 50
SAMPLES = 400

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
    from smallcrm.services.accounts.access import Actor, Role, acting
    from smallcrm.services.transfer import importing
    from smallcrm.services.transfer.cleaning import compile_mapping

    found: Figures = {}
    with acting(Actor(1, "bench", Role.OWNER, "cli")), _clocked(found):
        for _path, table, mapping in importing.recognise(importing.Request((Path(source),))):
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


def raw_write(path: str, target: str) -> Figures:
    """A flat table written by csv.writer."""
    found: Figures = {}
    with _clocked(found):
        baselines.write_out(Path(path), Path(target))
    return found


def pages(home: str) -> Figures:
    """Every page of the contacts by name, each timed in ms; and the same order read by plain SQL."""
    from smallcrm.services.records import store

    ours: list[float] = []
    with workspace.opened(Path(home)) as tenant:
        noun, after = workspace.contacts(), None
        while True:
            begun = time.perf_counter()
            page = store.page(noun, store.Listing(sort="name", after=after, limit=PAGE))
            ours.append((time.perf_counter() - begun) * 1000)
            after = page.next
            if after is None:
                break
    return {"ours": ours, "raw": _raw_pages(Path(home), tenant)}


def _raw_pages(home: Path, tenant: int) -> list[float]:
    connection = sqlite3.connect(workspace.file_of(home))
    key, last, found = "", 0, []
    query = (
        "SELECT id, name, name_key FROM contact WHERE tenant_id = ? AND state = 0 AND (name_key, id) > (?, ?) "
        "ORDER BY name_key, id LIMIT ?"
    )
    while True:
        begun = time.perf_counter()
        rows = connection.execute(query, (tenant, key, last, PAGE)).fetchall()
        found.append((time.perf_counter() - begun) * 1000)
        if len(rows) < PAGE:
            return found
        last, _name, key = rows[-1]


def counts(home: str) -> Figures:
    """The contacts counted up to a limit, and all, in ms."""
    from smallcrm.services.records import store

    with workspace.opened(Path(home)):
        noun = workspace.contacts()
        return {
            "capped": _times(lambda: store.count(noun, cap=store.COUNT_CAP), 300),
            "exact": _times(lambda: store.count(noun), 10),
        }


def searches(home: str) -> Figures:
    """Prefixes of names that are there looked for, in ms."""
    from smallcrm.services import searching

    connection = sqlite3.connect(workspace.file_of(Path(home)))
    names = [row[0] for row in connection.execute("SELECT name_key FROM contact WHERE id % 97 = 0 LIMIT 5000")]
    pick = random.Random(3)
    found: Figures = {}
    with workspace.opened(Path(home)):
        for letters in (1, 2, 3, 6):
            words = [pick.choice(pick.choice(names).split())[:letters] for _ in range(SAMPLES)]
            found[str(letters)] = [_times(partial(searching.search, [word], limit=PAGE), 1)[0] for word in words]
    return found


def _times(run: Callable[[], Any], count: int) -> list[float]:
    found = []
    for _ in range(count):
        begun = time.perf_counter()
        run()
        found.append((time.perf_counter() - begun) * 1000)
    return found


def fence(home: str) -> Figures:
    """The fence beside Peewee without it."""
    from tests.bench.fenced import figures

    return figures(Path(home))


CASES: dict[str, Callable[..., Figures]] = {
    case.__name__: case
    for case in (raw_load, load, parse, raw_copy, take_back, write, raw_write, pages, counts, searches, fence)
}

if __name__ == "__main__":
    gc.set_threshold(YOUNG_OBJECTS)  # as the program does
    sys.stdout.write(json.dumps(CASES[sys.argv[1]](*sys.argv[2:])) + "\n")
