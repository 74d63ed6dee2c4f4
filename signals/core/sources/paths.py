"""Find a value in a JSON document by a path that people write: `data.object.id`, `a.b|c.d`, `items.last.id`, `=word`.

Alternatives are tried from left to right; what is missing is None. Nothing here raises on strange documents.
"""

import re
from typing import Any

from signals.core.sources.errors import PathInvalid

STEP = re.compile(r"[^.|\s=][^.|]{0,79}")
LONGEST = 400


def check_path(path: str) -> str:
    """Return the path without blanks around it; raise PathInvalid naming the part that cannot be one."""
    plain = path.strip()
    if len(plain) > LONGEST:
        raise PathInvalid(f"A path has {LONGEST} characters at most ({len(plain)} given).")
    alternatives = [each.strip() for each in plain.split("|")] if plain else []
    for alternative in alternatives:
        for step in () if alternative == "." or alternative.startswith("=") else alternative.split("."):
            if not STEP.fullmatch(step):
                raise PathInvalid(f"'{step[:40]}' is no name of a field in the path '{plain[:60]}'.")
    return plain


def at_path(document: Any, path: str) -> Any:
    """Return the first alternative of `path` that leads to something other than null; None when none does.

    An alternative of one dot is the document itself, one that begins with "=" the word after it.
    """
    for alternative in (each.strip() for each in path.split("|")):
        found = alternative[1:] if alternative.startswith("=") else _walk(document, alternative)
        if found is not None and found != "":
            return found
    return None


def text_at(document: Any, path: str) -> str:
    """Return the text or number at the path as text without blanks around it; "" for anything else."""
    found = at_path(document, path) if path else None
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found).strip() if isinstance(found, str | int | float) else ""


def _walk(document: Any, path: str) -> Any:
    if path == ".":
        return document
    here = document
    for step in path.split("."):
        if isinstance(here, dict):
            here = here.get(step)
        elif isinstance(here, list) and here and step == "last":
            here = here[-1]
        elif isinstance(here, list) and step.isdecimal() and len(step) < 6 and int(step) < len(here):
            here = here[int(step)]
        else:
            return None
    return here
