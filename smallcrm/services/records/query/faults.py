"""Errors of a filter: a sentence, and the place in the text that it speaks of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smallcrm.errors import UsageError
from smallcrm.text import display_width, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable

HINT = "smallcrm help filters"
_BEFORE, _AFTER, _SHOWN, _WINDOW = 30, 40, 40, 90
# A name before the spaces, and one value after them: what is another term of its own is none.
_NAME = re.compile(r"-?[^\s()\"\\:=!~<>]+$")
_VALUE = re.compile(r"(?!(?:AND|OR|NOT)(?:[\s()]|$))(?:\"(?:[^\"\\]|\\.)*\"|[^\s()\":=~<>]+)(?=[\s)]|$)")


def pointed(text: str, at: int, sentence: str, hint: str = HINT) -> UsageError:
    """The error with two more lines: the text around a character, and a mark below it."""
    start, end = max(0, at - _BEFORE), at + _AFTER
    before = ("…" if start else "") + safe_text(text[start:at])
    after = safe_text(text[at:end]) + ("…" if end < len(text) else "")
    return UsageError(sentence, hint=hint, details=(before + after, " " * display_width(before) + "^"))


def quoted(text: str) -> str:
    """A piece of the filter as it stands in a sentence, cut where it is long."""
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def nearest(name: str, known: Iterable[str]) -> str:
    """A question with the nearest known name; empty where none is near."""
    from difflib import get_close_matches

    near = get_close_matches(name[:100], list(known), 1)
    return f" Did you mean {near[0]!r}?" if near else ""


def without_spaces(text: str, at: int, op: str) -> str:
    """A term with spaces around its operator, which begins at a character, without them; empty where it is none."""
    before, after = text[max(0, at - _WINDOW) : at].rstrip(), text[at + len(op) :][:_WINDOW].lstrip()
    name, value = _NAME.search(before), _VALUE.match(after)
    if name is None or value is None or name[0] in ("AND", "OR", "NOT") or len(name[0] + value[0]) > _SHOWN:
        return ""
    return f"{name[0]}{op}{value[0]}"
