"""Shapes that a CRM needs: the fence lets them through and gives what stock Peewee gives over one tenant."""

# Names of tests are sentences.
# ruff: noqa: D103
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from peewee import EXCLUDED, JOIN, Case, Tuple, Value, Window, fn, prefetch

from tests.db.fence.judge import leaks, own, plain, strike
from tests.db.fence.registry import Attack

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.db.fence.world import World


def upsert(e: Any) -> Any:
    """A row put in place of its like, by its own key."""
    row = {"id": e.mine(70), "tenant_id": 1, "label": "own tag 1"}
    query = e.Tag.insert(row).on_conflict(
        conflict_target=[e.Tag.tenant_id, e.Tag.label], update={e.Tag.label: EXCLUDED.label.concat(" again")}
    )
    query.execute()
    return list(e.Tag.select(e.Tag.label).tuples())


def counter(e: Any) -> Any:
    """A counter's next number: upsert, add one, give it back."""
    row = {"id": e.mine(1), "tenant_id": 1, "name": "n", "size": 1}
    query = e.Company.insert(row).on_conflict(
        conflict_target=[e.Company.id], update={e.Company.size: e.Company.size + 5}
    )
    return list(query.returning(e.Company.size).tuples().execute())


def tree(e: Any) -> Any:
    """A company with everything below it."""
    base = e.Company.select(e.Company.id, Value(0).alias("depth")).where(e.Company.id == e.mine(1))
    cte = base.cte("tree", recursive=True, columns=("id", "depth"))
    child = e.Company.alias("child")
    step = child.select(child.id, cte.c.depth + 1).join(cte, on=(child.parent == cte.c.id))
    full = cte.union_all(step)
    return list(full.select_from(full.c.id, full.c.depth).tuples())


def copied(e: Any) -> Any:
    """Rows made of rows, in one statement."""
    source = e.Contact.select(e.Contact.id + 100, e.Contact.name, e.Contact.company)
    fields = [e.Contact.id, e.Contact.name, e.Contact.company]
    if not e.fenced:
        source = e.Contact.select(e.Contact.id + 100, e.Contact.name, e.Contact.company, Value(1))
        fields.append(e.Contact.tenant_id)
    e.Contact.insert_from(source, fields).execute()


def bulk(e: Any) -> Any:
    """Many rows made and many changed."""
    e.Tag.bulk_create([e.Tag(id=e.mine(n), tenant_id=1, label=f"t{n}") for n in range(70, 75)], batch_size=2)
    rows = list(e.Tag.select().where(e.Tag.id >= e.mine(70)))
    for row in rows:
        row.label += "!"
    return e.Tag.bulk_update(rows, [e.Tag.label], batch_size=2)


def grouped(e: Any) -> Any:
    """Counts by the beginning of a text."""
    part = fn.SUBSTR(e.Contact.name, 1, 3).alias("part")
    return list(e.Contact.select(part, fn.COUNT(e.Contact.id)).group_by(part).tuples())


def nested(e: Any) -> Any:
    """A savepoint rolled back inside a transaction that stands."""
    with e.db.atomic():
        e.Contact.update(bio="kept").where(e.Contact.id == e.mine(1)).execute()
        with e.db.atomic() as point:
            e.Contact.update(bio="lost").where(e.Contact.id == e.mine(2)).execute()
            point.rollback()


SHAPES: dict[str, Callable[[Any], Any]] = {
    "keyset page": lambda e: list(
        e.Contact.select(e.Contact.id)
        .where(Tuple(e.Contact.name, e.Contact.id) > ("own contact 1", e.mine(1)))
        .order_by(e.Contact.name, e.Contact.id)
        .limit(2)
        .tuples()
    ),
    "nulls last": lambda e: list(
        e.Contact.select(e.Contact.id).order_by(e.Contact.company.desc(nulls="LAST"), e.Contact.id).tuples()
    ),
    "left join counted": lambda e: list(
        e.Company.select(e.Company.name, fn.COUNT(e.Contact.id).alias("n"))
        .join(e.Contact, JOIN.LEFT_OUTER)
        .group_by(e.Company.id, e.Company.name)
        .order_by(fn.COUNT(e.Contact.id).desc(), e.Company.name)
        .tuples()
    ),
    "distinct count": lambda e: e.Contact.select(fn.COUNT(e.Contact.company.distinct())).scalar(),
    "coalesce sum": lambda e: e.Company.select(fn.COALESCE(fn.SUM(e.Company.size), 0)).scalar(),
    "contains": lambda e: list(e.Contact.select().where(e.Contact.name.contains("CONTACT 1"))),
    "contains wildcards": lambda e: list(e.Contact.select().where(e.Contact.name.contains("100%_"))),
    "startswith": lambda e: list(e.Contact.select().where(e.Contact.name.startswith("own"))),
    "case": lambda e: list(
        e.Contact.select(Case(None, [(e.Contact.company.is_null(), "alone")], e.Contact.name)).tuples()
    ),
    "row number": lambda e: list(
        e.Contact.select(
            e.Contact.id, fn.ROW_NUMBER().over(partition_by=[e.Contact.company], order_by=[e.Contact.id])
        ).tuples()
    ),
    "running sum": lambda e: list(
        e.Company.select(
            e.Company.id, fn.SUM(e.Company.size).over(order_by=[e.Company.id], start=Window.preceding())
        ).tuples()
    ),
    "filtered count": lambda e: e.Contact.select(fn.COUNT(e.Contact.id).filter(e.Contact.company.is_null())).scalar(),
    "cast": lambda e: list(e.Company.select(e.Company.size.cast("TEXT")).tuples()),
    "lower": lambda e: list(e.Contact.select(fn.LOWER(e.Contact.name)).tuples()),
    "exists": lambda e: list(
        e.Company.select().where(fn.EXISTS(e.Contact.select(e.Contact.id).where(e.Contact.company == e.Company.id)))
    ),
    "union": lambda e: list((e.Contact.select(e.Contact.name) | e.Company.select(e.Company.name)).limit(9).tuples()),
    "prefetch": lambda e: [
        [contact.name for contact in company.contacts]
        for company in prefetch(e.Company.select().order_by(e.Company.id), e.Contact)
    ],
    "page": lambda e: list(e.Contact.select().order_by(e.Contact.id).paginate(2, 2)),
    "deep filter": lambda e: list(e.Note.filter(contact__company__name="own company 1")),
    "get or create": lambda e: e.Tag.get_or_create(label="own tag 1", defaults={"id": e.mine(70), "tenant_id": 1})[1],
    "get or create new": lambda e: e.Tag.get_or_create(label="x", defaults={"id": e.mine(70), "tenant_id": 1})[1],
    "update with own value": lambda e: e.Company.update(size=e.Company.size + 1).execute(),
    "update by subquery": lambda e: (
        e.Contact.update(company=None)
        .where(e.Contact.company.in_(e.Company.select(e.Company.id).where(e.Company.size > 1)))
        .execute()
    ),
    "update returning": lambda e: list(
        e.Contact.update(bio="b").where(e.Contact.id == e.mine(1)).returning(e.Contact.id).tuples().execute()
    ),
    "delete returning": lambda e: list(e.Tagging.delete().returning(e.Tagging.id).tuples().execute()),
    "delete recursive": lambda e: e.Contact.get_by_id(e.mine(1)).delete_instance(recursive=True),
    "concat": lambda e: list(e.Contact.select(e.Contact.name.concat(" <").concat(e.Contact.email)).tuples()),
    "many ids": lambda e: list(e.Contact.select().where(e.Contact.id.in_([e.mine(n) for n in range(500)]))),
    "grouped by a part": grouped,
    "length and trim": lambda e: list(e.Contact.select(fn.LENGTH(fn.TRIM(e.Contact.name))).tuples()),
    "shifted id": lambda e: list(e.Contact.select((e.Contact.id - e.mine(0)).alias("n")).tuples()),
    "min max avg": lambda e: list(e.Company.select(fn.MIN(e.Company.size), fn.MAX(e.Company.size)).tuples()),
    "reload": lambda e: e.Contact.get_by_id(e.mine(1)).company.parent is None,
    "upsert": upsert,
    "counter": counter,
    "tree": tree,
    "copied": copied,
    "bulk": bulk,
    "nested": nested,
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("engine", "walls"), [("sqlite", "both"), ("sqlite", "fence"), ("postgres", "both")])
def test_it_lets_through(worlds: Callable[..., World], engine: str, walls: str, shape: str) -> None:
    attack = Attack(shape, SHAPES[shape])
    expected = strike(worlds(engine, None, oracle=True), attack)
    assert expected.error is None
    found = strike(worlds(engine, walls), attack)
    if found.error is not None:
        pytest.fail(f"refused: {found.error!r}", pytrace=False)
    assert not leaks(found.value)
    assert plain(found.value) == plain(expected.value)
    assert found.after is not None
    assert expected.after is not None
    assert own(found.after) == own(expected.after)
