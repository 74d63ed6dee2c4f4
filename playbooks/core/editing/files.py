"""Playbooks as files: a content as JSON or TOML text, and a content read from such a file."""

import json
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from playbooks.core.editing.content import Content
from playbooks.core.errors import FileNotReadable
from renewals.core.written import as_toml

LARGEST = 1_000_000


def content_as_json(content: Mapping[str, Any]) -> str:
    """Return a content as indented JSON."""
    return json.dumps(_kept(content), ensure_ascii=False, indent=2) + "\n"


def content_as_toml(content: Mapping[str, Any]) -> str:
    """Return a content as TOML that `content_from_file` reads back to the same content."""
    return as_toml(_kept(content))


def content_from_file(data: bytes) -> Content:
    """Return the content of a JSON or TOML file; a shipped definition alone is taken as one without messages.

    Raises FileNotReadable for what is too large, no such text, or no playbook.
    """
    if len(data) > LARGEST:
        raise FileNotReadable(f"The file has {len(data)} bytes.", why=f"{LARGEST} are allowed.")
    table = _parsed(data)
    if isinstance(table.get("playbook"), Mapping):
        made = {**table, "templates": table.get("templates", [])}
    elif "steps" in table:
        made = {"playbook": table, "templates": []}
    else:
        raise FileNotReadable("The file holds no playbook.", why="It has neither 'playbook' nor 'steps'.")
    if not isinstance(made["templates"], list):
        raise FileNotReadable("'templates' must be a list.")
    plain: Content = _plain(_kept(made))
    return plain


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        text = data.decode("utf-8-sig")
        table = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileNotReadable("The file is neither TOML nor JSON.", why=str(error)[:200]) from error
    if not isinstance(table, dict):
        raise FileNotReadable("The file holds no table.")
    return table


def _kept(content: Mapping[str, Any]) -> dict[str, Any]:
    """A baseline belongs to the version it was taken for; anything else unknown is not carried on."""
    pilot = content.get("pilot")
    made = {name: content[name] for name in ("playbook", "templates") if name in content}
    if isinstance(pilot, Mapping):
        made["pilot"] = {name: value for name, value in pilot.items() if name != "baseline"}
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime | date | time) else value
