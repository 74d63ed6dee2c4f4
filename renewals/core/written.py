"""Plain tables written as TOML, in an order that people read: values first, then tables, then lists of tables."""

import json
from collections.abc import Mapping
from typing import Any


def as_toml(table: Mapping[str, Any]) -> str:
    """Return a plain table as TOML that reads back to the same table; what is None is left out."""
    lines: list[str] = []
    _write_table(table, (), lines)
    return "\n".join(lines).lstrip("\n") + "\n"


def _write_table(table: Mapping[str, Any], path: tuple[str, ...], lines: list[str]) -> None:
    """Plain values first, then tables, then lists of tables: that is the order TOML asks for."""
    later = []
    for name, value in table.items():
        is_list = isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value)
        if value is None:
            continue
        if (isinstance(value, Mapping) or is_list) and len(path) < 2 and not _is_condition(value):
            later.append((name, value))
        else:
            lines.append(f"{_key(name)} = {_value(value)}")
    for name, value in later:
        inner = (*path, name)
        head = ".".join(_key(each) for each in inner)
        for each in value if isinstance(value, list) else [value]:
            lines += ["", f"[[{head}]]" if isinstance(value, list) else f"[{head}]"]
            _write_table(each, inner, lines)


def _is_condition(value: Any) -> bool:
    return isinstance(value, Mapping) and bool({"field", "all", "any", "not"} & set(value))


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else json.dumps(name)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = (f"{_key(name)} = {_value(each)}" for name, each in value.items() if each is not None)
        return "{ " + ", ".join(parts) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)
