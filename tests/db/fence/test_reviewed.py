"""Every place that hands SQL text to the database under a tenant's scope is known by name."""

from __future__ import annotations

import ast
from pathlib import Path

import smallcrm

REVIEWED = {
    "db/fence/bulk.py": {"table", "index", "analyze", "fill", "close", "bulk_door"},
    # The fenced database itself.
    "db/fence/database.py": {"_trusted", "_run", "run_many", "begin", "_end", "stopper"},
    "db/fence/engines.py": {"connect", "open_wall", "raise_wall", "spare_memory"},
    # What the wall has rendered, under the scope that it was rendered for.
    "db/fence/prepared.py": {"rows"},
    "db/locks.py": {"lock_workspace"},
    "db/fulltext.py": {"insert", "insert_from", "remove", "remove_each", "_run"},
    "db/wordlists.py": {"_insert", "remove_each", "_take_out"},
}
_DOORS = {"run_reviewed", "run_many", "_trusted"}


def _callers(source: str) -> set[str]:
    """The functions of a module that call one of the doors, or say themselves that they are trusted."""
    found = set()
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            nodes = list(ast.walk(function))
            calls = (node.func for node in nodes if isinstance(node, ast.Call))
            raised = (node.target for node in nodes if isinstance(node, ast.AugAssign))
            if any(isinstance(call, ast.Attribute) and call.attr in _DOORS for call in calls) or any(
                isinstance(target, ast.Attribute) and target.attr == "trusted" for target in raised
            ):
                found.add(function.name)
    return found


def test_it_lists_every_use_of_reviewed_sql() -> None:
    """A new use of raw SQL under a scope is seen here first."""
    root = Path(smallcrm.__file__).parent
    found = {str(path.relative_to(root)): _callers(path.read_text(encoding="utf-8")) for path in root.rglob("*.py")}
    assert {name: callers for name, callers in found.items() if callers} == REVIEWED


def test_it_sees_a_new_use() -> None:
    """The list is not empty by accident."""
    assert _callers("def leak(db):\n    return db.run_reviewed('SELECT 1')\n") == {"leak"}
    assert _callers("def leak(db):\n    db._local.trusted += 1\n") == {"leak"}
