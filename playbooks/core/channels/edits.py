"""Whether a waiting message may be edited, and how an edit differs from what the template gave. Changes nothing."""

import difflib

from playbooks.core.vocabulary import MessageClass

EDITABLE_STATES = frozenset({"draft", "parked"})
FIXED_CLASSES = frozenset({MessageClass.CONTRACTUAL_NOTICE.value, MessageClass.SECURITY.value})
MOST_LINES = 400


def why_not_editable(*, state: str, message_class: str) -> str:
    """Return why a message may not be edited by hand, "" when it may.

    Only what waits for a person can be edited; the words of a contractual notice are those that were approved.
    """
    if message_class in FIXED_CLASSES:
        return "The words of a notice are fixed with its template; they are not edited message by message."
    if state not in EDITABLE_STATES:
        return "Only a message that waits for somebody can be edited."
    return ""


def text_diff(before: str, after: str) -> tuple[str, ...]:
    """Return the lines that differ, with "-" for what was and "+" for what is; context lines begin with a blank."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return tuple(line for line in lines if not line.startswith(("---", "+++")))[:MOST_LINES]
