"""Read attacks r61 to r95: other databases, scopes, caches, odd nodes."""

# An attack is a name and a body; what it is after stands in both.
# ruff: noqa: D103
# mypy: disable-error-code="attr-defined,misc,no-untyped-call"
from __future__ import annotations

import asyncio
import threading
from typing import Any

import peewee as pw
from peewee import CTE, JOIN, SQL, Case, Entity, Expression, NodeList, Select, Table, Value, ValuesList, fn

from tests.db.fence.registry import as_other, attack
from tests.db.fence.rows import THEIRS


def stranger(e: Any) -> Any:
    """A stock Peewee database over the same place."""
    if e.engine == "sqlite":
        return pw.SqliteDatabase(e.place.removeprefix("sqlite:///"))
    return pw.PostgresqlDatabase(e.place, prefer_psycopg3=True, options="-c lock_timeout=200")


@attack(alone="fence")
def r61_query_execute_other_db(e: Any) -> Any:
    return list(e.Contact.select().execute(stranger(e)))


@attack(alone="fence")
def r62_bind_other_db(e: Any) -> Any:
    other = stranger(e)
    with e.Contact.bind_ctx(other):
        return list(e.Contact.select())


@attack(alone="fence")
def r63_alias_other_db(e: Any) -> Any:
    alias = e.Contact.alias("a")
    return list(alias.select().bind(stranger(e)))


@attack(alone="fence", compare=False)
def r64_generator_after_scope(e: Any) -> Any:
    rows = as_other(e, lambda: e.Contact.select().iterator())
    return list(rows)


@attack(alone="fence", compare=False)
def r65_module_level_query_cache(e: Any) -> Any:
    query = e.Contact.select()
    as_other(e, lambda: list(query))
    return list(query)


@attack(alone="fence", compare=False)
def r66_cached_len_getitem(e: Any) -> Any:
    query = e.Contact.select()
    as_other(e, lambda: list(query))
    return query[0], query[:2], len(query)


@attack(compare=False)
def r67_thread_no_scope(e: Any) -> Any:
    box: list[Any] = []

    def other() -> None:
        try:
            box.append(list(e.Contact.select()))
        except Exception as error:  # noqa: BLE001 - handed to the judge
            box.append(error)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    return box


@attack(compare=False)
def r68_asyncio_tasks_two_tenants(e: Any) -> Any:
    async def read(wait: float) -> Any:
        await asyncio.sleep(wait)
        first = list(e.Contact.select())
        await asyncio.sleep(wait)
        return first + list(e.Contact.select())

    async def switch() -> Any:
        with e.scope(THEIRS):
            return await read(0.001)

    async def both() -> Any:
        return await asyncio.gather(read(0.001), switch(), return_exceptions=True)

    return asyncio.run(both())


@attack(compare=False)
def r69_nested_other_scope(e: Any) -> Any:
    with e.scope(THEIRS):
        return list(e.Contact.select())


@attack(compare=False)
def r70_nested_system_scope(e: Any) -> Any:
    with e.system():
        return list(e.Contact.select())


@attack(compare=False)
def r71_unbound(e: Any) -> Any:
    box: list[Any] = []

    def other() -> None:
        for shape in (e.Contact.select().count, e.Contact.select().first):
            try:
                box.append(shape())
            except Exception as error:  # noqa: BLE001 - handed to the judge
                box.append(error)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert not e.fenced or all(isinstance(item, Exception) for item in box[:2])
    return [item for item in box if isinstance(item, pw.Model | int)]


@attack(compare=False, raises=(TypeError, ValueError))
def r72_unbound_none_tenant(e: Any) -> Any:
    with e.scope(None):
        return list(e.Contact.select())


@attack(compare=False)
def r73_get_tables(e: Any) -> Any:
    return e.db.get_tables(), e.db.get_columns("atk_note"), e.db.get_indexes("atk_note")


@attack()
def r74_returning_subselect(e: Any) -> Any:
    inner = e.Note.select(fn.MIN(e.Note.body))
    query = e.Contact.update(bio="x").where(e.Contact.id == e.mine(1)).returning(inner)
    return list(query.tuples().execute())


@attack()
def r75_case_subquery(e: Any) -> Any:
    inner = e.Note.select(fn.MIN(e.Note.body))
    evil = Case(None, [(e.Contact.id > 0, inner)], "nothing")
    return list(e.Contact.select(e.Contact.name, evil).tuples())


@attack()
def r76_order_by_subquery(e: Any) -> Any:
    other = e.Company.alias()
    rank = other.select(fn.COUNT(other.id)).where(other.size > e.Company.size)
    return [row.name for row in e.Company.select().order_by(rank, e.Company.id)]


@attack()
def r77_values_join(e: Any) -> Any:
    values = ValuesList([(e.mine(1),), (e.theirs(1),)], columns=("id",), alias="v")
    if e.engine == "postgres":
        query = e.Contact.select(e.Contact.name).join(values, on=(values.c.id == e.Contact.id))
    else:
        query = e.Contact.select(e.Contact.name).join(values, on=(Entity("v", "column1") == e.Contact.id))
    return list(query.tuples())


@attack()
def r78_fk_filter_traversal(e: Any) -> Any:
    return list(e.Note.filter(contact__company__size__gt=1_000_000))


@attack()
def r79_query_in_fn_arg(e: Any) -> Any:
    inner = e.Note.select(fn.MIN(e.Note.body))
    return list(e.Contact.select(fn.UPPER(inner)).limit(1).tuples())


@attack()
def r80_peek_first_get(e: Any) -> Any:
    query = e.Contact.select().order_by(e.Contact.id.desc())
    return query.peek(n=2), query.first(), query.get(), query.clone().where(e.Contact.id > 0).get_or_none()


@attack()
def r81_lateral_or_correlated(e: Any) -> Any:
    other = e.Note.alias("n")
    inner = other.select(fn.MAX(other.body)).where(other.contact != e.Contact.id)
    seen: list[Any] = [list(e.Contact.select(e.Contact.name, inner).tuples())]
    if e.engine == "postgres":
        side = other.select(other.body).where(other.contact != e.Contact.id).lateral().alias("side")
        query = e.Contact.select(e.Contact.name, side.c.body).join(side, JOIN.LEFT_LATERAL)
        seen.append(list(query.tuples()))
    return seen


@attack()
def r82_select_from_wrapped(e: Any) -> Any:
    query = e.Contact.select(e.Contact.name, e.Contact.bio)
    return list(query.select_from(query.c.name, query.c.bio).tuples())


@attack()
def r83_objects_noop(e: Any) -> Any:
    return list(e.Contact.select().objects()), list(e.Contact.select().objects(dict)), list(e.Contact.noop())


@attack(raises=(AttributeError,))
def r84_sql_values_union_raw(e: Any) -> Any:
    return list((e.Contact.select(e.Contact.name) | SQL("SELECT body FROM atk_note")).tuples())


@attack()
def r85_glue_from(e: Any) -> Any:
    evil = NodeList((Entity("body"), Entity("atk_note")), glue=" FROM ")
    return list(Select((), (evil,)).bind(e.db).tuples())


@attack()
def r86_op_from_flat(e: Any) -> Any:
    evil = Expression(Entity("body"), "FROM", Entity("atk_note"), flat=True)
    return list(Select((), (evil,)).bind(e.db).tuples())


@attack()
def r87_on_glue_cross_join(e: Any) -> Any:
    on = NodeList((e.Company.id > 0, Entity("atk_note")), glue=" CROSS JOIN ")
    return list(e.Contact.select(Entity("atk_note", "body")).join(e.Company, on=on).tuples())


@attack()
def r88_cte_glue_in_body(e: Any) -> Any:
    inner = Select((), (NodeList((Entity("body"), Entity("atk_note")), glue=" FROM "),))
    cte = CTE("stolen", inner, columns=("body",))
    return list(Select((cte,), (cte.c.body,)).with_cte(cte).bind(e.db).tuples())


@attack(only="postgres")
def r89_pg_query_to_xml(e: Any) -> Any:
    evil = fn.query_to_xml("SELECT * FROM atk_note", True, False, "").cast("text")
    return list(e.Contact.select(evil).limit(1).tuples())


@attack(only="postgres", alone="fence", compare=False)
def r90_set_config_then_read(e: Any) -> Any:
    names = ("app.tenant", "app.tenant_id", "app.account", "app.user_id", "smallcrm.tenant")
    for name in names:
        list(Select((), (fn.set_config(name, "2", False),)).bind(e.db).tuples())
    list(e.Contact.select(*[fn.set_config(name, "2", False) for name in names]).tuples())
    return list(e.Contact.select())


@attack()
def r91_value_literals(e: Any) -> Any:
    evil = pw.ValueLiterals(Value(e.mine(1), converter=lambda _: _Sneaky()))
    return list(e.Contact.select(evil).tuples())


class _Sneaky:
    """A value whose text is a query."""

    def __str__(self) -> str:
        return "(SELECT min(body) FROM atk_note)"


@attack()
def r92_pragma_or_master(e: Any) -> Any:
    if e.engine == "postgres":
        stats = Table("pg_stats").bind(e.db)
        return list(stats.select(SQL("*")).where(stats.c.tablename.startswith("atk")).tuples())
    return list(Table("sqlite_master").bind(e.db).select(SQL("*")).tuples()), e.db.pragma("user_version")


@attack()
def r93_in_alias_name(e: Any) -> Any:
    evil = e.Contact.name.alias('x", (SELECT min(body) FROM atk_note) AS "y')
    return list(e.Contact.select(evil).tuples())


@attack()
def r94_left_join_null_leak(e: Any) -> Any:
    query = e.Contact.select(e.Contact.name, e.Company.name.alias("c"), e.Company.id)
    joined = query.join(e.Company, JOIN.LEFT_OUTER, on=(e.Company.id != e.Contact.company))
    return list(joined.where(e.Company.id.is_null() | (e.Company.size > 5)).tuples())


@attack(compare=False)
def r95_query_str(e: Any) -> Any:
    return str(e.Contact.select()), repr(e.Contact.select()), e.Contact.select().sql()[0]
