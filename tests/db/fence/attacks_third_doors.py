"""Third attacks on what lasts: names in transactions, lying scopes, listening functions, staging, kept cursors."""

# An attack is a name and a body; what it is after stands in both.
# ruff: noqa: D103
# mypy: disable-error-code="attr-defined,misc,no-untyped-call"
from __future__ import annotations

import contextlib
import copy
import decimal
import sqlite3
from typing import Any

from peewee import SQL, Column, Entity, Table, Value, fn

from smallcrm.db import fence
from tests.db.fence.attacks_third import STEAL, Row, each, liar
from tests.db.fence.attacks_third_writes import Mine, Two, TwoInt
from tests.db.fence.registry import as_other, attack
from tests.db.fence.rows import THEIRS


@attack(compare=False)
def t72_names_in_transactions(e: Any) -> Any:
    evil = "x; DELETE FROM atk_tagging; --"
    tries = [lambda: e.db.savepoint(sid=evil).__enter__(), lambda: e.db.savepoint(sid=liar(evil, "s")).__enter__(),
             lambda: e.db.transaction(evil).__enter__(), lambda: e.db.atomic(evil).__enter__(),
             lambda: e.db.begin(evil),
             lambda: e.db.atomic(lock_type=evil).__enter__(),
             lambda: e.db.begin(f"; UPDATE atk_tag SET label='hacked'; {evil}"),
             lambda: e.db.atomic(isolation_level=f"SERIALIZABLE; {evil}").__enter__(),
             lambda: e.db.transaction("IMMEDIATE TRANSACTION; UPDATE atk_tag SET label = 'hacked'; --").__enter__(),
             lambda: e.db.set_isolation_level(2),
             lambda: e.db.savepoint(sid='s" ; DELETE FROM atk_tagging; --').__enter__()]  # fmt: skip
    for body in tries:
        with contextlib.suppress(Exception):
            body()
        with contextlib.suppress(Exception):
            e.db.commit()
    return list(e.Tag.select())


@attack(compare=False)
def t73_scope_of_a_lying_number(e: Any) -> Any:
    if not e.fenced:
        return list(e.Contact.select())

    def entered(number: Any) -> Any:
        with fence.tenant_scope(number):
            e.Tag.update(label="hacked").execute()
            return list(e.Contact.select())

    class Odd(int):
        __hash__ = int.__hash__
        __eq__ = lambda *_: True  # noqa: E731 - a method of a class
        __ne__ = lambda *_: False  # noqa: E731 - a method of a class
        __str__ = __repr__ = lambda _: "2"
        __int__ = __index__ = lambda _: 2

    numbers: list[Any] = [
        Odd(2),
        Two(1, 2),
        TwoInt(2),
        "2",
        2.0,
        decimal.Decimal(2),
        None,
        Row.FIRST,
        liar("2", "1"),
        "1 OR 1=1",
    ]
    as_mine = each(lambda: entered(Odd(1)))
    return [each(*[lambda n=n: entered(n) for n in numbers]), [row for row in as_mine if row]]


@attack(compare=False, only="sqlite")
def t74_functions_that_listen(e: Any) -> Any:
    heard: list[Any] = []

    def spy(*values: Any) -> Any:
        heard.append([str(value) for value in values])
        return 1

    names = (
        "lower",
        "upper",
        "length",
        "abs",
        "like",
        "regexp",
        "coalesce",
        "substr",
        "json_extract",
        "spy",
        "replace",
    )
    for name in names:
        with contextlib.suppress(Exception):
            e.raw().register_function(spy, name)
        with contextlib.suppress(Exception):
            e.raw().func(name)(spy)
        with contextlib.suppress(Exception):
            e.raw().register_collation(spy, name)
        with contextlib.suppress(Exception):
            e.raw().register_collation(spy, "NOCASE")
    c = e.Contact
    shapes = [c.select().where(getattr(fn, name)(c.name) == 1) for name in names]
    shapes += [
        c.select().where(c.name ** "%x%"),
        c.select().where(c.name.regexp("x")),
        c.select().where(c.name % "*x*"),
    ]
    shapes += [c.select().where(c.name.collate("NOCASE") == "x"), c.select().order_by(c.name.collate("spy"))]
    shapes += [c.select().where(fn.spy(c.name) | (c.id > 0)), c.select().where(c.name.contains("x"))]
    each(*[lambda s=s: list(s) for s in shapes])
    with contextlib.suppress(Exception):
        e.Contact.update(bio="b").where(fn.LOWER(e.Contact.name) == "x").execute()
    return heard


def staging(body: Any) -> Any:
    """`body` with an open door; nothing without a fence."""
    with fence.bulk_door() as door:
        return body(door)


@attack(compare=False, raises=(AttributeError,))
def t75_staging_names(e: Any) -> Any:
    if not e.fenced:
        return list(e.Note.select())
    evil = 'x" AS SELECT body FROM atk_note; --'
    names = (evil, liar(evil, "x"), liar("x", evil), "../atk_note", "", "x\x00", 'x" (y text); DROP TABLE atk_tag; --')
    kinds = (
        "text",
        "text DEFAULT (SELECT 1)",
        liar("text); DELETE FROM atk_tagging; --", "text"),
        "bigint REFERENCES atk_note",
    )

    def body(door: Any) -> Any:
        found = []
        for name in names:
            for kind in kinds:
                for column in ("a", evil, 'a" text); --', "tenant_id", "seq"):
                    with contextlib.suppress(Exception):
                        table = door.table(name, {column: kind})
                        found.append(list(table.select(SQL("*")).bind(e.db).tuples()))
        return found

    return staging(body)


@attack(compare=False, alone="fence", raises=(AttributeError,))
def t76_staging_of_other(e: Any) -> Any:
    if not e.fenced:
        return list(e.Note.select())
    box: list[Any] = []

    def other() -> None:
        with fence.bulk_door() as door:
            table = door.table("kept", {"a": "text"})
            door.fill(table, ["a"], [("LEAK staged",)])
            box.extend([door, table, contextlib.ExitStack()])
            raise ZeroDivisionError

    with contextlib.suppress(Exception):
        as_other(e, other)
    manager = contextlib.ExitStack()
    with contextlib.suppress(Exception):
        as_other(e, lambda: box.append(manager.enter_context(fence.bulk_door())))
    found = []
    for door in [item for item in box if hasattr(item, "fill")]:
        with contextlib.suppress(Exception):
            as_other(e, lambda d=door: d.fill(d.table("open", {"a": "text"}), ["a"], [("LEAK open",)]))
        found += each(lambda d=door: list(d.table("open", {"a": "text"}).select(SQL("*")).bind(e.db).tuples()))
    found += each(lambda: list(box[1].select(box[1].a).bind(e.db).tuples()))
    for name in ("stage_kept", "stage_open", "temp.stage_open"):
        found += each(lambda n=name: list(Table(n, ("a",)).bind(e.db).select().tuples()))
    with contextlib.suppress(Exception):
        manager.close()
    return found


@attack(compare=False, raises=(AttributeError,))
def t77_bulk_load(e: Any) -> Any:
    if not e.fenced:
        return e.Contact.update(name="hacked").execute()
    c = e.Contact
    columns = [[c.id, c.tenant_id, c.name, c.company], ["id", "tenant_id", "name", "company_id"],
               [Column(c._meta.table, n) for n in ("id", "tenant_id", "name", "company_id")],
               [Entity(n) for n in ("id", "tenant_id", "name", "company_id")], [c.id, c.name, c.bio,
               c.company]]  # fmt: skip

    def body(door: Any) -> Any:
        table = door.table("load", {"a": "bigint", "t": "bigint", "name": "text", "company": "bigint"})
        at = 300
        for tenant, shift, company in (
            (1, 1, 2),
            (2, 2, 2),
            (2, 1, 1),
            (1, 2, 1),
            (2, 2, None),
            (2, 1, None),
            (1, 1, "x"),
        ):
            at += 10
            ids = [(shift << 40) + at + n for n in range(2)]
            key = None if company is None else (2 << 40 | 1 if company == "x" else int(company) << 40 | 1)
            with contextlib.suppress(Exception):
                table.delete().bind(e.db).execute()
                door.fill(
                    table, ["a", "t", "name", "company"], [(ids[0], tenant, "p", key), (ids[1], tenant, "p", key)]
                )
            for named in columns:
                for span in (
                    (ids[0], ids[1]),
                    (1 << 40 | at, 1 << 40 | at + 1),
                    (0, 1 << 62),
                    (TwoInt(ids[0]), TwoInt(ids[1])),
                ):
                    for source in (
                        table.select(table.a, table.t, table.name, table.company),
                        e.Note.select(e.Note.id, e.Note.tenant_id, e.Note.body, e.Note.company),
                        SQL("SELECT id, tenant_id, body, company_id FROM atk_note"),
                        table.select(table.a, Value(tenant), SQL(STEAL), Value(str(2 << 40 | 1))),
                    ):
                        for model in (c, c._meta.table, e.Account, e.Contact.alias("z")):
                            with contextlib.suppress(Exception):
                                door.load(model, source, named, span)
        return None

    with contextlib.suppress(AttributeError):
        staging(body)
    return list(c.select())


@attack(compare=False, only="sqlite", alone="wall")
def t78_trigger_alone(e: Any) -> Any:
    e.Tag.update(label="own tag 1").where(e.Tag.id == e.mine(1)).execute()
    connection = e.raw()._state.conn
    theirs, mine = e.theirs(1), e.mine(1)
    for statement in (
        f"UPDATE atk_contact SET company_id = {theirs}", f"UPDATE atk_contact SET company_id = '{theirs}'",
        f"UPDATE atk_contact SET company_id = {theirs}.0", "UPDATE atk_contact SET tenant_id = 2",
        "PRAGMA foreign_keys = OFF",
        "PRAGMA recursive_triggers = OFF", "PRAGMA defer_foreign_keys = ON", "PRAGMA ignore_check_constraints = ON",
        f"UPDATE atk_tag SET rowid = {e.theirs(77)} WHERE id = {mine}", "UPDATE atk_tag SET oid = oid + (1 << 40)",
        f"UPDATE OR REPLACE atk_tag SET id = {theirs} WHERE id = {mine}",
        "UPDATE OR IGNORE atk_tag SET tenant_id = '2'",
        f"UPDATE OR REPLACE atk_tag SET _rowid_ = {theirs} WHERE id = {mine}",
        f"REPLACE INTO atk_tag (id, tenant_id, label) VALUES ({theirs}, 1, 'stolen')",
        f"INSERT INTO atk_tag (rowid, tenant_id, label) VALUES ({e.theirs(78)}, 1, 'planted')",
        f"INSERT INTO atk_tag VALUES ({theirs}, 1, 'x') ON CONFLICT DO UPDATE SET label = 'stolen'",
        f"INSERT INTO atk_tag VALUES ({mine}, 1, 'x') ON CONFLICT (id) DO UPDATE SET tenant_id = 2",
        f"INSERT INTO atk_contact (id, tenant_id, name, company_id) VALUES ({e.mine(79)}, '1', 'n', '{theirs}')",
        f"INSERT INTO atk_contact (id, tenant_id, name, company_id) SELECT {e.mine(80)}, 1, 'n', id FROM atk_company",
        "UPDATE atk_note SET contact_id = x.id FROM atk_contact AS x WHERE x.tenant_id = 2",
        "UPDATE atk_note SET body = x.body FROM atk_note AS x WHERE x.tenant_id <> atk_note.tenant_id",
        "CREATE TEMP TRIGGER z AFTER UPDATE ON atk_tag BEGIN UPDATE atk_note SET body = 'hacked'; END",
        "CREATE TEMP TABLE atk_tagging AS SELECT 1", "DELETE FROM atk_tagging WHERE tenant_id = 2",
        f"DELETE FROM main.atk_tagging WHERE id >= {theirs}", "ATTACH ':memory:' AS m", "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = '' WHERE type = 'trigger'", "DELETE FROM sqlite_schema WHERE type = 'trigger'",
    ):  # fmt: skip
        with contextlib.suppress(sqlite3.Error):
            connection.execute(statement)
    with contextlib.suppress(sqlite3.Error):
        connection.commit()


@attack(compare=False)
def t79_after_commit_with_a_kept_query(e: Any) -> Any:
    box: list[Any] = []
    query, changed = e.Contact.select(), e.Tag.update(label="hacked")

    def other() -> None:
        with e.db.atomic():
            list(e.Contact.select())
            e.db.after_commit(lambda: box.append(query))
            with contextlib.suppress(Exception):
                e.db.after_commit(lambda: e.raw().after_commit(lambda: box.append(list(query))))
            len(query)

    with contextlib.suppress(Exception):
        as_other(e, other)
    with contextlib.suppress(Exception), e.db.atomic():
        e.db.after_commit(lambda: as_other(e, changed.execute) if not e.fenced else None)
        e.db.after_commit(lambda: box.append(list(query)))
    return (
        each(lambda: list(query), lambda: query[0], lambda: len(query), query.get, lambda: query.first(2))
        if e.fenced
        else box
    )


@attack(compare=False, alone="fence")
def t80_cursors_asked_every_way(e: Any) -> Any:
    def other() -> Any:
        wrapper = e.Contact.select().tuples().execute()
        cursor = e.db.execute(e.Contact.select())
        kinds = (e.Contact.select().dicts(), e.Contact.select().namedtuples(), e.Contact.select().objects(dict))
        return (
            wrapper,
            cursor,
            [iter(kind.iterator()) for kind in kinds],
            iter(e.Contact.select()) if not e.fenced else None,
        )

    wrapper, cursor, lazy, _ = as_other(e, other)
    found = each(
        cursor.fetchone, lambda: cursor.fetchmany(9), lambda: list(cursor), lambda: next(cursor), cursor.fetchall
    )
    found += each(
        lambda: copy.copy(wrapper).row_cache,
        lambda: list(wrapper.iterator()),
        lambda: wrapper[0],
        wrapper.fill_cache,
    )
    found += each(lambda: list(wrapper.cursor), wrapper.cursor.fetchall, lambda: list(wrapper.iterate()))
    return found + each(*[lambda row=row: list(row) for row in lazy])


@attack(compare=False)
def t81_bulk_load_into_honest_span(e: Any) -> Any:
    if not e.fenced:
        return e.Tag.insert(id=e.theirs(400), tenant_id=THEIRS, label="planted").execute()
    with fence.bulk_door() as door:
        table = door.table("tags", {"a": "bigint", "t": "bigint", "label": "text"})
        door.fill(table, ["a", "t", "label"], [(e.theirs(400), THEIRS, "planted")])
        source = table.select(table.a, table.t, table.label)
        return door.load(e.Tag, source, [e.Tag.id, e.Tag.tenant_id, e.Tag.label], (e.mine(400), e.mine(400)))


@attack(compare=False)
def t82_bulk_load_of_lying_span(e: Any) -> Any:
    if not e.fenced:
        return e.Tag.insert(id=e.theirs(400), tenant_id=THEIRS, label="planted").execute()
    with fence.bulk_door() as door:
        table = door.table("tags", {"a": "bigint", "t": "bigint", "label": "text"})
        door.fill(table, ["a", "t", "label"], [(e.theirs(400), THEIRS, "planted")])
        source = table.select(table.a, table.t, table.label)
        span = (Mine(e.theirs(1)), Mine(e.theirs(999)))
        return door.load(e.Tag, source, [e.Tag.id, e.Tag.tenant_id, e.Tag.label], span)
