"""Own attacks over time: threads, tasks, generators, transactions, connections, reused queries."""

# An attack is a name and a body; what it is after stands in both.
# ruff: noqa: D103
# mypy: disable-error-code="attr-defined,misc,no-untyped-call"
from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import contextvars
import copy
import pickle
import threading
from typing import Any

import peewee as pw

from tests.db.fence.registry import as_other, attack
from tests.db.fence.rows import MINE, THEIRS

PLAIN = "SELECT id, name FROM atk_contact"


def raw_rows(e: Any) -> Any:
    """What the connection shows when it is asked past the compiler."""
    return e.raw()._state.conn.execute(PLAIN).fetchall()


@attack(alone="wall", compare=False)
def z01_stamp_after_other_tenant(e: Any) -> Any:
    list(e.Contact.select())
    as_other(e, lambda: list(e.Contact.select()))
    list(e.Contact.select())
    return raw_rows(e)


@attack(alone="wall", compare=False)
def z02_stamp_after_rollback(e: Any) -> Any:
    def other() -> None:
        with contextlib.suppress(ZeroDivisionError), e.db.atomic():
            list(e.Contact.select())
            raise ZeroDivisionError

    list(e.Contact.select())
    as_other(e, other)
    list(e.Contact.select())
    return raw_rows(e)


@attack(alone="wall", compare=False)
def z03_stamp_after_error_in_transaction(e: Any) -> Any:
    def other() -> None:
        with contextlib.suppress(pw.PeeweeException), e.db.atomic():
            e.Contact.insert(id=e.theirs(1), name="twice", tenant_id=2).execute()

    as_other(e, other)
    with e.db.atomic():
        list(e.Contact.select())
        return raw_rows(e)


@attack(compare=False)
def z04_reused_query_object(e: Any) -> Any:
    query = e.Contact.select().where(e.Contact.id > 0)
    as_other(e, lambda: [list(query), query.count(), query.sql()])
    return list(query.clone()), query.count(), list(query.dicts()), list(query.tuples())


@attack(alone="fence", compare=False)
def z05_executed_wrapper_kept(e: Any) -> Any:
    wrapper = as_other(e, lambda: e.Contact.select().execute())
    return list(wrapper)


@attack(alone="fence", compare=False)
def z06_half_read_wrapper(e: Any) -> Any:
    def other() -> Any:
        rows = iter(e.Contact.select())
        next(rows)
        return rows

    rows = as_other(e, other)
    return list(rows)


@attack(alone="fence", compare=False)
def z07_cursor_of_other(e: Any) -> Any:
    cursor = as_other(e, lambda: e.db.execute(e.Contact.select()))
    return cursor.fetchall()


@attack(alone="fence", compare=False)
def z08_scalars_generator(e: Any) -> Any:
    def other() -> Any:
        rows = e.Contact.select(e.Contact.name).scalars()
        next(rows)
        return rows

    rows = as_other(e, other)
    return list(rows)


@attack(alone="fence", compare=False)
def z09_row_cache_filled(e: Any) -> Any:
    def other() -> Any:
        query = e.Contact.select()
        len(query)
        return query

    query = as_other(e, other)
    wrapper = query._cursor_wrapper
    rows = wrapper.row_cache if wrapper is not None else []
    return [list(rows), list(query)]


@attack(alone="fence", compare=False)
def z10_copied_with_cache(e: Any) -> Any:
    def other() -> Any:
        query = e.Contact.select()
        len(query)
        return query

    query = as_other(e, other)
    return list(copy.copy(query)), list(query.clone())


@attack(alone="fence", compare=False, raises=(TypeError, AttributeError, pickle.PicklingError))
def z11_pickled_with_cache(e: Any) -> Any:
    def other() -> Any:
        query = e.Contact.select().tuples()
        len(query)
        return pickle.dumps(query)

    return list(pickle.loads(as_other(e, other)))  # noqa: S301 - our own bytes


@attack(compare=False)
def z12_thread_pool_unbound(e: Any) -> Any:
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: list(e.Contact.select())).result()


@attack(compare=False)
def z13_thread_pool_after_other(e: Any) -> Any:
    def other() -> Any:
        with e.scope(THEIRS):
            return len(list(e.Contact.select()))

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(other).result()
        return pool.submit(lambda: list(e.Contact.select())).result()


@attack(compare=False)
def z14_thread_pool_bound_here(e: Any) -> Any:
    def other() -> Any:
        with e.scope(THEIRS):
            list(e.Contact.select())

    def mine() -> Any:
        with e.scope(MINE):
            return list(e.Contact.select())

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(other).result()
        return pool.submit(mine).result()


@attack(compare=False)
def z15_asyncio_to_thread(e: Any) -> Any:
    return asyncio.run(asyncio.to_thread(lambda: list(e.Contact.select())))


@attack(compare=False)
def z16_asyncio_executor(e: Any) -> Any:
    async def run() -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, lambda: list(e.Contact.select()))

    return asyncio.run(run())


@attack(compare=False)
def z17_asyncio_task_created_elsewhere(e: Any) -> Any:
    async def read() -> Any:
        return list(e.Contact.select())

    async def run() -> Any:
        empty = contextvars.Context()
        task = asyncio.get_running_loop().create_task(read(), context=empty)
        return await asyncio.gather(task, read(), return_exceptions=True)

    return asyncio.run(run())


@attack(compare=False, raises=(AttributeError,))
def z18_aexecute(e: Any) -> Any:
    return asyncio.run(e.Contact.select().aexecute())


@attack(compare=False, raises=(ValueError,))
def z19_generator_resumed_in_thread(e: Any) -> Any:
    def rows() -> Any:
        with e.scope(THEIRS):
            yield from ()
            yield list(e.Contact.select())

    box: list[Any] = []

    def other() -> None:
        generator = rows()
        with contextlib.suppress(Exception):
            next(generator)
        box.append(generator)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    return list(box[0])


@attack(alone="fence", compare=False)
def z20_context_manager_left_open(e: Any) -> Any:
    if not e.fenced:
        return list(e.Contact.select())
    manager = e.scope(THEIRS)
    manager.__enter__()
    return list(e.Contact.select())


@attack(compare=False)
def z21_atomic_other_inside(e: Any) -> Any:
    with e.db.atomic():
        as_other(e, lambda: e.Contact.update(name="hacked").execute())


@attack(compare=False)
def z22_savepoint_other_inside(e: Any) -> Any:
    with e.db.atomic(), e.db.savepoint():
        return as_other(e, lambda: list(e.Contact.select()))


@attack(compare=False)
def z23_transaction_left_open_by_other(e: Any) -> Any:
    def other() -> None:
        e.db.begin()
        e.Contact.update(bio="LEAK half written").execute()

    with contextlib.suppress(Exception):
        as_other(e, other)
    if not e.fenced:
        e.db.commit()
    found = list(e.Contact.select())
    with contextlib.suppress(Exception):
        e.db.commit()
    return found


@attack(compare=False)
def z24_manual_commit(e: Any) -> Any:
    list(e.Contact.select())
    with e.db.manual_commit():
        e.db.begin()
        found = as_other(e, lambda: list(e.Contact.select()))
        e.db.commit()
    return found


@attack(compare=False)
def z25_session_start(e: Any) -> Any:
    e.db.session_start()
    try:
        return as_other(e, lambda: list(e.Contact.select()))
    finally:
        e.db.session_rollback()


@attack(compare=False)
def z26_batch_commit(e: Any) -> Any:
    rows = [
        {"id": e.mine(90), "tenant_id": 1, "label": "a"},
        {"id": e.theirs(90), "tenant_id": 2, "label": "b"},
    ]
    for row in e.db.batch_commit(rows, 1):
        e.Tag.insert(row).execute()


@attack(compare=False)
def z27_after_commit(e: Any) -> Any:
    box: list[Any] = []
    with e.db.atomic():
        list(e.Contact.select())
        e.db.after_commit(lambda: box.extend(as_other(e, lambda: [row.id for row in e.Tag.select()])))
    return [list(e.Contact.select())]


@attack(compare=False)
def z28_after_commit_of_other(e: Any) -> Any:
    box: list[Any] = []

    def other() -> None:
        with e.db.atomic():
            e.db.after_commit(lambda: box.append(1))
            list(e.Contact.select())

    as_other(e, other)
    return list(e.Contact.select())


@attack(compare=False)
def z29_closed_and_reopened(e: Any) -> Any:
    as_other(e, lambda: list(e.Contact.select()))
    with contextlib.suppress(Exception):
        e.db.close()
    with contextlib.suppress(Exception):
        e.db.connect(reuse_if_open=True)
    return list(e.Contact.select())
