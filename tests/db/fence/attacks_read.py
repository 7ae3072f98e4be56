"""Read attacks r01 to r60: selects, joins, subqueries, text fragments."""

# An attack is a name and a body; what it is after stands in both.
# ruff: noqa: D103
# mypy: disable-error-code="attr-defined,misc,no-untyped-call"
from __future__ import annotations

import contextlib
from typing import Any

import peewee as pw
from peewee import CTE, JOIN, SQL, Cast, Entity, Expression, Join, NodeList, Select, Table, Value, fn

from tests.db.fence.registry import attack


@attack()
def r01_select(e: Any) -> Any:
    return list(e.Contact.select())


@attack()
def r02_get_by_foreign_id(e: Any) -> Any:
    return e.Contact.get_by_id(e.theirs(1))


@attack()
def r03_where_or(e: Any) -> Any:
    return list(e.Contact.select().where((e.Contact.id == e.mine(1)) | Value(True) | (e.Contact.id > 0)))


@attack()
def r04_orwhere(e: Any) -> Any:
    return list(e.Contact.select().where(e.Contact.id == e.mine(1)).orwhere(e.Contact.id > 0))


@attack()
def r05_inner_join(e: Any) -> Any:
    return list(e.Contact.select(e.Contact, e.Company).join(e.Company))


@attack()
def r06_join_right_side_unscoped(e: Any) -> Any:
    query = e.Contact.select(e.Contact.name, e.Company.name.alias("other"))
    return list(query.join(e.Company, on=(e.Company.id > 0)).tuples())


@attack()
def r07_left_join(e: Any) -> Any:
    query = e.Contact.select(e.Contact.name, e.Company.name.alias("other"))
    return list(query.join(e.Company, JOIN.LEFT_OUTER, on=(e.Company.size > 0)).tuples())


@attack()
def r08_cross_join(e: Any) -> Any:
    query = e.Contact.select(e.Contact.name, e.Company.name.alias("other"))
    return list(query.join(e.Company, JOIN.CROSS).tuples())


@attack()
def r09_full_or_right_join(e: Any) -> Any:
    seen = []
    for kind in (JOIN.RIGHT_OUTER, JOIN.FULL_OUTER):
        query = e.Contact.select(e.Contact.name, e.Company.name.alias("other"))
        with contextlib.suppress(Exception):
            seen += list(query.join(e.Company, kind, on=(e.Company.id == e.Contact.company)).tuples())
    query = e.Contact.select(e.Company.name).join(e.Company, "RIGHT JOIN", on=(e.Company.id == 0))
    return seen + list(query.tuples())


@attack()
def r10_alias_self_join(e: Any) -> Any:
    parent = e.Company.alias("p")
    query = e.Company.select(e.Company.name, parent.name.alias("up")).join(parent, on=(parent.id > 0))
    return list(query.tuples())


@attack()
def r11_alias_select(e: Any) -> Any:
    other = e.Contact.alias("o")
    return list(other.select(other.name, other.bio).tuples())


@attack()
def r12_subquery_in_select(e: Any) -> Any:
    other = e.Contact.alias()
    return list(e.Company.select(e.Company.name, other.select(fn.MAX(other.bio)).alias("bio")).tuples())


@attack()
def r13_subquery_in_where(e: Any) -> Any:
    inner = e.Company.select(e.Company.id)
    return list(e.Contact.select().where(e.Contact.company.in_(inner)).orwhere(e.Contact.id > 0))


@attack()
def r14_subquery_count_compare(e: Any) -> Any:
    inner = e.Company.select(fn.COUNT(e.Company.id))
    return list(e.Contact.select(e.Contact.name).where(inner > 3).tuples())


@attack()
def r15_subquery_in_from(e: Any) -> Any:
    inner = e.Contact.select(e.Contact.name, e.Contact.bio).alias("q")
    return list(e.Contact.select(inner.c.name, inner.c.bio).from_(inner).tuples())


@attack()
def r16_exists_subquery(e: Any) -> Any:
    other = e.Company.alias()
    inner = other.select(SQL("1")).where(other.size > 1_000_000)
    return list(e.Contact.select(e.Contact.name).where(fn.EXISTS(inner)).tuples())


@attack()
def r17_not_exists(e: Any) -> Any:
    other = e.Company.alias()
    inner = other.select(other.id).where(other.size > 1_000_000)
    return list(e.Contact.select(e.Contact.name).where(~fn.EXISTS(inner)).tuples())


@attack()
def r18_union(e: Any) -> Any:
    return list((e.Contact.select(e.Contact.name) | e.Company.select(e.Company.name)).tuples())


@attack()
def r19_union_via_table(e: Any) -> Any:
    plain = Table("atk_note", ("id", "body"))
    return list((e.Contact.select(e.Contact.name) | plain.select(plain.body)).tuples())


@attack()
def r20_intersect_except(e: Any) -> Any:
    everything = e.Contact.select(e.Contact.name)
    return [
        list((everything & e.Contact.select(e.Contact.name)).tuples()),
        list((everything - e.Contact.select(e.Contact.name).where(e.Contact.id < e.theirs(0))).tuples()),
    ]


@attack()
def r21_cte(e: Any) -> Any:
    cte = e.Contact.select(e.Contact.id, e.Contact.name).cte("people")
    return list(cte.select_from(cte.c.name).tuples())


@attack()
def r22_recursive_cte(e: Any) -> Any:
    base = e.Company.select(e.Company.id, e.Company.name).where(e.Company.parent.is_null())
    cte = base.cte("tree", recursive=True, columns=("id", "name"))
    child = e.Company.alias("child")
    step = child.select(child.id, child.name).join(cte, on=(child.parent == cte.c.id))
    tree = cte.union_all(step)
    return list(tree.select_from(tree.c.id, tree.c.name).tuples())


@attack()
def r23_cte_shadow_undeclared(e: Any) -> Any:
    cte = CTE("atk_note", e.Contact.select(e.Contact.name))
    return list(Select((cte,), (SQL("*"),)).bind(e.db).tuples())


@attack()
def r24_cte_named_like_table(e: Any) -> Any:
    cte = e.Contact.select(e.Contact.id, e.Contact.name).cte("atk_company")
    return list(e.Company.select(e.Company.id, e.Company.name).with_cte(cte).tuples())


@attack()
def r25_window(e: Any) -> Any:
    over = fn.COUNT(e.Contact.id).over(partition_by=[e.Contact.company])
    return list(e.Contact.select(e.Contact.name, over.alias("n")).tuples())


@attack()
def r26_group_having(e: Any) -> Any:
    query = e.Contact.select(e.Contact.company, fn.COUNT(e.Contact.id).alias("n"), fn.MAX(e.Contact.bio))
    return list(query.group_by(e.Contact.company).having(fn.COUNT(e.Contact.id) > 0).tuples())


@attack()
def r27_count(e: Any) -> Any:
    return e.Contact.select().count(), len(e.Contact), len(e.Contact.select())


@attack()
def r28_count_join(e: Any) -> Any:
    return e.Contact.select().join(e.Company, on=(e.Company.id > 0)).count()


@attack()
def r29_scalar(e: Any) -> Any:
    return e.Company.select(fn.SUM(e.Company.size)).scalar()


@attack()
def r30_exists(e: Any) -> Any:
    return e.Company.select().where(e.Company.size > 1_000_000).exists()


@attack()
def r31_iterator(e: Any) -> Any:
    return list(e.Contact.select().iterator())


@attack()
def r32_dicts_tuples_named(e: Any) -> Any:
    query = e.Contact.select(e.Contact.name)
    return [list(query.dicts()), list(query.tuples()), [row.name for row in query.namedtuples()]]


@attack()
def r33_backref_of_foreign(e: Any) -> Any:
    return list(e.Company(id=e.theirs(1)).contacts)


@attack()
def r34_fk_access(e: Any) -> Any:
    return e.Contact(id=e.mine(1), company=e.theirs(1)).company


@attack()
def r35_prefetch(e: Any) -> Any:
    found = pw.prefetch(e.Company.select(), e.Contact.select(), e.Note.select())
    return [(c.name, [(p.name, [n.body for n in p.notes]) for p in c.contacts]) for c in found]


@attack()
def r36_prefetch_plain_model(e: Any) -> Any:
    found = e.Company.select().prefetch(e.Contact, e.Note.alias())
    return [(c.name, [p.name for p in c.contacts]) for c in found]


@attack()
def r37_with_related(e: Any) -> Any:
    found = e.Company.select().with_related(pw.Load(e.Company.contacts).then(e.Contact.notes))
    return [(c.name, [(p.name, [n.body for n in p.notes]) for p in c.contacts]) for c in found]


@attack()
def r38_raw(e: Any) -> Any:
    return list(e.Contact.raw("SELECT * FROM atk_contact"))


@attack()
def r39_sql_fragment_where(e: Any) -> Any:
    return list(e.Contact.select().where(SQL("1=1) OR (1=1")).tuples())


@attack()
def r40_sql_fragment_select(e: Any) -> Any:
    return list(e.Contact.select(SQL("(SELECT group_concat(body) FROM atk_note)")).tuples())


@attack()
def r41_sql_fragment_from(e: Any) -> Any:
    return list(e.Contact.select(SQL("body")).from_(SQL("atk_note")).tuples())


@attack()
def r42_entity_from(e: Any) -> Any:
    return list(e.Contact.select(Entity("body")).from_(Entity("atk_note")).tuples())


@attack()
def r43_table_no_model(e: Any) -> Any:
    plain = Table("atk_note").bind(e.db)
    return list(plain.select(plain.c.body).tuples())


@attack()
def r44_table_uppercase(e: Any) -> Any:
    plain = Table("ATK_NOTE").bind(e.db)
    return list(plain.select(plain.c.body).tuples())


@attack()
def r45_table_schema(e: Any) -> Any:
    schema = "main" if e.engine == "sqlite" else "public"
    plain = Table("atk_note", schema=schema).bind(e.db)
    return list(plain.select(plain.c.body).tuples())


@attack()
def r46_nodelist_from(e: Any) -> Any:
    source = NodeList((Entity("atk_note"), SQL("AS"), Entity("n")))
    return list(e.Contact.select(Entity("n", "body")).from_(source).tuples())


@attack()
def r47_on_glue_injection(e: Any) -> Any:
    on = NodeList((e.Company.id == e.Contact.company, Entity("atk_note")), glue=", ")
    query = e.Contact.select(Entity("atk_note", "body")).join(e.Company, on=on)
    return list(query.tuples())


@attack()
def r48_join_type_injection(e: Any) -> Any:
    source = Join(e.Contact, e.Company, join_type=", atk_note JOIN", on=(e.Company.id > 0))
    return list(e.Contact.select(Entity("atk_note", "body")).from_(source).tuples())


@attack()
def r49_fn_name_injection(e: Any) -> Any:
    evil = pw.Function("(SELECT min(body) FROM atk_note) || lower", ("",))
    return list(e.Contact.select(evil).tuples())


@attack()
def r50_op_injection(e: Any) -> Any:
    evil = Expression(e.Contact.name, "|| (SELECT min(body) FROM atk_note) ||", "")
    return list(e.Contact.select(evil).tuples())


@attack()
def r51_cast_injection(e: Any) -> Any:
    evil = Cast(e.Contact.name, "TEXT) || (SELECT min(body) FROM atk_note) || CAST('' AS TEXT")
    return list(e.Contact.select(evil).tuples())


@attack()
def r52_collate_injection(e: Any) -> Any:
    collation = "NOCASE" if e.engine == "sqlite" else '"C"'
    evil = e.Contact.name.collate(f"{collation} || (SELECT min(body) FROM atk_note)")
    ordered = e.Contact.select(e.Contact.name).order_by(
        e.Contact.name.asc(collation=f"{collation}, (SELECT min(body) FROM atk_note)")
    )
    return [list(e.Contact.select(evil).tuples()), list(ordered.tuples())]


@attack()
def r53_in_table_name(e: Any) -> Any:
    evil = Expression(e.mine(1), "IN", Entity("atk_note"))
    return list(e.Contact.select(e.Contact.name).where(evil).tuples())


@attack()
def r54_nodelist_or_glue(e: Any) -> Any:
    evil = NodeList((e.Contact.id == e.mine(1), e.Contact.id > 0), glue=" OR ")
    return list(e.Contact.select().where(evil))


@attack()
def r55_db_execute_sql(e: Any) -> Any:
    return e.db.execute_sql("SELECT * FROM atk_note").fetchall()


@attack()
def r56_db_cursor(e: Any) -> Any:
    cursor = e.db.cursor()
    cursor.execute("SELECT * FROM atk_note")
    return cursor.fetchall()


@attack()
def r57_db_connection(e: Any) -> Any:
    cursor = e.db.connection().cursor()
    cursor.execute("SELECT * FROM atk_note")
    return cursor.fetchall()


@attack(alone="wall")
def r58_state_conn(e: Any) -> Any:
    e.Contact.select().count()
    cursor = e.raw()._state.conn.cursor()
    cursor.execute("SELECT * FROM atk_note")
    return cursor.fetchall()


@attack()
def r59_db_execute_context(e: Any) -> Any:
    context = pw.Context()
    context.literal("SELECT * FROM atk_note")
    return e.db.execute(context).fetchall()


@attack()
def r60_db_execute_context_own(e: Any) -> Any:
    context = e.db.get_sql_context()
    context._sql.append("SELECT * FROM atk_note")
    return e.db.execute(context).fetchall()
