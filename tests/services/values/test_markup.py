"""HTML as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm.services.values.markup import html_to_text, looks_like_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b &amp; c</p>", "a\nb & c"),
        ("hi<br>there", "hi\nthere"),
        ("<script>alert(1)</script>hi <b>you</b>", "hi you"),
        ("<a href='https://x.de/y'>click</a>", "click (https://x.de/y)"),
        ('<a href="javascript:x">c</a>', "c"),
        ("a < b and c > d", "a < b and c > d"),
        ("Fish & Chips", "Fish & Chips"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("Do:<ol><li><p>one</p></li><li>two</ol>then", "Do:\n- one\n- two\nthen"),
        ("<table><tr><td>Net</td><td>10</td></tr><tr><td>Tax</td><td>2</td></tr></table>ok", "Net | 10\nTax | 2\nok"),
        ("<ul><li></li><li><div>one</div><ul><li>two</li></ul></li></ul>", "-\n- one\n- two"),
        ("<td>1</td><td>2</td>", "1 | 2"),
        ("<table>\n <tr>\n <th>A</th>\n <th><p>B</p></th>\n</tr><tr><td><p>1</p></td><td>2", "A | B\n1 | 2"),
        ("<table><tr><td>1<td>2<tr><td>3<td>4</table>", "1 | 2\n3 | 4"),
        ("<tr><td></td><td>1</td></tr><tr><td>2</td><td></td><td>3</td></tr>", "| 1\n2 | | 3"),
        (
            "<table><tr><td>a</td><td><table><tr><td>b</td></tr><tr><td>c</td></tr></table></td></tr></table>",
            "a | b\nc",
        ),
    ],
)
def test_it_keeps_the_words(html: str, text: str) -> None:
    """And the lines, and where links go."""
    assert html_to_text(html) == text


def test_it_takes_no_longer_for_tags_that_never_end() -> None:
    """A hundred thousand of them."""
    assert html_to_text("<p>" + "<a " * 100_000)


@given(st.text(alphabet="<>/abp=&;'\" !-\n"))
def test_it_takes_any_text(text: str) -> None:
    """What is no markup comes back as it is; of the rest no empty lines, doubled blanks or blank ends are left."""
    plain = html_to_text(text)
    if not looks_like_html(text):
        assert plain == text
        return
    assert plain == plain.strip()
    assert "\n\n" not in plain
    assert "  " not in plain
