"""The house's own lints: what the tree of a module says about where it reaches and how large it is."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MODULE_LINES, MEDIAN_LINES, FUNCTION_LINES = 400, 120, 60


@dataclass(frozen=True)
class Module:
    """A source file: its path inside the package's parent directory, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module = field(compare=False)

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return self.text.count("\n")


Rule = Callable[[Module], Iterator[str]]


def parse(path: str, text: str) -> Module:
    """A module from its text."""
    return Module(path, text, ast.parse(text, path))


def modules(root: Path, package: str = "smallcrm") -> list[Module]:
    """Every module of the package below a directory."""
    paths = sorted((root / package).rglob("*.py"))
    return [parse(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


def _at(module: Module, node: ast.AST, what: str) -> str:
    return f"{module.path}:{getattr(node, 'lineno', 0)}: {what}"


def _names(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Every name that a module reads or imports, with what it is an attribute of."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute | ast.Name):
            yield node, ast.unparse(node)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node, f"{node.module}.{alias.name}"


def engine_room(module: Module) -> Iterator[str]:
    """Ways around the fence, which only smallcrm/db may know."""
    if module.path.startswith("smallcrm/db/"):
        return
    for node, name in _names(module):
        last = name.rpartition(".")[2]
        if name in {"sqlite3.connect", "psycopg.connect"} or last == "RawQuery":
            yield _at(module, node, f"{name} goes around the fence")
        elif isinstance(node, ast.Attribute) and last == "_state":
            yield _at(module, node, "._state goes around the fence")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "connection":
            yield _at(module, node, ".connection() goes around the fence")


_CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}


def one_clock(module: Module) -> Iterator[str]:
    """Clocks beside smallcrm/clock.py."""
    if module.path == "smallcrm/clock.py":
        return
    for node, name in _names(module):
        if ".".join(name.split(".")[-2:]) in _CLOCKS:
            yield _at(module, node, f"{name}: use smallcrm.clock")


_STREAMS = {"sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"}
_ECHOES = {
    "print",
    "builtins.print",
    "rich.print",
    "typer.echo",
    "typer.secho",
    "click.echo",
    "click.secho",
    "os.write",
}


def one_voice(module: Module) -> Iterator[str]:
    """Writers to the standard streams beside cli/streams.py and the answer to --version."""
    if module.path in {"smallcrm/cli/streams.py", "smallcrm/__main__.py"}:
        return
    for node, name in _names(module):
        owner, _, attribute = name.rpartition(".")
        writes = owner in _STREAMS and attribute != "isatty"
        if name in _ECHOES or writes or (isinstance(node, ast.ImportFrom) and name in _STREAMS):
            yield _at(module, node, f"{name} belongs to cli/streams.py")
    for node in ast.walk(module.tree):
        # Whether somebody sits behind a stream may be asked by others; to hand it on is to write with it.
        if isinstance(node, ast.Call) and ast.unparse(node.func) != "_is_tty":
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            for name in sorted(_STREAMS.intersection(map(ast.unparse, given))):
                yield _at(module, node, f"{name} belongs to cli/streams.py")


_OUTPUT = {"smallcrm/cli/output.py", "smallcrm/cli/tables.py"}


def no_markup_of_data(module: Module) -> Iterator[str]:
    """Text that becomes markup, outside the output modules: stored brackets would be obeyed, or raise."""
    if module.path in _OUTPUT:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module == "rich.markup":
            yield _at(module, node, "rich.markup reads text as markup")
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        last = name.rpartition(".")[2]
        if last in {"from_markup", "render_markup"}:
            yield _at(module, node, f"{name}() reads text as markup")
        elif "console" in name.lower() and last in {"print", "rule", "log"} and not _is_plain(node):
            yield _at(module, node, f"{name}() reads text as markup: give it constants or Text objects")


def _is_plain(call: ast.Call) -> bool:
    """Whether all that is printed is written out, or is made a Text that is read literally."""
    if any(keyword.arg == "markup" and ast.unparse(keyword.value) == "False" for keyword in call.keywords):
        return True
    literal = {"Text", "Table"}
    return all(
        isinstance(given, ast.Constant) or (isinstance(given, ast.Call) and ast.unparse(given.func) in literal)
        for given in call.args
    )


def one_environment(module: Module) -> Iterator[str]:
    """Readers of the environment beside smallcrm/config.py."""
    if module.path == "smallcrm/config.py":
        return
    for node, name in _names(module):
        if name in {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv"}:
            yield _at(module, node, f"{name}: use smallcrm.config")


def nothing_unfinished(module: Module) -> Iterator[str]:
    """Notes to oneself in place of work."""
    for number, line in enumerate(module.text.splitlines(), 1):
        for word in ("TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error"):
            if word in line:
                yield f"{module.path}:{number}: {word}"


def docstrings(module: Module) -> Iterator[str]:
    """Modules, public classes and public functions that do not say what they are."""
    if ast.get_docstring(module.tree) is None:
        yield f"{module.path}:1: the module has no docstring"
    yield from _undocumented(module, module.tree)


def _undocumented(module: Module, scope: ast.Module | ast.ClassDef) -> Iterator[str]:
    for node in scope.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef):
            # Peewee's Meta is configuration.
            if node.name == "Meta":
                continue
            yield from _undocumented(module, node)
        if ast.get_docstring(node) is None and not _is_overload(node):
            yield _at(module, node, f"{node.name} has no docstring")


def _is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    return any(ast.unparse(decorator).endswith(("overload", ".setter")) for decorator in node.decorator_list)


def sizes(module: Module) -> Iterator[str]:
    """Modules and functions that are too long to be read at once."""
    if module.lines > MODULE_LINES:
        yield f"{module.path}:1: {module.lines} lines, more than {MODULE_LINES}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield _at(module, node, f"{node.name} has {lines} lines, more than {FUNCTION_LINES}")


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        engine_room,
        one_clock,
        one_voice,
        no_markup_of_data,
        one_environment,
        nothing_unfinished,
        docstrings,
        sizes,
    )
}


def system_scopes(module: Module) -> Iterator[str]:
    """The reason of every system scope that a module opens; `?` for one that is not written out."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or ast.unparse(node.func).rpartition(".")[2] != "system_scope":
            continue
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        reason = given[0] if len(given) == 1 else None
        yield str(reason.value) if isinstance(reason, ast.Constant) and isinstance(reason.value, str) else "?"
