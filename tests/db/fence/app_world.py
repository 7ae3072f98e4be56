"""The application's own tables, all of them, with generated rows of two tenants."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import peewee as pw

import smallcrm.models
from smallcrm.db import engine, fence, ids, search
from smallcrm.db.ddl import create_tables
from tests.db.fence import lint, rows
from tests.db.fence.world import State, World

sort_models: Any = vars(pw)["sort_models"]  # Peewee's stub leaves it out

if TYPE_CHECKING:
    from collections.abc import Iterator

LOADED = (ids, search)  # they register tables of their own


def below(top: Any) -> Iterator[Any]:
    """Every subclass of a model."""
    for model in top.__subclasses__():
        yield model
        yield from below(model)


def application_models() -> list[Any]:
    """The application's models of tenant tables, parents before children."""
    for module in pkgutil.walk_packages(smallcrm.models.__path__, "smallcrm.models."):
        importlib.import_module(module.name)
    base = next(cls for cls in fence.TenantModel.__mro__[1:] if cls is not pw.Model)
    found = {
        model
        for model in below(base)
        if model.__module__.startswith("smallcrm.") and model._meta.table_name in lint.known()
    }
    return [m for m in sort_models(found) if policy(m).cls is lint.TableClass.TENANT]


def policy(model: Any) -> lint.Policy:
    """The policy of a model's table."""
    return lint.known()[model._meta.table_name]


def holds_id(field_: Any) -> bool:
    """Whether a field holds another row's packed id."""
    return isinstance(field_, pw.ForeignKeyField) or type(field_).__name__ == "PackedField"


def value(model: Any, field_: Any, tenant: int, n: int) -> Any:
    """A generated value for one field."""
    column = field_.column_name
    if column == policy(model).tenant_column:
        return tenant
    if holds_id(field_) or (column == "id" and policy(model).packed_id):
        return rows.make(tenant, n)
    if field_.field_type == "BLOB":
        return b""
    if isinstance(field_, pw.TextField | pw.CharField):
        return f"{rows.text(tenant, column)} {n}"
    return n


def row(model: Any, tenant: int, n: int) -> dict[str, Any]:
    """A generated row by column name."""
    return {f.column_name: value(model, f, tenant, n) for f in model._meta.sorted_fields}


@dataclass
class AppWorld(World):
    """The database of the application's models."""

    models: list[Any] = field(default_factory=application_models)

    def build(self) -> None:
        """Create the tables and fill them."""
        self.content = {
            m._meta.table_name: [
                row(m, tenant, n)
                for tenant in (rows.MINE, rows.THEIRS)
                for n in ((1, 2) if policy(m).tenant_column != "id" else (1,))
            ]
            for m in self.models
        }
        engine.open_database(self.url, self.system_url)
        with fence.system_scope("create the application's tables"):
            create_tables(self.models)
        engine.close_database()
        self.names = tuple(self.content)
        super().filled()

    def state(self) -> State:
        """Every row of every table, as seen from outside."""
        with self.outside() as connection:
            return {
                name: sorted((tuple(r) for r in connection.execute(f'SELECT * FROM "{name}"')), key=repr)
                for name in self.names
            }

    def theirs(self) -> State:
        """The other tenant's rows."""
        found = self.state()
        return {
            m._meta.table_name: [r for r in found[m._meta.table_name] if r[self.owner(m)] == rows.THEIRS]
            for m in self.models
        }

    def owner(self, model: Any) -> int:
        """The place of the tenant's column in a row."""
        columns = [f.column_name for f in model._meta.sorted_fields]
        return columns.index(policy(model).tenant_column)
