"""The rules of scopes: what binds, what narrows, what never changes, and who starts unbound."""

# Names of tests are sentences.
# ruff: noqa: D103, PT012
from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import contextvars
import itertools
import logging
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

import peewee as pw
import psycopg
import pytest

from smallcrm.db import fence
from smallcrm.errors import Conflict, FenceError, ScopeConflict, TenantMismatch, TenantNotBound
from tests.db.fence.rows import MINE, MY_USER, THEIRS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.db.fence.world import Env

UNBOUND: dict[str, Callable[[Any], Any]] = {
    "select": lambda e: list(e.Contact.select()),
    "get": lambda e: e.Contact.get_by_id(e.mine(1)),
    "count": lambda e: e.Contact.select().count(),
    "reference": lambda e: list(e.Reference.select()),
    "update": lambda e: e.Contact.update(name="x").execute(),
    "insert": lambda e: e.Tag.insert(id=e.mine(9), tenant_id=1, label="x").execute(),
    "delete": lambda e: e.Tagging.delete().execute(),
    "outward": lambda e: e.Outward.insert(id=9, body="x").execute(),
    "atomic": lambda e: e.db.atomic().__enter__(),
    "transaction": lambda e: e.db.transaction().__enter__(),
    "begin": lambda e: e.db.begin(),
    "execute_sql": lambda e: e.db.execute_sql("SELECT 1"),
    "cursor": lambda e: e.db.cursor(),
    "connection": lambda e: e.db.connection(),
    "connect": lambda e: e.db.connect(),
    "create_table": lambda e: e.Tag.create_table(),
    "get_tables": lambda e: e.db.get_tables(),
}


def names(e: Any) -> list[str]:
    """The contacts that the bound scope shows."""
    return sorted(row.name for row in e.Contact.select())


OWN = [f"own contact {n}" for n in (1, 2, 3, 4)]
OTHER = [f"LEAK contact {n}" for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("shape", UNBOUND)
def test_it_refuses_everything_unbound(env: Env, shape: str) -> None:
    with pytest.raises(TenantNotBound):
        UNBOUND[shape](env)


def test_it_refuses_to_ask_for_the_scope_unbound() -> None:
    with pytest.raises(TenantNotBound):
        fence.current()


@pytest.mark.parametrize("tenant", [None, "1", 1.0, True, 0, -1, b"1", [1], 1 << 40, object()])
def test_it_refuses_what_is_no_tenant(env: Env, tenant: Any) -> None:
    with pytest.raises((FenceError, TypeError, ValueError)), fence.tenant_scope(tenant):
        names(env)


@pytest.mark.parametrize("reason", ["", None, " "])
def test_it_refuses_a_system_scope_without_a_reason(env: Env, reason: Any) -> None:
    with pytest.raises((FenceError, TypeError, ValueError)), fence.system_scope(reason):
        names(env)


def test_it_logs_a_system_scope_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), fence.system_scope("count the sheep"):
        pass
    assert "count the sheep" in caplog.text


def test_it_shows_each_tenant_its_own_rows_in_turn(env: Env) -> None:
    for tenant, expected in itertools.islice(itertools.cycle([(MINE, OWN), (THEIRS, OTHER)]), 6):
        with fence.tenant_scope(tenant):
            assert names(env) == expected


def test_it_shows_all_rows_in_a_system_scope(env: Env) -> None:
    with fence.system_scope("test"):
        assert names(env) == sorted(OWN + OTHER)


SCOPES: dict[str, Callable[[], Any]] = {
    "tenant": lambda: fence.tenant_scope(MINE),
    "other": lambda: fence.tenant_scope(THEIRS),
    "account": lambda: fence.account_scope(MY_USER),
    "other account": lambda: fence.account_scope(MY_USER + 1),
    "system": lambda: fence.system_scope("test"),
}
NARROWS = {
    ("tenant", "tenant"),
    ("other", "other"),
    ("account", "account"),
    ("system", "tenant"),
    ("system", "other"),
}
SAME = {("other account", "other account"), ("system", "system")}


@pytest.mark.usefixtures("env")
@pytest.mark.parametrize(("outer", "inner"), sorted(set(itertools.product(SCOPES, SCOPES)) - NARROWS - SAME))
def test_it_never_widens_or_switches(outer: str, inner: str) -> None:
    with SCOPES[outer]():
        before = fence.current()
        with pytest.raises(ScopeConflict), SCOPES[inner]():
            pytest.fail("the scope was let in")
        assert fence.current() == before


@pytest.mark.usefixtures("env")
@pytest.mark.parametrize(("outer", "inner"), sorted(NARROWS))
def test_it_narrows_and_comes_back(outer: str, inner: str) -> None:
    with SCOPES[outer]():
        before = fence.current()
        with SCOPES[inner]():
            assert fence.current().key in {MINE, THEIRS, MY_USER}
        assert fence.current() == before
    with pytest.raises(TenantNotBound):
        fence.current()


def test_it_shows_all_again_after_narrowing(env: Env) -> None:
    with fence.system_scope("test"):
        with fence.tenant_scope(MINE):
            assert names(env) == OWN
        assert names(env) == sorted(OWN + OTHER)


def test_it_comes_back_after_an_error(env: Env) -> None:
    with contextlib.suppress(ZeroDivisionError), fence.tenant_scope(THEIRS):
        names(env)
        raise ZeroDivisionError
    with pytest.raises(TenantNotBound):
        names(env)
    with fence.tenant_scope(MINE):
        assert names(env) == OWN


def test_it_does_not_narrow_inside_a_transaction(env: Env) -> None:
    with fence.system_scope("test"), env.db.atomic(), pytest.raises(ScopeConflict), fence.tenant_scope(MINE):
        pytest.fail("the scope changed inside a transaction")


def test_it_does_not_leave_a_scope_inside_a_transaction(env: Env) -> None:
    transaction = None
    with pytest.raises(FenceError):
        with fence.tenant_scope(MINE):
            transaction = env.db.atomic()
            transaction.__enter__()
            names(env)
        with fence.tenant_scope(THEIRS):
            names(env)
    with contextlib.suppress(Exception), fence.tenant_scope(MINE):
        assert transaction is not None
        transaction.__exit__(None, None, None)


def test_it_may_enter_its_own_scope_again_inside_a_transaction(env: Env) -> None:
    with fence.tenant_scope(MINE), env.db.atomic(), fence.tenant_scope(MINE):
        assert names(env) == OWN


def test_it_fetches_rows_only_under_their_scope(env: Env) -> None:
    kept = []
    with fence.tenant_scope(THEIRS):
        for shape in ("iterator", "__iter__", "execute"):
            rows = iter(getattr(env.Contact.select(), shape)())
            next(rows)
            kept.append(rows)
        kept += [iter(env.Contact.select()), env.Contact.select().tuples().iterator()]
    for number, rows in enumerate(kept):
        bound = fence.tenant_scope(MINE) if number % 2 else contextlib.nullcontext()
        with bound, pytest.raises(FenceError):
            list(rows)


def test_it_does_not_fetch_a_narrower_scopes_rows_in_the_wider_one(env: Env) -> None:
    with fence.system_scope("test"):
        rows = iter(env.Contact.select().iterator())
        next(rows)
        with fence.tenant_scope(MINE), pytest.raises(FenceError):
            next(rows)


def test_it_never_replays_the_rows_of_another_scope(env: Env) -> None:
    query = env.Contact.select()
    for tenant, expected in ((MINE, OWN), (THEIRS, OTHER), (MINE, OWN)):
        with fence.tenant_scope(tenant):
            assert sorted(row.name for row in query) == expected
            assert len(query) == 4
            assert sorted(row.name for row in query[:4]) == expected


def test_it_never_shares_a_query_between_threads(env: Env) -> None:
    """A clone reads its own rows; the query itself, run in four threads at once, may fail but never reads others'."""
    query = env.Contact.select()
    wrong: list[list[str]] = []
    done: list[int] = []

    def read(tenant: int, expected: list[str]) -> None:
        with fence.tenant_scope(tenant):
            for _ in range(30):
                found = sorted(row.name for row in query.clone())
                shared: list[str] = []
                # Peewee keeps one cursor on a query; the drivers and Peewee stumble over each other's.
                with contextlib.suppress(sqlite3.ProgrammingError, psycopg.Error, pw.PeeweeException, TypeError):
                    shared.extend(row.name for row in query)
                if found != expected or not set(shared) <= set(expected):
                    wrong.append(found + shared)
            env.raw().close()
        done.append(tenant)

    threads = [threading.Thread(target=read, args=pair) for pair in ((MINE, OWN), (THEIRS, OTHER)) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(done) == len(threads)


def test_it_starts_a_plain_thread_unbound(env: Env) -> None:
    box: list[BaseException] = []

    def read() -> None:
        try:
            names(env)
        except FenceError as error:
            box.append(error)

    with fence.tenant_scope(MINE):
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    assert [type(error) for error in box] == [TenantNotBound]


def test_it_starts_an_executors_thread_unbound(env: Env) -> None:
    with fence.tenant_scope(MINE), concurrent.futures.ThreadPoolExecutor(1) as pool:
        with pytest.raises(TenantNotBound):
            pool.submit(names, env).result()

        async def run() -> Any:
            return await asyncio.get_running_loop().run_in_executor(pool, names, env)

        with pytest.raises(TenantNotBound):
            asyncio.run(run())


def test_it_hands_the_scope_to_tasks_and_to_thread(env: Env) -> None:
    def read() -> list[str]:
        found = names(env)
        env.raw().close()
        return found

    async def task() -> list[str]:
        await asyncio.sleep(0)
        return names(env)

    async def run() -> list[list[str]]:
        return [await asyncio.create_task(task()), await asyncio.to_thread(read)]

    with fence.tenant_scope(MINE):
        assert asyncio.run(run()) == [OWN, OWN]


def test_it_keeps_the_tasks_of_two_tenants_apart(env: Env) -> None:
    async def read(tenant: int, expected: list[str]) -> None:
        with fence.tenant_scope(tenant):
            for _ in range(10):
                assert names(env) == expected
                await asyncio.sleep(0)

    async def run() -> None:
        await asyncio.gather(*(read(*pair) for pair in ((MINE, OWN), (THEIRS, OTHER)) * 3))

    asyncio.run(run())


def test_it_serves_two_tenants_from_one_thread_pool(env: Env) -> None:
    def read(tenant: int) -> bool:
        with fence.tenant_scope(tenant):
            return names(env) == (OWN if tenant == MINE else OTHER)

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        assert all(pool.map(read, [MINE, THEIRS] * 60))
        list(pool.map(lambda _: env.raw().close() if contextvars_bound() else None, range(3)))


def contextvars_bound() -> bool:
    """Whether a scope is bound here; a pool's thread has none."""
    try:
        fence.current()
    except TenantNotBound:
        return False
    return True


def test_it_runs_a_generator_only_under_the_scope_it_reads_in(env: Env) -> None:
    def rows() -> Any:
        yield from env.Contact.select().iterator()

    with fence.tenant_scope(THEIRS):
        generator = rows()
    with fence.tenant_scope(MINE):
        assert sorted(row.name for row in generator) == OWN


@pytest.mark.parametrize("tenant", [MINE, THEIRS])
def test_it_stamps_what_it_inserts(env: Env, tenant: int) -> None:
    with fence.tenant_scope(tenant):
        env.Tag.insert(id=(tenant << 40) | 9, label="stamped").execute()
        env.Tag.create(id=(tenant << 40) | 10, label="created")
        env.Tag.insert_many([{"id": (tenant << 40) | 11, "label": "many"}]).execute()
        env.Tag.bulk_create([env.Tag(id=(tenant << 40) | 12, label="bulk")])
    with fence.system_scope("test"):
        found = env.Tag.select(env.Tag.tenant_id).where(env.Tag.label.in_(["stamped", "created", "many", "bulk"]))
        assert [row[0] for row in found.tuples()] == [tenant] * 4


def test_it_raises_when_another_tenant_is_given(env: Env) -> None:
    with fence.tenant_scope(MINE), pytest.raises(TenantMismatch):
        env.Tag.create(id=env.theirs(9), tenant_id=THEIRS, label="planted")


def test_it_says_when_a_save_changed_nothing(env: Env) -> None:
    with fence.tenant_scope(MINE), pytest.raises(Conflict, match="There is no such tag to save"):
        env.Tag(id=env.theirs(1), label="hacked").save()


def test_it_rolls_back_and_serves_the_next_tenant(env: Env) -> None:
    for _ in range(3):
        with contextlib.suppress(ZeroDivisionError), fence.tenant_scope(THEIRS), env.db.atomic():
            env.Contact.update(name="half").execute()
            raise ZeroDivisionError
        with fence.tenant_scope(MINE), env.db.atomic():
            assert names(env) == OWN
    with fence.tenant_scope(THEIRS):
        assert names(env) == OTHER


def test_it_recovers_from_a_lost_connection(env: Env) -> None:
    with fence.tenant_scope(THEIRS):
        names(env)
    with contextlib.suppress(Exception), fence.tenant_scope(THEIRS):
        env.raw()._state.conn.close()
    with fence.tenant_scope(MINE):
        found = []
        for _ in range(2):
            try:
                found = names(env)
                break
            except Exception:  # noqa: BLE001 - the first try may meet the lost connection
                env.db.close()
        assert found == OWN


def test_it_opens_no_scope_for_a_fresh_context(env: Env) -> None:
    with fence.tenant_scope(MINE), pytest.raises(TenantNotBound):
        contextvars.Context().run(names, env)


def test_it_refuses_right_and_full_joins(env: Env) -> None:
    for kind in ("RIGHT OUTER JOIN", "FULL OUTER JOIN", "RIGHT JOIN", "FULL JOIN"):
        with fence.tenant_scope(MINE), pytest.raises(FenceError):
            list(env.Contact.select().join(env.Company, kind))


def test_it_refuses_a_scope_change_after_a_bare_begin(env: Env) -> None:
    with pytest.raises(FenceError):
        with fence.tenant_scope(MINE):
            env.db.begin()
            env.Tag.update(label="own tag 1").where(env.Tag.id == env.mine(1)).execute()
        with fence.tenant_scope(THEIRS):
            env.Tag.update(label="LEAK tag 1").where(env.Tag.id == env.theirs(1)).execute()
