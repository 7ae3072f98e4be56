"""Text: what may reach a terminal, what is searched and sorted by, what may be stored."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import category, combining, east_asian_width, normalize

from smallcrm.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Sequence

SORT_KEY_BYTES = 200
MAX_MARKS = 8
_ELLIPSIS = "…"
_BAD = re.compile("[\0\ud800-\udfff]")
# Most letters of most texts are ASCII's; to look each up in a table costs more than to find the others.
_BEYOND_ASCII = re.compile("[^\\x00-\\x7f]+")
_JOINERS = "\u200c\u200d"
_INVISIBLE = (
    (0x7F, 0x9F),
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x61C, 0x61C),
    (0x180E, 0x180E),
    (0x200B, 0x200B),
    (0x200E, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0xD800, 0xDFFF),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE007F),
)
_LETTERS = {
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ı": "i",
    "ĸ": "k",
    "ł": "l",
    "ŋ": "n",
    "ŧ": "t",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ƀ": "b",
    "ɨ": "i",
    "ʼ": "'",
    "’": "'",
}
_USERINFO = re.compile(r"(://[^/\s:@]*):(?:[^\s/]*@|[^\s?]*@)")
_PARAMETER = re.compile(r"([?&])([^=&\s?]+)=([^&\s]*)")
_PAIR = re.compile(r"(?<![?&%\w])(\w+)(\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s']\S*)")
_SECRETS = frozenset(
    ("password", "passfile", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key")
)
_FORMULA = "=+-@\t\r\n\0'|%＝＋－＠"


class _Visible(dict[int, str]):
    """Code point to what is shown instead of it; only dangerous ones are ever asked to change."""

    def __missing__(self, code: int) -> str:
        shown = chr(code)
        if code < 0x20:  # noqa: PLR2004 - the control characters of ASCII
            shown = chr(0x2400 + code)
        elif code == 0x7F:  # noqa: PLR2004 - and the last of them
            shown = "␡"
        elif any(low <= code <= high for low, high in _INVISIBLE):
            shown = f"⟨U+{code:04X}⟩"
        self[code] = shown
        return shown


class _VisibleLines(_Visible):
    """The same for text of several lines: line feed and tab stay."""


class _Escaped(dict[int, str]):
    """Code point to its JSON escape, for what a terminal would obey, reorder or hide."""

    def __missing__(self, code: int) -> str:
        shown = chr(code)
        if any(low <= code <= high for low, high in _INVISIBLE):
            pair = shown.encode("utf-16-be", "surrogatepass")
            shown = "".join(f"\\u{pair[i : i + 2].hex()}" for i in range(0, len(pair), 2))
        self[code] = shown
        return shown


class _Folded(dict[int, str]):
    """Code point to its folded form."""

    def __missing__(self, code: int) -> str:
        before, folded = "", chr(code)
        while folded != before:
            before = folded
            parts = normalize("NFKD", folded.casefold())
            folded = "".join(_LETTERS.get(c, c) for c in parts.casefold() if not combining(c))
        self[code] = folded
        return folded


_visible = _Visible()
_visible_lines = _VisibleLines({0x0A: "\n", 0x09: "\t"})
_folded = _Folded()
_escaped = _Escaped()


def safe_text(s: str, multiline: bool = False) -> str:  # noqa: FBT001, FBT002 - the agreed signature
    """The text with everything a terminal would obey, reorder or hide made visible."""
    if s.isascii():
        if s.isprintable():
            return s
    elif max(s) >= "\u0300":
        s = _clip_marks(s)
    if multiline:
        return s.replace("\r\n", "\n").translate(_visible_lines)
    return s if s.isprintable() else s.translate(_visible)


def escape_json(document: str) -> str:
    """A JSON document that means the same and holds nothing a terminal would obey, reorder or hide."""
    return document if document.isprintable() else document.translate(_escaped)


def _clip_marks(s: str) -> str:
    """The text with every run of more than MAX_MARKS combining marks cut short."""
    if not any(_attaches(c) for c in s):
        return s
    kept: list[str] = []
    run = 0
    for c in s:
        run = run + 1 if _attaches(c) else 0
        if run <= MAX_MARKS:
            kept.append(c)
        elif run == MAX_MARKS + 1:
            kept.append(_ELLIPSIS)
    return "".join(kept)


def _attaches(c: str) -> bool:
    """Whether the character is drawn onto the one before it."""
    return c in _JOINERS or (c >= "\u0300" and category(c) in ("Mn", "Me"))


def mask_secrets(s: str) -> str:
    """The text with what a database address or connection string keeps secret replaced by ***."""
    if "=" not in s and "@" not in s:
        return s
    return _PAIR.sub(_masked_pair, _PARAMETER.sub(_masked_parameter, _USERINFO.sub(r"\1:***@", s)))


def _masked_parameter(found: re.Match[str]) -> str:
    # The name of a parameter may be written with % too.
    from urllib.parse import unquote

    secret = unquote(found[2]).lower() in _SECRETS
    return f"{found[1]}{found[2]}=***" if secret else found[0]


def _masked_pair(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}***" if found[1].lower() in _SECRETS else found[0]


def fold(s: str) -> str:
    """The text as it is searched and sorted by: no accents, no case, ß as ss, Ø as o."""
    if s.isascii():
        return s.lower()
    folded = _BEYOND_ASCII.sub(_fold_run, s).lower()
    return folded if folded.isascii() else normalize("NFC", folded)


def _fold_run(run: re.Match[str]) -> str:
    return run[0].translate(_folded)


def fold_all(texts: Sequence[str]) -> list[str]:
    """Each of the texts folded; many short ones are folded as one long one."""
    folded = fold("\n".join(texts)).split("\n")
    return folded if len(folded) == len(texts) else [fold(s) for s in texts]


def sort_key(s: str) -> str:
    """The folded text, cut at a character to at most 200 bytes of UTF-8."""
    if s.isascii():
        return s[:SORT_KEY_BYTES].lower()
    return _cut(fold(s))


def sort_keys(texts: Sequence[str]) -> list[str]:
    """The sort key of each of the texts."""
    return [key if len(key) * 4 <= SORT_KEY_BYTES else _cut(key) for key in fold_all(texts)]


def _cut(folded: str) -> str:
    """A folded text, cut to the length of a key."""
    if len(folded) * 4 <= SORT_KEY_BYTES:
        return folded
    return folded.encode("utf-8", "replace")[:SORT_KEY_BYTES].decode("utf-8", "ignore")


def clean_entry(s: str, field: str) -> str:
    """The text itself; ValidationError names the field if it holds NUL or half a surrogate pair."""
    if "\0" not in s:
        if s.isascii():
            return s
        try:
            s.encode()
        except UnicodeEncodeError:
            pass
        else:
            return s
    fault = "a NUL character" if "\0" in s else "half of a surrogate pair, which is not valid Unicode"
    msg = f"{field} holds {fault}, which cannot be stored."
    raise ValidationError(msg, field=field)


def replace_bad(s: str) -> tuple[str, int]:
    """The text with NUL and lone surrogates replaced by U+FFFD, and how many there were."""
    if s.isascii() and "\0" not in s:
        return s, 0
    return _BAD.subn("\ufffd", s)


def display_width(s: str) -> int:
    """How many terminal cells the text takes: 2 for wide glyphs, 0 for marks."""
    if s.isascii():
        return len(s)
    return sum(map(_cells, s))


def _cells(c: str) -> int:
    """The cells of one character."""
    if c < "\u0300":
        return 1
    if category(c) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(c) in "WF" else 1


def truncate(s: str, width: int) -> str:
    """The text cut to a number of cells, with an ellipsis in the last one if anything was cut."""
    if display_width(s) <= width:
        return s
    if width < 1:
        return ""
    room = width - 1
    for end, c in enumerate(s):
        room -= _cells(c)
        if room < 0:
            return s[:end] + _ELLIPSIS
    return s


def pad(s: str, width: int, *, right: bool = False) -> str:
    """The text filled with spaces to a number of cells; `right` aligns it to the right."""
    space = " " * (width - display_width(s))
    return space + s if right else s + space


def guard_cell(s: str) -> str:
    """The text as a spreadsheet cell that is never a formula; `unguard_cell` is its exact inverse."""
    return "'" + s if s[:1] and s[0] in _FORMULA else s


def unguard_cell(s: str) -> str:
    """What `guard_cell` was given."""
    return s[1:] if s[:1] == "'" else s
