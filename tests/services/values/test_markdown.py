"""Which words of a Markdown text are code."""

from __future__ import annotations

from time import perf_counter

import pytest

from smallcrm.services.values.markdown import without_code


@pytest.mark.parametrize(
    "text",
    [
        "`x`",
        "``a ` x``",
        "`two\nlines x`",
        "```\nx\n```",
        "~~~ python\nx\n~~~",
        "````\n```\nx\n````",
        "```\nx and no end",
        "   ```\n   x\n   ```",
        "> ```\n> x\n> ```",
        "    x",
        "words\n\n    x\n\n    x",
        "\tx",
        "```\n\nx\n\n```",
    ],
)
def test_it_knows_code(text: str) -> None:
    """Spans of any length, fences of both kinds, indented blocks."""
    assert "x" not in without_code(text).replace("python", "")


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "` x",
        "``x`",
        "\\`x`",
        "`a\n\nx`",
        "```\na\n```\nx",
        "``` `` x",
        "words\n    x",
        "- item\n\n    x",
        "1. item\n\n    x",
        "> x",
        "~~~\na\n~~~~~\nx",
        "`a` x `b`",
    ],
)
def test_it_knows_what_is_none(text: str) -> None:
    """Marks without an end, escaped ones, lines that go on, lists."""
    assert "x" in without_code(text)


@pytest.mark.parametrize("text", ["`" * 300_000, "` `` " * 60_000, "> " * 150_000, "```\n" * 60_000, "\n \n" * 100_000])
def test_it_is_quick_with_what_is_meant_to_be_slow(text: str) -> None:
    """In a time that grows with the text and no faster."""
    start = perf_counter()
    without_code(text)
    assert perf_counter() - start < 2
