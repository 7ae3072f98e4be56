"""Third write attacks: keys that are no fields of the table, values that are two things, conditions that enclose."""

# An attack is a name and a body; what it is after stands in both.
# ruff: noqa: D103
# mypy: disable-error-code="attr-defined,misc,no-untyped-call"
from __future__ import annotations

import contextlib
import copy
import decimal
import types
from typing import Any

import peewee as pw
from peewee import EXCLUDED, SQL, Case, Cast, Column, Entity, Select, Table, Update, Value, fn

from tests.db.fence.attacks_third import STEAL, Row, Shifty, each, liar
from tests.db.fence.registry import attack


class Two:  # noqa: PLW1641 - it has one, by assignment
    """A value that the driver is told is another one."""

    def __init__(self, shown: int, bound: int) -> None:
        self.shown, self.bound = shown, bound

    def __conform__(self, _: object) -> int:
        return self.bound

    def __int__(self) -> int:
        return self.shown

    __index__ = __hash__ = __int__

    def __eq__(self, other: object) -> bool:
        return self.shown == other

    def __rshift__(self, by: int) -> int:
        return self.shown >> by


class TwoInt(int):
    """A whole number that says it is another one; `mine` where it is asked, the other tenant's where it is bound."""

    def __int__(self) -> int:
        return 1 << 40 | 1

    __index__ = __int__
    __hash__ = int.__hash__

    def __conform__(self, _: object) -> int:
        return 2 << 40 | 1

    def __eq__(self, _: object) -> bool:
        return True

    def __rshift__(self, _: int) -> int:
        return 1

    __and__ = __floordiv__ = __rshift__

    def __lt__(self, _: object) -> bool:
        return False

    __gt__ = __lt__

    def __le__(self, _: object) -> bool:
        return True

    __ge__ = __le__

    def __str__(self) -> str:
        return str(2 << 40 | 1)


class Mine(int):
    """A whole number that lies about the tenant in it and nothing else."""

    def __rshift__(self, _: int) -> int:
        return 1


class TwoDict(dict[Any, Any]):
    """A row that shows one value and gives another one later."""

    def __init__(self, first: Any, later: Any, looks: int) -> None:
        super().__init__(first)
        self.later, self.looks = later, looks

    def _now(self) -> Any:
        self.looks -= 1
        return self.later if self.looks < 0 else dict(super().items())

    def __getitem__(self, key: Any) -> Any:
        return self._now()[key]

    def items(self) -> Any:  # noqa: D102 - a dictionary's
        return self._now().items()

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: D102 - a dictionary's
        return self._now().get(key, default)


def odd_numbers(e: Any) -> list[Any]:
    """Ways to say the id of the other tenant's first row."""
    number = e.theirs(1)
    return [
        str(number), f" {number}", f"+{number}", f"{number}.0", "2.199023255553e12", float(number),
        str(number).encode(),
        decimal.Decimal(number), Row.FIRST, Two(e.mine(1), number), TwoInt(number), TwoInt(e.mine(1)), [number],
        liar(str(number), str(e.mine(1))), liar(str(e.mine(1)), str(number)), memoryview(str(number).encode()),
        Cast(str(number), "bigint"), fn.COALESCE(None, number), Value(number), Value(str(number), converter=int),
        Value(e.mine(1), converter=lambda _: number), Case(None, ((Value(1) == 1, number),), e.mine(1)), hex(number),
        pw.ValueLiterals(Value(number)), SQL(str(number)), pw.Negated(Value(-number)), fn.ABS(-number), Value([number]),
        fn.MAX(e.mine(1), number), Value(number // 2) * 2, e.Contact.company + (1 << 40), e.Company.select().limit(1),
        e.Company.select(Value(number)).limit(1), e.Company(id=Two(e.mine(1), number)), e.Company(id=str(number)),
    ]  # fmt: skip


def tried(e: Any, *bodies: Any) -> None:
    """Each in its own savepoint, so that one refusal does not end the rest."""
    for body in bodies:
        with contextlib.suppress(Exception), e.db.atomic():
            body()


@attack(compare=False)
def t60_update_reference_odd_values(e: Any) -> Any:
    table = e.Contact._meta.table
    keys = (e.Contact.company, Column(table, "company_id"), Entity("company_id"))
    for number in odd_numbers(e):
        tried(e, *[lambda k=k, n=number: Update(table, {k: n}).bind(e.db).execute() for k in keys])
        tried(e, lambda n=number: e.Contact.update({e.Contact.company: n}).execute())


@attack(compare=False)
def t61_insert_reference_odd_values(e: Any) -> Any:
    table = e.Contact._meta.table
    for at, number in enumerate(odd_numbers(e), 100):
        row = {"id": e.mine(at), "tenant_id": 1, "name": "n"}
        columns = {Column(table, key): value for key, value in row.items()}
        tried(
            e,
            lambda r=row, n=number: e.Contact.insert({**r, "company": n}).execute(),
            lambda c=columns, n=number: pw.Insert(table, {**c, Column(table, "company_id"): n}).bind(e.db).execute(),
            lambda r=row, n=number: e.Contact(**r, company=n).save(force_insert=True),
            lambda r=row, n=number: e.Contact.insert_many([(*r.values(), n)], fields=[*r, "company"]).execute(),
        )


@attack(compare=False)
def t62_insert_tenant_odd_values(e: Any) -> Any:
    table = e.Tag._meta.table
    odd = ["2", "+2", "2.0", "2e0", 2.0, decimal.Decimal(2), Two(1, 2), liar("2", "1"), liar("1", "2"), b"2", [2],
           Value(1, converter=lambda _: 2), Value(2), Cast("2", "bigint"), SQL("2"), fn.ABS(-2), True + 1]  # fmt: skip
    for tenant in odd:
        for number in [e.theirs(90), Two(e.mine(90), e.theirs(90)), TwoInt(e.theirs(90)), str(e.theirs(90))]:
            row = {"id": number, "tenant_id": tenant, "label": "planted"}
            columns = {Column(table, key): value for key, value in row.items()}
            tried(
                e,
                lambda r=row: e.Tag.insert(r).execute(),
                lambda c=columns: pw.Insert(table, c).bind(e.db).execute(),
                lambda r=row: e.Tag.insert({**r, "tenant_id": 1}).execute(),
            )


@attack(compare=False)
def t63_update_keys_of_other_tables(e: Any) -> Any:
    name = copy.copy(e.Contact.name)
    name.column_name = "tenant_id"
    bare = pw.BigIntegerField(column_name="tenant_id")
    bare.name, bare.model = "bio", e.Contact
    other = e.Contact.alias("o")
    table = e.Contact._meta.table
    keys = [e.Note.tenant_id, Column(e.Note._meta.table, "tenant_id"), name, bare, other.tenant_id, Column("x",
    "tenant_id"),
            Column(table, "TENANT_ID"), Column(table, liar("tenant_id", "name")), Column(table, liar("name",
            "tenant_id")),
            Column(table, "tenant_id\x00"), Column(table, 'name" = \'x\', "tenant_id'), Entity(liar("tenant_id",
            "name")),
            Column(table, "tenant\u005fid"), Entity("atk_contact", "tenant_id"), pw.BindTo(e.Contact.tenant_id,
            e.Contact),
            e.Contact.tenant_id.alias("name"), SQL("tenant_id"), Column(None, "tenant_id"),
            EXCLUDED.tenant_id]  # fmt: skip
    for key in keys:
        tried(
            e,
            lambda k=key: Update(table, {k: 2}).bind(e.db).execute(),
            lambda k=key: e.Contact.update({k: 2}).execute(),
            lambda k=key: (
                e.Contact.insert({"id": e.mine(4), "tenant_id": 1, "name": "n"})
                .on_conflict(conflict_target=[e.Contact.id], update={k: 2})
                .execute()
            ),
        )


@attack(compare=False)
def t64_field_renamed_after_definition(e: Any) -> Any:
    field = e.Contact.name
    before = dict(vars(field))
    try:
        field.column_name = "tenant_id"
        tried(e, lambda: e.Contact.update(name=2).execute(), lambda: e.Contact.update({field: "2"}).execute())
        field.column_name = liar("tenant_id", "name")
        tried(e, lambda: e.Contact.update(name=2).execute())
        field.column_name = f"name\" = 'x' WHERE 1=1 OR {STEAL} = '' --"
        tried(e, lambda: e.Contact.update(name=2).execute())
        found = each(lambda: list(e.Contact.select(field).tuples()))
        field.column_name, field.model = "body", e.Note
        found += each(lambda: list(e.Contact.select(field).tuples()))
        found += each(lambda: list(Select((e.Contact,), (field,)).bind(e.db).tuples()))
    finally:
        vars(field).clear()
        vars(field).update(before)
    return found


@attack(compare=False)
def t65_meta_changed(e: Any) -> Any:
    meta, found = e.Tag._meta, []
    changes = {"table_alias": 'x", "atk_account', "primary_key": e.Tag.tenant_id, "combined": {}, "columns": {},
               "fields": {}, "defaults": {e.Tag.tenant_id: 2}, "_default_callables": {e.Tag.tenant_id: lambda: 2},
               "sorted_fields": [], "model": e.Reference, "entity": SQL("atk_note"), "depends_on": None,
               "refs": {}, "schema": "x", "name": "reference"}  # fmt: skip
    for name, value in changes.items():
        before = vars(meta).get(name)
        vars(meta)[name] = value
        try:
            found += each(lambda: list(e.Tag.select().tuples()))
            tried(
                e,
                lambda: e.Tag.update(label="hacked " + "x").execute(),
                lambda: e.Tag.insert(id=e.theirs(9), label="p").execute(),
            )
            tried(e, lambda: e.Tag(id=e.theirs(1), label="hacked").save(), lambda: e.Tag.delete_by_id(e.theirs(1)))
        finally:
            vars(meta)[name] = before
    return found


@attack(compare=False)
def t66_update_that_changes_its_mind(e: Any) -> Any:
    table = e.Contact._meta.table
    for looks in range(1, 8):
        first, later = {e.Contact.bio: "b"}, {e.Contact.tenant_id: 2}
        tried(
            e,
            lambda n=looks, f=first, x=later: Update(table, TwoDict(f, x, n)).bind(e.db).execute(),
            lambda n=looks, f=first: (
                Update(table, TwoDict(f, {e.Contact.company: e.theirs(1)}, n)).bind(e.db).execute()
            ),
        )


@attack(compare=False)
def t67_row_that_changes_its_mind(e: Any) -> Any:
    for looks in range(1, 12):
        mine = {"id": e.mine(100 + looks), "tenant_id": 1, "name": "n", "company": None}
        evil = {**mine, "id": e.theirs(100 + looks), "tenant_id": 2, "company": e.theirs(1)}
        tried(
            e,
            lambda n=looks, m=mine, x=evil: e.Contact.insert(TwoDict(m, x, n)).execute(),
            lambda n=looks, m=mine, x=evil: e.Contact.insert_many([TwoDict(m, x, n)]).execute(),
            lambda n=looks, m=mine, x=evil: e.Contact.insert_many(Shifty([m], [x], n)).execute(),
            lambda n=looks, m=mine, x=evil: e.Contact.insert_many(
                [Shifty(list(m.values()), list(x.values()), n)], fields=list(m)
            ).execute(),
            lambda m=mine, x=evil: e.Contact.insert(
                types.MappingProxyType({**x, **m, e.Contact.company: x["company"]})
            ).execute(),
        )


@attack(compare=False)
def t68_row_with_several_names(e: Any) -> Any:
    c, mine, theirs = e.Contact, e.mine(1), e.theirs(1)
    base = {"id": e.mine(90), "tenant_id": 1, "name": "n"}
    rows = [{**base, c.company: theirs, "company": mine}, {**base, c.company: theirs, "company_id": mine},
            {**base, "company": mine, "company_id": theirs}, {**base, "company_id": theirs, "company": mine},
            {**base, c.tenant_id: 2}, {**base, c.id: e.theirs(90)}, {**base, Column(c._meta.table,
            "company_id"): theirs},
            {**base, e.Note.company: theirs}, {**base, c.company: mine, e.Note.company: theirs}]  # fmt: skip
    for row in rows:
        tried(
            e,
            lambda r=row: c.insert(r).execute(),
            lambda r=row: c.insert_many([base | {"id": e.mine(91)}, r]).execute(),
        )
        tried(e, lambda r=row: pw.Insert(c._meta.table, r).bind(e.db).execute(), lambda r=row: c.replace(r).execute())
        tried(e, lambda r=row: c.insert_many([r], fields=[c.id, c.tenant_id, c.name, c.company]).execute())


@attack(compare=False)
def t69_where_that_encloses(e: Any) -> Any:
    for where in (
        pw.Expression(e.Tag.id > 0, "OR", Value(1) == 1, flat=True), pw.Expression(Value(1), "OR", Value(1), flat=True),
        pw.NodeList((e.Tag.id > 0, SQL("OR"), SQL("1=1"))), pw.NodeList((Value(0), Value(1)), " OR "), ~(e.Tag.id < 0),
        pw.NodeList((Value(0), Value(1)), liar(" OR ", " AND ")), pw.Negated(pw.Expression(1, "OR", 1, flat=True)),
        pw.DQ(id__gt=0), pw.Expression(pw.NodeList((), parens=True), "OR", 1), Value(True), SQL("1) OR (1=1"),
        pw.Expression(Value(0), liar("OR", "AND"), Value(1), flat=True), pw.Expression(Value(1), "||", Value(1),
        flat=True),
    ):  # fmt: skip
        changed = e.Tag.update(label=fn.LOWER(e.Tag.label)).where(where)
        changed._where = where
        tried(e, changed.execute, lambda w=where: e.Tag.update(label=e.Tag.label.concat("!")).orwhere(w).execute())
        late = e.Tagging.delete().where(e.Tagging.id == 0)
        late._where = where
        tried(e, late.execute)


@attack(compare=False)
def t70_update_from_named_like_target(e: Any) -> Any:
    other = e.Company.alias("atk_contact")
    wide = e.Contact.alias("x")
    shapes = [
        e.Contact.update(name="hacked").from_(other).where(other.id > 0),
        e.Contact.update(name=wide.name).from_(wide).where(wide.id != e.Contact.id),
        e.Contact.update(name="hacked").from_(Table("atk_contact", alias="y")).where(SQL("1=1")),
        e.Contact.update(name="hacked").where(fn.EXISTS(e.Contact.select().where(e.Contact.id > 0))),
        e.Contact.update(name="hacked").with_cte(e.Company.select().cte("atk_contact")),
        e.Contact.delete().with_cte(e.Company.select().cte("atk_contact")).where(e.Contact.id == e.theirs(4)),
        e.Contact.update(name=e.Note.select(fn.MIN(e.Note.body)).where(e.Note.contact != e.Contact.id)),
    ]
    tried(e, *[shape.execute for shape in shapes])
    return list(e.Contact.select())


@attack(compare=False)
def t71_upsert_columns(e: Any) -> Any:
    c, table = e.Contact, e.Contact._meta.table
    updates = [{Column(table, "company_id"): e.theirs(1)}, {"company": str(e.theirs(1))},
    {c.company: EXCLUDED.company_id},
               {c.bio: Select((Table("atk_note"),), (SQL("min(body)"),))}, {"tenant_id": 2}, {c.id: e.theirs(95)},
               {c.company: Two(e.mine(1), e.theirs(1))}, {c.company: EXCLUDED.id + (1 << 40)},
               {c.bio: SQL(STEAL)}]  # fmt: skip
    for update in updates:
        for target in ([c.id], ["id"], [Column(table, "id")], [SQL("id")], [c.tenant_id, c.email]):
            rows = [{"id": e.mine(4), "tenant_id": 1, "name": "n", "email": "shared@example.com"}]
            rows += [{**rows[0], "id": e.theirs(4)}, {**rows[0], "id": e.mine(4), "company": e.theirs(1)}]
            for row in rows:
                query = c.insert(row)
                tried(e, query.on_conflict(conflict_target=target, update=update).execute)
                tried(e, query.on_conflict(conflict_target=target, preserve=[c.company, c.tenant_id, c.id]).execute)
                tried(e, query.on_conflict(conflict_target=target, update=update, where=SQL("1=1 OR 1")).execute)
                tried(
                    e,
                    query.on_conflict(
                        conflict_target=target, conflict_where=SQL("1=1) DO NOTHING --"), update=update
                    ).execute,
                )
    return list(c.select())
