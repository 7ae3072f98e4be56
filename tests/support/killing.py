"""An import in a process of its own, which can be told to kill itself at a chosen moment.

Run as `python -m tests.support.killing PLAN`, where PLAN is JSON: the database, the files, and `at` (the name of a
moment and which time it is reached). Each moment is a function of the import; the process dies by SIGKILL just before
or after the n-th call. With `count` it tells how often each moment is reached instead.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]

# Phase -> the functions that are its moments: module, attribute path, and whether to die before or after the call.
MOMENTS: dict[str, dict[str, tuple[str, str, str]]] = {
    "parse": {
        "open": ("smallcrm.services.transfer.reading", "open_table", "after"),
        "recognise": ("smallcrm.services.transfer.detecting", "recognise", "after"),
        "compile": ("smallcrm.services.transfer.importing", "compile_mapping", "after"),
    },
    "staging": {
        "create": ("smallcrm.db.fence.bulk", "BulkDoor.table", "after"),
        "fill": ("smallcrm.db.fence.bulk", "BulkDoor.fill", "after"),
        "resolve": ("smallcrm.services.transfer.resolving", "resolve", "after"),
    },
    "reservation": {
        "before": ("smallcrm.db.ids", "take", "before"),
        "within": ("smallcrm.db.ids", "take", "after"),
        "reserved": ("smallcrm.services.transfer.inserting", "reserve_ranges", "after"),
    },
    "transaction": {
        "companies": ("smallcrm.services.transfer.inserting", "insert_companies", "after"),
        "insert": ("smallcrm.services.transfer.inserting", "_insert", "after"),
        "search": ("smallcrm.db.search", "add_from", "after"),
        "update": ("smallcrm.services.records.operations", "Operation.rewrite", "after"),
        "journal": ("smallcrm.services.records.operations", "Operation.flush", "after"),
        "commit": ("smallcrm.db.fence.database", "FencedDatabase.commit", "before"),
    },
    "checkpoint": {
        "committed": ("smallcrm.db.fence.database", "FencedDatabase.commit", "after"),
        "dropping": ("smallcrm.db.fence.bulk", "BulkDoor.close", "before"),
        "dropped": ("smallcrm.db.fence.bulk", "BulkDoor.close", "after"),
        "closing": ("smallcrm.db.engine", "close_database", "before"),
        "checkpoint": ("smallcrm.db.engine", "close_database", "before"),
    },
}

# Numbers are reserved in transactions of their own: these moments are those of the last one.
_LATE = frozenset({"transaction.commit", "checkpoint.committed"})


def run(plan: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Run a plan in a process of its own."""
    command = [sys.executable, "-m", "tests.support.killing", json.dumps(plan)]
    env = {**os.environ, "TMPDIR": plan["scratch"]}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def _watch(name: str, when: str, reached: Callable[[str], None]) -> None:
    """Put a tripwire around a function."""
    phase, moment = name.split(".")
    module_name, path, _when = MOMENTS[phase][moment]
    owner: Any = importlib.import_module(module_name)
    *outer, last = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    function = getattr(owner, last)

    @functools.wraps(function)
    def watched(*args: Any, **kwargs: Any) -> Any:
        if when != "after":
            reached(name)
        result = function(*args, **kwargs)
        if when == "after":
            reached(name)
        return result

    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("smallcrm") and getattr(module, last, None) is function:
            setattr(module, last, watched)
    setattr(owner, last, watched)


def _half_checkpoint() -> None:
    """Copy what the write-ahead log holds into the database, as the last connection does when it closes."""
    from smallcrm.db.fence import proxy, system_scope
    from smallcrm.db.fence.engines import FencedSqlite

    with system_scope("a checkpoint for a test"):
        if isinstance(proxy.target(), FencedSqlite):
            proxy.target().run_reviewed("PRAGMA wal_checkpoint(FULL)")


class _Tripwires:
    """Counts how often each moment is reached, and dies at the chosen one."""

    def __init__(self, at: list[Any] | None) -> None:
        self.at = at
        self.seen: Counter[str] = Counter()
        self.armed = self.flushed = False
        _watch("transaction.journal", "after", self._flush)
        for name in [at[0]] if at else [f"{phase}.{name}" for phase in MOMENTS for name in MOMENTS[phase]]:
            phase, moment = name.split(".")
            _watch(name, MOMENTS[phase][moment][2], self._reach)

    def _flush(self, _name: str) -> None:
        self.flushed = True

    def _reach(self, name: str) -> None:
        if not self.armed or (name in _LATE and not self.flushed):
            return
        self.seen[name] += 1
        if name == "checkpoint.checkpoint":
            _half_checkpoint()
        if self.at == [name, self.seen[name]]:
            _die()


def _import(plan: dict[str, Any]) -> None:
    from smallcrm import config
    from smallcrm.services.transfer import importing
    from smallcrm.services.workspaces import open_session

    importing.CHUNK = plan["chunk"]
    if plan.get("fault") == "commits per table":
        _plant_commits()
    named = {"SMALLCRM_DATABASE_URL": plan["url"], "HOME": plan["home"]}
    if plan.get("system_url"):
        named["SMALLCRM_SYSTEM_DATABASE_URL"] = plan["system_url"]
    wires = _Tripwires(plan.get("at"))
    with open_session(config.load(named), workspace=plan["workspace"], as_member=plan["member"]):
        wires.armed = True
        importing.run_import(importing.Request(tuple(Path(path) for path in plan["files"])))
    sys.stdout.write(json.dumps(wires.seen))


def _plant_commits() -> None:
    """A fault to be found: every table is committed for itself."""
    from smallcrm.db.fence import proxy
    from smallcrm.services.transfer import inserting

    insert = inserting._insert

    def committing(*args: Any) -> None:
        insert(*args)
        proxy.target().commit()
        proxy.target().begin()

    vars(inserting)["_insert"] = committing


if __name__ == "__main__":
    _import(json.loads(sys.argv[1]))
