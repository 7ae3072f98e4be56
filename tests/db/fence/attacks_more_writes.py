"""Own write attacks: conflicts, returning, keys."""

# An attack is a name and a body; what it is after stands in both.
# ruff: noqa: D103
# mypy: disable-error-code="attr-defined,misc,no-untyped-call"
from __future__ import annotations

import contextlib
from typing import Any

import peewee as pw
from peewee import EXCLUDED, SQL, Case, Entity, NodeList, Select, Table, Value, fn

from tests.db.fence.registry import as_other, attack


@attack(compare=False, raises=(ValueError,))
def y01_upsert_on_constraint(e: Any) -> Any:
    query = e.Contact.insert(id=e.theirs(4), tenant_id=1, name="n")
    return query.on_conflict(conflict_constraint="atk_contact_pkey", update={e.Contact.name: "stolen"}).execute()


@attack(compare=False, raises=(ValueError,))
def y02_upsert_constraint_text(e: Any) -> Any:
    query = e.Contact.insert(id=e.theirs(4), tenant_id=1, name="n")
    evil = SQL("\"atk_contact_pkey\" DO UPDATE SET name = 'stolen' --")
    return query.on_conflict(conflict_constraint=evil, update={e.Contact.name: "x"}).execute()


@attack(compare=False, raises=(ValueError,))
def y03_upsert_target_text(e: Any) -> Any:
    query = e.Contact.insert(id=e.theirs(4), tenant_id=1, name="n")
    evil = SQL("id) DO UPDATE SET name = 'stolen' --")
    return query.on_conflict(conflict_target=[evil], update={e.Contact.name: "x"}).execute()


@attack(compare=False)
def y04_upsert_moves_tenant(e: Any) -> Any:
    query = e.Contact.insert(id=e.mine(4), tenant_id=1, name="n")
    moved = {e.Contact.tenant_id: EXCLUDED.tenant_id + 1, e.Contact.id: EXCLUDED.id + (1 << 40) + 60}
    return query.on_conflict(conflict_target=[e.Contact.id], update=moved).execute()


@attack(compare=False)
def y05_upsert_subquery(e: Any) -> Any:
    inner = e.Note.select(fn.MIN(e.Note.body))
    query = e.Contact.insert(id=e.mine(4), tenant_id=1, name="n")
    query.on_conflict(conflict_target=[e.Contact.id], update={e.Contact.bio: inner}).execute()
    return list(e.Contact.select())


@attack(compare=False)
def y06_upsert_foreign_reference(e: Any) -> Any:
    query = e.Contact.insert(id=e.mine(4), tenant_id=1, name="n")
    changed = query.on_conflict(conflict_target=[e.Contact.id], update={e.Contact.company: e.theirs(1)})
    return changed.execute()


@attack(compare=False)
def y07_upsert_unique_key(e: Any) -> Any:
    query = e.Contact.insert(id=e.mine(70), tenant_id=1, name="n", email="LEAK-mail2@example.com")
    target = [e.Contact.tenant_id, e.Contact.email]
    query.on_conflict(conflict_target=target, update={e.Contact.name: "stolen"}).execute()


@attack(compare=False)
def y08_upsert_where_text(e: Any) -> Any:
    query = e.Contact.insert(id=e.theirs(4), tenant_id=1, name="n")
    changed = query.on_conflict(
        conflict_target=[e.Contact.id], update={e.Contact.name: "stolen"}, where=SQL("1=1) OR (1=1")
    )
    return changed.execute()


@attack(compare=False, raises=(ValueError,))
def y09_conflict_action_text(e: Any) -> Any:
    query = e.Contact.insert(id=e.theirs(4), tenant_id=1, name="n")
    return query.on_conflict("REPLACE INTO atk_contact VALUES (1,2,3,4,5,6) --").execute()


@attack(compare=False, raises=(ValueError,))
def y10_conflict_actions(e: Any) -> Any:
    for action in ("REPLACE", "replace", "Replace ", "ROLLBACK", "ABORT", "FAIL"):
        with contextlib.suppress(pw.PeeweeException):
            e.Contact.insert(id=e.theirs(4), tenant_id=1, name="stolen").on_conflict(action).execute()


@attack(compare=False)
def y11_update_or_action(e: Any) -> Any:
    e.Contact.update(email="own-mail2@example.com").where(e.Contact.id == e.mine(1)).execute()


@attack()
def y12_update_returning_all(e: Any) -> Any:
    return list(e.Contact.update(bio="x").where(e.Contact.id > 0).returning(e.Contact).execute())


@attack()
def y13_delete_returning_all(e: Any) -> Any:
    return list(e.Tagging.delete().returning(SQL("*")).execute())


@attack(compare=False)
def y14_insert_returning_subquery(e: Any) -> Any:
    inner = e.Note.select(fn.MIN(e.Note.body)).alias("stolen")
    query = e.Contact.insert(id=e.mine(70), tenant_id=1, name="n").returning(inner)
    return list(query.tuples().execute())


@attack()
def y15_update_order_limit(e: Any) -> Any:
    return e.Contact.update(name="x").where(e.Contact.id > 0).order_by(e.Contact.id.desc()).limit(1).execute()


@attack()
def y16_delete_order_subquery(e: Any) -> Any:
    inner = Table("atk_note").select(SQL("max(id)"))
    return e.Contact.delete().order_by(inner).limit(1).execute()


@attack()
def y17_update_from_values(e: Any) -> Any:
    values = pw.ValuesList([(e.theirs(1), "hacked")], columns=("id", "name"), alias="v")
    left = values.c.id if e.engine == "postgres" else Entity("v", "column1")
    return e.Contact.update(name="x").from_(values).where(left == e.Contact.id).execute()


@attack()
def y18_update_from_table_text(e: Any) -> Any:
    query = e.Contact.update(bio=Entity("z", "body")).from_(SQL("atk_note AS z"))
    query.execute()
    return list(e.Contact.select())


@attack()
def y19_update_cte(e: Any) -> Any:
    cte = e.Note.select(e.Note.body).cte("q")
    inner = Select((cte,), (fn.MAX(cte.c.body),))
    e.Contact.update(bio=inner).with_cte(cte).execute()
    return list(e.Contact.select(e.Contact.bio).tuples())


@attack(compare=False)
def y20_update_column_text(e: Any) -> Any:
    changes = {Entity("name\" = 'hacked' WHERE 1=1 --"): "x"}
    return e.Contact.update(changes).execute()


@attack(compare=False)
def y21_update_column_sql(e: Any) -> Any:
    class Column(pw.Entity):
        def __sql__(self, ctx: Any) -> Any:
            return ctx.literal("name = 'hacked' --")

    update = pw.Update(e.Contact._meta.table, {Column("name"): 1})
    return update.bind(e.db).execute()


@attack(compare=False)
def y22_update_tenant_column_case(e: Any) -> Any:
    found = []
    for name in ("TENANT_ID", "Tenant_Id", '"tenant_id"', "tenant_\u0131d", "tenant_id "):
        with contextlib.suppress(Exception):
            moved = pw.Update(e.Contact._meta.table, {Entity(name): 2}).bind(e.db)
            found.append(moved.where(e.Contact.id == e.mine(4)).execute())


@attack(compare=False)
def y23_update_row_column(e: Any) -> Any:
    class Pair(NodeList):
        __hash__ = object.__hash__

    pair = Pair((Entity("tenant_id"), Entity("name")), ", ", parens=True)
    update = pw.Update(e.Contact._meta.table, {pair: pw.Tuple(2, "moved")})
    return update.bind(e.db).where(e.Contact.id == e.mine(4)).execute()


@attack(compare=False)
def y24_update_other_table_where(e: Any) -> Any:
    return e.Contact.update(name="x").where(e.Company.id > 0).execute()


@attack(compare=False)
def y25_delete_other_table_where(e: Any) -> Any:
    return e.Tagging.delete().where(e.Company.id > 0).execute()


@attack(compare=False)
def y26_update_table_alias(e: Any) -> Any:
    other = e.Contact.alias("o")
    return pw.Update(other, {other.name: "hacked"}).bind(e.db).execute()


@attack(compare=False)
def y27_delete_alias(e: Any) -> Any:
    return pw.Delete(e.Tagging.alias("o")).bind(e.db).execute()


@attack(compare=False, raises=(AttributeError,))
def y28_write_to_subquery(e: Any) -> Any:
    return pw.Delete(e.Tagging.select()).bind(e.db).execute()


@attack(compare=False)
def y29_write_to_entity(e: Any) -> Any:
    for target in (Entity("atk_tagging"), SQL("atk_tagging"), Table("atk_tagging", schema="main")):
        with contextlib.suppress(pw.PeeweeException, AttributeError):
            pw.Delete(target).bind(e.db).execute()


@attack(compare=False)
def y30_insert_odd_tenant_values(e: Any) -> Any:
    class Odd(int):
        __hash__ = int.__hash__

        def __eq__(self, other: object) -> bool:
            return True

        def __ne__(self, other: object) -> bool:
            return False

    for tenant in (Odd(2), "2", 2.0, True, "1", 1.5, b"2", (1 << 64) + 2):
        with contextlib.suppress(Exception):
            e.Tag.insert(id=e.theirs(90), tenant_id=tenant, label=f"planted {tenant!r}").execute()


@attack(compare=False)
def y31_insert_odd_ids(e: Any) -> Any:
    for key in (0, -1, 5, e.theirs(90), (1 << 63) - 1, e.mine(0) + (1 << 40), str(e.theirs(91)), None):
        with contextlib.suppress(Exception):
            e.Tag.insert(id=key, label=f"planted {key}").execute()


@attack(compare=False)
def y32_insert_id_expression(e: Any) -> Any:
    for key in (Value(e.theirs(90)), fn.ABS(-e.theirs(90)), Case(None, [(Value(1) == 1, e.theirs(90))])):
        with contextlib.suppress(Exception):
            e.Tag.insert({e.Tag.id: key, e.Tag.label: "planted"}).execute()


@attack(compare=False)
def y33_insert_select_foreign_reference(e: Any) -> Any:
    source = e.Contact.select(e.Contact.id + 100, e.Contact.name, e.Contact.company + (1 << 40))
    fields = [e.Contact.id, e.Contact.name, e.Contact.company]
    return e.Contact.insert_from(source, fields).execute()


@attack(compare=False)
def y34_insert_from_sql(e: Any) -> Any:
    source = SQL("SELECT id + 500, 1, body FROM atk_note")
    pw.Insert(e.Tag._meta.table, source, columns=[e.Tag.id, e.Tag.tenant_id, e.Tag.label]).bind(e.db).execute()
    return list(e.Tag.select(e.Tag.label).tuples())


@attack(compare=False)
def y35_insert_columns_text(e: Any) -> Any:
    columns = [e.Tag.id, Entity('label") SELECT id + 600, body FROM atk_note --')]
    return pw.Insert(e.Tag._meta.table, [(e.mine(90), "x")], columns=columns).bind(e.db).execute()


@attack(compare=False)
def y36_insert_generator_rows(e: Any) -> Any:
    def rows() -> Any:
        yield {"id": e.mine(90), "label": "ok", "tenant_id": 1}
        yield {"id": e.theirs(91), "label": "planted", "tenant_id": 2}

    e.Tag.insert_many(rows()).execute()


@attack(compare=False)
def y37_insert_rows_switch_scope(e: Any) -> Any:
    def rows() -> Any:
        yield {"id": e.mine(90), "label": "ok", "tenant_id": 1}
        list(as_other(e, e.Tag.select))
        yield {"id": e.theirs(91), "label": "planted", "tenant_id": 2}

    e.Tag.insert_many(rows()).execute()


@attack(compare=False)
def y38_insert_default_callable(e: Any) -> Any:
    field = e.Tag._meta.fields["tenant_id"]
    row = e.Tag(id=e.theirs(90), label="planted")
    row.__data__["tenant_id"] = Value(2)
    row._dirty.add("tenant_id")
    return field.name, row.save(force_insert=True)


@attack(compare=False)
def y39_save_primary_key_changed(e: Any) -> Any:
    row = e.Tag.get_by_id(e.mine(1))
    row.id = e.theirs(1)
    row.label = "hacked"
    return row.save()


@attack(compare=False)
def y40_save_only_tenant(e: Any) -> Any:
    row = e.Tag.get_by_id(e.mine(1))
    row.tenant_id = 2
    return row.save(only=[e.Tag.tenant_id])
