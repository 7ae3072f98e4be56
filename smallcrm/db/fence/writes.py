"""How INSERT, UPDATE and DELETE are rewritten, so that only the scope's own rows are made, changed or removed."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db.fence.register import Policy, TableClass, Verb, guard, policy_of
from smallcrm.errors import FenceRefused, TenantMismatch

if TYPE_CHECKING:
    from smallcrm.db.fence.scope import Scope


# Other names of an id on SQLite.
_ROW_NUMBERS = frozenset({"rowid", "oid", "_rowid_"})


def column_name(key: Any) -> str:
    """The lower-case column behind a key of an INSERT or UPDATE; raises FenceRefused for an expression."""
    name = key
    if isinstance(key, pw.Field):
        name = key.column_name
    elif isinstance(key, pw.Column):
        name = key.name
    # The exact type: a subclass of str may lie about what it is in small letters.
    if type(name) is not str or name.lower() in _ROW_NUMBERS:
        raise FenceRefused(f"Not a column: {key!r}.")
    return name.lower()


def _need_columns(target: Any, keys: Iterable[Any]) -> None:
    """Refuse names that are no column of the table: Peewee looks for an attribute of that name."""
    for key in keys:
        if type(key) is str and not isinstance(getattr(target, key, None), pw.Field | pw.Column):
            raise FenceRefused(f"There is no column {key!r} to write to.")


def _target(who: Scope, target: Any, verb: Verb) -> tuple[pw.Table, Policy, str]:
    if pw.is_model(target):
        target = target._meta.table
    if not isinstance(target, pw.Table) or target._alias or len(target._path) != 1:
        raise FenceRefused("Only a plain table or model can be written to.")
    policy = policy_of(target._path[0])
    column = guard(policy, who, verb)
    if column is None:
        raise FenceRefused(f"The table {policy.table!r} cannot be written to in {who.kind} scope.")
    return target, policy, column


def _owner_key(table: pw.Table, column: str) -> Any:
    found = table._model._meta.columns.get(column) if table._model else None
    return pw.Column(table, column) if found is None else found


def _same(who: Scope, value: Any) -> None:
    if isinstance(value, pw.Model):
        value = value.get_id()
    if value is not None and (type(value) is not int or value != who.key):
        raise TenantMismatch(f"A row for {value!r} cannot be written while {who.kind} {who.key} is bound.")


def _with_owner(where: Any, table: pw.Table, column: str, who: Scope) -> Any:
    key = _owner_key(table, column)
    # SQLite would rather walk an index that leads with the owner than look some dozens of ids up; a sum has no index.
    key = key + 0 if _lists_ids(where) else key
    owner = pw.Expression(key, pw.OP.EQ, pw.Value(who.key, converter=False))
    if where is None:
        return owner
    # The old condition may be a bare list of text joined by OR: it must stay one operand. This kind encloses itself.
    alone = type(where) is pw.Expression and not where.flat
    return pw.Expression(where if alone else pw.EnclosedNodeList((where,)), pw.OP.AND, owner)


def _lists_ids(where: Any) -> bool:
    """Whether a condition holds only for rows whose ids it lists."""
    if not isinstance(where, pw.Expression):
        return False
    if where.op == pw.OP.AND:
        return _lists_ids(where.lhs) or _lists_ids(where.rhs)
    by_key = isinstance(where.lhs, pw.Field) and where.lhs.primary_key
    return bool(where.op == pw.OP.IN and by_key and not isinstance(where.rhs, pw.SelectBase))


def _changes(update: Mapping[Any, Any], policy: Policy, column: str, who: Scope) -> dict[Any, Any]:
    kept: dict[Any, Any] = {}
    for key, value in update.items():
        if _unsealed(key, policy) != column:
            kept[key] = value
        elif value is None or isinstance(value, pw.Node):
            raise TenantMismatch("The owner of a row cannot be changed.")
        else:
            _same(who, value)
    return kept


def _unsealed(key: Any, policy: Policy) -> str:
    """The column behind a key; raises FenceRefused for one that only the system writes."""
    name = column_name(key)
    if name in policy.sealed:
        raise FenceRefused(f"The column {name!r} of {policy.table!r} is written in the system scope only.")
    return name


def fenced_delete(who: Scope, query: Any) -> Any:
    """The DELETE, limited to the scope's rows."""
    table, _policy, column = _target(who, query.table, Verb.CHANGE)
    query = query.clone()
    query._where = _with_owner(query._where, table, column, who)
    return query


def fenced_update(who: Scope, query: Any) -> Any:
    """The UPDATE, limited to the scope's rows and unable to move one."""
    table, policy, column = _target(who, query.table, Verb.CHANGE)
    query = query.clone()
    query._update = _changes(query._update, policy, column, who)
    _need_columns(query.table, query._update)
    if not query._update:
        raise FenceRefused("Nothing would be changed but the owner.")
    query._where = _with_owner(query._where, table, column, who)
    return query


def fenced_insert(who: Scope, query: Any) -> Any:
    """The INSERT with the owner stamped on every row, and an upsert that cannot touch another's row."""
    table, policy, column = _target(who, query.table, Verb.INSERT)
    if policy.cls is TableClass.OUTWARD and query._returning and query._return_cursor:
        raise FenceRefused(f"The table {policy.table!r} gives nothing back.")
    query = query.clone()
    key = _owner_key(table, column)
    source = query._insert
    if policy.cls is TableClass.OUTWARD:
        source = query._insert = _without_other_stamp(query, policy, column)
    if isinstance(source, Mapping) and not query._columns:
        query._insert = _stamped_row(source, policy, (column, key), who)
    elif isinstance(source, pw.SelectQuery):
        _stamp_query(query, policy, (column, key), who)
    elif isinstance(source, pw.Node):
        raise FenceRefused(f"{type(source).__name__} cannot be inserted.")
    else:
        _stamp_rows(query, policy, (column, key), who)
    _guard_conflict(query, table, (policy, column), who)
    return query


def _without_other_stamp(query: Any, policy: Policy, column: str) -> Any:
    """The rows of an outward INSERT, which may carry no owner but the one that is stamped."""
    other = policy.user_column if column == policy.tenant_column else policy.tenant_column
    if any(column_name(name) == other for name in query._columns or ()):
        raise TenantMismatch("What leaves a scope carries its own stamp and no other.")
    source = query._insert
    rows = [source] if isinstance(source, Mapping) else source
    if isinstance(rows, pw.Node) or rows is None:
        return source
    rows = list(rows)
    for row in rows:
        named = row.items() if isinstance(row, Mapping) else ()
        if any(column_name(name) == other and value is not None for name, value in named):
            raise TenantMismatch("What leaves a scope carries its own stamp and no other.")
        if not isinstance(row, Mapping) and query._columns is None:
            raise FenceRefused("INSERT of tuples needs its columns named.")
    return source if isinstance(source, Mapping) else rows


def _stamped_row(row: Mapping[Any, Any], policy: Policy, owner: tuple[str, Any], who: Scope) -> dict[Any, Any]:
    column, key = owner
    stamped: dict[Any, Any] = {}
    for name, value in row.items():
        if _unsealed(name, policy) == column:
            _same(who, value)
        else:
            stamped[name] = value
    stamped[key] = who.key
    return stamped


def _stamp_query(query: Any, policy: Policy, owner: tuple[str, Any], who: Scope) -> None:
    column, key = owner
    if not query._columns:
        raise FenceRefused("INSERT from a query needs its columns named.")
    if column in [_unsealed(name, policy) for name in query._columns]:
        raise TenantMismatch("The owner's column is stamped, not selected.")
    source = query._insert.alias("source")
    query._columns = [*query._columns, key]
    query._insert = pw.Select((source,), (source.__star__, pw.Value(who.key))).where(pw.Value(True))


def _stamp_rows(query: Any, policy: Policy, owner: tuple[str, Any], who: Scope) -> None:
    column, key = owner
    rows: Iterable[Any] = query._insert or ()
    columns = query._columns
    if columns is None:
        iterator = iter(rows)
        first = next(iterator, None)
        rows = itertools.chain(() if first is None else (first,), iterator)
        if first is not None and not isinstance(first, Mapping):
            columns = query.get_default_columns()
            if columns is None:
                raise FenceRefused("INSERT of tuples needs its columns named.")
    place: int | None = None
    if columns is not None:
        columns = list(columns)
        places = [at for at, name in enumerate(columns) if _unsealed(name, policy) == column]
        if len(places) > 1:
            raise TenantMismatch("The owner's column is named twice.")
        place = places[0] if places else None
        if place is None:
            columns.append(key)
        else:
            columns[place] = key
    query._columns = columns
    query._insert = _stamped(rows, policy, (owner, place), who)


def _stamped(
    rows: Iterable[Any], policy: Policy, where: tuple[tuple[str, Any], int | None], who: Scope
) -> Iterator[Any]:
    owner, place = where
    for row in rows:
        if isinstance(row, Mapping):
            yield _stamped_row(row, policy, owner, who)
        elif place is None:
            yield (*row, who.key)
        else:
            _same(who, row[place])
            yield (*row[:place], who.key, *row[place + 1 :])


def _guard_conflict(query: Any, table: pw.Table, owner: tuple[Policy, str], who: Scope) -> None:
    policy, column = owner
    conflict = query._on_conflict
    if conflict is None:
        return
    if (conflict._action or "").lower() not in ("", "ignore", "nothing", "update"):
        raise FenceRefused("REPLACE could remove another's row.")
    if not (conflict._update or conflict._preserve):
        return
    conflict = query._on_conflict = conflict.clone()
    if conflict._update:
        conflict._update = _changes(conflict._update, policy, column, who)
        _need_columns(query.table, conflict._update)
    conflict._preserve = tuple(name for name in conflict._preserve or () if _unsealed(name, policy) != column)
    conflict._where = _with_owner(conflict._where, table, column, who)
