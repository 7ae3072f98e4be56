"""What of Peewee's database is open in a scope, and what names and columns are whose."""

# Names of tests are sentences.
# ruff: noqa: D103
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw
import pytest

import smallcrm.models.contact  # noqa: F401 - it registers its table
from smallcrm.db import drivers, fence
from smallcrm.db.engine import open_database
from smallcrm.db.fence import doors, writes
from smallcrm.db.fence.engines import FencedPostgres, FencedSqlite
from smallcrm.db.fence.register import APPLICATION, Policy, TableClass, policy_of, register
from smallcrm.db.fence.scope import Kind, Scope
from smallcrm.errors import FenceRefused
from smallcrm.models import all_models
from smallcrm.models.workspace import Workspace

if TYPE_CHECKING:
    from tests.conftest import EngineUrl
    from tests.db.fence.world import Env

OURS = (FencedSqlite, FencedPostgres)


def of_peewee(kind: type) -> list[str]:
    """The public names that a database class has of Peewee and that do something."""
    names = []
    for name in dir(kind):
        found = next(vars(base)[name] for base in kind.__mro__ if name in vars(base))
        does = isinstance(found, property) or (callable(found) and not isinstance(found, type))
        owner = next((base for base in kind.__mro__ if name in vars(base) and base not in OURS), object)
        if does and not name.startswith("_") and owner.__module__ == "peewee":
            names.append(name)
    return names


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Any:
    """A database of each engine that nobody has connected to."""
    if request.param == "sqlite":
        return FencedSqlite(":memory:")
    drivers.load_psycopg()
    return FencedPostgres("postgresql://nobody@localhost/none", prefer_psycopg3=True, role="nobody")


def test_it_shuts_whatever_is_not_on_the_list(database: Any) -> None:
    kept = {name: repr(value) for name, value in vars(database).items()}
    shut = [name for name in of_peewee(type(database)) if name not in doors.OPEN]
    assert {"get_tables", "table_exists", "init", "bind"} <= set(shut)
    with fence.tenant_scope(1):
        for name in shut:
            with pytest.raises(FenceRefused):
                getattr(database, name)("x", "y")  # a property is refused before it can be called
    assert {name: repr(value) for name, value in vars(database).items()} == kept
    assert database.is_closed()


@pytest.mark.parametrize("name", ["foreign_keys", "user_version", "timeout"])
def test_it_shuts_properties_both_ways(name: str) -> None:
    database = FencedSqlite(":memory:")
    with fence.tenant_scope(1):
        with pytest.raises(FenceRefused):
            getattr(database, name)
        with pytest.raises(FenceRefused):
            setattr(database, name, "1; DROP TABLE contact")


def test_it_opens_a_transaction_in_the_ways_of_the_engine(env: Env) -> None:
    level = {"sqlite": "exclusive", "postgres": "Serializable"}[env.engine]
    other = {"sqlite": "SERIALIZABLE", "postgres": "IMMEDIATE"}[env.engine]
    with fence.tenant_scope(1), env.db.atomic(level):
        assert env.Tag.select().count()
    with fence.tenant_scope(1), pytest.raises(FenceRefused, match="cannot begin so"):
        env.db.begin(other)
    with fence.system_scope("also there"), pytest.raises(FenceRefused):
        env.db.begin(f"{level}; SELECT 1")


@pytest.mark.parametrize("engine_url", ["postgres"], indirect=True)
def test_it_gives_the_server_one_statement_at_a_time(engine_url: EngineUrl) -> None:
    open_database(engine_url.url, engine_url.system_url)
    with fence.system_scope("even there"):
        assert fence.proxy.execute_sql("SELECT 1").fetchall() == [(1,)]
        with pytest.raises(pw.ProgrammingError, match="multiple commands"):
            fence.proxy.execute_sql("SELECT 1; SELECT 2")
    with fence.tenant_scope(1), pytest.raises(pw.ProgrammingError, match="multiple commands"):
        fence.proxy.run_reviewed("SELECT set_config('app.tenant', '2', false); SELECT 2")


def test_it_knows_every_table_of_the_application() -> None:
    assert {model._meta.table_name for model in all_models()} == APPLICATION


@pytest.mark.parametrize(
    "name",
    [
        "contact",
        "saved_view",
        "search_token",
        "search_deal",
        "search_x",
        "schema_migration",
        "sqlite_master",
        "pg_class",
    ],
)
@pytest.mark.parametrize("cls", [TableClass.REFERENCE, TableClass.OUTWARD, TableClass.ACCOUNT])
def test_it_keeps_the_class_of_a_table(name: str, cls: TableClass) -> None:
    """Whether or not its own model is imported yet."""
    with pytest.raises(FenceRefused, match="cannot be registered"):
        register(Policy(name, cls))


@pytest.mark.parametrize("name", ["Contact", "main.contact", '"contact"', "contact ", "kontakt\0", "con;tact", "", "ı"])
def test_it_refuses_other_spellings(name: str) -> None:
    with pytest.raises(FenceRefused, match="Not a name"):
        register(Policy(name, TableClass.TENANT))


def test_a_second_model_of_the_same_class_is_as_fenced_as_the_first() -> None:
    class Half(fence.TenantModel):
        name = pw.TextField()

        class Meta:
            table_name = "contact"

    assert policy_of("contact") == Policy("contact", TableClass.TENANT)
    assert Half._meta.table_name == "contact"


def test_in_a_scope_no_table_is_opened_to_everybody() -> None:
    with fence.tenant_scope(1), pytest.raises(FenceRefused, match="opened to everybody"):
        register(Policy("of_nobody_yet", TableClass.REFERENCE))


def test_what_cannot_be_joined_or_written_is_refused_by_the_fence(env: Env) -> None:
    text: Any = pw.SQL
    bare: Any = pw.Table("atk_tag")
    numbered: Any = pw.Table("atk_tag", ("id", "rowid"))
    with fence.tenant_scope(1):
        shapes: tuple[Any, ...] = (
            lambda: env.Contact.select().join(text("atk_note")),
            lambda: bare.update({"label": "x"}).bind(env.db).execute(),
            lambda: numbered.update({"rowid": 1}).bind(env.db).execute(),
        )
        for shape in shapes:
            with pytest.raises(FenceRefused):
                shape()


def rendered(who: Scope, query: Any) -> Any:
    """The write as the fence changes it, its rows looked at."""
    if isinstance(query, pw.Update):
        return writes.fenced_update(who, query)
    return list(writes.fenced_insert(who, query)._insert)


@pytest.mark.parametrize("key", [Workspace.slug, "slug", "SLUG"])
def test_a_scope_cannot_ask_for_the_slugs_of_others(key: Any) -> None:
    who = Scope(Kind.TENANT, 1)
    shapes: Any = pw
    for query in (
        shapes.Update(Workspace, {key: "taken"}),
        shapes.Insert(Workspace, {Workspace.id: 1, key: "taken"}),
        shapes.Insert(Workspace, [(1, "taken")], columns=[Workspace.id, key]),
    ):
        with pytest.raises(FenceRefused, match="system scope only"):
            rendered(who, query)
    assert rendered(who, shapes.Update(Workspace, {Workspace.name: "Mine"})) is not None
