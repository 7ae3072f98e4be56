"""Text: nothing dangerous gets out, folding is stable, keys are bounded."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm import text
from smallcrm.errors import ValidationError
from tests.support.corpora import corpus

ANY = st.text(alphabet=st.characters())
NASTY = st.text(
    alphabet=st.sampled_from("aä\0\x1b\x07\r\n\t\x7f\x9b\u202e\u2066\u200b\u200d\ufeff\u0335\U000e0041\ud800")
)


def forbidden(c: str, *, multiline: bool) -> bool:
    """Whether a terminal would obey, reorder or hide this character (an independent statement of it)."""
    code = ord(c)
    if multiline and c in "\n\t":
        return False
    ranges = (
        (0, 0x1F),
        (0x7F, 0x9F),
        (0x2028, 0x202E),
        (0x2066, 0x2069),
        (0xD800, 0xDFFF),
        (0xE0000, 0xE007F),
    )
    single = {0x61C, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF}
    return code in single or any(low <= code <= high for low, high in ranges)


@given(st.one_of(ANY, NASTY), st.booleans())
def test_it_never_lets_a_forbidden_character_through(s: str, multiline: bool) -> None:
    """For any input at all."""
    shown = text.safe_text(s, multiline=multiline)
    assert not [c for c in shown if forbidden(c, multiline=multiline)]


@given(st.one_of(ANY, NASTY), st.booleans())
def test_it_is_safe_once_and_for_all(s: str, multiline: bool) -> None:
    """Cleaning what is clean changes nothing."""
    shown = text.safe_text(s, multiline=multiline)
    assert text.safe_text(shown, multiline=multiline) == shown


@pytest.mark.parametrize("s", ["Acme [EMEA] Ltd", "Zoë Ødegård", "日本語", "नमस्ते", "👩\u200d💻 ok", "a b"])
def test_it_leaves_ordinary_text_alone(s: str) -> None:
    """Letters of every script, joined emoji and markup signs are not touched."""
    assert text.safe_text(s) == s


def test_it_shows_what_it_found() -> None:
    """Every character that is taken away leaves a visible trace."""
    assert text.safe_text("a\x1b[2Jb") == "a␛[2Jb"
    assert text.safe_text("x\u202ey\x9bz\ud800") == "x⟨U+202E⟩y⟨U+009B⟩z⟨U+D800⟩"
    assert text.safe_text("a\r\nb\tc", multiline=True) == "a\nb\tc"
    assert text.safe_text("a\nb\tc") == "a␊b␉c"


def test_it_clips_piles_of_marks() -> None:
    """A letter keeps eight marks at most."""
    assert text.safe_text("Z" + "\u0335" * 50 + "!") == "Z" + "\u0335" * 8 + "…!"


def test_it_neutralises_every_known_payload() -> None:
    """All payloads of the corpus, on one line and on many."""
    payloads = json.loads(corpus("attacks", "own", "terminal_escape.json").read_text("utf-8"))
    assert len(payloads) > 40
    for name, payload in payloads.items():
        for multiline in (False, True):
            shown = text.safe_text(payload, multiline=multiline)
            assert not [c for c in shown if forbidden(c, multiline=multiline)], name


@pytest.mark.parametrize(
    ("s", "folded"),
    [
        ("Straße", "strasse"),
        ("Ødegård", "odegard"),
        ("ÆON", "aeon"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("ﬁ", "fi"),
        ("A\u00a0B", "a b"),
        ("한국", "한국"),
        ("O’Neil", "o'neil"),
    ],
)
def test_it_folds(s: str, folded: str) -> None:
    """Accents, case and ligatures go; scripts stay."""
    assert text.fold(s) == folded


@given(ANY)
def test_it_folds_to_a_fixed_point(s: str) -> None:
    """Folding what is folded changes nothing, and upper case folds as lower case does."""
    assert text.fold(text.fold(s)) == text.fold(s)


@given(ANY)
def test_it_bounds_the_sort_key(s: str) -> None:
    """At most 200 bytes, and a beginning of the folded text."""
    key = text.sort_key(s)
    assert len(key.encode()) <= text.SORT_KEY_BYTES
    assert text.fold(s).encode("utf-8", "replace").decode().startswith(key)


def test_it_cuts_the_sort_key_at_a_character() -> None:
    """A letter of three bytes is kept whole or not at all."""
    assert text.sort_key("語" * 100) == "語" * 66
    assert text.sort_key("A" * 300) == "a" * 200


@pytest.mark.parametrize("s", ["a\0b", "\ud800", "x\udfffä"])
def test_it_refuses_what_cannot_be_stored(s: str) -> None:
    """NUL and half pairs are refused, naming the field; an import replaces and counts them."""
    with pytest.raises(ValidationError, match="first_name") as caught:
        text.clean_entry(s, "first_name")
    assert caught.value.field == "first_name"
    assert text.replace_bad(s)[1] == 1
    assert text.clean_entry(text.replace_bad(s)[0], "x")


@given(st.text())
def test_it_keeps_everything_else_as_it_is(s: str) -> None:
    """What may be stored is stored unchanged."""
    clean, count = text.replace_bad(s)
    assert text.clean_entry(clean, "name") == clean
    assert (clean == s) == (count == 0)


@given(st.one_of(ANY, NASTY))
def test_it_escapes_json_without_changing_it(s: str) -> None:
    """The document means what it meant and is safe to look at."""
    shown = text.escape_json(json.dumps([s], ensure_ascii=False))
    assert json.loads(shown) == json.loads(json.dumps([s]))
    assert not [c for c in shown if forbidden(c, multiline=False)]


@given(ANY, st.integers(min_value=1, max_value=30))
def test_it_fits_the_cells_it_is_given(s: str, width: int) -> None:
    """Truncated and padded text takes exactly its width, wide glyphs included."""
    cut = text.truncate(s, width)
    assert text.display_width(cut) <= width
    assert text.display_width(text.pad(cut, width)) == width


def test_it_counts_cells() -> None:
    """Wide glyphs take two cells, marks none."""
    assert text.display_width("日本") == 4
    assert text.display_width("e\u0301") == 1
    assert text.truncate("日本語", 4) == "日…"
    assert text.pad("7", 3, right=True) == "  7"
    assert text.truncate("abc", 0) == ""


@given(ANY)
def test_it_guards_cells_without_loss(s: str) -> None:
    """A guarded cell never starts a formula, and gives back what went in."""
    assert text.unguard_cell(text.guard_cell(s)) == s
    assert text.guard_cell(s)[:1] not in set("=+-@\t\r\n\0|%＝＋－＠")


def test_it_guards_every_known_formula() -> None:
    """Every cell of the corpus comes back unchanged and starts no formula."""
    formulas = json.loads(corpus("attacks", "own", "csv_formula.json").read_text("utf-8"))
    for cell in formulas["dangerous_or_ambiguous"]:
        assert text.unguard_cell(text.guard_cell(cell)) == cell
        assert text.guard_cell(cell)[:1] not in ("=", "+", "-", "@")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("postgresql://me:secret@host/db", "postgresql://me:***@host/db"),
        ("x postgres://me:a@b:c@host/db y", "x postgres://me:***@host/db y"),
        ("postgresql://me:se/cret@host/db", "postgresql://me:***@host/db"),
        ("host=h password=secret user=u", "host=h password=*** user=u"),
        ("host=h password = 'se cr\\'et' user=u", "host=h password = *** user=u"),
        (
            "postgresql://h:5432/d?user=u&password=x&sslmode=off",
            "postgresql://h:5432/d?user=u&password=***&sslmode=off",
        ),
        ("postgresql://h/d?pass%77ord=x&sslpassword=y", "postgresql://h/d?pass%77ord=***&sslpassword=***"),
        ("postgresql://h/d?passfile=/x&application_name=a@b", "postgresql://h/d?passfile=***&application_name=a@b"),
        ("sqlite:////home/me/x.db", "sqlite:////home/me/x.db"),
    ],
)
def test_it_masks_secrets(said: str, shown: str) -> None:
    """In addresses and in connection strings, whatever way they are given."""
    assert text.mask_secrets(said) == shown
