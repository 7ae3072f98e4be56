"""Write attacks w01 to w58: updates, inserts, conflicts."""

# An attack is a name and a body; what it is after stands in both.
# ruff: noqa: D103
# mypy: disable-error-code="attr-defined,misc,no-untyped-call"
from __future__ import annotations

from typing import Any

from peewee import EXCLUDED, SQL, Case, NodeList, Table, Value, fn

from tests.db.fence.registry import as_other, attack


def person(e: Any, n: int = 50, **values: Any) -> dict[str, Any]:
    """The values of a new contact of mine."""
    return {"id": e.mine(n), "name": "new", "tenant_id": 1, **values}


@attack()
def w01_update_all(e: Any) -> Any:
    return e.Contact.update(name="hacked").execute()


@attack()
def w02_update_foreign_id(e: Any) -> Any:
    return e.Contact.update(name="hacked").where(e.Contact.id == e.theirs(1)).execute()


@attack()
def w03_update_or(e: Any) -> Any:
    where = (e.Contact.id == e.mine(1)) | (e.Contact.id > 0)
    return e.Contact.update(name="hacked").where(where).execute()


@attack()
def w04_update_nodelist_or(e: Any) -> Any:
    where = NodeList((e.Contact.id == e.mine(1), e.Contact.id > 0), glue=" OR ")
    return e.Contact.update(name="hacked").where(where).execute()


@attack()
def w05_update_sql_where(e: Any) -> Any:
    return e.Contact.update(name="hacked").where(SQL("1=1) OR (1=1")).execute()


@attack(compare=False)
def w06_update_move_tenant(e: Any) -> Any:
    return e.Contact.update(tenant_id=2).where(e.Contact.id == e.mine(4)).execute()


@attack(compare=False)
def w07_update_move_tenant_expr(e: Any) -> Any:
    moved = {e.Contact.tenant_id: e.Contact.tenant_id + 1, e.Contact.id: e.Contact.id + (1 << 40) + 90}
    return e.Contact.update(moved).where(e.Contact.id == e.mine(4)).execute()


@attack()
def w08_update_from_subquery(e: Any) -> Any:
    inner = e.Note.select(fn.MIN(e.Note.body))
    e.Contact.update(bio=inner).where(e.Contact.id == e.mine(1)).execute()
    return list(e.Contact.select().where(e.Contact.id == e.mine(1)))


@attack()
def w09_update_from_join(e: Any) -> Any:
    query = e.Contact.update(bio=e.Company.name).from_(e.Company).where(e.Company.id == e.theirs(1))
    query.execute()
    return list(e.Contact.select())


@attack(compare=False)
def w10_save_loaded_then_other(e: Any) -> Any:
    row = as_other(e, lambda: e.Contact.get(e.Contact.id == e.theirs(1)))
    row.name = "hacked"
    return row.save()


@attack(compare=False)
def w11_save_dirty_tenant(e: Any) -> Any:
    row = e.Contact.get(e.Contact.id == e.mine(4))
    row.tenant_id = 2
    row.name = "moved"
    return row.save()


@attack(compare=False)
def w12_create_other_tenant(e: Any) -> Any:
    return e.Contact.create(id=e.theirs(50), tenant_id=2, name="planted").name


@attack()
def w13_insert_value_node(e: Any) -> Any:
    return e.Contact.insert(person(e, tenant_id=Value(2))).execute()


@attack()
def w14_insert_expr_tenant(e: Any) -> Any:
    row = person(e, tenant_id=fn.ABS(-2), id=Value(e.mine(50)) + (1 << 40))
    return e.Contact.insert(row).execute()


@attack(compare=False)
def w15_insert_many_dicts(e: Any) -> Any:
    rows = [person(e, 50), {"id": e.theirs(51), "name": "planted", "tenant_id": 2}]
    e.Contact.insert_many(rows).execute()


@attack(compare=False)
def w16_insert_many_tuples(e: Any) -> Any:
    fields = [e.Contact.id, e.Contact.tenant_id, e.Contact.name]
    e.Contact.insert_many([(e.mine(50), 1, "a"), (e.theirs(51), 2, "planted")], fields=fields).execute()


@attack(compare=False)
def w17_insert_many_positional(e: Any) -> Any:
    row = tuple(
        {"id": e.theirs(51), "tenant_id": 2, "name": "planted"}.get(field.name)
        for field in e.Contact._meta.sorted_fields
    )
    e.Contact.insert_many([row], fields=e.Contact._meta.sorted_fields).execute()


@attack(compare=False)
def w18_bulk_create(e: Any) -> Any:
    planted = e.Contact(id=e.theirs(51), tenant_id=2, name="planted")
    e.Contact.bulk_create([e.Contact(id=e.mine(50), tenant_id=1, name="ok"), planted])


@attack(compare=False)
def w19_insert_from_select(e: Any) -> Any:
    source = e.Contact.select(e.Contact.id + (1 << 40) + 80, e.Contact.name, Value(2))
    e.Contact.insert_from(source, [e.Contact.id, e.Contact.name, e.Contact.tenant_id]).execute()


@attack(compare=False)
def w20_insert_from_foreign(e: Any) -> Any:
    source = e.Note.select(e.Note.id + 100, e.Note.body)
    e.Tag.insert_from(source, [e.Tag.id, e.Tag.label]).execute()
    return list(e.Tag.select(e.Tag.label).tuples())


@attack(compare=False)
def w21_insert_from_union(e: Any) -> Any:
    left = e.Note.select(e.Note.id + 100, e.Note.body)
    right = e.Contact.select(e.Contact.id + 200, e.Contact.bio)
    e.Tag.insert_from(left | right, [e.Tag.id, e.Tag.label]).execute()
    return list(e.Tag.select(e.Tag.label).tuples())


@attack(compare=False, raises=(ValueError,))
def w22_replace_steals_pk(e: Any) -> Any:
    return e.Contact.replace(id=e.theirs(4), tenant_id=1, name="stolen").execute()


@attack(compare=False, raises=(ValueError,))
def w23_replace_many_steals_unique(e: Any) -> Any:
    rows = [{"id": e.theirs(4), "tenant_id": 1, "name": "stolen", "email": "shared@example.com"}]
    return e.Contact.replace_many(rows).execute()


@attack(compare=False)
def w24_upsert_update_steals(e: Any) -> Any:
    query = e.Contact.insert(id=e.theirs(4), tenant_id=1, name="new")
    changed = query.on_conflict(conflict_target=[e.Contact.id], update={e.Contact.name: "stolen"})
    return changed.execute()


@attack(compare=False)
def w25_upsert_preserve_steals(e: Any) -> Any:
    query = e.Contact.insert(id=e.theirs(4), tenant_id=1, name="stolen")
    changed = query.on_conflict(conflict_target=[e.Contact.id], preserve=[e.Contact.name, e.Contact.tenant_id])
    return changed.execute()


@attack(compare=False)
def w26_upsert_where_or(e: Any) -> Any:
    query = e.Contact.insert(id=e.theirs(4), tenant_id=1, name="new")
    changed = query.on_conflict(
        conflict_target=[e.Contact.id],
        update={e.Contact.name: "stolen"},
        where=(e.Contact.id > 0) | (EXCLUDED.name == "new"),
    )
    return changed.execute()


@attack(compare=False)
def w27_upsert_read_foreign_via_returning(e: Any) -> Any:
    query = e.Contact.insert(id=e.theirs(4), tenant_id=1, name="new")
    changed = query.on_conflict(conflict_target=[e.Contact.id], update={e.Contact.email: e.Contact.bio}).returning(
        e.Contact
    )
    return list(changed.execute())


@attack()
def w28_on_conflict_ignore(e: Any) -> Any:
    row = person(e, email="LEAK-mail2@example.com")
    return e.Contact.insert(row).on_conflict_ignore().as_rowcount().execute()


@attack()
def w29_bulk_update_foreign(e: Any) -> Any:
    rows = [e.Contact(id=e.theirs(1), name="hacked"), e.Contact(id=e.mine(1), name="ok")]
    return e.Contact.bulk_update(rows, [e.Contact.name])


@attack(compare=False)
def w30_bulk_update_tenant(e: Any) -> Any:
    return e.Contact.bulk_update([e.Contact(id=e.mine(4), tenant_id=2)], [e.Contact.tenant_id])


@attack()
def w31_delete_all(e: Any) -> Any:
    return e.Tagging.delete().execute()


@attack()
def w32_delete_by_id_foreign(e: Any) -> Any:
    return e.Tagging.delete_by_id(e.theirs(1)), e.Tagging.delete_by_id(e.mine(1))


@attack()
def w33_delete_instance_recursive(e: Any) -> Any:
    return e.Contact(id=e.theirs(1), tenant_id=2).delete_instance(recursive=True)


@attack()
def w34_delete_recursive_nullable(e: Any) -> Any:
    return e.Company(id=e.theirs(1), tenant_id=2).delete_instance(recursive=True, delete_nullable=True)


@attack()
def w35_delete_in_subquery(e: Any) -> Any:
    inner = e.Contact.select(e.Contact.id).where(e.Contact.id > 0)
    return e.Tagging.delete().where(e.Tagging.contact.in_(inner)).execute()


@attack()
def w36_set_by_id(e: Any) -> Any:
    e.Contact[e.theirs(1)] = {"name": "hacked"}
    return e.Contact.set_by_id(e.theirs(2), {"name": "hacked"})


@attack()
def w37_get_or_create_foreign_email(e: Any) -> Any:
    defaults = {"id": e.mine(60), "tenant_id": 1, "name": "n"}
    return e.Contact.get_or_create(email="LEAK-mail3@example.com", defaults=defaults)[1]


def table(e: Any) -> Any:
    """The contacts as a table without a model."""
    return Table("atk_contact", ("id", "tenant_id", "name", "bio")).bind(e.db)


@attack()
def w38_table_update(e: Any) -> Any:
    return table(e).update(name="hacked").execute()


@attack()
def w39_table_delete(e: Any) -> Any:
    return Table("atk_tagging", ("id", "tag_id")).bind(e.db).delete().execute()


@attack(compare=False)
def w40_table_insert(e: Any) -> Any:
    return table(e).insert(id=e.theirs(70), tenant_id=2, name="planted").execute()


@attack()
def w41_alias_update(e: Any) -> Any:
    other = e.Contact.alias("o")
    inner = other.select(fn.MAX(other.bio)).where(other.id != e.Contact.id)
    e.Contact.update(bio=inner).where(e.Contact.id > 0).execute()
    return list(e.Contact.select(e.Contact.bio).tuples())


@attack()
def w42_raw_write(e: Any) -> Any:
    return e.db.execute_sql("UPDATE atk_contact SET name = 'hacked'").rowcount


@attack()
def w43_modelraw_write(e: Any) -> Any:
    e.Contact.raw("UPDATE atk_contact SET name = 'hacked'").execute()


@attack()
def w44_truncate(e: Any) -> Any:
    e.Tagging.truncate_table()


@attack(ddl=True)
def w45_drop(e: Any) -> Any:
    e.Tagging.drop_table()


@attack(ddl=True)
def w46_schema_create_as(e: Any) -> Any:
    e.Contact._schema.create_table_as("stolen_copy", e.Contact.select(), safe=False)
    return e.db.execute_sql("SELECT * FROM stolen_copy").fetchall()


@attack(alone="wall")
def w47_state_conn_write(e: Any) -> Any:
    e.Contact.select().count()
    e.raw()._state.conn.execute("UPDATE atk_contact SET name = 'hacked'")


@attack(alone="wall", compare=False)
def w48_state_conn_insert(e: Any) -> Any:
    e.Contact.select().count()
    statement = f"INSERT INTO atk_tag (id, tenant_id, label) VALUES ({e.theirs(77)}, 2, 'planted')"
    e.raw()._state.conn.execute(statement)


@attack(compare=False)
def w49_fk_to_foreign_row(e: Any) -> Any:
    e.Contact.create(id=e.mine(50), tenant_id=1, name="n", company=e.theirs(1))


@attack(compare=False)
def w50_fk_update_to_foreign(e: Any) -> Any:
    return e.Contact.update(company=e.theirs(1)).where(e.Contact.id == e.mine(1)).execute()


@attack(compare=False)
def w51_insert_colname_case(e: Any) -> Any:
    odd = Table("atk_contact", ("id", "TENANT_ID", "name")).bind(e.db)
    return odd.insert({odd.id: e.theirs(71), odd.TENANT_ID: 2, odd.name: "planted"}).execute()


@attack(compare=False)
def w52_insert_dup_column(e: Any) -> Any:
    odd = Table("atk_contact", ("id", "tenant_id", "Tenant_Id", "name")).bind(e.db)
    row = {odd.id: e.theirs(72), odd.tenant_id: 1, odd.Tenant_Id: 2, odd.name: "planted"}
    return odd.insert(row).execute()


@attack(only="postgres")
def w53_cte_write(e: Any) -> Any:
    gone = e.Tagging.delete().returning(e.Tagging.id).cte("gone")
    return list(gone.select_from(gone.c.id).tuples())


@attack(compare=False)
def w54_tx_scope_switch(e: Any) -> Any:
    with e.db.atomic():
        e.Contact.update(name="first").execute()
        as_other(e, lambda: e.Contact.update(name="hacked").execute())
        return list(e.Contact.select())


@attack(compare=False)
def w55_create_then_stolen_instance(e: Any) -> Any:
    row = as_other(e, lambda: e.Contact.get(e.Contact.id == e.theirs(1)))
    row.tenant_id = 1
    row.name = "stolen"
    return row.save(), row.save(force_insert=True)


@attack(compare=False)
def w56_instance_delete_cross(e: Any) -> Any:
    row = as_other(e, lambda: e.Tagging.get(e.Tagging.id == e.theirs(1)))
    return row.delete_instance()


@attack(compare=False)
def w57_default_values(e: Any) -> Any:
    return e.Contact.insert().execute(), e.Contact.insert({}).execute()


@attack()
def w58_update_case_tenant(e: Any) -> Any:
    moved = Case(None, [(e.Contact.id == e.mine(1), 2)], 1)
    return e.Contact.update(tenant_id=moved).execute()
