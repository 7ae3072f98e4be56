"""Every place that hands SQL text to the database under a tenant's scope is known by name."""

from __future__ import annotations

import ast
from pathlib import Path

import smallcrm

REVIEWED = {
    "db/fence/bulk.py": {"table", "index", "analyze", "fill", "close", "bulk_door"},
    # The fenced database itself.
    "db/fence/database.py": {"_run", "run_many", "begin"},
    "db/fence/engines.py": {"open_wall", "raise_wall"},
    "db/locks.py": {"lock_workspace"},
    "db/search.py": {"add", "add_from", "remove", "_find_rows"},
}
_DOORS = {"run_reviewed", "run_many", "_trusted"}


def _callers(source: str) -> set[str]:
    """The functions of a module that call one of the doors."""
    found = set()
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
            if any(isinstance(call, ast.Attribute) and call.attr in _DOORS for call in calls):
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
