"""The parser: one walk over the text, a character at a time, that never looks back and never goes deep."""

from __future__ import annotations

from smallcrm.errors import UsageError
from smallcrm.services.records.query.faults import pointed, quoted, without_spaces
from smallcrm.services.records.query.nodes import (
    EVERYTHING,
    Among,
    And,
    Node,
    Not,
    Op,
    Or,
    Range,
    Term,
    Value,
    Words,
)

MAX_LENGTH = 10_000
MAX_DEPTH = 12
MAX_TERMS = 100
MAX_LIST = 200
# Two characters before one, so that `>=` is not read as `>`.
_OPS = ("!=", "!~", ">=", "<=", ":", "=", "~", ">", "<")
_KEYWORDS = ("AND", "OR", "NOT")


def parse(text: str) -> Node:
    """The tree of a filter; UsageError points at the character that cannot be understood."""
    if len(text) > MAX_LENGTH:
        raise UsageError(
            f"The filter has {len(text):,} characters; {MAX_LENGTH:,} is the most.", hint="smallcrm help filters"
        )
    for at, char in enumerate(text):
        if char == "\0" or "\ud800" <= char <= "\udfff":
            raise pointed(text, at, "A filter cannot hold a NUL character or half of a surrogate pair.")
    return _Parser(text).whole()


class _Parser:
    """The text and the place in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.terms = 0

    def whole(self) -> Node:
        """The whole text as a tree."""
        self._blank()
        if self.at == len(self.text):
            return EVERYTHING
        found = self._or()
        if self.at < len(self.text):
            raise self._fault(self.at, "There is no opening parenthesis for this one.")
        return found

    def _fault(self, at: int, sentence: str) -> UsageError:
        return pointed(self.text, at, sentence)

    def _peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def _blank(self) -> None:
        while self._peek().isspace():
            self.at += 1

    def _keyword(self, word: str) -> bool:
        """Step over a keyword where it stands here as a word of its own."""
        end = self.at + len(word)
        after = self.text[end : end + 1]
        if not self.text.startswith(word, self.at) or not (not after or after.isspace() or after in "()"):
            return False
        self.at = end
        self._blank()
        return True

    def _or(self) -> Node:
        nodes = [self._and()]
        while self._keyword("OR"):
            nodes.append(self._and())
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def _and(self) -> Node:
        nodes = [self._not()]
        while self.at < len(self.text) and self._peek() != ")":
            start = self.at
            if self._keyword("OR"):
                self.at = start
                break
            self._keyword("AND")
            nodes.append(self._not())
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def _not(self) -> Node:
        start = self.at
        after = self.text[start + 1 : start + 2]
        if self._keyword("NOT"):
            return Not(self._deeper(start))
        if self._peek() == "-" and after and not after.isspace() and after != ")":
            self.at += 1
            return Not(self._deeper(start))
        return self._atom()

    def _deeper(self, start: int) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._fault(start, f"The filter is nested more than {MAX_DEPTH} deep.")
        found = self._not()
        self.depth -= 1
        return found

    def _atom(self) -> Node:
        start = self.at
        if self._peek() == "(":
            return self._group()
        if self._peek() in ("", ")"):
            raise self._fault(start, "A term is missing here.")
        if any(self._keyword(word) for word in _KEYWORDS):
            raise self._fault(start, "A term is missing here; put the word in quotes to search for it.")
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise self._fault(start, f"The filter has more than {MAX_TERMS} terms.")
        found = self._words_quoted() if self._peek() == '"' else self._term()
        after = self._peek()
        if after and not after.isspace() and after not in "()":
            raise self._fault(self.at, "A space is missing here, or quotes around the whole value.")
        if after == "(":
            raise self._fault(self.at, "A parenthesis inside a value needs quotes around it.")
        self._blank()
        return found

    def _group(self) -> Node:
        start = self.at
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._fault(start, f"The filter is nested more than {MAX_DEPTH} deep.")
        self.at += 1
        self._blank()
        found = self._or()
        if self._peek() != ")":
            raise self._fault(start, "This parenthesis is not closed.")
        self.at += 1
        self._blank()
        self.depth -= 1
        return found

    def _words_quoted(self) -> Node:
        start = self.at
        return Words(self._quoted(), True, start)

    def _term(self) -> Node:
        """A field with a value, or a free word."""
        start = self.at
        pieces: list[str] = []
        literal = False
        while (char := self._peek()) and not char.isspace() and char not in '()"':
            op = next((sign for sign in _OPS if self.text.startswith(sign, self.at)), None)
            if op is not None:
                return self._compared("".join(pieces), literal, Op(op), start)
            if char == "\\":
                literal = True
                char = self._escaped()
            pieces.append(char)
            self.at += 1
        return Words("".join(pieces), literal, start)

    def _compared(self, name: str, literal: bool, op: Op, start: int) -> Node:  # noqa: FBT001 - part of the text
        self._refuse_spaces(op)
        if not name:
            raise self._fault(start, f"The name of a field is missing before {str(op)!r}.")
        path = tuple(name.split("."))
        if literal or not all(path):
            raise self._fault(start, f"{quoted(name)} is no name of a field; to search for it, put it in quotes.")
        self.at += len(op)
        among = next((word for word in Among if self.text.startswith(f"{word}(", self.at)), None)
        if among is not None:
            self.at += len(among) + 1
        values = self._values(spaced=among is not None)
        if among is not None:
            if self._peek() != ")":
                raise self._fault(self.at, f"The list of {among}(…) is not closed.")
            self.at += 1
        return Term(path, op, values, among, start)

    def _refuse_spaces(self, op: Op) -> None:
        """Show how a term is written whose operator stands apart: a forgotten value must not eat the next term."""
        before, after = self.text[self.at - 1 : self.at], self.text[self.at + len(op) :][:1]
        if before.isspace() or after.isspace():
            written = without_spaces(self.text, self.at, op)
            if written:
                raise self._fault(self.at, f"No space goes around {str(op)!r}: write {quoted(written)}.")

    def _values(self, *, spaced: bool) -> tuple[Value | Range, ...]:
        values: list[Value | Range] = []
        while True:
            if spaced:
                self._blank()
            if len(values) == MAX_LIST:
                raise self._fault(self.at, f"The list has more than {MAX_LIST} values.")
            values.append(self._value())
            if spaced:
                self._blank()
            if self._peek() != ",":
                return tuple(values)
            self.at += 1

    def _value(self) -> Value | Range:
        start = self.at
        low = None if self.text.startswith("..", start) else self._single()
        if not self.text.startswith("..", self.at):
            return low or Value("", at=start)
        self.at += 2
        ended = self._peek() in ("", ",", ")") or self._peek().isspace()
        high = None if ended else self._single()
        if low is None and high is None:
            raise self._fault(start, "A range needs a value before or after the dots.")
        return Range(low, high, start)

    def _single(self) -> Value:
        start = self.at
        if self._peek() == '"':
            text = self._quoted()
            prefix = self._peek() == "*"
            self.at += prefix
            return Value(text, True, prefix, start)
        pieces: list[str] = []
        literal = starred = False
        while self._in_value():
            char = self._peek()
            starred = char == "*"
            if char == "\\":
                literal = True
                char = self._escaped()
            pieces.append(char)
            self.at += 1
        if not pieces:
            raise self._fault(start, 'A value is missing here; "" in quotes is an empty one.')
        if starred and len(pieces) > 1:
            return Value("".join(pieces[:-1]), literal, True, start)
        return Value("".join(pieces), literal, False, start)

    def _in_value(self) -> bool:
        char = self._peek()
        ends = not char or char.isspace() or char in '(),"'
        return not ends and not self.text.startswith("..", self.at)

    def _escaped(self) -> str:
        """The character after a backslash, where the place is then."""
        self.at += 1
        if not self._peek():
            raise self._fault(self.at - 1, "Nothing follows the backslash; write \\\\ for the character itself.")
        return self._peek()

    def _quoted(self) -> str:
        start = self.at
        pieces: list[str] = []
        self.at += 1
        while (char := self._peek()) != '"':
            if not char:
                raise self._fault(start, "This quote is not closed.")
            pieces.append(self._escaped() if char == "\\" else char)
            self.at += 1
        self.at += 1
        return "".join(pieces)
