"""Generated trees, as the parser makes them, and filters over the data of `sample`."""

from __future__ import annotations

from hypothesis import strategies as st

from smallcrm.services.records.query.nodes import Among, And, Node, Not, Op, Or, Range, Term, Value, Words

_BARE = st.text(
    st.characters(codec="utf-8", exclude_characters='\0()",\\:=!~<>*.', exclude_categories=["Z", "C"]), min_size=1
)
_ANY = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
_LITERAL = st.builds(Value, _ANY, st.just(value=True), st.booleans())
_PLAIN = st.builds(Value, _BARE, st.just(value=False), st.booleans())
VALUES = _LITERAL | _PLAIN
RANGES = st.builds(Range, VALUES | st.none(), VALUES | st.none()).filter(lambda found: found.low or found.high)
_NAMES = st.text("abcdefghijklmnopqrstuvwxyz_-0123456789", min_size=1).filter(lambda name: name[0] != "-")
_PATHS = st.lists(_NAMES, min_size=1, max_size=3).map(tuple)
_LISTS = st.lists(VALUES | RANGES, min_size=1, max_size=4).map(tuple)
TERMS = st.builds(Term, _PATHS, st.sampled_from(Op), _LISTS, st.sampled_from(Among) | st.none())
_FREE = st.builds(Words, _ANY, st.just(value=True)) | st.builds(
    Words, _BARE.filter(lambda word: word[0] != "-" and word not in ("AND", "OR", "NOT")), st.just(value=False)
)


def joined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Trees around other trees."""
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.builds(Not, inner) | st.builds(And, several) | st.builds(Or, several)


TREES: st.SearchStrategy[Node] = st.recursive(TERMS | _FREE, joined, max_leaves=8)
