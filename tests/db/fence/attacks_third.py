"""Third read attacks: objects that lie about what they are, names that change, sources that meet again."""

# An attack is a name and a body; what it is after stands in both.
# ruff: noqa: D103
# mypy: disable-error-code="attr-defined,misc,no-untyped-call"
from __future__ import annotations

import contextlib
import copy
import decimal
import enum
from typing import TYPE_CHECKING, Any

import peewee as pw
from peewee import SQL, Alias, Case, Cast, Column, Entity, Expression, Function, NodeList, Select, Table, Value, fn

from tests.db.fence.registry import attack

if TYPE_CHECKING:
    from collections.abc import Callable

# The other tenant's notes begin with a capital letter: min() shows theirs, max() would show one's own.
STEAL = "(SELECT min(body) FROM atk_note)"


def each(*bodies: Callable[[], Any]) -> list[Any]:
    """What each gives; what is refused is no leak."""
    found = []
    for body in bodies:
        with contextlib.suppress(Exception):
            found.append(body())
    return found


def liar(real: str, shown: str) -> Any:  # noqa: C901 - every method lies
    """A text with one content that its methods deny."""

    class Liar(str):
        __slots__ = ()

        def __str__(self) -> str:
            return shown

        def __hash__(self) -> int:
            return hash(shown)

        def __eq__(self, other: object) -> bool:
            return shown == other

        def replace(self, *_: Any) -> str:
            return shown

        def lower(self, *_: Any) -> str:
            return shown

        upper = strip = casefold = title = lstrip = rstrip = __format__ = lower
        __repr__ = __str__

        def isidentifier(self) -> bool:
            return True

        def __contains__(self, _: object) -> bool:
            return False

        def __iter__(self) -> Any:
            return iter(shown)

        def __len__(self) -> int:
            return len(shown)

        def encode(self, *_: Any) -> bytes:
            return shown.encode()

    return Liar(real)


def both_ways(evil: str, good: str, shape: Callable[[Any], Any]) -> Any:
    """A shape with the evil text, and with liars of either kind."""
    texts = (evil, liar(evil, good), liar(good, evil))
    return each(*[lambda text=text: list(shape(text)) for text in texts])


class Shifty(list[Any]):
    """A list that holds one thing when it is looked at first and another one later."""

    def __init__(self, first: Any, later: Any, looks: int = 1) -> None:
        super().__init__(first)
        self.later, self.looks = later, looks

    def _now(self) -> Any:
        self.looks -= 1
        return list(self.later) if self.looks < 0 else list(super().__iter__())

    def __iter__(self) -> Any:
        return iter(self._now())

    def __getitem__(self, at: Any) -> Any:
        return self._now()[at]


def shifting(shape: Callable[[Shifty], Any], first: Any, later: Any) -> Any:
    """A shape over a list that changes after each number of looks."""
    return each(*[lambda n=n: list(shape(Shifty(first, later, n))) for n in range(9)])


@attack(compare=False)
def t01_liar_column_alias(e: Any) -> Any:
    return both_ways(f'x", {STEAL} AS "y', "x", lambda t: e.Contact.select(e.Contact.name.alias(t)).tuples())


@attack(compare=False)
def t02_liar_model_alias(e: Any) -> Any:
    def shape(text: Any) -> Any:
        other = e.Contact.alias(text)
        return other.select(SQL("*")).tuples()

    return both_ways('a", atk_note AS "z', "a", shape)


@attack(compare=False)
def t03_liar_function_name(e: Any) -> Any:
    evil = f"coalesce({STEAL}, 'x') || lower"
    return both_ways(evil, "lower", lambda t: e.Contact.select(Function(t, (e.Contact.name,))).tuples())


@attack(compare=False)
def t04_liar_cast(e: Any) -> Any:
    evil = f"text) || {STEAL} || CAST('' AS text"
    return both_ways(evil, "text", lambda t: e.Contact.select(Cast(e.Contact.name, t)).tuples())


@attack(compare=False)
def t05_liar_glue(e: Any) -> Any:
    parts = (e.Contact.name, e.Contact.bio)
    return both_ways(f", {STEAL}, ", ", ", lambda t: e.Contact.select(NodeList(parts, t)).tuples())


@attack(compare=False)
def t06_liar_join_type(e: Any) -> Any:
    def shape(text: Any) -> Any:
        table, other = e.Contact._meta.table, e.Company._meta.table
        join = pw.Join(table, other, text, on=(Column(table, "company_id") == Column(other, "id")))
        return Select((join,), (SQL("*"),)).bind(e.db).tuples()

    return both_ways("CROSS JOIN atk_note CROSS JOIN", "INNER JOIN", shape)


@attack(compare=False)
def t07_liar_order(e: Any) -> Any:
    def shape(text: Any) -> Any:
        return e.Contact.select(e.Contact.name).order_by(pw.Ordering(e.Contact.name, text)).tuples()

    return both_ways("ASC LIMIT 0) UNION SELECT body FROM (SELECT body FROM atk_note", "ASC", shape)


@attack(compare=False)
def t08_liar_collation(e: Any) -> Any:
    good = "NOCASE" if e.engine == "sqlite" else "C"
    evil = f'{good}" || {STEAL} || "name'
    return both_ways(evil, good, lambda t: e.Contact.select(e.Contact.name.collate(t)).tuples())


@attack(compare=False)
def t09_liar_compound(e: Any) -> Any:
    def shape(text: Any) -> Any:
        left = e.Contact.select(e.Contact.name)
        return pw.CompoundSelectQuery(left, text, left.clone()).bind(e.db).tuples()

    return both_ways("UNION SELECT body FROM atk_note UNION", "UNION", shape)


@attack(compare=False)
def t10_liar_cte_name(e: Any) -> Any:
    def shape(text: Any) -> Any:
        cte = e.Note.select(e.Note.body).cte(text)
        return Select((cte,), (SQL("body"),)).with_cte(cte).bind(e.db).tuples()

    found = both_ways("atk_note", "q", shape)
    return [found, both_ways('q" AS (SELECT body FROM atk_note), "r', "q", shape)]


@attack(compare=False)
def t11_liar_window(e: Any) -> Any:
    def frame(text: Any) -> Any:
        return e.Contact.select(fn.MAX(e.Contact.name).over(order_by=[e.Contact.id], frame_type=text)).tuples()

    def named(text: Any) -> Any:
        window = pw.Window(order_by=[e.Contact.id], alias=text)
        return e.Contact.select(fn.MAX(e.Contact.name).over(window)).window(window).tuples()

    evil = f"ROWS UNBOUNDED PRECEDING) || {STEAL} || max('') OVER (ROWS"
    return [both_ways(evil, "ROWS", frame), both_ways(f'w" AS (), "x" AS (ORDER BY {STEAL}), "y', "w", named)]


@attack(compare=False)
def t12_liar_column_name(e: Any) -> Any:
    evil = f'name" || {STEAL} || "t1"."name'
    return both_ways(evil, "name", lambda t: e.Contact.select(Column(e.Contact._meta.table, t)).tuples())


@attack(compare=False)
def t13_liar_table_name(e: Any) -> Any:
    return [
        both_ways("atk_note", "atk_reference", lambda t: Table(t).bind(e.db).select(SQL("*")).tuples()),
        both_ways("atk_account", "atk_contact", lambda t: Table(t, ("id",)).bind(e.db).select(SQL("*")).tuples()),
        both_ways("atk_note", "atk_reference", lambda t: Select((Entity(t),), (SQL("*"),)).bind(e.db).tuples()),
    ]


@attack(compare=False)
def t14_liar_operator(e: Any) -> Any:
    evil = f"IS NOT NULL OR {STEAL} ="

    def shape(text: Any) -> Any:
        return e.Contact.select().where(Expression(e.Contact.name, text, "x"))

    return [both_ways(evil, "=", shape), both_ways("= '' OR 1=1) OR (''=", "=", shape)]


@attack(compare=False)
def t15_liar_json_path(e: Any) -> Any:
    evil = f"k') || {STEAL} || json_extract('{{}}', '$.x"
    return both_ways(evil, "k", lambda t: e.Note.select(e.Note.data[t], e.Note.data["k"][t].as_text()).tuples())


@attack(compare=False)
def t16_literals_of_odd_objects(e: Any) -> Any:
    class Odd:
        def __str__(self) -> str:
            return STEAL

    class OddInt(int):
        def __int__(self) -> int:
            return 1

        __str__ = __format__ = __repr__ = Odd.__str__  # type: ignore[assignment]

    class OddBytes(bytes):
        def decode(self, *_: Any) -> str:
            return f"' || {STEAL} || '"

    class OddDecimal(decimal.Decimal):
        __str__ = Odd.__str__

    values = (Odd(), OddInt(1), OddBytes(b"x"), OddDecimal(1), [STEAL], liar("x", f"' || {STEAL} || '"))
    nodes = [pw.ValueLiterals(Value(value, unpack=False)) for value in values]
    more = [Value(value, unpack=False) for value in values]
    return each(*[lambda n=node: list(e.Contact.select(n).tuples()) for node in nodes + more])


@attack(compare=False)
def t17_shifty_node_list(e: Any) -> Any:
    first, later = [e.Contact.name, e.Contact.bio], [SQL(STEAL), SQL(STEAL)]
    return shifting(lambda s: e.Contact.select(NodeList(s, ", ")).tuples(), first, later)


@attack(compare=False)
def t18_shifty_arguments(e: Any) -> Any:
    first, later = [e.Contact.name], [SQL(STEAL)]
    return shifting(lambda s: e.Contact.select(Function("lower", s)).tuples(), first, later)


@attack(compare=False)
def t19_shifty_case(e: Any) -> Any:
    first, later = [(e.Contact.id > 0, "a")], [(e.Contact.id > 0, SQL(STEAL))]
    return shifting(lambda s: e.Contact.select(Case(None, s, "b")).tuples(), first, later)


@attack(compare=False)
def t20_shifty_sources(e: Any) -> Any:
    first, later = [e.Reference._meta.table], [SQL("atk_note")]

    def shape(shifty: Shifty) -> Any:
        query = Select((), (SQL("*"),)).bind(e.db)
        query._from_list = shifty
        return query.tuples()

    return [shifting(shape, first, later), shifting(shape, first, [Table("atk_account")])]


@attack(compare=False)
def t21_shifty_values(e: Any) -> Any:
    def listed(shifty: Shifty) -> Any:
        value = Value([1])
        value.values = shifty
        return e.Contact.select().where(Expression(e.Contact.id, "IN", value))

    def rows(shifty: Shifty) -> Any:
        return Select((pw.ValuesList(shifty, alias="v"),), (SQL("*"),)).bind(e.db).tuples()

    found = shifting(rows, [(1,)], [(SQL(STEAL),)])
    return [found, shifting(listed, [Value(1)], [SQL("1) OR (1=1")])]


@attack(compare=False)
def t22_own_sql_on_an_instance(e: Any) -> Any:
    table = e.Contact._meta.table.clone()
    nodes = [
        Expression(e.Contact.name, "||", "x"),
        Value(1),
        Column(e.Contact._meta.table, "name"),
        fn.LOWER(e.Contact.name),
        copy.copy(e.Contact.name),
        Entity("name"),
        e.Contact.name.alias("x"),
        e.Note.select(fn.MIN(e.Note.body)),
    ]
    for node in [*nodes, table]:
        node.__dict__["__sql__"] = lambda ctx: ctx.literal(STEAL)
    found = each(*[lambda n=node: list(e.Contact.select(n).tuples()) for node in nodes])
    table.__dict__["__sql__"] = lambda ctx: ctx.literal("atk_note")
    found += each(lambda: list(Select((table,), (SQL("*"),)).bind(e.db).tuples()))
    cross = e.Contact.select()
    cross.__dict__["__sql__"] = lambda ctx: ctx.literal("SELECT * FROM atk_note")
    return found + each(lambda: list(cross), lambda: e.db.execute(cross).fetchall())


@attack(compare=False)
def t23_class_that_claims_another(e: Any) -> Any:
    found = []
    for claimed in (Expression, Value, Column, SQL, Entity, pw.Field, pw.TextField, Function, Select, pw.ModelSelect):

        class Evil(pw.ColumnBase):
            op, lhs, rhs, flat, value, name, source = "=", 1, 1, False, 1, "name", e.Contact
            model, column_name, params, sql_ = e.Contact, "name", None, "1"

            def __sql__(self, ctx: Any) -> Any:
                return ctx.literal(STEAL)

        claiming = type("Claiming", (Evil,), {"__class__": property(lambda _, c=claimed: c)})
        found += each(lambda: list(e.Contact.select(claiming()).tuples()))  # noqa: B023 - called at once
    return found


@attack(compare=False)
def t24_type_that_equals_another(e: Any) -> Any:
    found = []
    for claimed in (Expression, Value, Column, Entity, pw.TextField, Function, Cast, Case, Alias, pw.Negated):

        class Meta(type):
            def __hash__(cls) -> int:
                return hash(claimed)  # noqa: B023 - used at once

            def __eq__(cls, other: object) -> bool:
                return True

            def __instancecheck__(cls, _: object) -> bool:
                return True

        class Evil(pw.ColumnBase, metaclass=Meta):
            def __sql__(self, ctx: Any) -> Any:
                return ctx.literal(STEAL)

        found += each(lambda: list(e.Contact.select(Evil()).tuples()))
    return found


@attack(compare=False)
def t25_subclasses_of_known_nodes(e: Any) -> Any:
    found = []
    bases = (Expression, Value, Column, SQL, Entity, Function, Cast, Case, Alias, pw.Negated, NodeList, pw.TextField)
    makers: dict[Any, tuple[Any, ...]] = {
        Expression: (1, "=", 1), Value: (1,), Column: (e.Contact, "name"), SQL: ("1",), Entity: ("name",),
        Function: ("lower", ("x",)), Cast: (1, "text"), Case: (None, ((1, 1),)), Alias: (Value(1), "x"),
        pw.Negated: (Value(1),), NodeList: ((Value(1),),), pw.TextField: (),
    }  # fmt: skip
    for base in bases:
        evil = type("Evil", (base,), {"__sql__": lambda _, ctx: ctx.literal(STEAL), "__hash__": object.__hash__})
        found += each(lambda: list(e.Contact.select(evil(*makers[base])).tuples()))  # noqa: B023 - called at once
    return found


class Row(enum.IntEnum):
    """The number of the other tenant's first row, as a member."""

    FIRST = (2 << 40) | 1


@attack(compare=False)
def t26_enumerated_ids(e: Any) -> Any:
    return [
        list(e.Contact.select().where(e.Contact.id == Row.FIRST)),
        list(e.Contact.select().where(e.Contact.id.in_([Row.FIRST]))),
        list(e.Contact.select().where(e.Contact.id == decimal.Decimal(e.theirs(1)))),
    ]


@attack(compare=False)
def t27_names_that_break_text(e: Any) -> Any:
    names = ("a\x00b", "\udc80", "", "%s", "%(x)s", "%%", "?", ":x", "a\\", "\u2028", '"', "a--", "t1", "x" * 5000)
    shapes = [lambda n=n: list(e.Contact.select(e.Contact.name.alias(n)).tuples()) for n in names]
    shapes += [lambda n=n: list(e.Contact.alias(n).select()) for n in names]
    shapes += [lambda n=n: list(e.Contact.select(Column(e.Contact._meta.table, n)).tuples()) for n in names]
    return each(*shapes)
