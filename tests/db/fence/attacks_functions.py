"""Own read attacks: functions, side channels, odd numbers."""

# An attack is a name and a body; what it is after stands in both.
# ruff: noqa: D103
# mypy: disable-error-code="attr-defined,misc,no-untyped-call"
from __future__ import annotations

import contextlib
from typing import Any

import peewee as pw
from peewee import SQL, Cast, Entity, Select, Table, Value, fn

from tests.db.fence.registry import attack

SQLITE_FUNCTIONS = (
    ("load_extension", ("/nowhere",)),
    ("readfile", ("/etc/passwd",)),
    ("writefile", ("/tmp/atk", "x")),  # noqa: S108 - never written
    ("sqlite_compileoption_get", (1,)),
    ("fts3_tokenizer", ("simple",)),
    ("sqlite_version", ()),
    ("eval", ("SELECT body FROM atk_note",)),
    ("edit", ("x",)),
    ("randomblob", (1 << 28,)),
    ("zeroblob", (1 << 28,)),
    ("last_insert_rowid", ()),
    ("changes", ()),
    ("total_changes", ()),
)
POSTGRES_FUNCTIONS = (
    ("pg_read_file", ("/etc/passwd",)),
    ("pg_ls_dir", ("/",)),
    ("pg_stat_file", ("/etc/passwd",)),
    ("pg_sleep", (0,)),
    ("query_to_xml", ("SELECT body FROM atk_note", True, False, "")),
    ("table_to_xml", ("atk_note", True, False, "")),
    ("schema_to_xml", ("public", True, False, "")),
    ("database_to_xml", (True, False, "")),
    ("cursor_to_xml", ("c", 1, True, False, "")),
    ("dblink", ("dbname=postgres", "SELECT 1")),
    ("lo_import", ("/etc/passwd",)),
    ("lo_create", (0,)),
    ("lo_get", (1,)),
    ("current_setting", ("app.tenant",)),
    ("set_config", ("app.tenant", "2", True)),
    ("pg_advisory_lock", (1,)),
    ("pg_terminate_backend", (0,)),
    ("pg_reload_conf", ()),
    ("nextval", ("x",)),
    ("currval", ("x",)),
    ("txid_current", ()),
    ("pg_notify", ("c", "x")),
    ("ts_stat", ("SELECT to_tsvector(body) FROM atk_note",)),
    ("ts_rewrite", ("a", "SELECT body::tsquery, body::tsquery FROM atk_note")),
    ("xpath_table", ("id", "body", "atk_note", "/", "true")),
    ("crosstab", ("SELECT id, body, body FROM atk_note",)),
    ("pg_export_snapshot", ()),
    ("pg_relation_size", ("atk_note",)),
    ("pg_get_viewdef", ("atk_note",)),
    ("has_table_privilege", ("atk_note", "SELECT")),
    ("to_regclass", ("atk_note",)),
    ("row_security_active", ("atk_note",)),
    ("generate_series", (1, 3)),
    ("unnest", ("{1,2}",)),
    ("version", ()),
    ("current_database", ()),
    ("inet_server_addr", ()),
)


def called(e: Any, name: str, arguments: tuple[Any, ...]) -> Any:
    """A function called in the select list and as a source."""
    found = []
    call = getattr(fn, name)(*arguments)
    for query in (
        e.Contact.select(call).limit(1),
        Select((call,), (SQL("*"),)).bind(e.db),
        Select((), (call,)).bind(e.db),
    ):
        with contextlib.suppress(Exception):
            found.append(list(query.tuples()))
    return found


def all_called(e: Any, functions: tuple[tuple[str, tuple[Any, ...]], ...]) -> Any:
    """Every function of a list; the names that were let through."""
    through = [name for name, arguments in functions if called(e, name, arguments)]
    if e.fenced:
        assert through == [], through
        return []
    return ["LEAK", *through]


@attack(only="sqlite", alone="fence", compare=False)
def x81_sqlite_functions(e: Any) -> Any:
    return all_called(e, SQLITE_FUNCTIONS)


@attack(only="postgres", alone="fence", compare=False)
def x82_postgres_functions(e: Any) -> Any:
    return all_called(e, POSTGRES_FUNCTIONS)


@attack(only="postgres", compare=False)
def x83_xml_functions_with_any_case(e: Any) -> Any:
    found = []
    for name in (
        "QUERY_TO_XML",
        "pg_catalog.query_to_xml",
        '"query_to_xml"',
        "query_to_xml ",
        "query_to_xml\n",
    ):
        found += called(e, name, ("SELECT body FROM atk_note", True, False, ""))
    return found


@attack(only="postgres", alone="fence", compare=False)
def x84_set_config_any_case(e: Any) -> Any:
    for name in ("SET_CONFIG", "pg_catalog.set_config", '"set_config"', "set_config\t", "Set_Config"):
        called(e, name, ("app.tenant", "2", False))
    return list(e.Contact.select())


@attack(compare=False)
def x85_table_valued_function(e: Any) -> Any:
    if e.engine == "sqlite":
        sources = [fn.pragma_table_info("atk_note"), fn.json_each('{"a":1}'), fn.pragma_database_list()]
    else:
        sources = [fn.pg_ls_waldir(), fn.pg_show_all_settings(), fn.aclexplode(None)]
    found = []
    for source in sources:
        with contextlib.suppress(Exception):
            found += list(Select((source,), (SQL("*"),)).bind(e.db).tuples())
    return found


@attack(alone="fence", compare=False)
def x86_catalogue_tables(e: Any) -> Any:
    sqlite = (
        "sqlite_schema",
        "sqlite_temp_master",
        "sqlite_temp_schema",
        "dbstat",
        "sqlite_sequence",
        "sqlite_stat1",
    )
    postgres = (
        "pg_class",
        "pg_stat_activity",
        "pg_settings",
        "pg_roles",
        "pg_stats",
        "pg_policies",
        "pg_prepared_statements",
    )
    found = []
    for name in sqlite if e.engine == "sqlite" else postgres:
        with contextlib.suppress(Exception):
            found += list(Table(name).bind(e.db).select(fn.COUNT(SQL("1"))).tuples())
    return [] if not found else ["LEAK"] if e.fenced else found


@attack()
def x87_rowid(e: Any) -> Any:
    name = "rowid" if e.engine == "sqlite" else "ctid"
    return list(e.Contact.select(e.Contact.name).where(Entity(name).is_null(False)).tuples())


@attack(only="postgres", compare=False)
def x88_system_columns(e: Any) -> Any:
    return [str(row) for row in e.Contact.select(Entity("tableoid"), Entity("xmin")).tuples()]


@attack(compare=False)
def x89_cast_error_shows_value(e: Any) -> Any:
    try:
        return list(e.Contact.select(Cast(e.Contact.name, "integer")).where(e.Contact.id == e.mine(99)).tuples())
    except pw.DatabaseError as error:
        return str(error)


@attack()
def x90_division_side_channel(e: Any) -> Any:
    try:
        list(e.Company.select(e.Company.id).where((1 / (e.Company.size - 7_000_001)) > 5).tuples())
    except pw.DatabaseError:
        return ["a row of size 7000001 exists: LEAK"]
    return []


@attack()
def x91_cast_where_side_channel(e: Any) -> Any:
    odd = Cast(Cast(e.Company.name, "text"), "integer") == 5
    try:
        list(e.Company.select(e.Company.id).where(e.Company.id == e.theirs(1), odd).tuples())
    except pw.DatabaseError as error:
        return str(error)
    return []


@attack()
def x92_unique_oracle(e: Any) -> Any:
    try:
        e.Contact.insert(id=e.mine(80), tenant_id=1, name="n", email="LEAK-mail2@example.com").execute()
    except pw.IntegrityError:
        return "somebody has this address"
    return "free"


@attack(compare=False)
def x93_primary_key_oracle(e: Any) -> Any:
    seen = []
    for n in (1, 999):
        try:
            with e.db.atomic():
                e.Contact.insert(id=e.theirs(n), tenant_id=1, name="n").execute()
        except Exception as error:  # noqa: BLE001 - only its type matters
            seen.append(type(error).__name__)
    return ["LEAK" if len(set(seen)) > 1 else "same"] if e.fenced else ["same"]


@attack(compare=False)
def x94_foreign_key_oracle(e: Any) -> Any:
    seen = []
    for n in (1, 999):
        try:
            with e.db.atomic():
                e.Contact.insert(id=e.mine(80), tenant_id=1, name="n", company=e.theirs(n)).execute()
        except Exception as error:  # noqa: BLE001 - only its type matters
            seen.append(type(error).__name__)
    return ["LEAK" if len(set(seen)) > 1 else "same"] if e.fenced else ["same"]


@attack()
def x95_large_and_negative_ids(e: Any) -> Any:
    numbers = (-1, 0, 1 << 63, -(1 << 63), (1 << 64) + e.theirs(1), e.theirs(1) - (1 << 64), 1 << 200)
    found = []
    for number in numbers:
        with contextlib.suppress(Exception):
            found += list(e.Contact.select().where(e.Contact.id == number))
            found += list(e.Contact.select().where(e.Contact.id > number).where(e.Contact.id < 0))
    return found


@attack()
def x96_id_of_odd_types(e: Any) -> Any:
    class Odd(int):
        __hash__ = int.__hash__

        def __eq__(self, other: object) -> bool:
            return True

        def __rshift__(self, other: int) -> int:
            return 1

    found = []
    for key in (Odd(e.theirs(1)), str(e.theirs(1)), float(e.theirs(1)), True, b"1", [e.theirs(1)]):
        with contextlib.suppress(Exception):
            found += list(e.Contact.select().where(e.Contact.id == key))
    return found


@attack()
def x97_tenant_column_condition(e: Any) -> Any:
    return list(
        e.Contact.select(e.Contact.name).where((e.Contact.tenant_id == 2) | (e.Contact.tenant_id != 2)).tuples()
    )


@attack()
def x98_select_tenant_column(e: Any) -> Any:
    return list(e.Contact.select(e.Contact.tenant_id, fn.COUNT(e.Contact.id)).group_by(e.Contact.tenant_id).tuples())


@attack()
def x99_join_on_tenant(e: Any) -> Any:
    other = e.Contact.alias("o")
    on = other.tenant_id != e.Contact.tenant_id
    return list(e.Contact.select(e.Contact.name, other.name).join(other, on=on).tuples())


@attack()
def x100_closed_classes(e: Any) -> Any:
    return [list(e.Account.select()), list(e.Usage.select()), list(e.Billing.select())]


@attack()
def x101_closed_account(e: Any) -> Any:
    return list(e.Account.select(e.Account.secret).tuples())


@attack()
def x102_closed_usage_subquery(e: Any) -> Any:
    inner = e.Usage.select(fn.MAX(e.Usage.detail))
    return list(e.Contact.select(inner).tuples())


@attack()
def x103_closed_billing_join(e: Any) -> Any:
    return list(e.Contact.select(e.Billing.detail).join(e.Billing, on=(e.Billing.id > 0)).tuples())


@attack()
def x104_outward_read(e: Any) -> Any:
    return list(e.Outward.select(e.Outward.body).tuples())


@attack()
def x105_outward_in_where(e: Any) -> Any:
    inner = e.Outward.select(e.Outward.id)
    return list(e.Contact.select(e.Contact.name).where(fn.EXISTS(inner)).tuples())


@attack(compare=False)
def x106_reference_read(e: Any) -> Any:
    return list(e.Reference.select().order_by(e.Reference.id))


@attack(compare=False)
def x107_fts_functions(e: Any) -> Any:
    if e.engine == "sqlite":
        calls = [
            fn.match("x", e.Contact.name),
            fn.bm25(Entity("atk_note")),
            fn.snippet(Entity("atk_note"), 0, "", "", "", 3),
        ]
    else:
        calls = [fn.to_tsvector(e.Contact.name), fn.ts_stat("SELECT to_tsvector(body) FROM atk_note")]
    found = []
    for call in calls:
        with contextlib.suppress(Exception):
            found += list(e.Contact.select(call.cast("text")).tuples())
    return found if e.fenced is False else [row for row in found if "LEAK" in str(row)]


@attack()
def x108_value_is_model_instance(e: Any) -> Any:
    return list(e.Contact.select().where(e.Contact.company == e.Company(id=e.theirs(1))))


@attack()
def x109_like_with_subquery(e: Any) -> Any:
    inner = e.Note.select(fn.MIN(e.Note.body))
    return list(e.Contact.select(e.Contact.name).where(e.Contact.name.contains(inner)).tuples())


@attack()
def x110_concat_chain(e: Any) -> Any:
    inner = e.Note.select(fn.MIN(e.Note.body))
    return list(e.Contact.select(e.Contact.name.concat(Value(" ")).concat(inner)).tuples())
