"""What became of each signal that was sent, and of the whole batch."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Verdict = Literal["accepted", "duplicate", "unchanged", "refused", "unmatched"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a signal was not kept. `position` counts from 0; `where` names the field."""

    position: int
    code: str
    where: str
    what: str
    remedy: str


class ItemVerdict(NamedTuple):
    """What became of one item. `differs`: a repetition that says something else than what is kept."""

    position: int
    verdict: Verdict
    differs: bool = False
    code: str = ""
    where: str = ""
    what: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeResult:
    """What became of a batch. `exceptions` holds every item that was not accepted (of a load: the first thousand).

    `unmatched` are held until their account is known.
    """

    sent: int
    accepted: int
    unchanged: int
    duplicate: int
    refused: int
    exceptions: tuple[ItemVerdict, ...]
    unmatched: int = 0

    def verdicts(self) -> list[ItemVerdict]:
        """Return one verdict per item in the order sent; only for a batch whose exceptions are complete."""
        other = {each.position: each for each in self.exceptions}
        return [
            other.get(position) or ItemVerdict(position=position, verdict="accepted") for position in range(self.sent)
        ]


def verdict_of(refusal: Refusal) -> ItemVerdict:
    """Return the verdict on a refused item."""
    return ItemVerdict(
        position=refusal.position,
        verdict="refused",
        code=refusal.code,
        where=refusal.where,
        what=refusal.what,
        remedy=refusal.remedy,
    )


def unknown_account(position: int, account: str) -> ItemVerdict:
    """Return the verdict on a signal of an account that this workspace does not have; other ones do not count."""
    return ItemVerdict(
        position=position,
        verdict="unmatched",
        code="E-REF-01",
        where="account",
        what=f"No account has the external id '{account[:60]}'.",
        remedy="The signal is held. It counts once the account is imported or the id is matched to one.",
    )


def no_room(verdict: ItemVerdict) -> ItemVerdict:
    """Return the verdict on a signal of an unknown account when no more can be held."""
    remedy = "Import the accounts, or match what is held on the page of signals, and send it again."
    return verdict._replace(verdict="refused", code="E-SIG-07", remedy=remedy)


def known_signal(position: int, *, is_repeated_in_batch: bool, differs: bool) -> ItemVerdict:
    """Return the verdict on a signal whose external id is kept already; the first version stays."""
    is_unchanged = not is_repeated_in_batch and not differs
    return ItemVerdict(position=position, verdict="unchanged" if is_unchanged else "duplicate", differs=differs)
