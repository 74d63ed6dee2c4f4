"""Keys that make an effect happen once: pure functions of what the effect is about,
never of when or how often it is tried.
"""

import hashlib
import json
from datetime import date
from json.encoder import encode_basestring_ascii as quoted

LONGEST_KEY = 200

Part = str | int | date | None


def decision_key(kind: str, *parts: Part) -> str:
    """Return the stable key of a decision: the same facts give the same key, different facts another one."""
    return f"{kind}:{_digest(kind, *parts)}"


def idem_key(*, workspace_id: int, enrolment_id: int, step_key: str, occurrence: date) -> str:
    """Return the key a provider knows this step's message by, at most 200 characters, the same on a retry."""
    return f"pn-{workspace_id}-{_digest('idem', workspace_id, enrolment_id, step_key, occurrence)}"


def message_id(*, workspace_id: int, enrolment_id: int, step_key: str, occurrence: date, domain: str) -> str:
    """Return the RFC 5322 Message-ID, in angle brackets, of this step's message at the sending domain."""
    return f"<{_digest('message', workspace_id, enrolment_id, step_key, occurrence)}@{domain}>"


def dedup_key(*, workspace_id: int, contact_id: int, purpose: str, occurrence: date, step_key: str) -> str:
    """Return the key under which one contact gets one message per purpose, contract period and step."""
    return f"dd-{workspace_id}-{_digest('dedup', workspace_id, contact_id, purpose, occurrence, step_key)}"


def of_revision(key: str, revision: int) -> str:
    """Return the key of one version of an invitation: each version leaves once, under a key of its own."""
    local, at, domain = key.partition("@")
    return f"{local}-m{revision}{at}{domain}"


def task_key(*, workspace_id: int, enrolment_id: int, step_key: str, occurrence: date) -> str:
    """Return the key under which one step makes one task per contract period."""
    return f"tk-{workspace_id}-{_digest('task', workspace_id, enrolment_id, step_key, occurrence)}"


def occurrence_of(renewal_on: date) -> str:
    """Return the contract period as printed in keys and pages, e.g. '2026-12-31'; not a counter."""
    return renewal_on.isoformat()


def _digest(*parts: Part) -> str:
    """Hash the parts as a JSON list, so that ('ab', 'c') and ('a', 'bc') differ; 40 hexadecimal digits."""
    written = [quoted(part) if type(part) is str else _as_json(part) for part in parts]
    return hashlib.sha256(f"[{','.join(written)}]".encode()).hexdigest()[:40]


def _as_json(part: Part) -> str:
    """Write one part as JSON; setting a general encoder up for every key took four times as long."""
    if type(part) is int:
        return str(part)
    if isinstance(part, str):
        return quoted(part)
    if isinstance(part, date):
        return quoted(part.isoformat())
    if part is None:
        return "null"
    return json.dumps(part)
