"""Help, the tree as data, the reference, and the config command."""

from __future__ import annotations

import json

import pytest

from smallcrm import errors
from smallcrm.cli import reference, tree
from smallcrm.cli.topics import TOPICS, exit_codes
from smallcrm.config import ENVIRONMENT, FORMATS
from tests.cli.runner import run


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_it_explains_every_topic(topic: str) -> None:
    """In lines that fit a terminal, or nearly, but for the path of a file."""
    result = run(["help", topic])
    assert (result.exit_code, result.stderr) == (0, "")
    assert max(len(line) for line in result.stdout.splitlines() if "/home/" not in line) <= 110


def test_it_is_true_to_the_code() -> None:
    """Every exit code of the error tree, every format, every variable."""
    kinds, codes = [errors.SmallCRMError], {0, 141}
    while kinds:
        kind = kinds.pop()
        codes.add(kind.exit_code)
        kinds += kind.__subclasses__()
    assert codes == set(exit_codes())
    assert all(f"  {name} " in run(["help", "formats"]).stdout for name in FORMATS)
    shown = run(["help", "environment"]).stdout
    assert all(variable in shown for variables in ENVIRONMENT.values() for variable in variables)


def test_it_lists_topics_and_guesses() -> None:
    """Help alone shows the commands and the topics; a misspelt topic gets a suggestion."""
    assert "exit-codes" in run(["help"]).stdout
    assert "Commands:" in run(["help"]).stdout
    result = run(["help", "exitcodes"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Did you mean 'exit-codes'?" in result.stderr


def test_it_prints_the_tree_as_json() -> None:
    """Every command with its options."""
    spec = json.loads(run(["--spec"]).stdout)
    assert set(spec["commands"]) == set(tree.COMMANDS)
    sample = spec["commands"]["sample"]["commands"]
    assert sample["said"]["refuses"] == ["dry_run"]
    assert sample["inner"]["commands"]["deep"]["path"] == "smallcrm sample inner deep"
    assert {"name": "rows", "names": ["--rows"], "flag": False}.items() <= sample["list"]["parameters"][0].items()
    assert "--workspace" in [name for option in spec["global_options"] for name in option["names"]]


def test_it_writes_the_reference_of_every_command() -> None:
    """One heading for each command, in Markdown."""
    text = reference.markdown()
    for heading in ("# Commands", "## smallcrm", "### smallcrm config", "#### smallcrm config show"):
        assert f"{heading}\n" in text
    assert "`--format, -f table\\|json" in text


def test_it_shows_and_checks_the_settings() -> None:
    """With their origins, and without passwords."""
    env = {"SMALLCRM_WORKSPACE": "acme", "SMALLCRM_DATABASE_URL": "postgresql://u:secret@h/d"}
    rows = json.loads(run(["config", "show", "--origin", "--json"], env=env).stdout)
    assert {
        "setting": "workspace",
        "value": "acme",
        "origin": "environment variable SMALLCRM_WORKSPACE",
    } in rows
    assert "secret" not in str(rows)
    assert "***" in str(rows)
    assert run(["config", "validate"], env=env).exit_code == 0
    assert run(["config", "validate"], env={"SMALLCRM_COLOR": "red"}).exit_code == 2


@pytest.mark.parametrize("noun", ["activity", "company"])
def test_it_says_an_activity(noun: str) -> None:
    """And a company."""
    article = "an" if noun == "activity" else "a"
    assert f"Add {article} {noun};" in run([noun, "add", "--help"]).stdout
    assert f"Add {article} {noun}.\n" in run([noun, "--help"]).stdout
