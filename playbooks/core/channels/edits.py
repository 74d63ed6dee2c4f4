"""Whether a waiting message may be edited, and how an edit differs from what the template gave. Changes nothing."""

import difflib
from datetime import datetime

from playbooks.core.vocabulary import MessageClass

EDITABLE_STATES = frozenset({"draft", "parked"})
FIXED_CLASSES = frozenset({MessageClass.CONTRACTUAL_NOTICE.value, MessageClass.SECURITY.value})
MOST_LINES = 400


def is_in_veto_window(*, state: str, veto_until_at: datetime | None, next_at: datetime, now: datetime) -> bool:
    """Answer whether a message leaves by itself unless somebody objects; one that was let go does no more."""
    return state == "queued" and veto_until_at is not None and now < min(veto_until_at, next_at)


def why_not_editable(*, state: str, message_class: str, is_in_veto: bool = False) -> str:
    """Return why a message may not be edited by hand, "" when it may.

    Only what waits for a person can be edited, and what a person may still object to; the words of a contractual notice
    are those that were approved.
    """
    if message_class in FIXED_CLASSES:
        return "The words of a notice are fixed with its template; they are not edited message by message."
    if state not in EDITABLE_STATES and not is_in_veto:
        return "Only a message that waits for somebody can be edited."
    return ""


def text_diff(before: str, after: str) -> tuple[str, ...]:
    """Return the lines that differ, with "-" for what was and "+" for what is; context lines begin with a blank."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return tuple(line for line in lines if not line.startswith(("---", "+++")))[:MOST_LINES]
