"""The base models: a model says by its base which class its table is of, and is registered with the fence."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import peewee as pw

from smallcrm.db.fence.context import FencedContext, check_source
from smallcrm.db.fence.database import FencedDatabase, TenantDatabaseProxy, proxy
from smallcrm.db.fence.register import Policy, TableClass, register
from smallcrm.errors import Conflict, FenceRefused


class _GuardedTable(pw.Table):
    """A model's table, which no other rendering context than the fence's can render."""

    def __sql__(self, ctx: Any) -> Any:
        _need_fence(self._model, ctx)
        return super().__sql__(ctx)

    def clone(self) -> Any:
        copy = super().clone()
        copy.__class__ = _GuardedTable
        copy._update_hash()
        return copy


class _GuardedEntity(pw.Entity):
    """A model's table name, which no other rendering context than the fence's can render."""

    def __sql__(self, ctx: Any) -> Any:
        _need_fence(None, ctx)
        return super().__sql__(ctx)


def _need_fence(model: Any, ctx: Any) -> None:
    database = model._meta.database.obj if model is not None and isinstance(model._meta.database, pw.Proxy) else None
    unfenced_on_purpose = database is not None and not database.fence
    if not isinstance(ctx, FencedContext) and not unfenced_on_purpose:
        raise FenceRefused("A fenced table can only be used through the fenced database.")


class FencedMetadata(pw.Metadata):
    """Model metadata that can only be bound to a fenced database."""

    _table: Any

    def set_database(self, database: Any) -> None:
        """Bind the model; raises FenceRefused for a database without the fence."""
        if database is not None and not isinstance(database, FencedDatabase | TenantDatabaseProxy):
            raise FenceRefused("A fenced model cannot be bound to a database without the fence.")
        super().set_database(database)  # type: ignore[arg-type]  # the mixin is always mixed with a Database

    @property
    def table(self) -> pw.Table:
        """The guarded table node of the model."""
        if self._table is None:
            names = [field.column_name for field in self.sorted_fields]
            self._table = _GuardedTable(
                self.table_name, names, schema=self.schema, _model=self.model, _database=self.database
            )
        return self._table

    @table.deleter
    def table(self) -> None:
        """Forget the node, as Peewee does when a field is added."""
        self._table = None

    @property
    def entity(self) -> pw.Entity:
        """The guarded name of the model's table."""
        return _GuardedEntity(self._schema, self.table_name)


class FencedSelect(pw.ModelSelect):
    """A SELECT of a model, which says plainly what cannot be joined."""

    def _normalize_join(self, src: Any, dest: Any, on: Any, attr: Any) -> Any:
        check_source(dest)
        return super()._normalize_join(src, dest, on, attr)  # type: ignore[misc]


class FencedModel(pw.Model):
    """A model of one table class; `fence_options` overrides the default policy of its class."""

    table_class: ClassVar[TableClass | None] = None
    fence_options: ClassVar[dict[str, Any]] = {}

    class Meta:
        database = proxy
        model_metadata_class = FencedMetadata
        legacy_table_names = False
        keys: tuple[Any, ...] = ()

    @classmethod
    def validate_model(cls) -> None:
        """Register the table of a concrete model with the fence (Peewee calls this for every model)."""
        super().validate_model()
        if cls.table_class is not None and not cls.__dict__.get("abstract", False):
            register(Policy(cls._meta.table_name, cls.table_class, **cls.fence_options))

    @classmethod
    def select(cls, *fields: Any) -> pw.ModelSelect[Self]:
        """A SELECT of these columns, or of all."""
        query: Any = super().select(*fields)
        query.__class__ = FencedSelect
        selected: pw.ModelSelect[Self] = query
        return selected

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save the row; raises Conflict where the scope has no such row to update (Peewee says 0 and goes on)."""
        changed = super().save(*args, **kwargs)
        if changed is not False and changed == 0:
            raise Conflict(f"There is no such {type(self).__name__.lower()} to save.")
        return changed


class TenantModel(FencedModel):
    """Customer data: one workspace's rows, with the packed id `tenant << 40 | n`."""

    abstract: ClassVar[bool] = True
    table_class = TableClass.TENANT
    id = pw.BigIntegerField(primary_key=True)
    tenant_id = pw.BigIntegerField()


class AccountModel(FencedModel):
    """A user's own rows: sessions, keys, memberships."""

    abstract: ClassVar[bool] = True
    table_class = TableClass.ACCOUNT
    fence_options: ClassVar[dict[str, Any]] = {"packed_id": False}
    id = pw.BigIntegerField(primary_key=True)
    user_id = pw.BigIntegerField()


class _PlainModel(FencedModel):
    abstract: ClassVar[bool] = True
    fence_options: ClassVar[dict[str, Any]] = {"packed_id": False}
    id = pw.BigIntegerField(primary_key=True)


class UsageModel(_PlainModel):
    """How the service is used; reached in a system scope only."""

    abstract: ClassVar[bool] = True
    table_class = TableClass.USAGE


class BillingModel(_PlainModel):
    """Payments; reached in a system scope only."""

    abstract: ClassVar[bool] = True
    table_class = TableClass.BILLING


class ReferenceModel(_PlainModel):
    """What everybody may read and only the system writes."""

    abstract: ClassVar[bool] = True
    table_class = TableClass.REFERENCE


class OutwardModel(_PlainModel):
    """What leaves the workspace (mail, security events): a scope may add a stamped row and read nothing back."""

    abstract: ClassVar[bool] = True
    table_class = TableClass.OUTWARD
    tenant_id = pw.BigIntegerField(null=True)
    user_id = pw.BigIntegerField(null=True)

    @classmethod
    def insert(cls, *args: Any, **kwargs: Any) -> Any:
        """An INSERT that gives back how many rows it added, and nothing of them."""
        return super().insert(*args, **kwargs).as_rowcount()

    @classmethod
    def insert_many(cls, *args: Any, **kwargs: Any) -> Any:
        """An INSERT of many rows that gives back how many it added, and nothing of them."""
        return super().insert_many(*args, **kwargs).as_rowcount()
