"""Own read attacks: values, subclasses, copied queries, limits, scopes of names."""

# An attack is a name and a body; what it is after stands in both.
# ruff: noqa: D103
# mypy: disable-error-code="attr-defined,misc,no-untyped-call"
from __future__ import annotations

import copy
from typing import Any

import peewee as pw
from peewee import (
    SQL,
    Context,
    Entity,
    Expression,
    Negated,
    NodeList,
    Select,
    Table,
    Value,
    fn,
)

from tests.db.fence.registry import attack

STEAL = "(SELECT min(body) FROM atk_note)"


@attack()
def x45_value_converter_node(e: Any) -> Any:
    evil = Value("x", converter=lambda _: SQL(STEAL))
    return list(e.Contact.select(evil).tuples())


@attack()
def x46_value_converter_model(e: Any) -> Any:
    evil = Value("x", converter=lambda _: e.Note)
    return list(e.Contact.select(e.Contact.name).where(Expression(e.mine(1), "IN", evil)).tuples())


@attack()
def x47_python_value_is_query(e: Any) -> Any:
    evil = fn.LOWER(e.Contact.name).python_value(lambda _: list(e.Note.select()))
    return list(e.Contact.select(evil.alias("x")).limit(1).tuples())


@attack()
def x48_node_subclass(e: Any) -> Any:
    class Evil(pw.ColumnBase):
        def __sql__(self, ctx: Any) -> Any:
            return ctx.literal(STEAL)

    return list(e.Contact.select(Evil()).tuples())


@attack(alone="wall")
def x49_node_subclass_private_list(e: Any) -> Any:
    class Evil(pw.ColumnBase):
        def __sql__(self, ctx: Any) -> Any:
            ctx._sql.append(STEAL)
            return ctx

    return list(e.Contact.select(Evil()).tuples())


@attack()
def x50_source_subclass(e: Any) -> Any:
    class Evil(Table):
        def __sql__(self, ctx: Any) -> Any:
            return ctx.literal('"atk_note" AS "z"')

    return list(Select((Evil("atk_contact"),), (SQL("*"),)).bind(e.db).tuples())


@attack()
def x51_table_changes_name(e: Any) -> Any:
    table = Table("atk_reference")
    table._path = ("atk_note",)
    return list(table.bind(e.db).select(SQL("*")).tuples())


@attack()
def x52_model_table_changed(e: Any) -> Any:
    table = copy.copy(e.Reference._meta.table)
    table.__name__ = "atk_note"
    table._path = ("atk_note",)
    return list(Select((table,), (SQL("*"),)).bind(e.db).tuples())


@attack()
def x53_str_subclass_name(e: Any) -> Any:
    class Liar(str):
        __slots__ = ()

        def lower(self) -> str:
            return "atk_reference"

        casefold = lower
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            return other == "atk_reference"

    return list(Table(Liar("atk_note")).bind(e.db).select(SQL("*")).tuples())


@attack()
def x54_str_subclass_sql(e: Any) -> Any:
    class Liar(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            return True

    liar = Liar(STEAL)
    return list(e.Contact.select(SQL(liar)).tuples())


@attack()
def x55_str_subclass_operator(e: Any) -> Any:
    class Liar(str):
        __slots__ = ()

        def __hash__(self) -> int:
            return hash("=")

        def __eq__(self, other: object) -> bool:
            return True

        def strip(self, *_: Any) -> str:
            return "="

        upper = lower = strip

    return list(e.Contact.select(Expression(e.Contact.name, Liar(f"|| {STEAL} ||"), "")).tuples())


@attack(raises=(AttributeError,))
def x56_context_as_node(e: Any) -> Any:
    context = Context()
    context._sql.append(STEAL)
    return list(e.Contact.select(context).tuples())


@attack()
def x57_context_from_source(e: Any) -> Any:
    context = Context()
    context._sql.append("atk_note")
    return list(Select((context,), (SQL("*"),)).bind(e.db).tuples())


@attack(alone="wall")
def x58_context_own_class(e: Any) -> Any:
    context = e.raw().context_class(**pw.Database.get_context_options(e.raw()))
    context._sql.append("SELECT * FROM atk_note")
    return e.db.execute(context).fetchall()


@attack()
def x59_copied_query(e: Any) -> Any:
    return list(copy.deepcopy(e.Contact.select())), list(copy.copy(e.Contact.select()))


@attack()
def x60_cached_sql_text(e: Any) -> Any:
    sql, params = e.Contact.select().sql()
    return e.db.execute_sql(sql.replace("tenant_id", "id >= ? OR tenant_id"), [0, *params]).fetchall()


@attack()
def x61_tuple_compare(e: Any) -> Any:
    pair = pw.Tuple(e.Contact.id, e.Contact.tenant_id)
    inner = e.Company.select(e.Company.id, e.Company.tenant_id)
    return list(e.Contact.select(e.Contact.name).where(pair.in_(inner)).tuples())


@attack()
def x62_in_values_query(e: Any) -> Any:
    ids = [e.mine(1), e.theirs(1), SQL("(SELECT max(id) FROM atk_contact)")]
    return list(e.Contact.select().where(e.Contact.id.in_(ids)))


@attack()
def x63_between_text(e: Any) -> Any:
    between = NodeList((0, SQL("AND"), SQL(f"1 OR {STEAL} IS NOT NULL")))
    return list(e.Contact.select().where(Expression(e.Contact.id, "BETWEEN", between)))


@attack()
def x64_distinct_on(e: Any) -> Any:
    inner = e.Note.select(fn.MIN(e.Note.body))
    query = e.Contact.select(e.Contact.name).distinct(inner, e.Contact.id)
    return list(query.tuples())


@attack()
def x65_group_by_alias(e: Any) -> Any:
    name = fn.LOWER(e.Contact.name).alias("low")
    return list(e.Contact.select(name, fn.COUNT(SQL("1"))).group_by(SQL("low")).tuples())


@attack()
def x66_limit_node(e: Any) -> Any:
    inner = Table("atk_note").select(SQL("count(*)"))
    return list(e.Contact.select(e.Contact.name).order_by(e.Contact.id).limit(inner).tuples())


@attack()
def x67_limit_text(e: Any) -> Any:
    query = e.Contact.select(e.Contact.name).limit(SQL("1 UNION SELECT body FROM atk_note"))
    return list(query.tuples())


@attack()
def x68_offset_text(e: Any) -> Any:
    return list(e.Contact.select(e.Contact.name).limit(1).offset(SQL(STEAL)).tuples())


@attack(only="postgres")
def x69_for_update_text(e: Any) -> Any:
    query = e.Contact.select(e.Contact.name).for_update("FOR UPDATE; SELECT body FROM atk_note --")
    return list(query.tuples())


@attack(only="postgres")
def x70_for_update_of(e: Any) -> Any:
    query = e.Contact.select(e.Contact.name).for_update("FOR SHARE", of=Entity("atk_note"))
    return list(query.tuples())


@attack()
def x71_compound_op_text(e: Any) -> Any:
    evil = pw.CompoundSelectQuery(
        e.Contact.select(e.Contact.name),
        "UNION SELECT body FROM atk_note UNION",
        e.Contact.select(e.Contact.name),
    )
    return list(evil.bind(e.db).tuples())


@attack()
def x72_compound_order_subquery(e: Any) -> Any:
    inner = e.Note.select(fn.MIN(e.Note.body))
    union = e.Contact.select(e.Contact.name) | e.Company.select(e.Company.name)
    return list(union.order_by(inner).tuples())


@attack()
def x73_negated_text(e: Any) -> Any:
    return list(e.Contact.select().where(Negated(SQL("0 OR 1=1"))))


@attack()
def x74_bitwise_text(e: Any) -> Any:
    evil = pw.BitwiseNegated(e.Contact.id)
    evil.op = f"{STEAL} || "
    return list(e.Contact.select(evil).tuples())


@attack(compare=False)
def x75_qualified_names(e: Any) -> Any:
    scopes = (pw.SCOPE_NORMAL, pw.SCOPE_SOURCE, pw.SCOPE_VALUES, pw.SCOPE_CTE, pw.SCOPE_COLUMN)
    found = []
    for scope in scopes:
        evil = Expression(e.mine(1), "IN", pw.QualifiedNames(e.Note._meta.table, scope))
        try:
            found += list(e.Contact.select(e.Contact.name).where(evil).tuples())
        except Exception:  # noqa: BLE001, S112 - what is refused is no leak
            continue
    return found if e.fenced else [*found, list(e.Note.select())]


@attack(compare=False)
def x76_qualified_names_from(e: Any) -> Any:
    scopes = (pw.SCOPE_NORMAL, pw.SCOPE_SOURCE, pw.SCOPE_VALUES, pw.SCOPE_CTE)
    found = []
    for scope in scopes:
        source = pw.QualifiedNames(e.Note._meta.table, scope)
        try:
            found += list(Select((source,), (SQL("*"),)).bind(e.db).tuples())
        except Exception:  # noqa: BLE001, S112 - what is refused is no leak
            continue
    return [] if not found else [sorted(found)]


@attack()
def x77_bind_to_and_star(e: Any) -> Any:
    return list(e.Contact.select(e.Contact.name.bind_to(e.Company), e.Contact.bio).tuples())


@attack()
def x78_in_function_model(e: Any) -> Any:
    return list(e.Contact.select(fn.COUNT(e.Note)).tuples())


@attack()
def x79_model_as_value(e: Any) -> Any:
    return list(e.Contact.select(e.Contact.name).where(e.Contact.name == e.Note).tuples())


@attack()
def x80_model_in(e: Any) -> Any:
    return list(e.Contact.select(e.Contact.name).where(e.Contact.id << e.Note).tuples())
