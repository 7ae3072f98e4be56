"""The attacks as data: small named functions, registered by a decorator."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.db.fence.rows import THEIRS

Body = Callable[[Any], Any]


@dataclass(frozen=True)
class Attack:
    """One attack and what may be asked of it."""

    name: str
    body: Body
    only: str | None = None  # an engine: the shape does not exist on the other one
    alone: str | None = None  # "fence" or "wall": the one wall that is meant to stop it
    ddl: bool = False  # it changes the schema, for which SQLite's triggers do not fire
    compare: bool = True  # the result must equal stock Peewee's over one tenant
    raises: tuple[type[Exception], ...] = ()  # further exceptions that count as a refusal


ATTACKS: dict[str, Attack] = {}


def attack(
    *,
    only: str | None = None,
    alone: str | None = None,
    ddl: bool = False,
    compare: bool = True,
    raises: tuple[type[Exception], ...] = (),
) -> Callable[[Body], Body]:
    """Register an attack under its function's name."""

    def keep(body: Body) -> Body:
        name = str(getattr(body, "__name__", ""))
        assert name not in ATTACKS, name
        ATTACKS[name] = Attack(name, body, only, alone, ddl, compare, raises)
        return body

    return keep


def as_other(e: Any, body: Callable[[], Any]) -> Any:
    """What `body` returns when the second tenant runs it on the same thread and connection."""

    def bound() -> Any:
        with e.scope(THEIRS):
            return body()

    return contextvars.Context().run(bound)
