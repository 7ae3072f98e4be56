"""Third attacks: clones and aliases that meet, keys of other tables, kept queries, staging, and time."""

# An attack is a name and a body; what it is after stands in both.
# ruff: noqa: D103
# mypy: disable-error-code="attr-defined,misc,no-untyped-call"
from __future__ import annotations

import contextlib
import contextvars
import copy
import threading
from typing import Any

import peewee as pw
from peewee import (
    CTE,
    SQL,
    Column,
    Entity,
    FieldAlias,
    NodeList,
    Select,
    Table,
    Value,
    fn,
)

from smallcrm.db import fence
from tests.db.fence.attacks_third import STEAL, Shifty, each, liar
from tests.db.fence.registry import as_other, attack
from tests.db.fence.rows import THEIRS


def outside(e: Any, manager: Any, body: Any) -> Any:
    """What `body` returns when it is run in another scope, entered from unbound."""

    def bound() -> Any:
        with manager():
            return body()

    return contextvars.Context().run(bound) if e.fenced else body()


@attack(compare=False)
def t30_fields_of_another_alias(e: Any) -> Any:
    other, note = e.Contact.alias("o"), e.Note._meta.table
    fields = [
        FieldAlias.create(other, e.Note.body),
        FieldAlias(e.Note, e.Note.body),
        FieldAlias(note, e.Note.body),
        FieldAlias(SQL(f"{STEAL} --"), e.Note.body),
        FieldAlias(e.Note.alias("o"), e.Note.body),
    ]
    return each(*[lambda f=f: list(other.select(f).tuples()) for f in fields])


@attack(compare=False)
def t31_columns_of_odd_sources(e: Any) -> Any:
    sources: list[Any] = [
        e.Note, e.Note._meta.table, Table("atk_note"), Table("atk_note", alias="t1"), SQL("atk_note"), "atk_note",
        Entity("atk_note"), CTE("atk_note", e.Contact.select()), e.Note.select(), NodeList((SQL("atk_note"),)),
        e.Note.alias("t1"), None, 7, pw.EXCLUDED,
    ]  # fmt: skip
    found = each(*[lambda s=s: list(e.Contact.select(Column(s, "body")).tuples()) for s in sources])
    return found + each(*[lambda s=s: list(Select((s,), (Column(s, "body"),)).bind(e.db).tuples()) for s in sources])


@attack(compare=False)
def t32_clones_meet(e: Any) -> Any:
    first = e.Contact._meta.table
    second, third = first.clone(), first.alias("x")
    second._hash = object.__hash__(second)
    pairs = [(first, second), (second, third), (third, third.clone()), (first, copy.copy(second))]

    def joined(left: Any, right: Any) -> Any:
        return list(Select((left, right), (Column(left, "name"), Column(right, "name"))).bind(e.db).tuples())

    return each(*[lambda p=pair: joined(*p) for pair in pairs])


@attack(compare=False)
def t33_forged_hash(e: Any) -> Any:
    note, contact = e.Note._meta.table.clone(), e.Contact._meta.table.clone()
    note._hash = contact._hash
    reference = e.Reference._meta.table.clone()
    account = Table("atk_account")
    account._hash = reference._hash
    inner = Select((note,), (fn.MIN(Column(note, "body")),))
    return each(
        lambda: list(Select((contact,), (Column(contact, "name"), inner)).bind(e.db).tuples()),
        lambda: list(Select((contact, note), (SQL("*"),)).bind(e.db).tuples()),
        lambda: list(Select((reference, account), (SQL("*"),)).bind(e.db).tuples()),
        lambda: list(Select((account,), (SQL("*"),)).bind(e.db).tuples()),
    )


@attack(compare=False)
def t34_table_with_another_model(e: Any) -> Any:
    tables = [Table(n, _model=m) for n in ("atk_note", "atk_account") for m in (e.Reference, e.Contact, None)]
    return each(*[lambda t=t: list(Select((t,), (SQL("*"),)).bind(e.db).tuples()) for t in tables])


@attack(compare=False)
def t35_correlated_same_alias(e: Any) -> Any:
    outer, inner = e.Note.alias("n"), e.Note.alias("n")
    sub = inner.select(inner.body).where(inner.id != outer.id).limit(1)
    again = Select((Table("atk_note", alias="n"),), (fn.MIN(Column(outer, "body")),))
    deep = e.Contact.alias("n").select(fn.MIN(outer.body))
    return each(*[lambda s=s: list(outer.select(outer.body, s).tuples()) for s in (sub, again, deep)])


@attack(compare=False)
def t36_alias_that_changes(e: Any) -> Any:
    found = []
    for looks in range(1, 6):
        seen = [0]

        class Moving(Table):
            @property
            def _alias(self) -> Any:
                seen[0] += 1  # noqa: B023 - used at once
                return "b" if seen[0] % 7 < looks else "a"  # noqa: B023 - used at once

            @_alias.setter
            def _alias(self, _: Any) -> None: ...

        table, outer = Moving("atk_note"), e.Note.alias("a")
        sub = Select((table,), (fn.MIN(Column(table, "body")),))
        found += each(lambda: list(outer.select(sub).tuples()))  # noqa: B023 - called at once
    return found


@attack(compare=False)
def t37_cte_used_before_it_is_named(e: Any) -> Any:
    late = CTE("atk_note", e.Note.select(e.Note.body))
    first = CTE("first", Select((late,), (late.c.body,)))
    own = CTE("atk_note", Select((late,), (late.c.body,)))
    deep = CTE("q", Select((own,), (SQL("body"),)).with_cte(own))
    shapes = [(first, (first, late)), (own, (own,)), (own, (own, late)), (deep, (deep, late)), (late, (deep, late))]
    return each(
        *[
            lambda s=source, w=ctes: list(Select((s,), (SQL("body"),)).with_cte(*w).bind(e.db).tuples())
            for source, ctes in shapes
        ]
    )


@attack(compare=False)
def t38_recursive_with_columns(e: Any) -> Any:
    found = []
    for name, columns in (("atk_note", ("id", "body")), ("q", ("tenant_id", "body")), ("atk_note", (SQL("id, body"),))):
        base = Select((Table("atk_reference"),), (Value(1), Value("x"))).limit(1)
        base = e.Note.select(e.Note.id, e.Note.body).where(e.Note.id == e.mine(1)) if name == "q" else base
        cte = CTE(name, base, recursive=True, columns=columns)
        more = Select((Entity(name),), (Column(Entity(name), columns[0]), SQL("body"))).where(SQL("1=1"))
        step = Select((e.Note, Entity(name)), (e.Note.id, e.Note.body))
        for whole in (cte.union(more), cte.union(step)):
            found += each(lambda w=whole: list(Select((w,), (SQL("*"),)).with_cte(w).limit(99).bind(e.db).tuples()))
    return found


@attack(compare=False)
def t39_cte_of_sibling(e: Any) -> Any:
    cte = CTE("atk_account", e.Contact.select(e.Contact.id, e.Contact.name.alias("secret")))
    left = Select((cte,), (SQL("secret"),)).with_cte(cte)
    right = Select((cte,), (SQL("secret"),))
    shapes = [left | right, right | left, Select((left.alias("l"), cte), (SQL("*"),)), right.with_cte(CTE("x", left))]
    shapes += [e.Contact.select(left, right), e.Contact.select(e.Contact.name).where(fn.EXISTS(left), fn.EXISTS(right))]
    return each(*[lambda s=s: list(s.bind(e.db).tuples()) for s in shapes])


@attack(compare=False)
def t40_compound_of_odd_sides(e: Any) -> Any:
    own = e.Contact.select(e.Contact.name)
    sides = (SQL("SELECT body FROM atk_note"), Table("atk_note"), e.Note, Entity("atk_note"), Value("x"),
             CTE("atk_note", own), pw.ValuesList([(SQL(STEAL),)]), NodeList((SQL("SELECT body"), SQL("FROM atk_note"))),
             pw.RawQuery("SELECT body FROM atk_note"), own.where(e.Contact.id > 0).orwhere(True).limit(9))  # fmt: skip
    makers = (lambda s: pw.CompoundSelectQuery(own, "UNION", s), lambda s: pw.CompoundSelectQuery(s, "UNION", own))
    return each(*[lambda s=s, m=m: list(m(s).bind(e.db).tuples()) for s in sides for m in makers])


@attack(compare=False)
def t41_private_parts_of_a_query(e: Any) -> Any:
    evil, found = SQL(f"1=1) OR 1=1 OR ({STEAL} = ''"), []
    parts = {"_where": evil, "_limit": SQL("99 UNION SELECT body FROM atk_note"), "_having": evil, "_group_by": (evil,),
             "_returning": (SQL(f"name, {STEAL}"),), "_distinct": SQL(f"DISTINCT {STEAL}, "), "_offset": SQL(STEAL),
             "_order_by": (SQL(STEAL),), "_windows": (SQL(f"w AS (ORDER BY {STEAL})"),), "_cte_list": (evil,),
             "_from_list": (SQL("atk_note"),), "_alias": 'x" , "atk_note'}  # fmt: skip
    for name, value in parts.items():
        query = e.Contact.select(SQL("*")).tuples()
        setattr(query, name, value)
        found += each(lambda q=query: list(q), lambda q=query: q.count(), lambda q=query: list(q.clone()))
    return found


@attack(compare=False)
def t42_select_of_own_class(e: Any) -> Any:
    class Odd(pw.ModelSelect):
        _where = property(lambda _: None, lambda *_: None)

    class Bare(Select):
        def __sql__(self, ctx: Any) -> Any:
            return ctx.literal("SELECT * FROM atk_note")

    return each(
        lambda: list(Odd(e.Contact, [e.Contact.name]).tuples()),
        lambda: list(Bare((e.Contact._meta.table,), (SQL("*"),)).bind(e.db).tuples()),
        lambda: list(e.Contact.select(Bare((), ())).tuples()),
    )


@attack(compare=False)
def t43_by_id(e: Any) -> Any:
    def walked(model: Any) -> Any:
        return fence.by_id(model) if e.fenced else model.alias("x")

    one, two = walked(e.Contact), walked(e.Note)
    sub = two.select(fn.MIN(two.body)).where(two.contact == one.id)
    same = walked(e.Contact).select(fn.MIN(one.name)).where(one.id > 0)
    left = one.select(one.name, two.body).join(two, pw.JOIN.LEFT_OUTER, on=(two.id != one.id))
    every = [
        one.select().where((one.id > 0) | (one.tenant_id > 0)), one.select(one.name, sub), one.select(one.name, same),
        left, one.select().where(one.id.between(0, e.theirs(9))), one.select(one.name) | two.select(two.body),
        e.Company.select(one.name).join(one, pw.JOIN.LEFT_OUTER, on=(one.id > 0)), one.select().orwhere(True),
    ]  # fmt: skip
    closed = [lambda m=m: list(walked(m).select()) for m in (e.Account, e.Usage, e.Outward, e.Note.alias("z"))]
    return each(*[lambda q=q: list(q.tuples()) for q in every], *closed)


@attack(compare=False)
def t44_by_id_with_an_alias(e: Any) -> Any:
    made = fence.ById if e.fenced else pw.ModelAlias
    found = []
    for name in ("t1", "atk_note", 'x", "atk_note', liar('x", "atk_note', "x"), "", None, 5):
        one, note = made(e.Contact, name), made(e.Note, name)
        found += each(lambda o=one: list(o.select(SQL("*")).tuples()))
        found += each(lambda o=one, n=note: list(o.select(o.name, n.select(fn.MIN(n.body))).tuples()))
    return found


@attack(compare=False)
def t45_ids_that_are_texts(e: Any) -> Any:
    evil = f"1) OR 1=1 OR id IN (SELECT id FROM atk_note WHERE {STEAL} = ''"

    class Number(int):
        __str__ = __repr__ = lambda _: evil
        __format__ = lambda *_: evil  # noqa: E731 - a method of a class

    if not e.fenced:
        return list(e.Contact.select())
    lists: list[Any] = [[Number(1)], [evil], [SQL(evil)], [e.theirs(1)], [e.Contact.id],
    [e.Note.select(e.Note.contact)],
                        [None], [1.5], [True], "12", Shifty([1], [evil]), {Number(1): 1}]  # fmt: skip
    found = each(*[lambda v=v: list(e.Contact.select().where(e.Contact.id.in_(fence.Ids(v)))) for v in lists])
    for name in ("ids", "_ids", "text", "_text", "sql", "values", "nodes", "value"):
        kept = fence.Ids([1])
        with contextlib.suppress(Exception):
            setattr(kept, name, evil)
        found += each(lambda k=kept: list(e.Contact.select().where(e.Contact.id.in_(k))))
    return found + each(lambda: list(e.Contact.select(fence.Ids([Number(1)])).tuples()))


def kept(e: Any, shape: Any, *values: Any, slots: int | None = None) -> Any:
    """A kept query run for the other tenant, then for mine, then for mine again."""
    query = fence.Prepared(shape, len(values) if slots is None else slots)
    with contextlib.suppress(Exception):
        as_other(e, lambda: query.rows(*values))
    return each(lambda: query.rows(*values), lambda: query.rows(*values))


@attack(compare=False)
def t46_prepared_slots_misplaced(e: Any) -> Any:
    if not e.fenced:
        return list(e.Contact.select())
    c = e.Contact
    shapes = [
        lambda a, b: c.select(c.name).where(c.id > b, c.id > a),
        lambda _a, _b: c.select(c.name),
        lambda a, b: c.select(c.name).where(c.id > a, c.id > a, c.id > b, c.tenant_id == a),
        lambda a, b: c.select(c.name, a, b),
        lambda a, b: c.select(c.name).where((c.tenant_id == a) | (c.tenant_id == b)),
        lambda a, b: c.select(c.name).limit(a).offset(b),
        lambda a, b: c.select(c.name).where(c.id > copy.deepcopy(a), c.id > copy.copy(b)),
        lambda a, b: c.select(c.name).where(c.id.in_([a, b]) | (c.id > 0)),
        lambda a, b: c.select(c.name, pw.ValueLiterals(a)).where(c.id > b),
        lambda a, b: c.select(c.name).where(c.id > Value(a), c.id > getattr(b, "value", 0)),
    ]
    return [kept(e, shape, *values) for shape in shapes for values in ((2, 2), (2, 0), (0, 2), (3, 1))]


@attack(compare=False)
def t47_prepared_shapes_that_differ(e: Any) -> Any:
    if not e.fenced:
        return list(e.Note.select())
    turns = [e.Reference, e.Note, e.Account, e.Note, e.Outward]
    odd = [lambda: SQL("SELECT body FROM atk_note"), e.Account.select, lambda: turns.pop(0).select(),
           lambda: pw.RawQuery("SELECT body FROM atk_note"), lambda: Table("atk_note").select(), lambda: "SELECT 1",
           lambda: e.Note.select().where(e.Note.id > 0).orwhere(True), lambda: e.Note, e.Tagging.delete,
           lambda: e.Tag.update(label="hacked").returning(e.Tag.id), lambda: as_other(e, e.Note.select)]  # fmt: skip
    found = [kept(e, shape) for shape in odd]
    wide = fence.Prepared(lambda: e.Note.select(e.Note.body), 0)
    with contextlib.suppress(Exception):
        outside(e, e.system, wide.rows)
    return [*found, each(wide.rows)]


@attack(compare=False)
def t48_prepared_values(e: Any) -> Any:
    evil = f"0 OR 1=1 OR {STEAL} = ''"

    class Number(int):
        __str__ = __repr__ = __index__ = __int__ = lambda _: evil  # type: ignore[assignment,return-value]

    if not e.fenced:
        return list(e.Contact.select())
    values = (Number(1), evil, liar("x", evil), SQL(evil), e.Note, [1, 2], b"1", e.Company(id=e.theirs(1)), -1, 1 << 70)
    c = e.Contact
    found = [kept(e, lambda a: c.select(c.name).where(c.id >= a), value) for value in values]
    return found + [kept(e, lambda a: c.select(c.name).where(c.name >= a), value) for value in values]


@attack(compare=False)
def t49_prepared_in_threads(e: Any) -> Any:
    if not e.fenced:
        return list(e.Contact.select())
    query = fence.Prepared(lambda a: e.Contact.select(e.Contact.name).where(e.Contact.id >= a), 1)
    context, found = contextvars.copy_context(), []

    def other() -> None:
        with contextlib.suppress(Exception), e.scope(THEIRS):
            for _ in range(30):
                query.rows(0)

    def mine() -> None:
        for _ in range(30):
            found.extend(each(lambda: query.rows(0)))

    threads = [threading.Thread(target=other), threading.Thread(target=lambda: context.run(mine))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@attack(compare=False)
def t50_node_as_data_of_an_instance(e: Any) -> Any:
    evil = SQL(STEAL)
    rows = (e.Company(id=evil), e.Company(id=e.Note.select(fn.MIN(e.Note.id))), e.Company(id=[e.theirs(1)]))
    found = each(*[lambda r=r: list(e.Contact.select().where(e.Contact.company == r)) for r in rows])
    contact = e.Contact(id=e.mine(90), tenant_id=1, name=evil, bio=e.Note.select(fn.MIN(e.Note.body)))
    found += each(lambda: contact.save(force_insert=True))
    return [found, list(e.Contact.select())]
