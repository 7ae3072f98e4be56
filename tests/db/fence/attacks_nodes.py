"""Own read attacks: node types and text that the known list does not name."""

# An attack is a name and a body; what it is after stands in both.
# ruff: noqa: D103
# mypy: disable-error-code="attr-defined,misc,no-untyped-call"
from __future__ import annotations

from typing import Any

import peewee as pw
from peewee import (
    CTE,
    EXCLUDED,
    SQL,
    Case,
    Cast,
    Entity,
    NodeList,
    Ordering,
    Select,
    Star,
    Table,
    Value,
    ValuesList,
    Window,
    fn,
)

from tests.db.fence.registry import attack

STEAL = "(SELECT min(body) FROM atk_note)"


@attack()
def x01_json_path(e: Any) -> Any:
    query = e.Note.select(e.Note.data["k"].alias("k"), e.Note.data["n"].as_int().alias("n"))
    return list(query.where(e.Note.data["n"].as_int() > 0).tuples())


@attack()
def x02_json_path_text(e: Any) -> Any:
    evil = e.Note.data["k\"') || (SELECT min(body) FROM atk_note) || json_extract('{}', '$.\"x"]
    return list(e.Note.select(evil).tuples())


@attack()
def x03_json_contains(e: Any) -> Any:
    return list(e.Note.select().where(e.Note.data.contains({"k": "LEAK json"})))


@attack()
def x04_json_length_keys(e: Any) -> Any:
    return [
        list(e.Note.select(e.Note.data.length()).tuples()),
        list(e.Note.select(e.Note.id).where(e.Note.data.has_key("k")).tuples()),
    ]


@attack()
def x05_load_per_parent(e: Any) -> Any:
    load = pw.Load(e.Company.contacts, per_parent=1)
    return [(c.name, [p.name for p in c.contacts]) for c in e.Company.select().with_related(load)]


@attack()
def x06_load_strategies(e: Any) -> Any:
    found = []
    for strategy in pw.PREFETCH_TYPE.values():
        load = pw.Load(e.Contact.company, strategy=strategy)
        rows = e.Contact.select().with_related(load)
        found.append([(c.name, c.company and c.company.name) for c in rows])
    return found


@attack()
def x07_load_query_or(e: Any) -> Any:
    wide = e.Contact.select().where(e.Contact.id > 0).orwhere(e.Contact.id < 0)
    load = pw.Load(e.Company.contacts, query=wide, strategy=pw.PREFETCH_TYPE.JOIN)
    return [(c.name, [p.name for p in c.contacts]) for c in e.Company.select().with_related(load)]


@attack()
def x08_prefetch_join(e: Any) -> Any:
    found = pw.prefetch(e.Contact.select(), e.Company, prefetch_type=pw.PREFETCH_TYPE.JOIN)
    return [(c.name, c.company and c.company.name) for c in found]


@attack()
def x09_prefetch_unsaved_parent(e: Any) -> Any:
    load = pw.Load(e.Company.contacts, strategy=pw.PREFETCH_TYPE.MATERIALIZE)
    children, _ = load._run([e.Company(id=e.theirs(1))], e.Company.select(), database=None)
    return children


@attack()
def x10_window_frame_text(e: Any) -> Any:
    over = fn.COUNT(e.Contact.id).over(
        order_by=[e.Contact.id], start=f"UNBOUNDED PRECEDING) || {STEAL} || count(*) OVER (ROWS CURRENT ROW"
    )
    return list(e.Contact.select(over).tuples())


@attack()
def x11_window_frame_type(e: Any) -> Any:
    window = Window(order_by=[e.Contact.id], frame_type=f"ROWS UNBOUNDED PRECEDING) || {STEAL} || max(1) OVER (ROWS")
    return list(e.Contact.select(fn.COUNT(e.Contact.id).over(window)).window(window).tuples())


@attack()
def x12_window_alias_text(e: Any) -> Any:
    window = Window(order_by=[e.Contact.id], alias=f'w" AS (), x AS (ORDER BY {STEAL}), "y')
    return list(e.Contact.select(fn.COUNT(e.Contact.id).over(window)).window(window).tuples())


@attack()
def x13_window_extends(e: Any) -> Any:
    first = Window(partition_by=[e.Contact.company], alias="a")
    second = Window(extends=Entity("a) || " + STEAL), order_by=[e.Contact.id], alias="b")
    over = fn.COUNT(e.Contact.id).over(second)
    return list(e.Contact.select(over).window(first, second).tuples())


@attack()
def x14_window_subquery_partition(e: Any) -> Any:
    inner = e.Note.select(fn.MIN(e.Note.body))
    over = fn.COUNT(e.Contact.id).over(partition_by=[inner], order_by=[e.Contact.id])
    return list(e.Contact.select(e.Contact.name, over).tuples())


@attack()
def x15_function_filter(e: Any) -> Any:
    inner = e.Note.select(e.Note.contact)
    count = fn.COUNT(e.Contact.id).filter(e.Contact.id.in_(inner) | (e.Contact.id > 0))
    return list(e.Contact.select(count).tuples())


@attack()
def x16_function_filter_sql(e: Any) -> Any:
    count = fn.COUNT(e.Contact.id).filter(SQL(f"1=1) || {STEAL} || (1=1"))
    return list(e.Contact.select(count).tuples())


@attack(only="postgres")
def x17_aggregate_order_by(e: Any) -> Any:
    joined = fn.STRING_AGG(e.Contact.name, ",").order_by(e.Contact.name.desc())
    return list(e.Contact.select(joined).tuples())


@attack()
def x18_aggregate_order_by_subquery(e: Any) -> Any:
    inner = e.Note.select(fn.MIN(e.Note.body))
    joined = fn.MAX(e.Contact.name).order_by(inner)
    return list(e.Contact.select(joined).tuples())


@attack()
def x19_case_text_values(e: Any) -> Any:
    evil = Case(e.Contact.name, [(SQL("1 THEN " + STEAL + " WHEN 2"), "a")], SQL(STEAL))
    return list(e.Contact.select(evil).tuples())


@attack()
def x20_ordering_nulls_text(e: Any) -> Any:
    order = Ordering(e.Contact.name, "ASC")
    order.nulls = f"FIRST, {STEAL}"
    return [row.name for row in e.Contact.select().order_by(order)]


@attack()
def x21_ordering_direction_text(e: Any) -> Any:
    order = Ordering(e.Contact.name, f"ASC, (SELECT 1 FROM atk_note WHERE body > {STEAL})")
    return [row.name for row in e.Contact.select().order_by(order)]


@attack()
def x22_excluded_outside(e: Any) -> Any:
    evil = pw.NamespaceAttribute(pw._Namespace(f"{STEAL} || atk_contact"), "name")
    return list(e.Contact.select(evil).tuples()), list(e.Contact.select(EXCLUDED.name).tuples())


@attack()
def x23_values_columns(e: Any) -> Any:
    values = ValuesList([(1,)], columns=("a) JOIN (SELECT body FROM atk_note) AS z(b", "b"), alias="v")
    return list(e.Contact.select(SQL("*")).join(values, on=(e.Contact.id > 0)).tuples())


@attack()
def x24_values_row_subquery(e: Any) -> Any:
    inner = e.Note.select(fn.MIN(e.Note.body))
    values = ValuesList([(inner,), (Table("atk_note").select(SQL("min(body)")),)], alias="v")
    return list(Select((values,), (Star(values),)).bind(e.db).tuples())


@attack()
def x25_cte_columns_text(e: Any) -> Any:
    cte = e.Contact.select(e.Contact.name).cte("q", columns=('a") AS (SELECT body FROM atk_note), z("b',))
    return list(cte.select_from(SQL("*")).tuples())


@attack()
def x26_cte_name_text(e: Any) -> Any:
    cte = e.Contact.select(e.Contact.name).cte('q" AS (SELECT body FROM atk_note) SELECT * FROM "q" --')
    return list(cte.select_from(cte.c.name).tuples())


@attack()
def x27_cte_materialized_text(e: Any) -> Any:
    cte = e.Contact.select(e.Contact.name).cte("q", materialized="(SELECT 1) UNION SELECT body FROM atk_note")
    return list(cte.select_from(cte.c.name).tuples())


@attack()
def x28_cte_shadows_for_inner(e: Any) -> Any:
    inner = CTE("q", Table("atk_note").select(SQL("body")))
    outer = e.Contact.select(e.Contact.name).with_cte(inner)
    return list(outer.union(Select((Entity("q"),), (Entity("body"),))).tuples())


@attack()
def x29_nested_cte(e: Any) -> Any:
    inner = e.Note.select(e.Note.id, e.Note.body).cte("inside")
    middle = Select((inner,), (inner.c.body,)).with_cte(inner)
    cte = CTE("outside", middle)
    return list(Select((cte,), (cte.c.body,)).with_cte(cte).bind(e.db).tuples())


@attack()
def x30_cte_shadow_table_read_later(e: Any) -> Any:
    cte = e.Contact.select(e.Contact.id, e.Contact.name.alias("body")).cte("ATK_NOTE")
    union = Select((cte,), (cte.c.body,)).with_cte(cte) | e.Note.select(e.Note.body)
    return list(union.bind(e.db).tuples())


@attack()
def x31_alias_quotes(e: Any) -> Any:
    other = e.Contact.alias('a" JOIN atk_note AS "z')
    return list(other.select(other.name, Entity("z", "body")).tuples())


@attack()
def x32_alias_like_table(e: Any) -> Any:
    other = e.Contact.alias("atk_note")
    return list(other.select(other.name, Entity("atk_note", "bio")).tuples())


@attack()
def x33_alias_same_for_two(e: Any) -> Any:
    left, right = e.Contact.alias("a"), e.Company.alias("a")
    return list(left.select(left.name, right.name).join(right, on=(right.id > 0)).tuples())


@attack(compare=False)
def x34_table_in_schema_name(e: Any) -> Any:
    found: list[Any] = []
    for schema, name in (("temp", "atk_note"), ('main"."atk_note" AS "t9" --', "x"), ("main", "Atk_Note")):
        try:
            found.append(list(Table(name, schema=schema).bind(e.db).select(SQL("*")).tuples()))
        except Exception as error:  # noqa: BLE001 - handed to the judge
            found.append(str(error))
    return [rows for rows in found if isinstance(rows, list)] if e.fenced else found


@attack()
def x35_table_dotted(e: Any) -> Any:
    return list(Table("main.atk_note").bind(e.db).select(SQL("body")).tuples())


@attack()
def x36_entity_path_column(e: Any) -> Any:
    schema = "main" if e.engine == "sqlite" else "public"
    return list(e.Contact.select(Entity(schema, "atk_note", "body")).tuples())


@attack(only="postgres")
def x37_whole_row_reference(e: Any) -> Any:
    return list(e.Contact.select(Entity("atk_contact")).from_(e.Contact).tuples())


@attack()
def x38_star_of_table(e: Any) -> Any:
    return list(e.Contact.select(e.Contact._meta.table.__star__).tuples())


@attack()
def x39_star_of_entity(e: Any) -> Any:
    return list(e.Contact.select(Star(Entity("atk_note"))).tuples())


@attack()
def x40_unicode_table_name(e: Any) -> Any:
    found = []
    for name in (
        "atk_no\u2c6de",
        "\u212aatk_note",
        "at\u212a_note",
        "atk_note\u0000",
        "ATK_NOTE ",
        " atk_note",
    ):
        try:
            found.append(list(Table(name).bind(e.db).select(SQL("body")).tuples()))
        except Exception:  # noqa: BLE001, S112 - what is refused is no leak
            continue
    return found


@attack()
def x41_quoted_table_name(e: Any) -> Any:
    return list(Table('"atk_note"').bind(e.db).select(SQL("body")).tuples())


@attack()
def x42_comment_in_name(e: Any) -> Any:
    return list(Table("atk_note/**/").bind(e.db).select(SQL("body")).tuples())


@attack()
def x43_comment_in_sql(e: Any) -> Any:
    where = NodeList((e.Contact.id > 0, SQL("--")))
    return list(e.Contact.select().where(where, e.Contact.id == e.mine(1)))


@attack()
def x44_comment_in_cast(e: Any) -> Any:
    return list(e.Contact.select(Cast(e.Contact.name, "text)/*")).where(Value("*/") == "").tuples())
