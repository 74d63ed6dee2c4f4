"""What became of a change to many rows, in words. Decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.core.money import count_words
from dashboards.core.parts import Reason

DONE = {
    "complete": ("task", "completed"),
    "snooze": ("task", "snoozed"),
    "assign": ("task", "handed over"),
    "owner": ("account", "handed over"),
    "undo": ("change", "taken back"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyResult:
    """What became of each row: `refused` with the reason, `done` without one."""

    title: str
    refused: tuple[Reason, ...]
    done: tuple[Reason, ...]


def many_result(verb: str, rows: Sequence[tuple[str, str, str]], *, absent: int) -> ManyResult:
    """Return the result of rows (name, address, refusal or ""); `absent` were not there, or not this person's."""
    noun, participle = DONE[verb]
    refused = tuple(Reason(text=name, href=href, state="bad", note=said) for name, href, said in rows if said)
    done = tuple(Reason(text=name, href=href, state="good") for name, href, said in rows if not said)
    lost = (Reason(text=f"{count_words(absent, noun)} not yours to change, or gone", state="bad"),) if absent else ()
    words = f"{count_words(len(done), noun)} {participle}"
    left = len(refused) + absent
    return ManyResult(title=f"{words}, {left} refused" if left else words, refused=(*refused, *lost), done=done)
