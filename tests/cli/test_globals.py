"""Global options: before and after the noun, never out of another option's value."""

from __future__ import annotations

import json

import pytest

from tests.cli.runner import Result, run


def globals_said(*argv: str) -> str:
    """What the sample command was told."""
    result = run(argv)
    assert result.exit_code == 0, result.stderr
    return str(json.loads(result.stdout)["globals"])


@pytest.mark.parametrize(
    "argv",
    [
        ["-w", "acme", "--yes", "sample", "said"],
        ["sample", "-w", "acme", "-y", "said"],
        ["sample", "said", "-y", "--workspace=acme"],
        ["-wacme", "sample", "said", "--yes"],
        ["-w", "other", "sample", "said", "-yq", "--workspace", "acme"],
    ],
)
def test_it_understands_them_anywhere(argv: list[str]) -> None:
    """Before the noun, between noun and verb, after the verb; the last one wins."""
    said = globals_said(*argv)
    assert "workspace='acme'" in said
    assert "yes=True" in said
    assert "no_input=False" in said


def test_it_leaves_values_and_words_alone() -> None:
    """A value that looks like an option is a value; after -- everything is a word."""
    listed = run(["sample", "list", "--set", "-y", "--set", "name=-q"])
    assert "set ['-y', 'name=-q']" in listed.stderr
    result = json.loads(run(["sample", "said", "--", "-y", "--json"]).stdout)
    assert result["words"] == ["-y", "--json"]
    assert "yes=False" in result["globals"]


def test_it_takes_json_for_a_format_and_the_last_one_wins() -> None:
    """--json is short for --format json."""
    assert "format='json'" in globals_said("--format", "csv", "sample", "said", "--json")
    assert "format='csv'" in globals_said("sample", "said", "--json", "-f", "csv")
    assert "format='tsv'" in globals_said("--json", "sample", "said", "--format=tsv")


@pytest.mark.parametrize("argv", [["-n", "sample", "said"], ["sample", "said", "--dry-run"]])
def test_it_lets_a_command_refuse_one(argv: list[str]) -> None:
    """Wherever it stands."""
    line = "error: 'smallcrm sample said' does not take --dry-run.\nhint: smallcrm sample said --help\n"
    assert run(argv) == Result(2, "", line)


def test_it_overrules_the_settings() -> None:
    """--db beats the environment, and takes a path."""
    env = {"SMALLCRM_DATABASE_URL": "sqlite:////var/a.db"}
    assert json.loads(run(["sample", "said"], env=env).stdout)["db"] == "sqlite:////var/a.db"
    assert json.loads(run(["sample", "said", "--db", "/var/b.db"], env=env).stdout)["db"] == "sqlite:////var/b.db"
    assert run(["sample", "said", "--db", "mysql://x"]).exit_code == 2
