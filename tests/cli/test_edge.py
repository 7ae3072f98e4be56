"""The edge: every error is one line and an exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from smallcrm.cli import edge
from smallcrm.errors import NotFound
from tests.cli.runner import run

if TYPE_CHECKING:
    from pathlib import Path


DEBUG = "hint: --debug shows the traceback\n"


@pytest.mark.parametrize(
    ("kind", "code", "line"),
    [
        ("missing", 3, "error: There is no contact 7.\nhint: smallcrm contact list\n"),
        ("invalid", 5, "error: The e-mail is not an address.\n"),
        ("evil", 5, "error: Name ␛[2J is taken.\n  line⟨U+009B⟩ 1\n"),
        ("locked", 6, "error: The database is locked by another process; try again in a moment.\n"),
        ("full", 1, "error: There is no room left to write to.\n"),
        ("file", 3, "error: There is no file a␛b.csv.\n"),
        ("denied", 1, "error: Cannot use the file x.csv: Permission denied.\n"),
        ("broken", 1, "error: The database file is damaged.\nhint: smallcrm doctor\n"),
        (
            "boom",
            1,
            "error: Something went wrong inside smallcrm (RuntimeError).\n" + DEBUG,
        ),
        ("stop", 130, "error: Interrupted.\n"),
        ("pipe", 141, ""),
    ],
)
def test_it_says_what_went_wrong(kind: str, code: int, line: str) -> None:
    """One line, a hint where there is one, the right exit code, nothing on stdout."""
    assert run(["sample", "fail", kind]) == (code, "", line)


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (["contcat"], "No such command 'contcat'."),
        (["smaple"], "No such command 'smaple'. Did you mean 'sample'?"),
        (["sample", "lst"], "No such command 'lst'. Did you mean 'list'?"),
        (["sample", "list", "--rowz", "2"], "No such option '--rowz'. Did you mean '--rows'?"),
        (["sample", "list", "--rows", "x"], "Invalid value for '--rows': 'x' is not a valid int."),
        (["sample", "show", "\x1b[2J"], "Invalid value for 'ID': '\\x1b[2J'"),
        (["sample", "show"], "Missing argument 'ID'."),
        (["sample", "list", "\x1b[2J"], "Got unexpected extra argument(s) (\\x1b[2J)"),
        (["\x1b]0;x\x07"], "No such command '␛]0;x␇'."),
        (["--db"], "Option '--db' requires an argument."),
        (["--format", "xml", "sample", "list"], "Invalid value for '--format' / '-f': 'xml' is not one of"),
    ],
)
def test_it_answers_a_wrong_command_line_in_one_line(argv: list[str], line: str) -> None:
    """Exit 2, the mistake, and the command that helps."""
    result = run(argv)
    first, second, *rest = result.stderr.splitlines()
    assert (result.exit_code, result.stdout, rest) == (2, "", [])
    assert first.startswith(f"error: {line}")
    assert second.startswith("hint: smallcrm")
    assert second.endswith("--help")


@pytest.mark.parametrize(
    "where", [["--json", "sample", "fail", "invalid"], ["sample", "fail", "--format=json", "invalid"]]
)
def test_it_tells_programs_as_json(where: list[str]) -> None:
    """With --json an error is an object on stderr."""
    result = run(where)
    assert json.loads(result.stderr) == {
        "error": "validation_error",
        "message": "The e-mail is not an address.",
        "exit_code": 5,
        "field": "emails",
    }
    assert json.loads(run(["--json", "nope"]).stderr)["exit_code"] == 2


def test_it_shows_a_traceback_only_for_debug() -> None:
    """And even that is safe to look at."""
    assert "Traceback" not in run(["sample", "fail", "boom"]).stderr
    shown = run(["sample", "fail", "boom", "--debug"]).stderr
    assert "Traceback" in shown
    assert "\x1b" not in shown
    assert "Traceback" in run(["sample", "fail", "boom"], env={"SMALLCRM_DEBUG": "1"}).stderr


def test_it_keeps_the_traceback_in_a_private_log(tmp_path: Path) -> None:
    """Where there is a home, the hint names the file."""
    result = run(["sample", "fail", "boom"], env={"SMALLCRM_HOME": str(tmp_path)})
    log = tmp_path / "error.log"
    assert str(log) in result.stderr
    assert "RuntimeError" in log.read_text("utf-8")
    assert log.stat().st_mode & 0o777 == 0o600


def test_it_reports_a_wrong_setting() -> None:
    """A broken environment is exit 2, and help still works."""
    broken = {"SMALLCRM_FORMAT": "xml"}
    assert run(["sample", "list"], env=broken).exit_code == 2
    assert "SMALLCRM_FORMAT" in run(["sample", "list"], env=broken).stderr
    assert run(["--help"], env=broken).exit_code == 0
    assert run(["help", "environment"], env=broken).exit_code == 0


@pytest.mark.parametrize("argv", [["sample", "list"], ["sample", "fail", "boom"], ["nope"]])
def test_it_reports_a_hostile_settings_file_once(tmp_path: Path, argv: list[str]) -> None:
    """Reading it again while the error is told must not raise a second time."""
    folder = tmp_path / "smallcrm"
    folder.mkdir()
    (folder / "config.toml").write_text("a = " + "[" * 5000 + "]" * 5000, "utf-8")
    result = run(argv, env={"XDG_CONFIG_HOME": str(tmp_path)})
    assert result.exit_code in (1, 2)
    assert result.stderr.startswith("error: ")
    assert "Traceback" not in result.stderr
    assert "nested too deep" in result.stderr or argv != ["sample", "list"]


def _raise(_words: object) -> bool:
    raise ZeroDivisionError


def test_it_ends_well_where_telling_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code is that of the error."""
    monkeypatch.setattr(edge, "_wants_json", _raise)
    result = run(["nope"])
    assert result.exit_code in (1, 2)
    assert result.stderr.startswith("error: Something went wrong")


def test_it_shows_the_beginning_of_a_long_value() -> None:
    """In what is quoted, in details and in hints, for people and for programs."""
    long = "9" * 65_000
    error = NotFound(f"There is no contact '{long}'.", hint=f"smallcrm contact show '{long}'", details=(f"{long}",))
    assert error.sentence == str(error) == f"There is no contact '{'9' * 100}…'."
    assert len(error.hint or "") < 200
    assert len(error.details[0]) < 2100
    for value in (f"it's {long}", f'"{long}', f"'{long}", f"{long}\n'{long}'", "'" * 65_000, "a' " * 30_000):
        assert len(NotFound(f"No {value!r} and no '{value}' here.").sentence) < 2100
    assert NotFound("There is no 'x' and no \"y\", and that isn't all.").sentence.endswith("isn't all.")


def smallcrm(*argv: str, **more: object) -> subprocess.Popen[str]:
    """The program in a process of its own."""
    env = {**os.environ, "HOME": "/nonexistent"}
    process: subprocess.Popen[str] = subprocess.Popen(
        [sys.executable, "-m", "smallcrm", *argv],
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **more,  # type: ignore[call-overload]
    )
    return process


def test_it_is_quiet_when_nobody_reads() -> None:
    """A closed pipe is no error, and prints nothing."""
    script = f"{sys.executable} -m smallcrm --spec | head -c 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout in ("{0\n", "{141\n")


def test_it_works_as_a_program() -> None:
    """Version, help and a mistake in a real process."""
    out, _ = smallcrm("--version").communicate()
    assert out.startswith("smallcrm 0.")
    process = smallcrm("contcat")
    out, err = process.communicate()
    assert (process.returncode, out) == (2, "")
    assert err.startswith("error: No such command 'contcat'")


def test_it_ends_on_interrupt_without_a_traceback() -> None:
    """Ctrl-C while a command waits."""
    code = (
        # What is started in the background of a script ignores it.
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from smallcrm.cli import edge, tree;"
        "tree.COMMANDS['sample'] = ('tests.cli.waiting:app', 'x'); sys.exit(edge.main(['sample']))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "error: Interrupted.\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_takes_down_what_lies_on_the_disk(home: Path, number: signal.Signals) -> None:
    """A copy of what is piped in is gone, as after Ctrl-C; the exit code says why."""
    folder = home / "tmp"
    folder.mkdir()
    assert run(["init", "North"]).exit_code == 0
    # Where the tests run in the background one of them may be ignored, and would stay so.
    heard = f"import runpy, signal; signal.signal({int(number)}, signal.SIG_DFL); "
    words = [sys.executable, "-c", f"{heard}runpy.run_module('smallcrm', run_name='__main__')", "import", "-"]
    environment = {**os.environ, "TMPDIR": str(folder)}
    with subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdin is not None
        while not list(folder.rglob("stdin")):
            process.stdin.write(b"Name,Email\n" * 1000)
            process.stdin.flush()
        # One that comes between two steps of the interpreter is heard with the next.
        for _ in range(200):
            process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
                break
        assert process.returncode == 128 + number
    assert list(folder.iterdir()) == []
