"""Completion: the right candidates, in real shells, and never a dangerous one."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.runner import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["conf"], ["config"]),
        (["config", ""], ["show", "validate"]),
        (["config", "show", "--or"], ["--origin"]),
        (["--js"], ["--json"]),
        (["config", "show", "--format", "c"], ["csv"]),
        (["config", "show", "--format", "=", "c"], ["csv"]),
        (["--format", "csv", "config", "sh"], ["show"]),
        (["help", "e"], ["exit-codes", "environment"]),
        (["sample", "pick", "ap"], ["apple", "apricot tart"]),
        (["sample", "pick", "a"], ["apple", "apricot tart"]),
    ],
)
def test_it_completes(words: list[str], found: list[str]) -> None:
    """Commands, options, choices and values; what could harm a terminal is left out."""
    result = run(["--complete", "bash", *words])
    assert result.stdout.splitlines() == found
    assert result.stderr == ""


def test_it_describes_for_zsh() -> None:
    """A tab and the summary."""
    assert run(["--complete", "zsh", "conf"]).stdout == "config\tShow or check the settings.\n"
    assert run(["--complete", "zsh", "--format=c"]).stdout == "--format=csv\n"


def test_it_stays_silent_about_faults() -> None:
    """A broken setting or an unknown shell completes nothing."""
    broken = run(["--complete", "bash", "sample", "pick", "a"], env={"SMALLCRM_FORMAT": "xml"})
    assert (broken.stdout, broken.stderr) == ("", "")
    assert run(["help", "completion", "fish"]).exit_code == 2


@pytest.fixture
def path_with_smallcrm(tmp_path: Path) -> str:
    """A PATH on which `smallcrm` is this checkout with the sample commands."""
    code = (
        "import sys; sys.path.insert(0, {cwd!r})\n"
        "from smallcrm.cli import completion, edge, tree\n"
        "tree.COMMANDS['sample'] = ('tests.cli.sample:app', 'Try things out.')\n"
        "completion.PROVIDERS['fruit'] = 'tests.cli.sample:fruits'\n"
        "sys.exit(edge.main(sys.argv[1:]))\n"
    )
    program = tmp_path / "bin" / "smallcrm"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\n" + code.format(cwd=os.getcwd()), "utf-8")  # noqa: PTH109
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


BASH = """
eval "$(smallcrm help completion bash)"
try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _smallcrm; printf '%s\\n' "${COMPREPLY[@]}"; echo .; }
try smallcrm conf
try smallcrm config show --format = c
try smallcrm sample pick ap
try smallcrm sample pick '$'
try smallcrm sample pick 'id,'
complete -p smallcrm
"""


@pytest.mark.program("bash")
def test_it_works_in_bash(path_with_smallcrm: str) -> None:
    """In a real bash; what a shell would run is quoted."""
    env = {**os.environ, "PATH": path_with_smallcrm}
    done = subprocess.run(["bash", "--norc", "-c", BASH], capture_output=True, text=True, env=env, check=True)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        *("config", ".", "csv", ".", "apple", "apricot\\ tart", ".", "\\$\\(touch\\ x\\)", "."),
        *("id,name", "."),
        "complete -F _smallcrm smallcrm",
    ]


ZSH = r"""
import os, pty, select, sys, time
child, master = pty.fork()
if child == 0:
    os.execvp("zsh", ["zsh", "-f", "-i"])
def say(text):
    os.write(master, text.encode())
def hear(sign, seconds=20):
    heard, end = "", time.monotonic() + seconds
    while sign not in heard and time.monotonic() < end:
        if select.select([master], [], [], 0.1)[0]:
            heard += os.read(master, 65536).decode(errors="replace")
    return heard
say("autoload -Uz compinit; compinit -u -D; eval \"$(smallcrm help completion zsh)\"; echo up''on\n")
hear("upon")
say("echo one; smallcrm config show --orig\t")
sys.stdout.write("origin" if "--origin" in hear("--origin") else "nothing")
say("\x15smallcrm sample pick ap\t\t")
heard = hear("apricot tart")
sys.stdout.write(" fruit" if "apple" in heard and "apricot tart" in heard else " none")
os.close(master)
"""


@pytest.mark.program("zsh")
def test_it_works_in_zsh(path_with_smallcrm: str, home: Path) -> None:
    """In a real zsh on a terminal."""
    env = {**os.environ, "PATH": path_with_smallcrm, "HOME": str(home), "TERM": "xterm"}
    done = subprocess.run([sys.executable, "-c", ZSH], capture_output=True, text=True, env=env, check=True, timeout=90)
    assert done.stdout == "origin fruit"
