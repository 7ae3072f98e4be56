"""Small data that every check has something to find in, and filters over it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from smallcrm import clock
from smallcrm.db.ids import own_id
from smallcrm.models.base import State
from smallcrm.models.workspace import Member
from smallcrm.services.accounts.access import Role, acting, actor
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.comments import COMMENT
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT, LIFECYCLE
from smallcrm.services.deals import DEAL
from smallcrm.services.pipelines import PIPELINE, STAGE
from smallcrm.services.records import documents, schema
from smallcrm.services.records.operations import operation
from smallcrm.services.records.query.checks import Place
from smallcrm.services.records.query.evaluating import holds
from smallcrm.services.tickets import STATUSES, TICKET
from tests.conftest import FROZEN_AT

if TYPE_CHECKING:
    from smallcrm.services.records.query.filters import Filter
    from smallcrm.services.records.schema import Noun, Values

PLACE = Place("EUR", "Europe/Berlin", FROZEN_AT)
_TEXTS = (
    "Rome", "ROME", "rome", "Münster", "MÜNSTER", "münster", "Munster", "Ñuñoa", "ñuñoa", "İzmir", "izmir", "Straße",
    "strasse", "ΑΘΗΝΑ", "Αθήνα", "100%", "100", "a_b", "axb", "a*b", "a?b", "a[b]c", "a\\b", "%", "it's", '"q"', "ﬁn",
    "Ǆ", "ǅ", "ǆ", "new york", "New York City", "K", "\u212a", "\U0010ffff", "none", "empty", "a..b",
)  # fmt: skip
_NAMES = ("Ann", "ann", "Änn", "Bo", "Çelik", "李", "O'Neil", "Zoë", "A" * 300, "1848")
_TAGS = ("vip", "Old", "größe", "a b", "50%")
_DATES = ("2026-03-13", "2026-03-14", "2026-03-15", "2026-03-31", "1999-12-31", "2026-02-28")
_STAGES = (("Proposal", "open", 40, 2), ("Pitch", "open", 5, 1), ("Lost", "lost", 0, 1), ("Signed", "won", 100, 1))
_ROTS = {1: 0, 2: 1, 3: 2, 7: 3}
_DUES = (
    "2026-03-13", "2026-03-14", "2026-03-15", "2026-03-16", "2026-03-31", "2026-03-14T09:26Z", "2026-03-14T09:27Z",
    "2026-03-13T23:30Z", "2026-03-14T22:59Z", "2026-03-14T23:00Z", "2026-03-15T22:59Z", "2026-03-16T23:30Z",
)  # fmt: skip
_WORDS = ("ann", "a", "çel", "rome", "new york", "李", "acme.org", "o'neil", "zzz")


def _maybe(random: Random, values: Any) -> Any:
    return random.choice((None, *values))


def _some(random: Random, values: Any, most: int = 2) -> list[Any]:
    return random.sample(values, random.randint(0, most))


def fill(seed: int) -> None:
    """Companies and contacts of the bound workspace, made at different instants."""
    random = Random(seed)
    for at in range(24):
        with clock.frozen(FROZEN_AT - timedelta(hours=7 * at)), operation("fill") as op:
            op.create(COMPANY, _company(random, at))
    for at in range(40):
        with clock.frozen(FROZEN_AT + timedelta(hours=5 * (at - 20))), operation("fill") as op:
            op.create(CONTACT, _contact(random, at))
    with acting(replace(actor(), role=Role.ADMIN)), operation("fill") as op:
        partners = op.create(PIPELINE, {"name": "Partners"})
        for name, kind, probability, position in _STAGES:
            values = {"name": name, "kind": kind, "probability": probability, "position": position}
            op.create(STAGE, {**values, "pipeline": partners})
        for number, days in _ROTS.items():
            op.update(STAGE, own_id(number), {"rot_days": days})
    for at in range(60):
        with clock.frozen(FROZEN_AT + timedelta(hours=3 * (at - 40))), operation("fill") as op:
            op.create(DEAL, _deal(random))
    _work(random)


def _work(random: Random) -> None:
    """Activities with the deals and comments on them, before now and after it; some are thrown away."""
    for at in range(60):
        with clock.frozen(FROZEN_AT + timedelta(hours=2 * (at - 50))), operation("fill") as op:
            made = op.create(ACTIVITY, _activity(random))
            about = {"object": "deal", "record": own_id(random.randint(1, 60))}
            said = op.create(COMMENT, {"record": about, "body": "Said."})
            for noun, record_id in ((ACTIVITY, made), (COMMENT, said)):
                if random.random() < (0.1 if noun is ACTIVITY else 0.3):
                    op.trash(noun, record_id)
    for _ in range(30):
        with clock.frozen(FROZEN_AT - timedelta(days=2)), operation("fill") as op:
            ticket = op.create(TICKET, {"subject": random.choice(_NAMES)})
        _talk(random, ticket)


def _shared(random: Random) -> Values:
    return {
        "city": _maybe(random, _TEXTS), "description": _maybe(random, _TEXTS), "owner": _maybe(random, _members()),
        "tags": [{"name": name} for name in _some(random, _TAGS, 3)],
        "phones": [{"number": number} for number in _some(random, ("+49 30 1234", "(030) 12-34", "030/1234", "x1"))],
    }  # fmt: skip


def _members() -> list[int]:
    rows: list[Any] = list(Member.select(Member.id).tuples())
    return [row[0] for row in rows]


def _company(random: Random, at: int) -> Values:
    return {
        **_shared(random), "name": random.choice((*_NAMES, *_TEXTS)), "industry": _maybe(random, _TEXTS),
        "employees": _maybe(random, (0, 5, 10, 5000)), "parent": own_id(random.randint(1, at)) if at % 3 else None,
        "revenue": _maybe(random, ({"amount": n, "currency": c} for n in (500_000, 500_001) for c in ("EUR", "USD"))),
        "domains": [{"domain": f"acme{at}.org"}] if at % 2 else [],
        "external_ids": [{"source": "hubspot", "key": f"P-{at % 9}{at}"}] if at % 4 == 0 else [],
    }  # fmt: skip


def _contact(random: Random, at: int) -> Values:
    places = [{"company": own_id(n), "ended": _maybe(random, ("2020-01-01",))} for n in _some(random, range(1, 25))]
    return {
        **_shared(random), "first_name": random.choice(_NAMES), "last_name": _maybe(random, _NAMES),
        "lifecycle": _maybe(random, LIFECYCLE), "birthday": _maybe(random, _DATES), "opt_out": random.random() < 0.5,
        "companies": places, "emails": [{"address": f"Ann{at}@acme.org"}, {"address": f"é{at}@x.de"}][: at % 3],
    }  # fmt: skip


def _deal(random: Random) -> Values:
    stage = random.randint(1, 6 + len(_STAGES))
    lost = stage in (6, 9)
    return {
        "name": random.choice((*_NAMES, *_TEXTS)), "stage": own_id(stage), "source": _maybe(random, _TEXTS),
        "amount": _maybe(random, ({"amount": n, "currency": c} for n in (500_000, 500_001) for c in ("EUR", "USD"))),
        "probability": _maybe(random, (0, 10, 35, 100)), "expected_close": _maybe(random, _DATES),
        "lost_reason": "price" if lost else None, "company": _maybe(random, map(own_id, range(1, 25))),
        "contacts": [{"contact": own_id(n)} for n in _some(random, range(1, 41))],
        "owner": _maybe(random, _members()), "tags": [{"name": name} for name in _some(random, _TAGS, 3)],
    }  # fmt: skip


def _activity(random: Random) -> Values:
    due = _maybe(random, _DUES)
    about = [{"object": "deal", "record": own_id(n)} for n in _some(random, range(1, 61), 3)]
    reminders = [{"minutes": minutes} for minutes in _some(random, (10, 60, 1440, 2880), 3)]
    return {
        "subject": random.choice(_NAMES), "kind": random.choice(("task", "call")), "due": due, "links": about,
        "status": random.choice(("open", "open", "done", "canceled")), "reminders": reminders if due else [],
        "owner": _maybe(random, _members()),
    }  # fmt: skip


def _talk(random: Random, ticket: int) -> None:
    """What happens to a ticket: what either side says, some of which is thrown away, and its statuses."""
    ref = {"object": "ticket", "record": ticket}
    for at in range(random.randint(0, 5)):
        with clock.frozen(FROZEN_AT + timedelta(hours=9 * at - 30)), operation("fill") as op:
            if random.random() < 0.5:
                op.update(TICKET, ticket, {"status": random.choice(STATUSES)})
            elif random.random() < 0.2:
                op.trash(COMMENT, op.create(COMMENT, {"record": ref, "body": "Mine.", "public": True}))
            else:
                whose = {"contact": own_id(1)} if random.random() < 0.4 else {}
                op.create(COMMENT, {"record": ref, "body": "Said.", "public": random.random() < 0.8, **whose})


class Known:
    """All documents of the workspace as they are now."""

    def __init__(self) -> None:
        self.of = {name: _every(noun) for name, noun in schema.nouns().items()}
        rows: list[Any] = list(Member.select(Member.id, Member.name, Member.email).tuples())
        self.of["member"] = {row[0]: {"name": row[1], "email": row[2]} for row in rows}

    def find(self, name: str, record_id: int) -> Values:
        """The document that an id means."""
        return self.of[name][record_id]

    def meant(self, noun: Noun, where: Filter) -> list[int]:
        """The ids of the live documents that pass in Python."""
        live = sorted(
            ((key, one) for key, one in self.of[noun.name].items() if one["state"] == State.LIVE), key=itemgetter(0)
        )
        return [key for key, document in live if holds(noun, where.bound, document, self.find)]


def _every(noun: Noun) -> dict[int, Values]:
    return documents.load(noun, [row[0] for row in noun.model.select(noun.model.id).tuples()])


def quoted(text: str) -> str:
    """A text as one quoted value."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_text = st.sampled_from((*_TEXTS, *_NAMES)).map(quoted)
_part = st.sampled_from((*_TEXTS, *_NAMES, "m", "ü", "Ü", "o", "ş", "")).map(lambda text: quoted(text[:3]))
_day = st.sampled_from(
    (*_DATES, "today", "yesterday", "-2d", "+1d", "fri", "eow", "som", "2026-03", "last-week", "2026")
)
_instant = _day | st.sampled_from(("now", "-5h", "2026-03-14T10:26", "2026-03-14T09:26:53Z"))
_amount = st.sampled_from(("5000", "5000.01", "5k", "5000USD", "0"))
_number = st.sampled_from(("0", "5", "10", "5000", "-1"))
_id = st.integers(0, 45).map(str)
_order = st.sampled_from((">", ">=", "<", "<="))
_same = st.sampled_from((":", "=", "!="))
_has = st.sampled_from(("~", "!~"))
_none = st.sampled_from(("any", "empty", "none"))


def _term(names: tuple[str, ...], op: st.SearchStrategy[str], value: st.SearchStrategy[str]) -> Any:
    return st.builds("{}{}{}".format, st.sampled_from(names), op, value)


def _lists(value: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(value, min_size=2, max_size=3).map(",".join)


def _ranges(value: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds("{}..{}".format, value, value) | value.map("..{}".format) | value.map("{}..".format)


def _texts(names: tuple[str, ...]) -> Any:
    star = _part.map("{}*".format)
    return (
        _term(names, _same, _text | star | _none | _lists(_text) | _ranges(_text))
        | _term(names, _has, _part)
        | _term(names, _order, _text)
    )


def _ordered(names: tuple[str, ...], value: st.SearchStrategy[str], ends: st.SearchStrategy[str] | None = None) -> Any:
    ranges = _ranges(value if ends is None else ends)
    return _term(names, _same, value | _none | _lists(value) | ranges) | _term(names, _order, value)


def _tags(names: tuple[str, ...]) -> Any:
    tag = st.sampled_from((*_TAGS, "VIP", "GRÖSSE", "new")).map(quoted)
    among = st.builds("{}({})".format, st.sampled_from(("any", "all", "none")), _lists(tag))
    return _term(names, _same, tag | among | _none) | _term(names, _has, tag)


_SHARED = (
    _tags(("tag", "tags"))
    | _ordered(("created", "updated-at"), _instant)
    | _ordered(("id",), _id)
    | _term(("owner",), _same, st.sampled_from(("me", "none", "any", '"Mara Member"', "olga@north.example", "ol*")))
    | _texts(("owner.name",))
    | _term(("owner.email",), _has, st.sampled_from(("north", "@", "MARA")))
    | _term(("phone",), _same, st.sampled_from(('"+49 (30) 12-34"', "030*", '"(030)1234"', "X1", "any")))
    | _term(("phone",), _has, st.sampled_from(("12", "1-2", "x", '"0 1"')))
    | _term(("id",), _same, _lists(_id))
    | st.sampled_from(_WORDS).map(quoted)
)
_COMPANY_ONLY = (
    _ordered(("employees",), _number)
    | _ordered(("revenue",), _amount, _number)
    | _term(("domain",), _same, st.sampled_from(("acme1.org", "ACME3.org", "acme*", "any")))
    | _term(("domain",), _has, st.sampled_from(("1.o", "ME", "%")))
    | _term(("external-id",), _same, st.sampled_from(("hubspot:P-00", "P-44", "hubspot:P*", "any", "x:P-00")))
    | _term(("external_ids",), _has, st.sampled_from(("p-", "hubspot:8", "_")))
)
COMPANIES = (
    _texts(("name", "city", "description", "industry", "parent.name", "parent.city"))
    | _term(("parent",), _same, _id | _text | _none | _lists(_id))
    | _ordered(("parent.employees",), _number)
    | _tags(("parent.tag",))
    | _COMPANY_ONLY
    | _SHARED
)
CONTACTS = (
    _texts(("name", "city", "first-name", "company.industry", "companies.name", "company.city"))
    | _ordered(("lifecycle",), st.sampled_from(LIFECYCLE))
    | _ordered(("birthday",), _day)
    | _term(("opt-out",), _same, st.sampled_from(("yes", "no", "any", "none")))
    | _term(("email",), _same, st.sampled_from(("ann4@ACME.org", "ann*", "é2@x.de", "É*", "any", "empty")))
    | _term(("email",), _has, st.sampled_from(("@acme", "É", "_", "*")))
    | _term(("company",), _same, _id | _text | _none | _lists(_id))
    | _term(("company",), _has, _part)
    | _ordered(("company.revenue",), _amount, _number)
    | _term(("company.domain",), _same, st.sampled_from(("acme1.org", "acme*", "none")))
    | _tags(("company.tag",))
    | _SHARED
)


DEALS = (
    _texts(("name", "source", "company.name", "company.industry", "contacts.name", "contact.city", "stage.name"))
    | _term(("stage",), _same, st.sampled_from(("won", "open", "Lost", '"Won"', "proposal", "3", "p*", "1,7", "any")))
    | _term(("stage",), _has, st.sampled_from(("o", "pro", "n")))
    | _term(("is", "stage.kind"), _same, st.sampled_from(("won", "lost", "open", "won,lost")))
    | _term(("pipeline",), _same, st.sampled_from(("Sales", "partners", "2", "any", "none")))
    | _ordered(("chance", "probability", "stage.probability"), st.sampled_from(("0", "10%", "35", "50", "100")))
    | _ordered(("amount",), _amount, _number)
    | _ordered(("due", "close", "expected-close"), _day)
    | _ordered(("closed", "closed_at", "idle", "idle-since"), _instant)
    | _term(("rotting",), _same, st.sampled_from(("yes", "no", "any", "none", "yes,no")))
    | _term(("company",), _same, _id | _text | _none | _lists(_id))
    | _term(("contact",), _same, _id | _text | _none | _lists(_id))
    | _term(("contacts.email",), _same, st.sampled_from(("ann4@ACME.org", "ann*", "any")))
    | _tags(("company.tag", "contact.tag"))
    | _tags(("tag", "tags"))
    | _ordered(("created", "updated-at"), _instant)
    | _term(("owner",), _same, st.sampled_from(("me", "none", "any", '"Mara Member"', "ol*")))
    | st.sampled_from(_WORDS).map(quoted)
)


ACTIVITIES = (
    _ordered(("timing",), st.sampled_from(("overdue", "today", "planned")))
    | _ordered(("reminder", "reminders"), st.sampled_from(("10m", "1h", "60", "1d", "2d")))
    | _ordered(("due",), _instant)
    | _term(("status",), _same, st.sampled_from(("open", "done", "canceled")))
    | _texts(("subject",))
)
TICKETS = (
    _ordered(("first-response", "closed-at"), _instant)
    | _ordered(("reopened",), st.sampled_from(("0", "1", "2", "-1")))
    | _ordered(("status",), st.sampled_from(("new", "open", "waiting", "closed")))
    | _texts(("subject",))
)


def joined(terms: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Filters of several terms."""
    return st.recursive(
        terms,
        lambda inner: (
            inner.map("-({})".format)
            | st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' '.join(parts)})")
            | st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' OR '.join(parts)})")
        ),
        max_leaves=4,
    )
