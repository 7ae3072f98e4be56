"""Own attacks on connections, bindings, models and the tools around Peewee."""

# An attack is a name and a body; what it is after stands in both.
# ruff: noqa: D103
# mypy: disable-error-code="attr-defined,misc,no-untyped-call"
from __future__ import annotations

import contextlib
import copy
from typing import Any

import peewee as pw
from peewee import Select, fn

from tests.db.fence.registry import as_other, attack

PLAIN = "SELECT id, name FROM atk_contact"


def raw_rows(e: Any) -> Any:
    """What the connection shows when it is asked past the compiler."""
    return e.raw()._state.conn.execute(PLAIN).fetchall()


@attack(compare=False)
def z30_connection_context(e: Any) -> Any:
    with contextlib.suppress(Exception):
        e.db.close()
    with e.db.connection_context():
        return list(e.Contact.select())


@attack(compare=False)
def z31_database_as_context(e: Any) -> Any:
    with e.db:
        return list(e.Contact.select())


@attack(only="postgres", compare=False)
def z32_killed_connection(e: Any) -> Any:
    as_other(e, lambda: list(e.Contact.select()))
    with contextlib.suppress(Exception):
        e.raw()._state.conn.close()
    with contextlib.suppress(Exception):
        list(e.Contact.select())
    with contextlib.suppress(Exception):
        e.db.close()
    return list(e.Contact.select())


@attack(alone="wall", only="postgres", compare=False)
def z33_killed_connection_raw(e: Any) -> Any:
    as_other(e, lambda: list(e.Contact.select()))
    with contextlib.suppress(Exception):
        e.raw()._state.conn.close()
    for _ in range(2):
        with contextlib.suppress(Exception):
            list(e.Contact.select())
        with contextlib.suppress(Exception):
            e.db.connect(reuse_if_open=True)
    return raw_rows(e)


@attack(compare=False)
def z34_stock_contexts(e: Any) -> Any:
    raw, found = e.raw(), []
    for make in (pw.Context, lambda: pw.Database.get_sql_context(raw)):
        with contextlib.suppress(Exception):
            sql, params = make().sql(e.Contact.select()).query()
            found.append(raw.execute_sql(sql, params).fetchall())
    return found


@attack(compare=False)
def z35_execute_context_options(e: Any) -> Any:
    options = {"quote": '""', "operations": {"=": "= 0 OR 1 ="}, "value_literals": True}
    return e.db.execute(e.Contact.select().where(e.Contact.id == e.mine(1)), **options).fetchall()


@attack(compare=False)
def z36_operations_changed(e: Any) -> Any:
    raw = e.raw()
    before = dict(raw._operations)
    raw._operations["="] = "= 0 OR id ="
    try:
        return list(e.Contact.select().where(e.Contact.id == e.mine(1)))
    finally:
        raw._operations.clear()
        raw._operations.update(before)


@attack(compare=False)
def z37_field_db_value(e: Any) -> Any:
    field = copy.copy(e.Contact.name)
    field.db_value = lambda _: pw.SQL("name OR 1=1")
    return list(e.Contact.select().where(pw.Expression(field, "=", "x")))


@attack(compare=False)
def z38_virtual_field(e: Any) -> Any:
    class Virtual(pw.VirtualField):
        def __sql__(self, ctx: Any) -> Any:
            return ctx.sql(fn.LOWER(pw.SQL("(SELECT min(body) FROM atk_note)")))

    field = Virtual()
    field.name = field.column_name = "virtual"
    return list(e.Contact.select(field).tuples())


@attack(compare=False)
def z39_composite_key_compare(e: Any) -> Any:
    key = pw.CompositeKey("tenant_id", "id")
    key.model = e.Contact
    return list(e.Contact.select().where(key == (2, e.theirs(1))))


@attack(compare=False)
def z40_bind_model_elsewhere(e: Any) -> Any:
    memory = pw.SqliteDatabase(":memory:")
    before = e.Tag._meta.database
    with contextlib.suppress(Exception):
        e.Tag.bind(memory)
    try:
        return list(e.Tag.select()), list(e.Contact.select())
    finally:
        e.Tag.bind(before)


@attack(compare=False)
def z41_set_table_name(e: Any) -> Any:
    before = e.Tag._meta.table_name
    try:
        e.Tag._meta.set_table_name("atk_account")
        return list(e.Tag.select(pw.Entity("secret")).tuples())
    finally:
        e.Tag._meta.set_table_name(before)


@attack(compare=False)
def z42_set_schema(e: Any) -> Any:
    before = e.Tag._meta.schema
    try:
        e.Tag._meta.schema = 'main"."atk_account" --'
        del e.Tag._meta.table
        return list(e.Tag.select(pw.SQL("*")).tuples())
    finally:
        e.Tag._meta.schema = before
        del e.Tag._meta.table


@attack(compare=False)
def z43_subclass_model(e: Any) -> Any:
    before = e.Contact._meta.table_name
    copycat = type(e.Contact)("Copycat", (e.Contact,), {"Meta": type("Meta", (), {"table_name": before})})
    return list(copycat.select())


@attack(compare=False)
def z44_select_without_tables(e: Any) -> Any:
    return list(Select((), (pw.Value(1),)).bind(e.db).tuples())


@attack(compare=False)
def z45_reflection(e: Any) -> Any:
    from playhouse.reflection import generate_models

    models = generate_models(e.db)
    return [list(models["atk_note"].select().tuples())]


@attack(compare=False)
def z46_dataset(e: Any) -> Any:
    from playhouse.dataset import DataSet

    return list(DataSet(e.raw())["atk_note"].all())


@attack(ddl=True, compare=False)
def z47_migrator(e: Any) -> Any:
    from playhouse.migrate import SchemaMigrator, migrate

    migrator = SchemaMigrator.from_database(e.raw())
    migrate(migrator.drop_not_null("atk_tag", "label"), migrator.rename_table("atk_tag", "atk_gone"))


@attack(compare=False)
def z48_chunked_and_dict_to_model(e: Any) -> Any:
    from playhouse.shortcuts import model_to_dict

    return [model_to_dict(row, recurse=True, backrefs=True) for row in e.Company.select()]


@attack(compare=False)
def z49_reload_foreign(e: Any) -> Any:
    from playhouse.shortcuts import model_to_dict

    row = as_other(e, lambda: e.Contact(id=e.theirs(1), company=e.theirs(1)))
    return model_to_dict(row.company)


@attack(compare=False)
def z50_lazy_foreign_key_of_other(e: Any) -> Any:
    row = as_other(e, lambda: e.Note.get(e.Note.id == e.theirs(1)))
    return row.contact.name, [note.body for note in row.company.notes]


@attack(alone="wall", compare=False)
def z51_stale_stamp_after_bare_rollback(e: Any) -> Any:
    def other() -> None:
        list(e.Contact.select())
        e.db.begin()

    as_other(e, other)
    list(e.Contact.select())
    e.db.rollback()
    return list(e.Contact.select()), raw_rows(e)


@attack(alone="wall", compare=False)
def z52_stale_stamp_after_savepoint(e: Any) -> Any:
    def other() -> None:
        list(e.Contact.select())

    as_other(e, other)
    with e.db.atomic() as outer:
        with contextlib.suppress(ZeroDivisionError), e.db.atomic():
            list(e.Contact.select())
            raise ZeroDivisionError
        outer.rollback()
        list(e.Contact.select())
        return raw_rows(e)


@attack(compare=False)
def z53_bare_begin_scope_change(e: Any) -> Any:
    e.db.begin()
    e.Contact.update(bio="mine").where(e.Contact.id == e.mine(1)).execute()
    as_other(e, lambda: e.Tag.update(label="LEAK again").where(e.Tag.id == e.theirs(1)).execute())
    e.db.commit()
