"""Text that was written to break things, as the value of every field: it finds what equals it, or says why not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.fence import proxy
from smallcrm.errors import SmallCRMError, UsageError, ValidationError
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import store
from smallcrm.services.records.operations import operation
from smallcrm.services.records.query import texts
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.records.query.parser import MAX_DEPTH, MAX_LIST, MAX_TERMS
from smallcrm.services.records.store import Listing
from smallcrm.text import fold, sort_key
from tests.services.records.query.sample import PLACE, quoted
from tests.support.corpora import corpus

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Noun
    from tests.support.world import World

INJECTIONS = (
    "' OR 1=1 --", "'; DROP TABLE contact; --", "%' OR '1'='1", "\\' OR 1=1", '" OR ""="', "1) OR (1=1",
    "%s", "?", "%(x)s", "\\", "\\\\", "\\%", "_", "*", "[a-z]", "[", "]", "a\tb\x1b[31m", "{0}", "${x}", "\u202egnp",
    "\x00", "\ud800", "é" * 500, "".join(map(chr, range(0x430, 0x450))), "AND", "NOT", "..", "a..b", "(", "-", "me",
    "none", "union select", "\u0130",
)  # fmt: skip


def naughty() -> list[str]:
    """Every string of the corpora, and some of our own."""
    found = list(json.loads(corpus("attacks", "blns", "blns.json").read_text("utf-8")))
    for name in ("markup_template", "web_misc", "csv_formula", "emails"):
        found += _strings(json.loads(corpus("attacks", "own", f"{name}.json").read_text("utf-8")))
    return list(dict.fromkeys([*INJECTIONS, *found]))


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in inner for text in _strings(item)]


def ids(noun: Noun, *filters: str) -> list[int]:
    """The ids that a list with a filter shows."""
    listing = Listing(where=Filter(noun, filters, PLACE), parts=frozenset(), limit=10_000)
    return [record["id"] for record in store.page(noun, listing).records]


def said(noun: Noun, text: str) -> list[int]:
    """The same, or none where the filter was refused with a sentence."""
    try:
        return ids(noun, text)
    except UsageError as error:
        refused = error
    assert refused.sentence.endswith((".", "?"))
    assert refused.hint
    return []


@pytest.fixture
def stored(mara: World) -> dict[int, str]:  # noqa: ARG001  # somebody must act
    """A company for each string that can be stored, with the string in its texts; their ids."""
    found: dict[int, str] = {}
    with operation("naughty") as op:
        for text in naughty():
            if text.strip() != text or "\n" in text or "\r" in text:
                continue
            try:
                found[op.create(COMPANY, {"name": text, "city": text, "description": text, "website": text})] = text
            except ValidationError:
                continue
    assert len(found) > 400
    return found


def test_it_finds_exactly_what_equals(stored: dict[int, str]) -> None:
    """Every string among all the others, in a field without a key and in the name."""
    low = {key: texts.caseless(text) for key, text in stored.items()}
    keys = {key: sort_key(text) for key, text in stored.items()}
    for text in list(stored.values())[::3]:
        same = [key for key, other in low.items() if other == texts.caseless(text)]
        assert said(COMPANY, f"city:{quoted(text)}") in (same, [])
        if len(texts.letters_of(texts.caseless(text))) <= texts.MAX_LETTERS:
            assert ids(COMPANY, f"city:{quoted(text)}") == same
            assert ids(COMPANY, f"name={quoted(text)}") == [
                key for key, other in keys.items() if other == sort_key(text)
            ]


def test_it_finds_exactly_what_holds_it(stored: dict[int, str]) -> None:
    """A part and a beginning: no character is a pattern, on either engine."""
    low = {key: texts.caseless(text) for key, text in stored.items()}
    folded = {key: sort_key(text) for key, text in stored.items()}
    for text in [*list(stored.values())[::7], *INJECTIONS]:
        part = text[:12]
        if "\0" in part or part == "\ud800":
            continue
        small = texts.caseless(part)
        assert ids(COMPANY, f"website~{quoted(part)}") == [key for key, other in low.items() if small in other]
        begun = [key for key, other in low.items() if other.startswith(small)]
        assert ids(COMPANY, f"description:{quoted(part)}*") == begun
        assert ids(COMPANY, f"name~{quoted(part)}") == [key for key, other in folded.items() if fold(part) in other]


def test_it_never_breaks(stored: dict[int, str]) -> None:
    """Every string as the value of every field, by every operator, and as a filter of its own; nothing is changed."""
    companies = ("revenue", "employees", "phone", "domain", "tag", "external-id", "owner", "parent", "created", "id")
    contacts = ("email", "birthday", "opt-out", "lifecycle", "company", "company.industry", "owner.name")
    every = naughty()
    for at, text in enumerate(every):
        said(COMPANY, text)
        said(CONTACT, quoted(text))
        for noun, names in ((COMPANY, companies), (CONTACT, contacts)):
            name, op = names[at % len(names)], (":", "~", ">", "!=", "<=")[at % 5]
            said(noun, f"{name}{op}{quoted(text)}")
            said(noun, f"{name}:{quoted(text)}*")
            said(noun, f"{text}:{quoted(text)}")
    assert ids(COMPANY, "id>0") == sorted(stored)


def test_it_binds_every_value(mara: World, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """No text of a filter is a text of the SQL, wherever it stands."""
    mark = "zq'\"x"
    seen: list[tuple[str, Any]] = []
    database = proxy.target()
    run = database._run

    def watched(sql: str, params: Any) -> Any:
        seen.append((sql, params))
        return run(sql, params)

    monkeypatch.setattr(database, "_run", watched)
    names = (
        "name",
        "city",
        "description",
        "website",
        "tag",
        "parent",
        "phone",
        "external-id",
        "parent.city",
        "owner.name",
    )
    for name in names:
        for op in (":", "~"):
            said(COMPANY, f"{name}{op}{quoted(mark)}")
            said(COMPANY, f"{name}{op}{quoted(mark)}*")
    said(COMPANY, quoted(mark))
    assert len(seen) > len(names)
    assert [sql for sql, _params in seen if "zq" in sql.lower()] == []
    assert any("zq" in str(params).lower() for _sql, params in seen)


def test_it_takes_the_largest_filter_that_is_allowed(mara: World) -> None:  # noqa: ARG001
    """As deep, as many and as long as the parser lets through, neither engine nor interpreter gives up."""
    letters = "".join(chr(0x430 + at) for at in range(32)) + "éèêëàâôû"
    deep = "-(city~x OR " * (MAX_DEPTH // 2) + f"company.city~{letters}" + ")" * (MAX_DEPTH // 2)
    assert ids(CONTACT, deep) == []
    assert ids(CONTACT, " ".join([f"company.city~{letters[:20]}"] * MAX_TERMS)) == []
    assert ids(CONTACT, "id:" + ",".join(map(str, range(1, MAX_LIST + 1)))) == []
    assert ids(CONTACT, *[" OR ".join([f"city:{at}..{at}x" for at in range(MAX_TERMS)])] * 5) == []
    with pytest.raises(UsageError, match=f"more than {texts.MAX_LETTERS} different letters"):
        ids(CONTACT, f"city~{letters}ăăőűç")


def test_it_says_what_it_refuses(mara: World) -> None:  # noqa: ARG001
    """Every error is the user's, none the program's."""
    for text in ("x" * 100_000, "(" * 1000, '"', "\x00", "a:" + "b," * 100_000):
        with pytest.raises(SmallCRMError) as caught:
            Filter(CONTACT, [text], PLACE)
        assert caught.value.exit_code == 2
