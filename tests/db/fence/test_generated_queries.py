"""Generated query trees: behind the fence they give what stock Peewee gives over one tenant."""

# Names of tests are sentences.
# ruff: noqa: C901, D103, PLR0911
from __future__ import annotations

import contextvars
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import JOIN, Case, Value, fn

from tests.db.fence.judge import leaks, others, own, plain
from tests.db.fence.rows import MINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.db.fence.world import World


@dataclass
class Chooser:
    """A stream of choices, drawn from a list of numbers; the same list builds the same query twice."""

    numbers: list[int]
    at: int = 0

    def pick(self, count: int) -> int:
        """The next choice of so many."""
        number = self.numbers[self.at % len(self.numbers)] + self.at // len(self.numbers)
        self.at += 1
        return number % count


TEXTS = {"Company": "name", "Contact": "bio", "Note": "body", "Tag": "label"}
LINKS = {"Contact": ("company", "Company"), "Note": ("contact", "Contact"), "Tagging": ("tag", "Tag")}


def predicate(e: Any, c: Chooser, m: Any, depth: int) -> Any:
    """A random condition on a model or alias."""
    kind = c.pick(9 if depth else 6)
    if kind == 0:
        return m.id > e.mine(c.pick(4))
    if kind == 1:
        return (m.id == e.theirs(c.pick(4))) | (m.id > 0)
    if kind == 2:
        return m.tenant_id != c.pick(3)
    if kind == 3:
        return m.id.in_([e.mine(1), e.theirs(1), e.mine(3)])
    if kind == 4:
        return ~(m.id < e.mine(2))
    if kind == 5:
        return m.id.between(e.mine(c.pick(3)), e.theirs(c.pick(4)))
    if kind == 6:
        return m.id.in_(subquery(e, c, depth - 1))
    if kind == 7:
        return fn.EXISTS(subquery(e, c, depth - 1))
    left, right = predicate(e, c, m, depth - 1), predicate(e, c, m, depth - 1)
    return left & right if c.pick(2) else left | right


def model(e: Any, c: Chooser) -> tuple[str, Any]:
    """A random model, sometimes as an alias."""
    name = ("Company", "Contact", "Note", "Tag")[c.pick(4)]
    found = getattr(e, name)
    return name, found.alias(f"a{c.pick(50)}_{c.at}") if c.pick(2) else found


def subquery(e: Any, c: Chooser, depth: int) -> Any:
    """A random list of ids."""
    _, found = model(e, c)
    found = found if hasattr(found, "alias") and not isinstance(found, type) else found.alias(f"s{c.at}")
    query = found.select(found.id)
    return query.where(predicate(e, c, found, max(depth, 0)))


def column(e: Any, c: Chooser, name: str, m: Any) -> Any:
    """A random column of a model."""
    text = getattr(m, TEXTS[name])
    kind = c.pick(6)
    if kind == 0:
        return m.id
    if kind == 1:
        return fn.LOWER(text)
    if kind == 2:
        return Case(None, [(m.id > e.mine(2), text)], Value("low"))
    if kind == 3:
        return fn.COALESCE(text, "none")
    if kind == 4:
        return m.tenant_id
    return text


def joined(e: Any, c: Chooser, name: str, m: Any, query: Any) -> tuple[Any, list[Any]]:
    """Perhaps one more table, by its key or by any condition."""
    if not c.pick(2):
        return query, []
    other_name = ("Company", "Contact", "Note", "Tag")[c.pick(4)]
    other = getattr(e, other_name).alias(f"j{c.at}")
    kind = (JOIN.INNER, JOIN.LEFT_OUTER)[c.pick(2)]
    link = LINKS.get(name)
    if link and link[1] == other_name and c.pick(2):
        on = getattr(m, link[0]) == other.id
    else:
        on = (other.id > 0) if c.pick(2) else (other.id != m.id)
    return query.join(other, kind, on=on), [getattr(other, TEXTS[other_name])]


def select(e: Any, c: Chooser, depth: int = 2) -> Any:
    """A random select of one text column."""
    name, m = model(e, c)
    query, extra = joined(e, c, name, m, m.select())
    query = query.where(predicate(e, c, m, depth))
    shape = c.pick(7)
    if shape == 0:
        return query.select(fn.COUNT(m.id), fn.MAX(getattr(m, TEXTS[name])))
    if shape == 1:
        value = getattr(m, TEXTS[name])
        return query.select(value, fn.COUNT(m.id)).group_by(value).having(fn.COUNT(m.id) > 0)
    if shape == 2:
        return query.select(m.id, fn.COUNT(m.id).over(partition_by=[m.tenant_id]))
    if shape == 3:
        return query.select(column(e, c, name, m), *extra).distinct()
    if shape == 4:
        inner = m.select(m.id.alias("key"), getattr(m, TEXTS[name]).alias("value")).alias(f"q{c.at}")
        return inner.select_from(inner.c.value) if hasattr(inner, "select_from") else query
    if shape == 5:
        cte = m.select(m.id, getattr(m, TEXTS[name]).alias("value")).cte(f"c{c.at}")
        return cte.select_from(cte.c.value)
    return query.select(column(e, c, name, m), *extra)


def statement(e: Any, c: Chooser) -> Any:
    """The rows of a random query, or of a table after a random write."""
    kind = c.pick(10)
    if kind == 6:
        left, right = e.Contact.select(e.Contact.bio), e.Note.select(e.Note.body)
        left, right = (q.where(predicate(e, c, q.model, 1)) for q in (left, right))
        return list(((left | right) if c.pick(2) else (left + right)).tuples())
    if kind == 7:
        changes = {"bio": ("x", e.Contact.name, fn.UPPER(e.Contact.name))[c.pick(3)]}
        return e.Contact.update(changes).where(predicate(e, c, e.Contact, 2)).execute()
    if kind == 8:
        return e.Tagging.delete().where(predicate(e, c, e.Tagging, 2)).execute()
    if kind == 9:
        row = {"id": e.mine(60 + c.pick(9)), "tenant_id": 1, "label": f"new {c.pick(5)}"}
        return e.Tag.insert(row).on_conflict_ignore().as_rowcount().execute()
    query = select(e, c)
    return list(query.tuples())


def run(world: World, numbers: list[int]) -> Any:
    """What a random statement gives, and the first tenant's rows after it."""
    box: list[Any] = []
    with world.attacked() as env:

        def body() -> None:
            with env.scope(MINE):
                box.append(statement(env, Chooser(numbers)))

        contextvars.Context().run(body)
    after = world.state()
    assert others(after) == others(world.seeded)
    if world.engine == "sqlite" or after != world.seeded:
        world.restore()
    return [plain(box[0]), own(after)], box[0]


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
@pytest.mark.parametrize("walls", ["both", "fence"])
def test_it_gives_what_stock_peewee_gives_over_one_tenant(
    worlds: Callable[..., World], engine: str, walls: str
) -> None:
    world, oracle = worlds(engine, walls), worlds(engine, None, oracle=True)

    @settings(
        max_examples=120 if engine == "sqlite" else 40,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(st.lists(st.integers(0, 1 << 16), min_size=12, max_size=40))
    def check(numbers: list[int]) -> None:
        expected, _ = run(oracle, numbers)
        found, value = run(world, numbers)
        assert not leaks(value)
        assert found == expected

    check()
