"""What a person changed about one step of one enrolment: skip it, another day, another way. A contract's notice stays.

A deviation changes the plan, never the playbook; the latest one of a step holds.
"""

from dataclasses import replace
from datetime import date

from playbooks.core.definition import Step
from playbooks.core.errors import DeviationRefused
from playbooks.core.facts import Deviated, DeviationKind, Reason
from playbooks.core.vocabulary import AnchorKind, MessageClass

DATED = (DeviationKind.RETIME, DeviationKind.SWAP)


def check_deviation(step: Step, wanted: Deviated, *, today: date, notice_on: date | None) -> None:
    """Raise DeviationRefused when a step must not be changed so.

    What the contract or the law asks for is never skipped and never put off past its deadline; a step is put on no day
    that is over; another way needs to be said in words.
    """
    if wanted.kind is DeviationKind.ALTERNATIVE and not wanted.what.strip():
        raise DeviationRefused("Say what will be done instead.", where="what")
    if wanted.kind in DATED and (wanted.due_on is None or wanted.due_on < today):
        raise DeviationRefused("Give a day that is not over yet.", where="due_on")
    is_notice = step.message_class is MessageClass.CONTRACTUAL_NOTICE
    if is_notice and wanted.kind is DeviationKind.SKIP:
        raise DeviationRefused(f"'{step.name}' is a contractual notice; it is never skipped.", where="kind")
    before_notice = is_notice or (step.anchor.kind is AnchorKind.NOTICE_DEADLINE and step.anchor.offset_days <= 0)
    if before_notice and wanted.due_on is not None and notice_on is not None and wanted.due_on > notice_on:
        raise DeviationRefused(
            f"'{step.name}' has to happen by {notice_on.isoformat()}, the last day to give notice.", where="due_on"
        )


def alternative_of(deviated: Deviated | None) -> Reason | None:
    """Return why a person does the step in another way, None when nobody said so."""
    is_alternative = deviated is not None and deviated.kind is DeviationKind.ALTERNATIVE
    return deviated.reason() if deviated is not None and is_alternative else None


def swapped(wanted: Deviated, *, own_on: date, other_on: date) -> tuple[Deviated, Deviated]:
    """Return the two deviations of a swap: each step takes the day of the other."""
    return replace(wanted, due_on=other_on), replace(wanted, due_on=own_on)
