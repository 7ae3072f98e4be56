"""Archives in which one cell was changed: refused in one line with nothing kept, or taken and all is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fuzz import archives

if TYPE_CHECKING:
    import pytest

CASES = 50
SEED = 0


def test_one_changed_cell_is_refused_or_harmless() -> None:
    """Some of the cells and words of `make fuzz`, always the same."""
    sample = archives.sound()
    with archives.bench() as bench:
        told = [
            (case, wrong)
            for case in archives.cases(SEED, sample)[:CASES]
            if (wrong := archives.fault(bench, archives.changed(sample, *case))) is not None
        ]
    assert told == []


def test_it_finds_what_is_planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive is told that is taken and contradicts itself, that is refused for a wrong reason, or in part."""
    sample = archives.sound()
    contradiction = archives.changed(sample, "deals.csv", "closed_at", 2, "")
    with archives.bench() as bench:
        assert archives.fault(bench, contradiction) is None
        with monkeypatch.context() as patched:
            patched.setattr("smallcrm.services.archive.restoring.judge", lambda _archive: None)
            assert "is not where it says" in (archives.fault(bench, contradiction) or "")
        with monkeypatch.context() as patched:
            patched.setattr("smallcrm.services.archive.restoring.judge", {}.__getitem__)
            assert "refused with" in (archives.fault(bench, contradiction) or "")
