"""The text of a JSON file, read value by value: never more of it in memory than one value may have."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, Any

from smallcrm.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

MAX_VALUE = 16 << 20
_BLOCK = 1 << 20
_SPACE = re.compile(r"[ \t\n\r]*")
_SHOWN = 40
_LONGEST_WORD = 16


class Malformed(ValueError):
    """Something that JSON does not have; says what."""


class Whole(str):
    """A whole number as it is written, which a text of the same figures is not."""

    __slots__ = ()


def _no_number(word: str) -> Any:
    raise Malformed(f"{word} is no number that JSON has")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The pairs as a dictionary; a key that comes again gets a number, as a column does."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    found = {}
    counts: dict[str, int] = {}
    for key, value in pairs:
        name = key
        while name in found:
            counts[key] = counts.get(key, 1) + 1
            name = f"{key} ({counts[key]})"
        found[name] = value
    return found


_DECODER = JSONDecoder(object_pairs_hook=_object, parse_int=Whole, parse_float=str, parse_constant=_no_number)
_DECODE: Callable[[str, int], tuple[Any, int]] = _DECODER.raw_decode


def value_of(text: str) -> Any:
    """The value that a text is; Malformed for one that is none, or more than one."""
    try:
        found, end = _DECODE(text, _end_of_space(text, 0))
    except JSONDecodeError as error:
        raise Malformed(f"{_plainly(error)} (character {error.pos + 1})") from error
    except RecursionError as error:
        raise Malformed("nested too deep") from error
    if (rest := _end_of_space(text, end)) < len(text):
        raise Malformed(f"there is more after its end (character {rest + 1})")
    return found


def _plainly(error: JSONDecodeError) -> str:
    """What is wrong with a text, without the decoder's capitals."""
    return error.msg[:1].lower() + error.msg[1:].removesuffix(" at")


def _end_of_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


class Source:
    """The text of a file from one value to the next, with the line that it is at."""

    def __init__(self, stream: TextIO, name: str, most: int | None = None) -> None:
        self.line = 1
        self.read = 0
        self._stream, self._name, self._most = stream, name, most or MAX_VALUE
        self._text, self._at, self._ended = "", 0, False

    def more(self) -> bool:
        """Read on; False at the end of the file."""
        if self._ended:
            return False
        block = self._stream.read(max(_BLOCK, len(self._text) - self._at))
        if not block:
            self._ended = True
            return False
        self.read += len(block)
        self._text, self._at = self._text[self._at :] + block, 0
        return True

    def peek(self, count: int = 1) -> str:
        """The next characters that are no space, each without the space before it; fewer at the end of the file."""
        self._skip()
        found, at = "", self._at
        while len(found) < count:
            at = _end_of_space(self._text, at)
            if at < len(self._text):
                found += self._text[at]
                at += 1
            elif len(self._text) - self._at > self._most:
                raise self.error(f"more than {self._most >> 20} MB of space")
            else:
                at -= self._at
                if not self.more():
                    break
                at += self._at
        return found

    def _skip(self) -> None:
        """Pass over space."""
        while True:
            self._pass(_end_of_space(self._text, self._at))
            if self._at < len(self._text) or not self.more():
                return

    def _pass(self, to: int) -> None:
        self.line += self._text.count("\n", self._at, to)
        self._at = to

    def take(self, wanted: str) -> bool:
        """Pass over a mark, if it is the next."""
        if self.peek() != wanted:
            return False
        self._at += 1
        return True

    def expect(self, wanted: str, what: str) -> None:
        """Pass over a mark; ValidationError where something else stands there."""
        if not self.take(wanted):
            raise self.error(f"{what} is missing before {self._next()}")

    def value(self) -> Any:
        """The next value; ValidationError for what is none, or too large or too deep."""
        self._skip()
        while True:
            try:
                found, end = _DECODE(self._text, self._at)
                if end < len(self._text) or not self.more():
                    break
            except JSONDecodeError as error:
                open_end = error.msg.startswith("Unterminated") or error.pos > len(self._text) - _LONGEST_WORD
                if open_end and len(self._text) - self._at > self._most:
                    raise self.error(f"a value has more than {self._most >> 20} MB, or is never closed") from error
                if not (open_end and self.more()):
                    self._pass(min(error.pos, len(self._text)))
                    raise self.error(f"{_plainly(error)} before {self._next()}") from error
            except RecursionError as error:
                raise self.error("a value is nested too deep") from error
            except Malformed as error:
                raise self.error(str(error)) from error
        self._pass(end)
        return found

    def _next(self) -> str:
        """What stands here, for people."""
        rest = self._text[self._at : self._at + _SHOWN].partition("\n")[0].strip()
        return repr(rest) if rest else "the end of the file" if self._ended else "the end of the line"

    def error(self, what: str) -> ValidationError:
        """The refusal of the file, with its line."""
        return ValidationError(
            f"{self._name}, line {self.line}: this is not JSON: {what}.",
            field="file",
            hint="export it again, or as CSV",
        )
