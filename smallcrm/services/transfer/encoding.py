"""How the bytes of a file are text: one pass over the whole file before any row of it is read."""

from __future__ import annotations

import codecs
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smallcrm.errors import UsageError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK = 1 << 20
MAX_LINE = 64 << 20
LONG_LINE = 16_384
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KINDS = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook or Office document"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"PAR1", "a Parquet file"),
    (b"-----BEGIN ", "an encrypted or signed file"),
)
_PAGES = ((b"<!doctype html", "a web page"), (b"<html", "a web page"), (b"<?xml", "an XML document"))
# Codecs for pieces of text inside of programs and protocols; no file is written in them.
NOT_OF_FILES = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
_IRREGULAR = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CONTROLS = bytes(set(range(32)) - {0, 7, 8, 9, 10, 11, 12, 13, 26, 27, 28, 29, 30, 31})


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to decode a file, why so, what could not be decoded, and whether a line may be longer than LONG_LINE."""

    codec: str
    reason: str
    size: int
    nuls: int = 0
    undecodable: int = 0
    long_lines: bool = True

    @property
    def errors(self) -> str:
        """The error handler to decode with."""
        return "replace" if self.undecodable else "strict"

    @property
    def notes(self) -> list[str]:
        """What the user should know, as sentences; nothing for clean UTF-8."""
        said = []
        if self.reason:
            said.append(f"Read as {self.codec}: {self.reason}.")
        if self.nuls:
            said.append(f"{self.nuls} NUL characters were replaced by U+FFFD.")
        if self.undecodable:
            said.append(f"{self.undecodable} bytes are not {self.codec} and were replaced by U+FFFD.")
        return said


def examine(path: Path, wanted: str | None = None, *, by_line: bool = True) -> Encoding:
    """The encoding of a file; UsageError for one that cannot be read, is empty or is no text.

    What is not read `by_line`, such as JSON, may be one line from its first byte to its last.
    """
    try:
        _refuse_irregular(path)
        with path.open("rb") as file:
            head = file.read(BLOCK)
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    if not head:
        raise UsageError(f"{path.name} is empty.")
    if wanted:
        return _measure(path, _with_order(_known(wanted), head), "", by_line=by_line)
    codec = next((name for mark, name in _BOMS if head.startswith(mark)), None) or _utf16_pattern(head)
    if codec:
        reason = "" if codec == "utf-8-sig" else "recognised from its first bytes"
        return _measure(path, codec, reason, by_line=by_line)
    _refuse_binary(path.name, head)
    return _eight_bit(path, by_line=by_line)


def blocks(path: Path, *, by_line: bool = True) -> Iterator[bytes]:
    """The bytes of a file, a megabyte at a time; ValidationError for a line that no table has."""
    unbroken = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            last = max(block.rfind(b"\n"), block.rfind(b"\r"))
            unbroken = unbroken + len(block) if last < 0 else len(block) - last
            if by_line and unbroken > MAX_LINE:
                raise ValidationError(
                    f"{path.name} has a line of more than {MAX_LINE >> 20} MB, so it is not a table.",
                    field="file",
                )
            yield block


def _refuse_irregular(path: Path) -> None:
    """Raise UsageError for what is there but no file, which might never end or never begin."""
    mode = path.stat().st_mode
    kind = next((kind for test, kind in _IRREGULAR if test(mode)), None)
    if kind:
        raise UsageError(
            f"{path.name or path} is {kind}, not a file of rows.", hint="smallcrm import - reads what is piped in"
        )


def _with_order(codec: str, head: bytes) -> str:
    """The codec; of UTF-16 and UTF-32 without a mark the order of bytes that their text shows, else the usual one."""
    marks = [mark for mark, name in _BOMS if name == codec]
    if codec not in ("utf-16", "utf-32") or head.startswith(tuple(marks)):
        return codec
    return (codec == "utf-16" and _utf16_pattern(head)) or f"{codec}-le"


class _Lines:
    """Whether any line of what was fed is long, looked at in steps as wide as a long line, not line by line."""

    def __init__(self) -> None:
        self.long = False
        self._open = 0

    def feed(self, block: bytes) -> None:
        """The next bytes of the file."""
        start = -self._open
        while not self.long and len(block) - start > LONG_LINE:
            end = start + LONG_LINE
            broken = max(block.rfind(b"\n", max(start, 0), end), block.rfind(b"\r", max(start, 0), end))
            self.long = broken < 0
            start = broken + 1
        if not self.long:
            last = max(block.rfind(b"\n"), block.rfind(b"\r"))
            self._open = self._open + len(block) if last < 0 else len(block) - last - 1


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name)
    except LookupError as error:
        raise UsageError(
            f"There is no encoding {name!r}.",
            hint="--encoding utf-8, cp1252, cp1250, cp1251, shift_jis, gb18030 …",
        ) from error
    try:
        # Some codecs make bytes of bytes, which only this refuses.
        "a".encode(name)
        codecs.getincrementaldecoder(name)("replace").decode(b"a")
    except (LookupError, UnicodeError, TypeError) as error:
        raise _no_encoding(name) from error
    if found.name in NOT_OF_FILES:
        raise _no_encoding(name)
    return "utf-8-sig" if found.name == "utf-8" else found.name


def _no_encoding(name: str) -> UsageError:
    return UsageError(f"{name!r} is not an encoding of text.", hint="--encoding utf-8")


def _refuse_binary(name: str, head: bytes) -> None:
    kind = next((kind for mark, kind in _KINDS if head.startswith(mark)), None)
    start = head[:200].lstrip().lower()
    kind = kind or next((kind for mark, kind in _PAGES if start.startswith(mark)), None)
    odd = len(head) - len(head.translate(None, _CONTROLS))
    some = odd > 16 and odd * 50 > len(head)  # noqa: PLR2004 - more than a slip, and more than two in a hundred
    if kind is None and (some or head.count(0) * 5 > len(head)):
        kind = "a binary file"
    if kind:
        raise UsageError(
            f"{name} is {kind}, not a table of text.", hint="Export it as CSV, then: smallcrm import FILE.csv"
        )


def _utf16_pattern(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of western text is NUL."""
    part = head[:4096]
    half = len(part) // 2
    if half < 2:  # noqa: PLR2004 - too little to tell
        return None
    even, odd = part[0::2].count(0), part[1::2].count(0)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else None


def _measure(path: Path, codec: str, reason: str, *, by_line: bool) -> Encoding:
    """The encoding with what it cannot decode counted; ValidationError where that is most of the file."""
    decoder = codecs.getincrementaldecoder(codec)("replace")
    size = nuls = bad = 0
    lines = _Lines()
    for block in blocks(path, by_line=by_line):
        lines.feed(block)
        text = decoder.decode(block)
        size += len(block)
        nuls += text.count("\0")
        bad += text.count("\ufffd") if not text.isascii() else 0
    bad += decoder.decode(b"", final=True).count("\ufffd")
    if bad * 4 > size or nuls * 10 > size:
        raise ValidationError(f"{path.name} is not {codec} text.", field="file", hint="--encoding NAME")
    # In UTF-16 and UTF-32 the byte of a line feed is part of other characters too.
    long = lines.long or codec.startswith(("utf-16", "utf-32"))
    return Encoding(codec, reason, size, nuls, bad, long)


def _eight_bit(path: Path, *, by_line: bool) -> Encoding:
    """UTF-8 where the bytes are that (but for a few), cp1252 otherwise."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    size = nuls = 0
    lines = _Lines()
    try:
        for block in blocks(path, by_line=by_line):
            lines.feed(block)
            if not block.isascii():
                decoder.decode(block)
            else:
                decoder.decode(block[:4])
                decoder.reset()
            size += len(block)
            nuls += block.count(0)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _not_utf8(path, by_line=by_line)
    return Encoding("utf-8", "", size, nuls, long_lines=lines.long)


def _not_utf8(path: Path, *, by_line: bool) -> Encoding:
    high = encoded = 0
    for block in blocks(path, by_line=by_line):
        if not block.isascii():
            sequences = _MULTIBYTE.findall(block)
            encoded += sum(map(len, sequences))
            high += sum(1 for byte in block if byte > 0x7F)  # noqa: PLR2004 - ASCII ends here
    if encoded >= 4 * (high - encoded):
        return _measure(path, "utf-8", "most of it is, some bytes are not", by_line=by_line)
    doubt = "; if letters look wrong, give --encoding" if high * 5 > path.stat().st_size else ""
    return _measure(path, "cp1252", f"it is not UTF-8{doubt}", by_line=by_line)
