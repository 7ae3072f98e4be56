"""The wall: the one class through which Peewee renders every node, so that no query of any shape leaves its scope.

Reads: each owned table in a FROM or JOIN becomes `(SELECT * FROM t WHERE owner = ?)`. Writes: see writes.py. What is
not on the closed lists (tables, node classes, functions, operators, text) is refused, so a new Peewee fails, not leaks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db.fence import columns, lists, writes
from smallcrm.db.fence.columns import quoted
from smallcrm.db.fence.register import Policy, Verb, guard, policy_of
from smallcrm.db.fence.scope import Scope, current
from smallcrm.errors import FenceRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Gate = Callable[["FencedContext", Any], Any]

_SHADOWS = ("sqlite_", "pg_", "search_", "information_schema")


class EnclosedOn(pw.NodeList):
    """The condition of a join in parentheses, so that nothing can follow it."""

    def __init__(self, on: Any) -> None:
        super().__init__((on,), ", ", True)


class ById(pw.ModelAlias):
    """A model to be walked in the order of its id.

    SQLite would rather take an index that leads with the owner and sort what it finds, for every page again; an owner
    behind a plus sign is compared, but not looked up.
    """


def by_id(model: Any) -> ById:
    """The model's one name for being walked by id; Peewee makes a class for each column of an alias."""
    found = _walked.get(model)
    if found is None:
        found = _walked[model] = ById(model)
    return found


_walked: dict[Any, ById] = {}


class Ids(pw.Node):
    """A list of whole numbers for the right side of IN, rendered at once: Peewee walks a list value by value."""

    def __init__(self, ids: Iterable[int]) -> None:
        self.ids = [int(value) for value in ids]

    def __sql__(self, ctx: Any) -> Any:
        if not self.ids:
            return (
                ctx.literal("(")
                .literal("SELECT 0 WHERE 0" if ctx.state.param == "?" else "SELECT 0 WHERE false")
                .literal(")")
            )
        ctx._sql.append("(" + ", ".join([ctx.state.param or "?"] * len(self.ids)) + ")")
        ctx._values.extend(self.ids)
        return ctx


class FencedContext(pw.Context):
    """A Peewee rendering context that is bound to the scope it was made in."""

    __slots__ = ("ctes", "is_fenced", "who")

    def __init__(self, **settings: Any) -> None:
        self.who: Scope = current()
        self.is_fenced = self.who.fenced
        self.ctes: set[str] = set()
        super().__init__(**settings)

    def as_new(self) -> FencedContext:
        """An empty context of the same scope."""
        return FencedContext(**self.state.settings)

    def literal(self, keyword: str) -> FencedContext:
        """Append SQL text that is on the closed lists; raises FenceRefused for any other."""
        # The exact type first: a subclass may lie about what it equals.
        known = type(keyword) is str and (keyword in lists.LITERALS or lists.allowed_text(keyword))
        if self.is_fenced and not known:
            raise FenceRefused(f"SQL text is not allowed here: {keyword!r}.")
        self._sql.append(keyword)
        return self

    def value(self, value: Any, converter: Any = None, add_param: Any = True) -> FencedContext:  # noqa: FBT002
        """Append a bound value; a plain one without asking what else it might be."""
        settings = self.state.settings
        if converter is None:
            converter = settings.get("converter")
        if converter:
            value = converter(value)
        if type(value) not in _SCALARS or settings.get("value_literals"):
            result: FencedContext = super().value(value, False, add_param)
            return result
        self._values.append(value)
        if add_param:
            self._sql.append(settings.get("param") or "?")
        return self

    def sql(self, obj: Any) -> FencedContext:
        """Render a node, after its class's gate has passed or rewritten it."""
        if not self.is_fenced:
            return super().sql(obj)
        kind = type(obj)
        known = _gates.get(id(kind))
        gate = known[1] if known else _find_gate(kind, obj)
        result: FencedContext = gate(self, obj)
        return result

    def plain(self, obj: Any) -> FencedContext:
        """Render a node that has passed its gate."""
        return super().sql(obj)


_SCALARS: frozenset[type] = frozenset({int, str, float, bool, bytes, type(None)})


def table_of(source: Any) -> pw.Table:
    """The table behind a model, an alias or a table node; raises FenceRefused for anything else."""
    if pw.is_model(source):
        return source._meta.table
    if isinstance(source, pw.ModelAlias):
        return source.model._meta.table
    if isinstance(source, pw.Table):
        return source
    raise FenceRefused(f"Not a table: {type(source).__name__}.")


def policy_of_table(table: pw.Table) -> Policy:
    """The policy of a table node; a schema-qualified name is refused."""
    kind = type(table)
    # A name is read more than once: a class that answers by itself may say another the next time.
    if hasattr(kind, "_path") or kind.__getattribute__ is not object.__getattribute__ or type(table._path) is not tuple:
        raise FenceRefused(f"{kind.__name__} is no plain table.")
    if len(table._path) != 1:
        raise FenceRefused(f"A schema cannot be named: {'.'.join(map(str, table._path))!r}.")
    return policy_of(table._path[0])


def _plain(ctx: FencedContext, obj: Any) -> Any:
    return ctx.plain(obj)


def _refuse(_ctx: FencedContext, obj: Any) -> Any:
    raise FenceRefused(f"{type(obj).__name__} cannot be used in a scope; raw SQL needs the system scope.")


def _as_is(ctx: FencedContext, obj: Any) -> Any:
    return obj.__sql__(ctx)


def _scalar(ctx: FencedContext, obj: Any) -> Any:
    return ctx.value(obj)


def _value(ctx: FencedContext, obj: Any) -> Any:
    return ctx.plain(obj if isinstance(obj, pw.Value) else pw.Value(obj))


def _source(ctx: FencedContext, obj: Any) -> Any:
    table = table_of(obj)
    column = guard(policy_of_table(table), ctx.who, Verb.READ) if ctx.scope == pw.SCOPE_SOURCE else None
    if column is None:
        if ctx.scope == pw.SCOPE_SOURCE or isinstance(obj, pw.ModelAlias):
            policy_of_table(table)
        return ctx.plain(obj)
    if ctx.state.in_projection:
        raise FenceRefused("A table cannot stand in the list of selected columns.")
    alias = obj.alias if isinstance(obj, pw.ModelAlias) else getattr(obj, "_alias", None)
    key = table if pw.is_model(obj) else obj
    if alias:
        ctx.alias_manager[key] = alias
    owner = ("+" if isinstance(obj, ById) else "") + quoted(column)
    ctx._values.append(ctx.who.key)
    ctx._sql.append(
        f"(SELECT * FROM {quoted(table._path[0])} WHERE {owner} = {ctx.state.param or '?'})"
        f" AS {quoted(ctx.alias_manager[key])}"
    )
    return ctx


def check_source(source: Any) -> None:
    """Refuse anything but tables, queries, values and joins in a FROM; raises FenceRefused."""
    if pw.is_model(source) or isinstance(
        source, pw.Table | pw.ModelAlias | pw.SelectBase | pw.ValuesList | pw.Join | pw.CTE
    ):
        return
    if isinstance(source, pw.Alias) and isinstance(source.node, pw.SelectBase):
        return
    raise FenceRefused(f"{type(source).__name__} cannot stand in FROM.")


def _select(ctx: FencedContext, obj: Any) -> Any:
    for source in obj._from_list:
        check_source(source)
    if obj._lateral:
        raise FenceRefused("LATERAL is not allowed.")
    return obj.__sql__(ctx)


def _compound(ctx: FencedContext, obj: Any) -> Any:
    if obj.op not in lists.COMPOUNDS:
        raise FenceRefused(f"Not a set operation: {obj.op!r}.")
    for side in (obj.lhs, obj.rhs):
        if not isinstance(side, pw.SelectBase):
            raise FenceRefused("A set operation takes queries only.")
    return obj.__sql__(ctx)


def _join(ctx: FencedContext, obj: Any) -> Any:
    check_source(obj.lhs)
    check_source(obj.rhs)
    if obj.join_type not in lists.JOINS:
        raise FenceRefused(f"The join is not allowed: {obj.join_type!r}; write it as a LEFT JOIN.")
    if obj._on is not None and not isinstance(obj._on, EnclosedOn):
        obj = pw.Join(obj.lhs, obj.rhs, obj.join_type, EnclosedOn(obj._on))
    return obj.__sql__(ctx)


def _cte(ctx: FencedContext, obj: Any) -> Any:
    name = obj._alias.lower()
    if ctx.scope == pw.SCOPE_CTE:
        if name.startswith(_SHADOWS) or _is_table(name):
            raise FenceRefused(f"A common table expression cannot be named {name!r}.")
        ctx.ctes.add(name)
    elif name not in ctx.ctes:
        raise FenceRefused(f"The common table expression {name!r} is not declared.")
    return obj.__sql__(ctx)


def _is_table(name: str) -> bool:
    try:
        policy_of(name)
    except FenceRefused:
        return False
    return True


def _sql(ctx: FencedContext, obj: Any) -> Any:
    if not lists.allowed_sql(obj.sql):
        raise FenceRefused(f"SQL({obj.sql!r}) is not allowed.")
    return obj.__sql__(ctx)


def _nodes(ctx: FencedContext, obj: Any) -> Any:
    if obj.glue not in lists.GLUES:
        raise FenceRefused(f"The glue {obj.glue!r} is not allowed.")
    return obj.__sql__(ctx)


_IN_SIDES = (pw.SelectBase, pw.Value, pw.ValuesList, Ids)


def _expression(ctx: FencedContext, obj: Any) -> Any:
    if obj.op not in lists.OPERATORS:
        raise FenceRefused(f"The operator {obj.op!r} is not allowed.")
    rhs = obj.rhs
    listed = isinstance(rhs, _IN_SIDES) or (isinstance(rhs, pw.NodeList) and rhs.parens)
    if obj.op in (pw.OP.IN, pw.OP.NOT_IN) and (isinstance(rhs, pw.Node) or pw.is_model(rhs)) and not listed:
        raise FenceRefused("The right side of IN must be a list or a query.")
    return obj.__sql__(ctx)


def _function(ctx: FencedContext, obj: Any) -> Any:
    if not lists.allowed_function(obj.name):
        raise FenceRefused(f"The function {obj.name!r} is not allowed.")
    return obj.__sql__(ctx)


def _entity(ctx: FencedContext, obj: Any) -> Any:
    ctx._sql.append(".".join(map(quoted, obj._path)))
    return ctx


def _insert(ctx: FencedContext, obj: Any) -> Any:
    return writes.fenced_insert(ctx.who, obj).__sql__(ctx)


def _update(ctx: FencedContext, obj: Any) -> Any:
    for source in obj._from or ():
        check_source(source)
    return writes.fenced_update(ctx.who, obj).__sql__(ctx)


def _delete(ctx: FencedContext, obj: Any) -> Any:
    return writes.fenced_delete(ctx.who, obj).__sql__(ctx)


# By identity, each class held with its gate: a class can lie about its hash and about what it equals.
_gates: dict[int, tuple[type, Gate]] = {id(kind): (kind, _scalar) for kind in _SCALARS}
_PEEWEE_GATES: tuple[tuple[type, Gate], ...] = (
    (pw.Context, _refuse),
    (pw.RawQuery, _refuse),
    (Ids, _plain),
    (pw.ValueLiterals, _refuse),
    (pw.Insert, _insert),
    (pw.Update, _update),
    (pw.Delete, _delete),
    (pw.CompoundSelectQuery, _compound),
    (pw.Select, _select),
    (pw.CTE, _cte),
    (pw.Join, _join),
    (pw.Table, _source),
    (pw.ModelAlias, _source),
    (pw.SQL, _sql),
    (pw.NodeList, _nodes),
    (pw.Expression, _expression),
    (pw.Function, _function),
    (pw.Entity, _entity),
    (pw.Value, _value),
    (pw.Field, columns.field),
    (pw.Column, columns.column),
    (pw.Model, _plain),
    *((kind, _as_is) for kind in (pw.ValuesList, pw.Alias, pw.BindTo, pw.Negated, pw.BitwiseNegated)),
    *((kind, _as_is) for kind in (pw.Cast, pw.Ordering, pw.Window, pw.WindowAlias, pw._InFunction, pw.Case)),
    *((kind, _as_is) for kind in (pw.ForUpdate, pw.NamespaceAttribute, pw.QualifiedNames, pw.Star)),
)


# What these gates write in one piece is what these methods write; a class with another method of Peewee's keeps it.
_SHORT: dict[Gate, Any] = {columns.field: pw.Field.__sql__, columns.column: pw.Column.__sql__}


def _find_gate(kind: type, obj: Any) -> Gate:
    """The gate of a node class not seen before; a class that renders itself in its own way is refused."""
    if pw.is_model(obj):
        return _source
    if not issubclass(kind, pw.Node | pw.Context):
        return _value
    if issubclass(kind, pw.FieldAlias) and kind.__sql__ is pw.FieldAlias.__sql__:
        # Not kept: Peewee makes such a class for every column of every alias.
        return columns.field_of_alias
    own_rendering = getattr(kind, "__sql__", None)
    module = getattr(own_rendering, "__module__", "")
    gate: Gate = _refuse
    if module in ("peewee", __name__, "smallcrm.db.fence.models"):
        gate = next((g for base, g in _PEEWEE_GATES if issubclass(kind, base)), _refuse)
    if gate in _SHORT and own_rendering is not _SHORT[gate]:
        gate = _as_is
    _gates[id(kind)] = (kind, gate)
    return gate
