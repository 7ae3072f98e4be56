"""Who won: what an attack returned, what it changed, and what stock Peewee says over one tenant."""

from __future__ import annotations

import contextvars
import datetime as dt
import decimal
import sqlite3
import types
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import peewee as pw
import psycopg

from smallcrm.errors import Conflict, FenceError
from tests.db.fence import rows

if TYPE_CHECKING:
    from tests.db.fence.registry import Attack
    from tests.db.fence.world import State, World

REFUSALS = (FenceError, Conflict, pw.PeeweeException, sqlite3.Error, psycopg.Error, pw.DoesNotExist)
LEAVES: tuple[type, ...] = (
    str,
    bytes,
    bytearray,
    memoryview,
    int,
    float,
    complex,
    decimal.Decimal,
    type(None),
    dt.date,
)
MORE_SIMPLE = (dt.time, dt.timedelta, uuid.UUID, type, types.FunctionType)


def parts(value: Any) -> Iterable[Any]:
    """What a value is made of."""
    if isinstance(value, pw.Model):
        attached = {k: v for k, v in vars(value).items() if k not in {"__data__", "__rel__", "_dirty"}}
        return [value.__data__, value.__rel__, attached]
    if isinstance(value, BaseException):
        return [str(value), value.args]
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, Iterable) and not isinstance(value, pw.Node):
        return list(value)
    return [str(value)] if not isinstance(value, pw.Node) else []


def leaks(value: Any) -> bool:
    """Whether anything of the other tenant is in a returned value, however deep."""
    seen: set[int] = set()
    todo: list[Any] = [value]
    while todo:
        item = todo.pop()
        if leaf_leaks(item):
            return True
        if isinstance(item, LEAVES) or id(item) in seen:
            continue
        seen.add(id(item))
        todo.extend(parts(item))
    return False


def leaf_leaks(leaf: Any) -> bool:
    """Whether one plain value is the other tenant's."""
    item: Any = leaf
    if isinstance(item, bytes | bytearray | memoryview):
        item = bytes(item).decode("latin-1")
    if isinstance(item, str):
        return rows.MARK in item.upper() or rows.MARK.encode().hex() in item.lower()
    if isinstance(item, bool) or not isinstance(item, int | float | decimal.Decimal):
        return False
    number: Any = item
    if number != number or abs(number) > 1 << 62:  # noqa: PLR0124 - that is how NaN is known
        return False
    return int(number) >> 40 >= rows.THEIRS or rows.BIG <= abs(number) < 1 << 40


def plain(value: Any) -> Any:
    """A value as nested plain lists that can be compared whatever their order."""
    if isinstance(value, pw.Model):
        attached = {k: v for k, v in vars(value).items() if k not in {"__data__", "__rel__", "_dirty"}}
        return ["model", plain(value.__data__), plain(value.__rel__), plain(attached)]
    if isinstance(value, decimal.Decimal) and value == value.to_integral_value():
        return int(value)  # PostgreSQL's sum over bigint, which the fenced tables use where stock Peewee has integer
    if isinstance(value, Mapping):
        return sorted(([str(key), plain(item)] for key, item in value.items()), key=repr)
    if isinstance(value, LEAVES):
        return value
    if isinstance(value, Iterable) and not isinstance(value, pw.Node):
        return sorted((plain(item) for item in value), key=repr)
    return type(value).__name__


def settled(value: Any) -> Any:
    """A lazy value fetched while the scope of the attack still holds."""
    if isinstance(value, pw.BaseQuery | types.GeneratorType | pw.CursorWrapper):
        return list(value)
    return value


@dataclass
class Outcome:
    """How one attack on one database ended."""

    value: Any = None
    error: BaseException | None = None
    after: State | None = None
    schema_changed: bool = False

    @property
    def refused(self) -> bool:
        """Whether the attack ended in an exception."""
        return self.error is not None


def strike(world: World, attack: Attack) -> Outcome:
    """Run one attack as the first tenant and put the database back."""
    outcome = Outcome()
    with world.attacked() as env:

        def body() -> None:
            with env.scope(rows.MINE):
                outcome.value = settled(attack.body(env))

        try:
            contextvars.copy_context().run(body)
        except Exception as error:  # noqa: BLE001 - whatever an attack raises is judged
            outcome.error = error
    outcome.after = world.state()
    outcome.schema_changed = world.schema() != world.catalogue
    if outcome.after != world.seeded or outcome.schema_changed or world.engine == "sqlite":
        world.restore(schema=outcome.schema_changed)
    return outcome


def others(state: State) -> State:
    """The rows that are not the first tenant's to change."""
    kept = {
        name: [row for row in found if row[1:2] != (rows.MINE,)] if name in rows.TENANT_TABLES else found
        for name, found in state.items()
    }
    kept["atk_outward"] = [row for row in state["atk_outward"] if row[0] in {1, 2, 3} or row[1:3] != (rows.MINE, None)]
    return kept


def crossing(state: State) -> list[tuple[Any, ...]]:
    """Rows of the first tenant that hold an id of anybody else."""
    return [
        row
        for name in rows.TENANT_TABLES
        for row in state[name]
        if row[1:2] == (rows.MINE,)
        and any(isinstance(item, int) and item > 1 << 39 and item >> 40 != rows.MINE for item in row)
    ]


def verdict(world: World, attack: Attack, outcome: Outcome, oracle: Outcome | None) -> list[str]:
    """What went wrong; empty when the walls held."""
    assert outcome.after is not None
    found = []
    reads_hold = not (world.walls == "wall" and world.engine == "sqlite")
    if reads_hold and (leaks(outcome.value) or leaks(outcome.error)):
        found.append(f"shows the other tenant: {outcome.value!r} {outcome.error!r}"[:600])
    if others(outcome.after) != others(world.seeded):
        found.append("changed rows that are not its own: " + difference(world.seeded, outcome.after))
    if crossing(outcome.after):
        found.append(f"stored a cross-tenant reference: {crossing(outcome.after)!r}"[:300])
    if outcome.schema_changed:
        found.append("changed the schema")
    if outcome.error is not None and not isinstance(outcome.error, REFUSALS + attack.raises):
        found.append(f"ended in {outcome.error!r}, which is no refusal")
    if reads_hold and not outcome.refused and oracle is not None:
        found += differs(outcome, oracle)
    return found


def differs(outcome: Outcome, oracle: Outcome) -> list[str]:
    """How an allowed shape differs from stock Peewee over one tenant."""
    if oracle.refused:
        return [f"allowed, but stock Peewee over one tenant raises {oracle.error!r}"]
    found = []
    if plain(outcome.value) != plain(oracle.value):
        found.append(f"gave {plain(outcome.value)!r}, stock Peewee {plain(oracle.value)!r}"[:900])
    assert outcome.after is not None
    assert oracle.after is not None
    if own(outcome.after) != own(oracle.after):
        found.append("left other rows than stock Peewee: " + difference(own(oracle.after), own(outcome.after)))
    return found


def own(state: State) -> State:
    """The first tenant's rows."""
    return {name: [row for row in state[name] if row[1:2] == (rows.MINE,)] for name in rows.TENANT_TABLES}


def difference(before: State, after: State) -> str:
    """Rows gone and rows come, shortened."""
    gone = [row for name in before for row in before[name] if row not in after[name]]
    come = [row for name in before for row in after[name] if row not in before[name]]
    return f"gone {gone!r} come {come!r}"[:500]
