"""Own write attacks: conflicts, returning, keys, DDL and the database's own doors."""

from __future__ import annotations

import contextlib
from typing import Any

import peewee as pw
from peewee import EXCLUDED, SQL, Case, Entity, NodeList, Select, Table, Value, fn

from tests.db.fence.registry import as_other, attack
from tests.support.postgres import OWNER


@attack(compare=False, raises=(ValueError,))
def y01_upsert_on_constraint(e: Any) -> Any:
    query = e.Contact.insert(id=e.theirs(4), tenant_id=1, name="n")
    return query.on_conflict(
        conflict_constraint="atk_contact_pkey", update={e.Contact.name: "stolen"}
    ).execute()


@attack(compare=False, raises=(ValueError,))
def y02_upsert_constraint_text(e: Any) -> Any:
    query = e.Contact.insert(id=e.theirs(4), tenant_id=1, name="n")
    evil = SQL('"atk_contact_pkey" DO UPDATE SET name = \'stolen\' --')
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
    inner = e.Note.select(fn.MAX(e.Note.body))
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
    inner = e.Note.select(fn.MAX(e.Note.body)).alias("stolen")
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
    changes = {Entity('name" = \'hacked\' WHERE 1=1 --'): "x"}
    return e.Contact.update(changes).execute()


@attack(compare=False)
def y21_update_column_sql(e: Any) -> Any:
    class Column(pw.Entity):  # type: ignore[misc]
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
    class Pair(NodeList):  # type: ignore[misc]
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
        list(as_other(e, lambda: e.Tag.select()))
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


@attack(compare=False)
def y41_reference_write(e: Any) -> Any:
    return e.Reference.update(label="hacked").execute()


@attack(compare=False)
def y42_reference_insert(e: Any) -> Any:
    return e.Reference.insert(id=9, label="planted").execute()


@attack(compare=False)
def y43_reference_delete(e: Any) -> Any:
    return e.Reference.delete().execute()


@attack(compare=False)
def y44_account_write(e: Any) -> Any:
    return e.Account.update(secret="hacked").execute()


@attack(compare=False)
def y45_account_insert(e: Any) -> Any:
    return e.Account.insert(id=9, user_id=11, secret="planted").execute()


@attack(compare=False)
def y46_usage_write(e: Any) -> Any:
    with contextlib.suppress(Exception):
        e.Usage.insert(id=9, detail="planted").execute()
    return e.Usage.delete().execute()


@attack(compare=False)
def y47_billing_write(e: Any) -> Any:
    with contextlib.suppress(Exception):
        e.Billing.insert(id=9, detail="planted").execute()
    return e.Billing.update(detail="hacked").execute()


@attack(compare=False)
def y48_outward_update(e: Any) -> Any:
    return e.Outward.update(body="hacked").execute()


@attack(compare=False)
def y49_outward_delete(e: Any) -> Any:
    return e.Outward.delete().execute()


@attack(compare=False)
def y50_outward_other_tenant(e: Any) -> Any:
    return e.Outward.insert(id=90, tenant_id=2, body="planted").execute()


@attack(compare=False)
def y51_outward_user(e: Any) -> Any:
    return e.Outward.insert(id=90, user_id=12, body="planted").execute()


@attack(compare=False)
def y52_outward_returning(e: Any) -> Any:
    inner = e.Outward.select(fn.MAX(e.Outward.body))
    return list(e.Outward.insert(id=90, body="b").returning(inner).tuples().execute())


@attack(compare=False)
def y53_outward_upsert(e: Any) -> Any:
    query = e.Outward.insert(id=1, body="stolen")
    return query.on_conflict(conflict_target=[e.Outward.id], update={e.Outward.body: "stolen"}).execute()


@attack(compare=False)
def y54_outward_from_select(e: Any) -> Any:
    source = e.Note.select(e.Note.id, e.Note.body)
    e.Outward.insert_from(source, [e.Outward.id, e.Outward.body]).execute()


@attack(ddl=True)
def y55_create_index(e: Any) -> Any:
    e.db.execute(e.Contact.index(e.Contact.name, name="stolen_index"))


@attack(ddl=True)
def y56_create_index_expression(e: Any) -> Any:
    e.db.execute(pw.Index("stolen_index", e.Contact._meta.table, ["name) SELECT 1 --"], using="btree"))


@attack(ddl=True)
def y57_create_all(e: Any) -> Any:
    class Stolen(pw.Model):  # type: ignore[misc]
        body = pw.TextField()

        class Meta:
            database = e.db
            table_name = "atk_stolen"

    Stolen.create_table()


@attack(ddl=True)
def y58_unregistered_model(e: Any) -> Any:
    class Stolen(pw.Model):  # type: ignore[misc]
        body = pw.TextField()

        class Meta:
            database = e.db
            table_name = "atk_note"
            primary_key = False

    return list(Stolen.select())


@attack(ddl=True, compare=False)
def y59_drop_tables(e: Any) -> Any:
    e.db.drop_tables([e.Tagging, e.Note])


@attack(ddl=True, compare=False)
def y60_multiple_statements(e: Any) -> Any:
    return e.db.execute_sql("SELECT 1; DELETE FROM atk_tagging").fetchall()


@attack(only="sqlite", ddl=True, compare=False)
def y61_attach(e: Any) -> Any:
    e.db.attach(e.place.removeprefix("sqlite:///"), "other")
    return list(Table("atk_note", schema="other").bind(e.db).select(SQL("*")).tuples())


@attack(only="sqlite", ddl=True, compare=False)
def y62_pragmas(e: Any) -> Any:
    for pragma in ("writable_schema", "ignore_check_constraints", "recursive_triggers", "user_version"):
        with contextlib.suppress(Exception):
            e.db.pragma(pragma, 1)
    with contextlib.suppress(Exception):
        e.db.foreign_keys = 0
    e.Contact.update(company=e.theirs(1)).where(e.Contact.id == e.mine(1)).execute()


@attack(only="sqlite", compare=False)
def y63_register_function(e: Any) -> Any:
    names = ("fence_tenant", "tenant", "app_tenant", "fence", "abs", "lower")
    for name in names:
        with contextlib.suppress(Exception):
            e.db.register_function(lambda *_: 2, name)
    for name in names:
        with contextlib.suppress(Exception):
            e.db.register_function(lambda: 0, name, 0)
    e.Contact.update(name="hacked").where(e.Contact.id > 0).execute()
    return list(e.Contact.select())


@attack(only="sqlite", compare=False)
def y64_iterdump_backup(e: Any) -> Any:
    with contextlib.suppress(pw.PeeweeException):
        e.Contact.select().count()
    return list(e.db.connection().iterdump())


@attack(only="sqlite", compare=False)
def y65_blob_and_serialize(e: Any) -> Any:
    return bytes(e.db.connection().serialize())


@attack(only="sqlite", compare=False)
def y66_load_extension(e: Any) -> Any:
    e.db.load_extension("/nowhere/evil")


@attack(only="postgres", ddl=True, compare=False)
def y67_postgres_doors(e: Any) -> Any:
    statements = (
        "SET row_security = off",
        f"SET ROLE {OWNER}",
        f"SET SESSION AUTHORIZATION {OWNER}",
        "ALTER TABLE atk_contact DISABLE ROW LEVEL SECURITY",
        "DROP POLICY fence_own ON atk_contact",
        "COPY atk_contact TO STDOUT",
        "TRUNCATE atk_tagging",
        "CREATE TEMP TABLE atk_contact (id bigint)",
        "GRANT ALL ON atk_contact TO PUBLIC",
        "DO $$ BEGIN UPDATE atk_contact SET name = 'hacked'; END $$",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "LISTEN x",
        "VACUUM atk_contact",
        "CREATE TRIGGER t BEFORE INSERT ON atk_contact EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "LOCK TABLE atk_contact IN ACCESS EXCLUSIVE MODE",
    )
    for statement in statements:
        with contextlib.suppress(Exception):
            e.db.execute_sql(statement)
    return list(e.Contact.select())


@attack(only="postgres", alone="wall", ddl=True, compare=False)
def y68_postgres_doors_past_compiler(e: Any) -> Any:
    list(e.Contact.select())
    connection = e.raw()._state.conn
    for statement in (
        "SET row_security = off",
        f"SET ROLE {OWNER}",
        f"SET SESSION AUTHORIZATION {OWNER}",
        "ALTER TABLE atk_contact DISABLE ROW LEVEL SECURITY",
        "DROP POLICY fence_own ON atk_contact",
        "TRUNCATE atk_tagging",
        "CREATE TABLE public.stolen (id bigint)",
        "GRANT ALL ON atk_contact TO PUBLIC",
        "UPDATE atk_contact SET tenant_id = 2 WHERE id % 7 = 1",
        "UPDATE atk_contact SET name = 'hacked'",
        "DELETE FROM atk_outward",
        "INSERT INTO atk_outward (id, tenant_id, body) VALUES (90, 2, 'planted')",
        "UPDATE atk_account SET secret = 'hacked'",
        "DELETE FROM atk_usage",
        "INSERT INTO atk_billing (id, detail) VALUES (90, 'planted')",
        "UPDATE atk_reference SET label = 'hacked'",
        "COPY atk_contact FROM PROGRAM 'echo 1'",
    ):
        with contextlib.suppress(Exception):
            connection.execute(statement)
    found = []
    for table in ("contact", "account", "usage", "billing", "outward", "note"):
        with contextlib.suppress(Exception):
            found += connection.execute(f"SELECT * FROM atk_{table}").fetchall()
    return found


@attack(only="sqlite", alone="wall", compare=False)
def y69_sqlite_doors_past_compiler(e: Any) -> Any:
    e.Tag.update(label="own tag 1").where(e.Tag.id == e.mine(1)).execute()
    connection = e.raw()._state.conn
    for statement in (
        "UPDATE atk_contact SET name = 'hacked'",
        "UPDATE OR REPLACE atk_contact SET id = id + 1",
        "DELETE FROM atk_tagging",
        "DELETE FROM atk_outward",
        "INSERT INTO atk_outward (id, tenant_id, body) VALUES (90, 2, 'planted')",
        "INSERT OR REPLACE INTO atk_contact (id, tenant_id, name) VALUES (2199023255553, 1, 'stolen')",
        "REPLACE INTO atk_tag (id, tenant_id, label) VALUES (2199023255553, 2, 'stolen')",
        "UPDATE atk_account SET secret = 'hacked'",
        "DELETE FROM atk_usage",
        "INSERT INTO atk_billing (id, detail) VALUES (90, 'planted')",
        "UPDATE atk_reference SET label = 'hacked'",
    ):
        with contextlib.suppress(Exception):
            connection.execute(statement)


@attack()
def y70_replace_by_own_unique_key(e: Any) -> Any:
    row = {"id": e.mine(90), "tenant_id": 1, "name": "n", "email": "shared@example.com"}
    with contextlib.suppress(pw.PeeweeException):
        e.Contact.insert(row).execute()


@attack(compare=False)
def y71_delete_cascades(e: Any) -> Any:
    return e.Company.delete().where(e.Company.id > 0).execute()


@attack(compare=False)
def y72_many_to_many(e: Any) -> Any:
    field = pw.ManyToManyField(e.Tag, backref="people", through_model=e.Tagging)
    field.bind(e.Contact, "labels") if hasattr(field, "bind") else None
    try:
        person = e.Contact(id=e.theirs(1))
        found = [tag.label for tag in person.labels]
        person.labels.add([e.theirs(2)])
        person.labels.clear()
        return found
    finally:
        with contextlib.suppress(AttributeError):
            delattr(e.Contact, "labels")
        e.Contact._meta.manytomany.pop("labels", None)
        with contextlib.suppress(AttributeError):
            delattr(e.Tag, "people")


@attack(compare=False)
def y73_write_through_returning_cte(e: Any) -> Any:
    moved = e.Tagging.update(tag=e.theirs(1)).returning(e.Tagging.id).cte("moved")
    return list(moved.select_from(moved.c.id).tuples())


@attack(compare=False)
def y74_self_reference_foreign(e: Any) -> Any:
    e.Company.create(id=e.mine(90), tenant_id=1, name="n", parent=e.theirs(1))


@attack(compare=False)
def y75_bulk_create_foreign_reference(e: Any) -> Any:
    e.Note.bulk_create([e.Note(id=e.mine(90), tenant_id=1, body="b", contact=e.theirs(1))])


@attack(compare=False)
def y76_reference_by_instance(e: Any) -> Any:
    other = as_other(e, lambda: e.Company.get(e.Company.id == e.theirs(1)))
    e.Contact.create(id=e.mine(90), tenant_id=1, name="n", company=other)


@attack(compare=False)
def y77_json_update_foreign(e: Any) -> Any:
    e.Note.update(data=e.Note.data["n"].set(5)).where(e.Note.id > 0).execute()
    return list(e.Note.select())
