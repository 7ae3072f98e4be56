"""The parser and the printer: what is written is understood, what cannot be is pointed at, nothing takes long."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm.errors import UsageError
from smallcrm.services.records.query.nodes import EVERYTHING, Among, And, Node, Not, Op, Or, Range, Term, Value, Words
from smallcrm.services.records.query.parser import MAX_DEPTH, MAX_LENGTH, MAX_LIST, MAX_TERMS, parse
from smallcrm.services.records.query.printer import text_of
from tests.services.records.query.strategies import TREES


@given(TREES)
def test_it_reads_what_it_prints(tree: Node) -> None:
    """A tree, printed and parsed, is the same tree."""
    assert parse(text_of(tree)) == tree


@given(st.text(st.sampled_from('ab:=!~<>,.()"\\*-+ \t\u00a0ORANDNOT15é\n\0\ud800')))
def test_it_reads_anything_or_says_why_not(text: str) -> None:
    """Any text is a filter, which prints to an equal one, or an error with a mark below the text."""
    error = fault_of(text)
    if error is None:
        assert parse(text_of(parse(text))) == parse(text)
        return
    shown, mark = error.details
    assert (error.exit_code, mark.strip()) == (2, "^")
    assert len(mark) <= len(shown) + 1


def fault_of(text: str) -> UsageError | None:
    """What the parser says against a text."""
    try:
        parse(text)
    except UsageError as error:
        return error
    return None


def term(name: str, op: str, *values: Value | Range, among: Among | None = None) -> Term:
    """A term on one field."""
    return Term((name,), Op(op), values, among)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", EVERYTHING),
        (" \t\n ", EVERYTHING),
        ("ann", Words("ann")),
        ('"Ann Lee"', Words("Ann Lee", literal=True)),
        ("city:Rome", term("city", ":", Value("Rome"))),
        ("city=Rome", term("city", "=", Value("Rome"))),
        ("city!=Rome", term("city", "!=", Value("Rome"))),
        ("city!~Rome", term("city", "!~", Value("Rome"))),
        ("n>=5", term("n", ">=", Value("5"))),
        ("n<=5", term("n", "<=", Value("5"))),
        ("n:1..5", term("n", ":", Range(Value("1"), Value("5")))),
        ("n:..5", term("n", ":", Range(None, Value("5")))),
        ("n:1..,7", term("n", ":", Range(Value("1"), None), Value("7"))),
        ("city:new*", term("city", ":", Value("new", prefix=True))),
        ('city:"new y"*', term("city", ":", Value("new y", literal=True, prefix=True))),
        ("city:new\\ york", term("city", ":", Value("new york", literal=True))),
        ("city:new\\*", term("city", ":", Value("new*", literal=True))),
        ("city:*", term("city", ":", Value("*"))),
        ('city:"\\"a\\\\"', term("city", ":", Value('"a\\', literal=True))),
        ("url:https://x.org/a?b=c", term("url", ":", Value("https://x.org/a?b=c"))),
        ("id:hubspot:7", term("id", ":", Value("hubspot:7"))),
        ("tag:all( a , b )", term("tag", ":", Value("a"), Value("b"), among=Among.ALL)),
        ("a.b:c", Term(("a", "b"), Op.IS, (Value("c"),))),
        ("a b OR c", Or((And((Words("a"), Words("b"))), Words("c")))),
        ("a AND b", And((Words("a"), Words("b")))),
        ("a (b OR c)", And((Words("a"), Or((Words("b"), Words("c")))))),
        ("-a NOT b", And((Not(Words("a")), Not(Words("b"))))),
        ("-(a b)", Not(And((Words("a"), Words("b"))))),
        ("a - b", And((Words("a"), Words("-"), Words("b")))),
        ("a or b", And((Words("a"), Words("or"), Words("b")))),
        ("ORacle wow!", And((Words("ORacle"), Words("wow!")))),
    ],
)
def test_it_understands(text: str, tree: Node) -> None:
    """Each way to write something."""
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "mark", "words"),
    [
        ("a b)", 3, "no opening parenthesis"),
        ("a (b", 2, "not closed"),
        ("()", 1, "A term is missing"),
        ("a OR", 4, "A term is missing"),
        ("OR a", 0, "put the word in quotes"),
        ("a NOT", 5, "A term is missing"),
        ('city:"Rome', 5, "quote is not closed"),
        ('say "', 4, "quote is not closed"),
        ("a\\", 1, "Nothing follows the backslash"),
        ("city:", 5, "A value is missing"),
        ("city:a,", 7, "A value is missing"),
        ("city:(a)", 5, "A value is missing"),
        ("city:a(b)", 6, "needs quotes"),
        ('city:a"b', 6, "A space is missing"),
        (":a", 0, "name of a field is missing"),
        ("id > 0", 3, "write 'id>0'.$"),
        ("ann id >0", 7, "write 'id>0'.$"),
        ("id>= 0 ann", 2, "write 'id>=0'.$"),
        ("(-due < -1w)", 6, "write '-due<-1w'.$"),
        ('city : "New York" ann', 5, "write 'city:\"New York\"'.$"),
        ("a OR > 5", 5, "name of a field is missing"),
        ("city: OR b", 5, "A value is missing"),
        ("city: tag:old", 5, "A value is missing"),
        ("city: -(a)", 5, "A value is missing"),
        ("a > ", 2, "name of a field is missing"),
        ("a..b:c", 0, "no name of a field"),
        ("n:..", 2, "needs a value before or after"),
        ("tag:all(a", 9, "not closed"),
        ("a\0", 1, "NUL"),
        ("ab\ud800", 2, "surrogate"),
    ],
)
def test_it_points_at_the_fault(text: str, mark: int, words: str) -> None:
    """The sentence, the text, and a mark below the character."""
    with pytest.raises(UsageError, match=words) as caught:
        parse(text)
    assert caught.value.details[1] == " " * mark + "^"
    assert caught.value.hint == "smallcrm help filters"


def test_it_shows_a_window_of_a_long_filter() -> None:
    """Wide and dangerous characters do not move the mark away from what it means."""
    with pytest.raises(UsageError) as caught:
        parse("x" * 500 + " 李\x1b[31m ) " + "y" * 500)
    shown, mark = caught.value.details
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "\x1b" not in shown
    assert shown[len(mark) - 2] == ")"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * (MAX_LENGTH + 1), "characters"),
        ("(" * 100_000, "100,000 characters"),
        ("(" * 1000 + "a" + ")" * 1000, "nested more than"),
        ("-" * 1000 + "a", "nested more than"),
        ("NOT " * 1000 + "a", "nested more than"),
        ("a " * (MAX_TERMS + 1), f"more than {MAX_TERMS} terms"),
        ("a OR " * MAX_TERMS + "a", f"more than {MAX_TERMS} terms"),
        ("id:" + "1," * MAX_LIST + "1", f"more than {MAX_LIST} values"),
    ],
)
def test_it_refuses_too_much(text: str, words: str) -> None:
    """A sentence for each limit, whatever is left of the interpreter's own."""
    limit = sys.getrecursionlimit()
    with pytest.raises(UsageError, match=words):
        parse(text)
    assert sys.getrecursionlimit() == limit


def test_it_takes_what_the_limits_allow() -> None:
    """The deepest, the longest, the most."""
    deep = "(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH
    assert parse(deep) == Words("a")
    assert parse('"' + "x" * (MAX_LENGTH - 2) + '"') == Words("x" * (MAX_LENGTH - 2), literal=True)
    assert isinstance(parse("a " * MAX_TERMS), And)
