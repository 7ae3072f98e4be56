"""Questions never hang, and ids come from arguments or a pipe."""

from __future__ import annotations

import pytest

from tests.cli.runner import run


def test_it_needs_a_yes_without_a_terminal() -> None:
    """Exit 2 naming --yes; --no-input does the same on a terminal."""
    for result in (run(["sample", "delete", "1"]), run(["sample", "delete", "1", "--no-input"], tty=True)):
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == "error: This needs a yes: Delete 1?\nhint: add --yes to say it\n"
    assert run(["sample", "delete", "1"], tty=True, env={"SMALLCRM_NO_INPUT": "1"}).exit_code == 2


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("YES\n", 0), ("n\n", 1), ("\n", 1), ("", 1)])
def test_it_asks_on_a_terminal(typed: str, code: int) -> None:
    """Only a yes is a yes; the question goes to stderr."""
    result = run(["sample", "delete", "1"], tty=True, stdin=typed)
    assert result.exit_code == code
    assert result.stderr.startswith("Delete 1? [y/N] ")
    assert ("Nothing was changed." in result.stderr) is (code == 1)


def test_it_takes_yes_for_an_answer() -> None:
    """--yes and --dry-run ask nothing."""
    assert run(["sample", "delete", "1", "-y"]).stdout == "1\n"
    assert run(["sample", "delete", "1", "-n"]).stdout == "1\n"


def test_it_wants_the_name_for_what_cannot_be_undone() -> None:
    """--yes is not enough; --confirm=NAME or the typed name is."""
    result = run(["sample", "purge", "--yes"])
    assert result.exit_code == 2
    assert "--confirm='acme'" in result.stderr
    assert run(["sample", "purge", "--confirm=acme"]).stdout == "2026-01-02\n"
    assert run(["sample", "purge", "--confirm=other"]).exit_code == 2
    assert run(["sample", "purge"], tty=True, stdin="acme\n").exit_code == 0
    assert run(["sample", "purge"], tty=True, stdin="yes\n").exit_code == 1


def test_it_reads_ids() -> None:
    """From arguments and from a pipe where a dash stands; each one once."""
    assert run(["sample", "delete", "-y", "3", "4", "3"]).stdout == "2\n"
    assert run(["sample", "delete", "-y", "-"], stdin="1\n2 3\n\n1\n").stdout == "3\n"


@pytest.mark.parametrize("word", ["abc", "0", "-5x", "1.5", "٣", "99999999999999"])
def test_it_refuses_what_is_no_id(word: str) -> None:
    """Exit 2 with the word."""
    result = run(["sample", "delete", "-y", "--", word])
    assert result.exit_code == 2
    assert word in result.stderr


def test_it_does_not_wait_for_ids_from_a_terminal() -> None:
    """A dash on a terminal is a mistake."""
    result = run(["sample", "delete", "-"], tty=True)
    assert result.exit_code == 2
    assert "stdin is a terminal" in result.stderr
