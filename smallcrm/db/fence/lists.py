"""The closed lists: every piece of SQL text that a fenced query may hold (Peewee 4.5.3's own, and no more)."""

from __future__ import annotations

import re

import peewee as pw

JOINS = frozenset({"INNER JOIN", "LEFT OUTER JOIN", "CROSS JOIN"})
COMPOUNDS = frozenset({"UNION", "UNION ALL", "INTERSECT", "EXCEPT"})
GLUES = frozenset({" ", ", ", ".", "", " AND ", " OR "})
CASTS = frozenset({"INTEGER", "BIGINT", "TEXT", "REAL", "DOUBLE PRECISION", "SMALLINT", "BOOLEAN", "DATE"})
COLLATIONS = frozenset({"NOCASE", "BINARY", '"C"'})

OPERATORS = frozenset(
    {
        pw.OP.AND,
        pw.OP.OR,
        pw.OP.ADD,
        pw.OP.SUB,
        pw.OP.MUL,
        pw.OP.DIV,
        pw.OP.MOD,
        pw.OP.EQ,
        pw.OP.LT,
        pw.OP.LTE,
    }
    | {pw.OP.GT, pw.OP.GTE, pw.OP.NE, pw.OP.IN, pw.OP.NOT_IN, pw.OP.IS, pw.OP.IS_NOT, pw.OP.LIKE, pw.OP.ILIKE}
    | {pw.OP.BETWEEN, pw.OP.CONCAT, pw.OP.BIN_AND, pw.OP.BIN_OR}
    | {
        "GLOB",
        "LIKE",
        "ILIKE",
        "<<",
        ">>",
        "NOT LIKE",
        "NOT ILIKE",
        "IS DISTINCT FROM",
        "IS NOT DISTINCT FROM",
    }
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTIONS = _words(
    """
    count sum avg min max total group_concat string_agg exists any all coalesce ifnull nullif lower upper length
    substr substring trim ltrim rtrim replace instr abs round ceil floor iif concat greatest least
    date time datetime julianday strftime date_trunc date_part now
    row_number rank dense_rank ntile lag lead first_value last_value nth_value percent_rank cume_dist
    """
)

KEYWORDS = _words(
    """
    = 1 * ASC DESC AND WHEN THEN ELSE END CASE NULL OVER TIES DISTINCT INSERT EXCLUDED ESCAPE WHERE EXCLUDE GROUP
    ROWS RANGE GROUPS
    """
) | {
    "ORDER BY",
    "PARTITION BY",
    "ON CONFLICT",
    "DO NOTHING",
    "DO UPDATE SET",
    "CURRENT ROW",
    "UNBOUNDED PRECEDING",
    "UNBOUNDED FOLLOWING",
    "ROWS BETWEEN",
    "RANGE BETWEEN",
    "GROUPS BETWEEN",
    "ROWS UNBOUNDED PRECEDING",
    "RANGE UNBOUNDED PRECEDING",
    "NO OTHERS",
    "INSERT OR IGNORE",
}
FRAME = re.compile(r"\d{1,9} (?:PRECEDING|FOLLOWING)")
ENTITY = re.compile(r'"(?:[^"\x00]|"")*"(?:\."(?:[^"\x00]|"")*")*')

# The pieces as Peewee appends them, spaces included; a bar stands between them here.
_PIECES = (
    " || AS | FILTER (WHERE | FROM | GROUP BY | HAVING | INTO | LIMIT | OFFSET | ON | ORDER BY | RETURNING | SET "
    "| VALUES | WHERE | WINDOW |(|()|)|, |.|.*|0 = 1|1 = 1|CAST(|DELETE FROM |DISTINCT |MATERIALIZED "
    "|NOT MATERIALIZED |NOT |ON |SELECT |SELECT 0 WHERE 0|SELECT 0 WHERE false|UPDATE |VALUES |WITH |WITH RECURSIVE "
    "|?|%s|FOR UPDATE|FOR SHARE| OF | NOWAIT| SKIP LOCKED|EXCLUDED.| ASC| DESC| NULLS first| NULLS last"
    "| NULLS FIRST| NULLS LAST|DEFAULT VALUES|ROWS|RANGE|GROUPS| BETWEEN | ESCAPE | = |(SELECT * FROM |) AS | WHERE +"
)
LITERALS = (
    frozenset(_PIECES.split("|"))
    | {f" {join} " for join in JOINS}
    | {f" {compound} " for compound in COMPOUNDS}
    | {f" {operator} " for operator in OPERATORS}
    | {f" AS {cast})" for cast in CASTS}
    | {f" COLLATE {collation}" for collation in COLLATIONS}
    | GLUES
    | KEYWORDS
)


def allowed_text(text: str) -> bool:
    """Whether a piece of SQL text may stand in a fenced query."""
    return (
        text in LITERALS
        or ENTITY.fullmatch(text) is not None
        or text.lower() in FUNCTIONS
        or FRAME.fullmatch(text) is not None
    )


def allowed_sql(text: object) -> bool:
    """Whether an SQL() node may stand in a fenced query."""
    return type(text) is str and (text in KEYWORDS or FRAME.fullmatch(text) is not None)


def allowed_function(name: object) -> bool:
    """Whether a function may be called in a fenced query."""
    return type(name) is str and name.isascii() and name.lower() in FUNCTIONS
