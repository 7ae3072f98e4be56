"""People's names written in one cell."""

from __future__ import annotations

import re
from typing import NamedTuple

from smallcrm.services.values.listing import listed

_PREFIXES = listed(
    """
    mr mrs ms miss mx dr prof sir dame lord lady rev fr hon herr frau hr fr. dipl.-ing dipl ing mag
    m mme mlle sr sra srta sig sig.ra dott dott.ssa dhr mevr pan pani mgr bc mudr judr doc
    """
)
_SUFFIXES = listed(
    """
    jr sr ii iii iv phd ph.d md m.d dds esq esquire mba msc bsc cpa dvm jd llm rn do edd junior
    senior pmp csc drsc b.sc m.sc m.a b.a
    """
)
_PARTICLES = listed(
    """
    van von de der den del della di da dos das do du la le lo bin ibn bint al el ben abu ter ten te
    zu zum zur af av st
    """
)
_PLAIN = 2
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_DOUBLE_KOREAN = ("남궁", "제갈", "선우", "독고", "황보")


class PersonName(NamedTuple):
    """The parts of a name; None for what is not there."""

    prefix: str | None = None
    first: str | None = None
    middle: str | None = None
    last: str | None = None
    suffix: str | None = None


def split_person_name(text: str) -> PersonName:
    """The parts of a full name: `Last, First`, particles, titles, one word and CJK order included."""
    words = text.split()
    if len(words) == _PLAIN and text.isascii() and "," not in text and words[0].lower().rstrip(".") not in _PREFIXES:
        tail = words[1].lower().rstrip(".")
        if tail not in _SUFFIXES:
            return PersonName(first=words[0], last=words[1])
    if _CJK.fullmatch("".join(words)):
        return _cjk(words)
    return _western(" ".join(words))


def _western(text: str) -> PersonName:
    before, comma, after = text.partition(",")
    suffixes: list[str] = []
    family: list[str] | None = None
    words = before.split()
    rest = after.replace(",", " ").split()
    if comma and rest:
        if all(_is_suffix(word) for word in rest):
            suffixes = rest
        else:
            family, words = words, rest
    prefixes: list[str] = []
    while len(words) > (0 if family else 1) and words and _plain(words[0]) in _PREFIXES and not _initial(words):
        prefixes.append(words.pop(0))
    while len(words) > (0 if family else 1) and words and _is_suffix(words[-1]):
        suffixes.insert(0, words.pop())
    first, middle, last = (_given(words)[0], _given(words)[1], family) if family else _split(words)
    if family and not first and prefixes and not suffixes and len(prefixes) == 1 and _plain(prefixes[0]) == "m":
        first, prefixes = prefixes, []
    parts = (prefixes, first, middle, last or [], suffixes)
    return PersonName(*(" ".join(part) or None for part in parts))


def _plain(word: str) -> str:
    return word.lower().rstrip(".")


def _initial(words: list[str]) -> bool:
    """Whether the first word is a given name's initial rather than a title."""
    return len(_plain(words[0])) == 1 and len(words) > 1 and words[0].endswith(".")


def _is_suffix(word: str) -> bool:
    return _plain(word.strip(",")) in _SUFFIXES


def _given(words: list[str]) -> tuple[list[str], list[str]]:
    return words[:1], words[1:]


def _split(words: list[str]) -> tuple[list[str], list[str], list[str]]:
    """First, middle and last names of words in western order; particles go with the family name."""
    if len(words) < 2:  # noqa: PLR2004 - one word is a first name
        return words, [], []
    start = len(words) - 1
    particles = [at for at in range(1, len(words) - 1) if words[at].lower() in _PARTICLES]
    if particles:
        start = particles[0]
        while start > 1 and words[start - 1].lower() in _PARTICLES:
            start -= 1
    return words[:1], words[1:start], words[start:]


def _cjk(words: list[str]) -> PersonName:
    """Family name first; without a space only a Korean or Chinese name of known lengths is taken apart."""
    if len(words) > 1:
        return PersonName(first=" ".join(words[1:]), last=words[0])
    name = words[0] if words else ""
    if re.fullmatch(r"[\uac00-\ud7af]{2,4}", name):
        at = 2 if name.startswith(_DOUBLE_KOREAN) and len(name) > 2 else 1  # noqa: PLR2004
        return PersonName(first=name[at:], last=name[:at])
    return PersonName(last=name or None)
