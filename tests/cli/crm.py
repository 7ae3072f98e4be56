"""A workspace for the tests of commands, and what they say as data."""

from __future__ import annotations

import json
from typing import Any

from tests.cli.runner import Result, run


def ok(*argv: str, stdin: str | None = None) -> Result:
    """Run a command that must succeed."""
    result = run(argv, stdin=stdin)
    assert result.exit_code == 0, result
    return result


def data(*argv: str) -> Any:
    """What a command prints as JSON."""
    return json.loads(ok(*argv, "--json").stdout)


def made(*argv: str) -> str:
    """The number that a command printed, on a line alone."""
    return ok(*argv).stdout.removesuffix("\n")


def a_workspace() -> None:
    """One workspace with two companies and two contacts: Ann at Acme, Bob nowhere."""
    ok("init", "North", "--tz", "Europe/Berlin")
    ok("company", "add", "Acme, Inc.", "--domain", "acme.com", "--revenue", "1200EUR")
    ok("company", "add", "Globex", "--domain", "globex.com")
    ok("contact", "add", "Dr. Ann van Smith", "--email", "work:ann@acme.com", "--company", "acme.com", "--tag", "vip")
    ok("contact", "add", "Bob", "--email", "bob@example.org")
