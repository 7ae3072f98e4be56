"""The fence measured: the same queries on our models and on Peewee's own, filtered by hand."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db.fence import proxy
from smallcrm.db.ids import make_id
from smallcrm.models.contact import Contact, ContactEmail
from smallcrm.models.tag import Tag
from tests.bench import workspace

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 7
BATCH = 500

Query = Callable[[int], Any]


def stock_models(path: Path) -> tuple[Any, Any, Any]:
    """Peewee's own models over the same tables."""
    database = pw.SqliteDatabase(str(path), pragmas={"cache_size": -64_000, "foreign_keys": 1, "synchronous": "normal"})

    def stock(model: Any, **foreign: pw.Field) -> Any:
        fields = {}
        for field in model._meta.sorted_fields:
            kind = pw.TextField if isinstance(field, pw.TextField) else pw.BigIntegerField
            fields[field.name] = kind(null=True, column_name=field.column_name)
        meta = type("Meta", (), {"database": database, "table_name": model._meta.table_name})
        body = {**fields, "id": pw.BigIntegerField(primary_key=True), **foreign, "Meta": meta}
        return type(model.__name__, (pw.Model,), body)

    contact = stock(Contact)
    email = stock(ContactEmail, contact=pw.ForeignKeyField(contact, column_name="contact_id"))
    return contact, email, stock(Tag)


def queries(contact: Any, email: Any, tenant: int | None) -> dict[str, Query]:
    """The queries by name, of a number; with a tenant they are filtered by hand."""

    def mine(*models: Any) -> list[Any]:
        return [] if tenant is None else [model.tenant_id == tenant for model in models]

    def get(n: int) -> Any:
        return contact.select().where(contact.id == make_id(1, n), *mine(contact))

    def join(n: int) -> Any:
        chosen = (email.contact == make_id(1, n), *mine(contact, email))
        return email.select(email.address, contact.name).join(contact).where(*chosen)

    def update(n: int) -> Any:
        return contact.update(title=f"Title {n}").where(contact.id == make_id(1, n), *mine(contact))

    return {"get": get, "join": join, "update": update}


def _insert(tag: Any, tenant: int | None) -> Query:
    def rows(n: int) -> Any:
        extra = {} if tenant is None else {"tenant_id": tenant}
        first = n * BATCH
        return tag.insert_many(
            [
                {"id": make_id(1, at), "name": f"t{at}", "name_key": f"t{at}", **extra}
                for at in range(first, first + BATCH)
            ]
        )

    return rows


def figures(home: Path) -> dict[str, Any]:
    """Seconds by query of `stock` and `ours`: compiled only, and run to the end."""
    contact, email, tag = stock_models(workspace.file_of(home))
    with workspace.opened(home) as tenant:
        stock = {**queries(contact, email, tenant), "insert 500": _insert(tag, tenant)}
        ours = {**queries(Contact, ContactEmail, None), "insert 500": _insert(Tag, None)}
        base, target = contact._meta.database, proxy.target()
        compiled, run = {}, {}
        for name, query in stock.items():
            bulk, own = name.startswith("insert"), ours[name]
            both = (partial(_compile, base, query), partial(_compile, target, own))
            compiled[name] = _both(*both, 10 if bulk else 400)
            both = (partial(_end, base, query), partial(_end, target, own))
            run[name] = _both(*both, 4 if bulk else 150, shift=bulk)
    return {"compile": compiled, "run": run}


def _compile(database: Any, make: Query, n: int) -> None:
    database.get_sql_context().sql(make(n)).query()


def _end(database: Any, make: Query, n: int) -> None:
    query = make(n)
    if isinstance(query, pw.Select):
        list(query.tuples())
        return
    with database.atomic():
        query.execute()


def _both(stock: Query, ours: Query, count: int, *, shift: bool = False) -> dict[str, list[float]]:
    """Seconds of CPU for each, in turn; `shift` gives every call numbers of its own."""
    found: dict[str, list[float]] = {"stock": [], "ours": []}
    at = 1
    for _ in range(ROUNDS):
        for name, run in (("stock", stock), ("ours", ours)):
            begun = time.process_time()
            for n in range(at, at + count):
                run(n)
            found[name].append((time.process_time() - begun) / count)
            at += count if shift else 0
    return found
