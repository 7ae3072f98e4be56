"""Markdown as far as it matters which words are code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_QUOTED = re.compile(r"(?: {0,3}> ?)*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_INDENTED = re.compile(r" {0,3}\t| {4}")
_TICKS = re.compile("`+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def without_code(text: str) -> str:
    """The text without its code blocks and code spans; a blank stands where a span was."""
    blocks = _BLANK_LINE.split("\n".join(_prose(text.splitlines())))
    return "\n\n".join(_without_spans(block) for block in blocks)


def _prose(lines: list[str]) -> Iterator[str]:
    """The lines, with a blank one for each that is in a fenced or indented block."""
    fence = ""
    after_blank, in_list = True, False
    for line in lines:
        bare = line[_QUOTED.match(line).end() :]  # type: ignore[union-attr]  # it matches nothing too
        mark = _FENCE.match(bare)
        if fence:
            if mark and mark[1].startswith(fence) and not bare[mark.end() :].strip():
                fence = ""
            yield ""
            continue
        # What follows the marks of a fence of backticks has none: else it is a span.
        if mark and (mark[1][0] == "~" or "`" not in bare[mark.end() :]):
            fence, after_blank = mark[1], True
            yield ""
            continue
        indented = _INDENTED.match(bare) is not None and bool(bare.strip())
        if indented and after_blank and not in_list:
            yield ""
            continue
        after_blank = not bare.strip()
        if not after_blank and not indented:
            in_list = _ITEM.match(bare) is not None
        yield line


def _without_spans(block: str) -> str:
    """A block without what stands between two equally long runs of backticks."""
    runs = list(_TICKS.finditer(block))
    closes: dict[int, int] = {}
    nearest: dict[int, int] = {}
    for at in range(len(runs) - 1, -1, -1):
        length = len(runs[at][0])
        if length in nearest:
            closes[at] = nearest[length]
        nearest[length] = at
    kept, end, at = [], 0, 0
    while at < len(runs):
        start = runs[at].start()
        escaped = len(runs[at][0]) == 1 and block[:start].endswith("\\")
        if escaped or at not in closes:
            at += 1
            continue
        kept += [block[end:start], " "]
        end = runs[closes[at]].end()
        at = closes[at] + 1
    return "".join([*kept, block[end:]])
