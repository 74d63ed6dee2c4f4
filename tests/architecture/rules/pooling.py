"""A pooler in transaction mode gives each transaction another connection: nothing of ours may outlive its own."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.house import Module, calls, texts

SESSION_WORDS = {
    "sets the session": re.compile(
        r"^\s*SET\s+(?!LOCAL\b|CONSTRAINTS\b|TRANSACTION\b)(SESSION\s+)?[a-z_.]+\s*(=|TO)\s", re.I
    ),
    "sets the session by set_config": re.compile(r"set_config\((?![^;]*\btrue\s*\))", re.I),
    "takes a lock of the session": re.compile(r"pg_(try_)?advisory_lock(_shared)?\(", re.I),
    "listens in the session": re.compile(r"^\s*(UN)?LISTEN\s", re.I),
    "prepares a statement": re.compile(r"^\s*(PREPARE|DEALLOCATE)\s(?!TRANSACTION)", re.I),
    "holds a cursor": re.compile(r"\bWITH\s+HOLD\b", re.I),
    "keeps a temporary table's rows": re.compile(
        r"CREATE\s+TEMP(ORARY)?\s+TABLE(?![^;]*ON\s+COMMIT\s+(DROP|DELETE))", re.I
    ),
}
SET_AS_CLAUSE = re.compile(r"CREATE (OR REPLACE )?FUNCTION|UPDATE |ON CONFLICT|ALTER ", re.I)


def outlives_no_transaction(module: Module) -> Iterator[str]:
    """Settings, locks, prepared statements, cursors and temporary rows end with their transaction."""
    for node, text in texts(module):
        for what, pattern in SESSION_WORDS.items():
            if pattern.search(text) and not (what == "sets the session" and SET_AS_CLAUSE.search(text)):
                yield module.at(node, f"{what}: not with a pooler in transaction mode")
    for call, name in calls(module):
        if name.endswith("set_session") or any(_is_named(word) for word in call.keywords if name.endswith(".cursor")):
            yield module.at(call, "keeps something in the session: not with a pooler in transaction mode")


def _is_named(keyword: ast.keyword) -> bool:
    return keyword.arg == "name"
