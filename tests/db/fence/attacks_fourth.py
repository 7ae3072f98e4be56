"""Fourth attacks: text below the compiler, second models on a table, ids that the connection remembers."""

# An attack is a name and a body; what it is after stands in both.
# ruff: noqa: D103
# mypy: disable-error-code="attr-defined,misc,no-untyped-call"
from __future__ import annotations

import contextlib
from typing import Any

import peewee as pw
from peewee import SQL, Table, Value

from smallcrm.db import fence
from tests.db.fence.attacks_third import each, liar
from tests.db.fence.registry import as_other, attack
from tests.db.fence.rows import THEIRS

LEVELS = {"postgres": "SERIALIZABLE", "sqlite": "IMMEDIATE"}
AS_OTHER = f"SELECT set_config('app.tenant', '{THEIRS}', false); "
TAMPER = f"UPDATE atk_tag SET label = 'hacked' || id WHERE tenant_id = {THEIRS}"
LOOT = "CREATE TEMP TABLE loot AS SELECT body FROM atk_note"


class Lying(str):
    """A text that gives the driver another one."""

    __slots__ = ("told",)

    def encode(self, *_: Any) -> bytes:  # noqa: D102
        return bytes(self.told, "utf-8")


def lying(text: str, told: str) -> Any:
    made = Lying(text)
    made.told = told
    return made


def several(e: Any) -> list[str]:
    """Ways to say more than how a transaction begins."""
    level = LEVELS[e.engine]
    return [f"{level}; {AS_OTHER}{TAMPER}; COMMIT", f"{level}; {AS_OTHER}{LOOT}; COMMIT", f"{level}; {TAMPER}; COMMIT"]


@attack(compare=False)
def u01_a_transaction_begins_with_more(e: Any) -> Any:
    level = LEVELS[e.engine]
    named = "isolation_level" if e.engine == "postgres" else "lock_type"
    for text in several(e):
        for said in (text, liar(text, level), liar(level, text), lying(level, text), [text], {text: text}):
            for begin in (
                lambda s=said: e.db.begin(s),
                lambda s=said: e.raw().begin(s),
                lambda s=said: e.db.atomic(s).__enter__(),
                lambda s=said: e.raw().transaction(s).__enter__(),
                lambda s=said: e.db.begin(**{named: s}),
                lambda s=said: e.db.transaction(**{named: s}).__enter__(),
                lambda s=said: e.db.atomic(s)(lambda: None)(),
            ):
                each(begin, e.db.rollback, e.raw().pop_transaction)
    return each(lambda: list(e.Tag.select()), lambda: list(Table("loot", ("body",)).bind(e.db).select()))


@attack(compare=False)
def u02_savepoints_that_say_two_things(e: Any) -> Any:
    honest = 'SAVEPOINT "s' + "0" * 32 + '";'
    with contextlib.suppress(Exception), e.db.atomic():
        for text in (*several(e), f"{AS_OTHER}{TAMPER}", TAMPER):
            told = f"{honest} {text}"
            each(
                lambda t=told: e.db.execute_sql(lying(honest, t)),
                lambda t=told: e.db.execute_sql(liar(t, honest)),
                lambda t=told: e.db.execute_sql(t),
                lambda t=text: e.db.run_reviewed(lying("SELECT 1", f"SELECT 1; {t}")) if e.fenced else None,
                lambda t=text: pw._savepoint(e.db, sid=f's"; {t}; --').__enter__(),
                lambda t=text: pw._savepoint(e.db, sid=lying("s" + "0" * 32, t)).__enter__(),
            )
    return each(lambda: list(e.Tag.select()))


@attack(compare=False)
def u03_settings_of_the_database(e: Any) -> Any:
    for text in (*several(e), f"UTC'; {AS_OTHER}{TAMPER}; --", f"UTC'; {TAMPER}; --", f"1; {TAMPER}"):
        each(
            lambda t=text: e.raw().set_time_zone(t),
            lambda t=text: e.raw().set_time_zone(lying("UTC", t)),
            lambda t=text: e.raw().set_isolation_level(t),
            lambda t=text: e.raw().pragma("user_version", t),
            lambda t=text: e.raw().pragma("cache_size", t, permanent=True),
            lambda t=text: e.raw().table_exists("x", schema=f'main"; {t}'),
            lambda t=text: e.raw().get_tables(f'main"; {t}; --'),
            lambda t=text: e.raw().get_columns(f'x"; {t}; --'),
            lambda t=text: e.raw().sequence_exists(t),
            lambda t=text: e.raw().truncate_date(t, e.Note.body),
            lambda t=text: list(e.Note.select(e.raw().extract_date(t, e.Note.body))),
        )
        each(lambda: e.raw().begin(), e.db.rollback)
    with contextlib.suppress(Exception):
        e.raw()._isolation_level = None
    return each(lambda: e.raw().get_tables(), lambda: list(e.Tag.select()))


@attack(compare=False)
def u04_text_of_the_staging_door(e: Any) -> Any:
    if not e.fenced:
        return list(e.Note.select())
    found = []
    for text in (f"{AS_OTHER}{TAMPER}", TAMPER):
        evil = f"text); {text}; --"
        with contextlib.suppress(Exception), fence.bulk_door() as door:
            table = door.table("honest", {"a": "text"})
            other = Table(f"atk_tag; {text}", ("a",))
            each(
                lambda v=evil, d=door: d.table("kind", {"a": liar(v, "text")}),
                lambda v=evil, d=door: d.table("kinds", {"a": liar("text", v)}),
                lambda v=evil, d=door: d.table("column", {liar(f'a" {v}', "a"): "text"}),
                lambda v=evil, d=door: d.table("columns", {liar("a", f'a" {v}'): "text"}),
                lambda d=door, o=other: d.analyze(o),
                lambda d=door, o=other: d.index(o, "a"),
                lambda v=evil, d=door, t=table: d.index(t, liar("a", f'a"); {v}')),
                lambda d=door, o=other: d.fill(o, ["a"], [("x",)]),
                lambda v=evil, d=door, t=table: d.fill(t, [liar("a", f'a") VALUES (1); {v}')], [("x",)]),
                lambda d=door, t=table: d.fill(t, ["a", "TENANT_ID"], [("x", THEIRS)]),
            )
            for name in (f"stage_honest; {text}", liar(f"stage_honest; {text}", "stage_honest"), "atk_tag"):
                table.__name__ = name
                each(lambda d=door, t=table: d.analyze(t), lambda d=door, t=table: d.index(t, "a"))
                found += each(lambda d=door, t=table: d.fill(t, ["a"], [("x",)]))
    return [found, each(lambda: list(e.Tag.select()))]


NAMES = (
    "atk_contact", "ATK_CONTACT", '"atk_contact"', "main.atk_contact", "public.atk_contact", "atk_contact ",
    "atk_note", "atk_account", "atk_usage", "atk_billing", "atk_outward", "sqlite_master", "SQLITE_SCHEMA", "dbstat",
    "pragma_table_list", "pg_class", "pg_stats", "search_contact", "search_contact_content", "search_token", "contact",
    "workspace", "schema_migration", "atk_contact\0", "atk\u017fcontact",
)  # fmt: skip


def second(e: Any, name: str, base: str, schema: str | None = None, **body: Any) -> Any:
    """A second model on a table, of a class of one's own choice."""
    bases = {"reference": "ReferenceModel", "tenant": "TenantModel", "free": "FencedModel", "outward": "OutwardModel"}
    top = getattr(fence, bases[base]) if e.fenced else pw.Model
    options = {"table_name": name, "schema": schema, "primary_key": False}
    meta = type("Meta", (), options if e.fenced else {**options, "database": e.db})
    body = {"name": pw.TextField(), "Meta": meta, "__module__": __name__, **body}
    return type(e.Tag)("Second", (top,), body)


@attack(compare=False, alone="fence")
def u05_a_second_model_on_a_table(e: Any) -> Any:
    found = []
    for name in NAMES:
        for said in (name, liar(name, "atk_reference"), liar("atk_reference", name)):
            for schema in (None, "main", "public", "temp"):
                for base in ("reference", "free", "outward"):
                    with contextlib.suppress(Exception):
                        made = second(e, said, base, schema)
                        found += each(lambda m=made: list(m.select(m.name).tuples()), lambda m=made: m.select().count())
    for options in ({"tenant_column": "name"}, {"tenant_column": "1 OR 1"}, {"packed_id": False}, {"sealed": ("x",)}):
        with contextlib.suppress(Exception):
            made = second(e, "atk_contact", "tenant", fence_options=options)
            found += each(lambda m=made: list(m.select(m.name).tuples()))
    found += each(lambda: list(e.Contact.select()), lambda: list(e.Note.select()))
    return [item for item in found if not isinstance(item, int)]


@attack(compare=False, alone="fence")
def u06_a_model_that_is_renamed(e: Any) -> Any:
    found = []
    for base in ("reference", "free", "tenant"):
        with contextlib.suppress(Exception):
            made = second(e, "atk_reference", base)
            made._meta.set_table_name("atk_contact")
            found += each(lambda m=made: list(m.select(m.name).tuples()))
            made._meta.table_name = "atk_note"
            del made._meta.table
            found += each(lambda m=made: list(m.select(m.name).tuples()), lambda m=made: m.delete().execute())
    return [found, each(lambda: list(e.Contact.select()))]


@attack(compare=False)
def u07_ids_that_the_connection_remembers(e: Any) -> Any:
    tag = e.Tag

    def other() -> Any:
        return tag.insert(id=e.theirs(900), tenant_id=THEIRS, label="newest").execute()

    with contextlib.suppress(Exception):
        as_other(e, other)
    try:
        none = tag.select(tag.id, tag.label).where(tag.id == 0)
        mine = {tag.id: e.mine(1), tag.label: "again", **({} if e.fenced else {tag.tenant_id: 1})}
        found = each(
            lambda: tag.insert_from(none, [tag.id, tag.label]).execute(),
            lambda: tag.insert(mine).on_conflict_ignore().execute(),
            lambda: tag.insert_many([mine]).on_conflict_ignore().execute(),
            lambda: tag.insert(mine).on_conflict(conflict_target=[tag.id], update={tag.label: tag.label}).execute(),
            lambda: e.db.execute(tag.insert(mine).on_conflict_ignore()).lastrowid,
            lambda: e.db.execute(tag.select()).lastrowid,
            lambda: e.db.execute(tag.update(label=tag.label).where(tag.id == 0)).lastrowid,
            lambda: e.db.execute(tag.delete().where(tag.id == 0)).lastrowid,
            lambda: tag.insert_many([]).execute(),
            lambda: e.db.last_insert_id(e.db.execute(tag.select())),
        )
    finally:
        with contextlib.suppress(Exception):
            as_other(e, lambda: tag.delete().where(tag.id == e.theirs(900)).execute())
    return [item for item in found if isinstance(item, int)]


@attack(compare=False, only="postgres")
def u08_the_connection_of_the_owner(e: Any) -> Any:
    if not e.fenced:
        return list(e.Contact.select())
    owners = e.db.databases()[-1]
    hack = e.Tag.update(label="hacked")
    return each(
        lambda: list(owners.execute(e.Contact.select())),
        lambda: owners.run_reviewed("SELECT name FROM atk_contact").fetchall(),
        lambda: owners.run_many(TAMPER, [()]),
        lambda: hack.execute(owners),
        lambda: owners.cursor().execute(TAMPER),
        lambda: owners.connection().execute(TAMPER),
        owners.begin,
    )


@attack(compare=False)
def u09_the_proxy_turned_to_a_plain_database(e: Any) -> Any:
    if not e.fenced:
        return list(e.Contact.select())
    plain: Any = pw.SqliteDatabase(e.place.removeprefix("sqlite:///"))
    if e.engine == "postgres":
        plain = pw.PostgresqlDatabase(e.place, prefer_psycopg3=True)
    box = each(lambda: e.db.initialize(plain), lambda: e.db.open(plain), lambda: e.Contact.bind(plain))
    found = each(lambda: list(e.Contact.select()), lambda: plain.execute(e.Contact.select()).fetchall())
    return [box, found, each(lambda: list(e.db.execute_sql("SELECT * FROM atk_contact")))]


@attack(compare=False, raises=(AttributeError,))
def u10_what_is_no_source_and_no_column(e: Any) -> Any:
    tag = Table("atk_tag")
    number = Table("atk_tag", ("id", "rowid", "oid", "label"))
    return each(
        lambda: list(e.Contact.select().join(SQL("atk_note"))),
        lambda: list(e.Contact.select().join(Value(1), on=SQL("1=1"))),
        lambda: tag.update({"label": "hacked"}).bind(e.db).execute(),
        lambda: tag.update({"label\" = 'hacked' --": "x"}).bind(e.db).execute(),
        lambda: number.update({number.rowid: number.rowid + (1 << 40)}).bind(e.db).execute(),
        lambda: number.insert({number.oid: e.theirs(901), number.label: "x"}).bind(e.db).execute(),
        lambda: e.Tag.update({"label": "hacked"}).execute() if not e.fenced else None,
    )


def behind(e: Any, found: list[Any]) -> Any:
    """What the database gives to whoever is called while it runs a statement."""
    steal = "SELECT name FROM atk_contact"
    found += each(
        lambda: list(e.raw().connection().cursor().execute(steal)),
        lambda: list(e.raw().cursor().execute(steal)),
        lambda: list(e.db.execute_sql(steal)),
        lambda: e.raw().get_tables(),
        lambda: e.raw().pragma("foreign_keys", 0),
    )
    found += each(lambda: e.raw().cursor().execute(TAMPER).rowcount)
    return "x"


@attack(compare=False, alone="fence")
def u11_rows_that_ask_while_they_are_stored(e: Any) -> Any:
    found: list[Any] = []
    if not e.fenced:
        behind(e, found)
        return found
    with contextlib.suppress(Exception), fence.bulk_door() as door:
        table = door.table("asked", {"a": "text"})
        door.fill(table, ["a"], ((behind(e, found),) for _ in range(3)))
    with contextlib.suppress(Exception):
        e.db.run_many("UPDATE atk_tag SET label = label WHERE label = ?", ((behind(e, found),) for _ in range(3)))
    return found


@attack(compare=False, alone="fence")
def u12_values_that_ask_while_they_are_bound(e: Any) -> Any:
    found: list[Any] = []

    class Asking(str):
        __slots__ = ()

        def __conform__(self, _: Any) -> Any:
            return behind(e, found)

        def encode(self, *_: Any) -> bytes:
            return bytes(behind(e, found), "utf-8")

    class AskingToo:
        def __conform__(self, _: Any) -> Any:
            return behind(e, found)

    for value in (Asking("x"), AskingToo()):
        each(
            lambda v=value: list(e.Tag.select().where(e.Tag.label == Value(v, converter=False))),
            lambda v=value: e.Tag.update({e.Tag.label: Value(v, converter=False)}).where(e.Tag.id == 0).execute(),
        )
    if not e.fenced:
        behind(e, found)
    return found


class Twice(tuple[str, ...]):
    """A path that is one table's when it is asked for and another's when it is written."""

    __slots__ = ()

    def __getitem__(self, _: Any) -> Any:
        return "atk_reference"

    def __iter__(self) -> Any:
        return iter(["atk_note"])


class Two(pw.Table):
    """A table that has another name after being asked for it."""

    asked = 0

    @property
    def _path(self) -> Any:
        Two.asked += 1
        return ("atk_reference",) if Two.asked <= 2 else ("atk_note",)

    @_path.setter
    def _path(self, _: Any) -> None:
        Two.asked = 0


class Three(pw.Table):
    """The same without a property."""

    def __getattribute__(self, name: str) -> Any:
        return Two._path.fget(self) if name == "_path" else super().__getattribute__(name)


@attack(compare=False, alone="fence", raises=(AttributeError,))
def u13_a_table_with_two_names(e: Any) -> Any:
    first = Table("atk_reference", ("id", "body"))
    first._path = Twice(["atk_reference"])
    found = each(lambda: list(Table("atk_note", ("id", "body")).bind(e.db).select().tuples())) if not e.fenced else []
    for table in (first, Two("atk_reference", ("id", "body")), Three("atk_reference", ("id", "body"))):
        for _ in range(4):
            Two.asked = 0
            found += each(lambda t=table: list(t.bind(e.db).select(SQL("1"), t.body).tuples()))
            found += each(lambda t=table: list(e.db.execute(pw.Select([t], [t.body]))))
            Two.asked = 1
            found += each(lambda t=table: list(e.db.execute(pw.Select([t], [t.body]))))
    return found
