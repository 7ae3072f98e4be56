"""What people wait for: pages, filters, counts and searches, each timed in process, in ms.

A sample is (wall, CPU): what a query takes on a machine that does nothing else is the smaller one.
"""

from __future__ import annotations

import random
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench import workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PAGE = 50
SAMPLES = 400
# The first pages of a process touch much of the file for the first time: docs/performance.md says what that takes.
_WARM = 20
Sample = tuple[float, float]
Figures = dict[str, Any]


def _timed(run: Callable[..., Any], *given: Any) -> Sample:
    wall, cpu = time.perf_counter(), time.process_time()
    run(*given)
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def _times(run: Callable[[], Any], count: int) -> list[Sample]:
    return [_timed(run) for _ in range(count)]


def pages(home: str) -> Figures:
    """Every page of the contacts by name; and the same order read by plain SQL."""
    ours: list[Sample] = []
    with workspace.opened(Path(home)) as tenant:
        after = None
        while True:
            found: list[Any] = []
            ours.append(_timed(_keep, found, _page, "", "name", after))
            after = found[0].next
            if after is None:
                break
    return {"ours": ours, "raw": _raw_pages(Path(home), tenant)}


def _keep(found: list[Any], run: Callable[..., Any], *given: Any) -> None:
    found.append(run(*given))


def _raw_pages(home: Path, tenant: int) -> list[Sample]:
    connection = sqlite3.connect(workspace.file_of(home))
    key, last = "", 0
    found: list[Sample] = []
    query = (
        "SELECT id, name, name_key FROM contact WHERE tenant_id = ? AND state = 0 AND (name_key, id) > (?, ?) "
        "ORDER BY name_key, id LIMIT ?"
    )
    while True:
        pages: list[Any] = []
        found.append(_timed(_keep, pages, _all, connection, query, (tenant, key, last, PAGE)))
        rows = pages[0]
        if len(rows) < PAGE:
            return found
        last, _name, key = rows[-1]


def _all(connection: sqlite3.Connection, query: str, given: Sequence[Any]) -> list[Any]:
    return connection.execute(query, given).fetchall()


def counts(home: str) -> Figures:
    """The contacts counted up to a limit, and all."""
    from smallcrm.services.records import store

    with workspace.opened(Path(home)):
        noun = workspace.contacts()
        return {
            "capped": _times(lambda: store.count(noun, cap=store.COUNT_CAP), 300),
            "exact": _times(lambda: store.count(noun), 10),
        }


def scans(home: str) -> Figures:
    """A filter on a column without index that nothing passes, and the ids walked by plain SQL, in turn."""
    connection = sqlite3.connect(workspace.file_of(Path(home)))
    connection.execute("PRAGMA cache_size = -64000")
    query = (
        "SELECT id, name FROM contact WHERE tenant_id = ? AND id BETWEEN ? AND ? AND state = 0 AND city = ? "
        "ORDER BY +name_key, id LIMIT ?"
    )
    ours: list[Sample] = []
    raw: list[Sample] = []
    with workspace.opened(Path(home)) as tenant:
        low = tenant << 40
        given = (tenant, low, low | (1 << 36) - 1, "Nowhere", PAGE + 1)
        for _ in range(7):
            raw.append(_timed(_all, connection, query, given))
            ours.append(_timed(_page, "city:Nowhere", "name"))
    return {"ours": ours, "raw": raw}


def _page(text: str, sort: str, after: str | None = None) -> Any:
    """A page of the contacts, with what the columns need that a list shows unasked."""
    from smallcrm.services.records import store
    from smallcrm.services.records.query.checks import Place
    from smallcrm.services.records.query.filters import Filter
    from smallcrm.services.records.stepping import needed
    from smallcrm.services.records.words import chosen_columns

    noun = workspace.contacts()
    where = Filter(noun, [text], Place()) if text else None
    shown = needed(chosen_columns(noun, None))
    return store.page(noun, store.Listing(sort=sort, after=after, limit=PAGE, parts=shown, where=where))


def customs(home: str) -> Figures:
    """The first page of filters on custom fields and of lists sorted by them, by what is asked; after the first few."""
    pick = random.Random(5)
    asked: dict[str, Callable[[], tuple[str, str]]] = {
        "one hit": lambda: (f"code:C-{pick.randrange(1, 90_000) * 7919 % 1000003:06}", "name"),
        "equal, one in 1,000": lambda: (f"score:{pick.randrange(workspace.SCORES)}", "name"),
        "range, one in 1,000, by id": lambda: (_range(pick, 1), "id"),
        "no match": lambda: (f"score:{2000 + pick.randrange(workspace.SCORES)}", "name"),
        "one in 100": lambda: (_range(pick, 10), "name"),
        "one in 20": lambda: (_range(pick, 50), "name"),
        "one in 2": lambda: (_range(pick, 500), "name"),
        "an option, one in 3": lambda: (f"tier:{pick.choice(workspace.TIERS)}", "name"),
        "one in 20, by the field": lambda: (_range(pick, 50), "-score"),
        "all, by the field": lambda: ("", pick.choice(("score", "-score", "code", "renewal"))),
    }
    found: Figures = {}
    with workspace.opened(Path(home)):
        for name, ask in asked.items():
            for _ in range(_WARM):
                _page(*ask())
            found[name] = [_timed(_page, *ask()) for _ in range(100)]
    return found


def _range(pick: random.Random, width: int) -> str:
    low = pick.randrange(workspace.SCORES - width)
    return f"score:{low}..{low + width - 1}"


def searches(home: str) -> Figures:
    """Prefixes of names that are there looked for."""
    from smallcrm.services import searching

    found: Figures = {}
    with workspace.opened(Path(home)) as tenant:
        connection = sqlite3.connect(workspace.file_of(Path(home)))
        low = tenant << 40
        names = [
            row[0]
            for row in connection.execute(
                "SELECT name_key FROM contact WHERE id BETWEEN ? AND ? AND id % 97 = 0 LIMIT 5000",
                (low, low | (1 << 36) - 1),
            )
        ]
        pick = random.Random(3)
        for letters in (1, 2, 3, 6):
            words = [pick.choice(pick.choice(names).split())[:letters] for _ in range(SAMPLES)]
            found[f"prefix of {letters}"] = [_timed(_search([word])) for word in words]
        found["two words"] = [_timed(_search(_both(pick.choice(names)))) for _ in range(SAMPLES)]
        found["a word of every company"] = _times(lambda: searching.search(["gmbh"], limit=PAGE), SAMPLES // 4)
    return found


def _both(name: str) -> list[str]:
    return [word[:3] for word in name.split()[:2]]


def _search(words: Sequence[str]) -> Callable[[], Any]:
    from smallcrm.services import searching

    return lambda: searching.search(words, limit=PAGE)
