"""Own write attacks: other table classes, DDL, and the database's own doors."""

# An attack is a name and a body; what it is after stands in both.
# ruff: noqa: D103
# mypy: disable-error-code="attr-defined,misc,no-untyped-call"
from __future__ import annotations

import contextlib
from typing import Any

import peewee as pw
from peewee import SQL, Table, fn

from tests.db.fence.registry import as_other, attack
from tests.support.postgres import OWNER


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
    class Stolen(pw.Model):
        body = pw.TextField()

        class Meta:
            database = e.db
            table_name = "atk_stolen"

    Stolen.create_table()


@attack(ddl=True)
def y58_unregistered_model(e: Any) -> Any:
    class Stolen(pw.Model):
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
