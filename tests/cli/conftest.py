"""The command tree with a noun of the tests' own in it."""

from __future__ import annotations

import pytest

from smallcrm.cli import completion, tree


@pytest.fixture(autouse=True)
def sample_noun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the sample commands to the table, for one test."""
    monkeypatch.setitem(tree.COMMANDS, "sample", ("tests.cli.sample:app", "Try things out."))
    monkeypatch.setitem(tree.COMMANDS, "only", ("tests.cli.sample:single", "Be the only one."))
    monkeypatch.setitem(completion.PROVIDERS, "fruit", "tests.cli.sample:fruits")
