"""Who is held out, so that what a playbook or a step does can be measured against those it did not touch. Pure.

An enrolment draws its arms as it begins and keeps them. What the law, a contract or a person owes is never withheld.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from playbooks.core.definition import Playbook, Step
from playbooks.core.vocabulary import AnchorKind, Automation, MessageClass, StepKind, is_message
from renewals.core.assignment import is_in_share, lot_of

CODE = "held_out"
"""The code of the reason for which a step was withheld."""
MEASURED = (MessageClass.RELATIONSHIP, MessageClass.MARKETING)
BY_PEOPLE = (StepKind.CALL, StepKind.MEETING, StepKind.EXPANSION_PROMPT)
"""People touch the customer by these; only a share of the step's own withholds them, never that of its playbook."""


class Layer(StrEnum):
    """What is held out from: every playbook of the workspace, one playbook, one step of it."""

    WORKSPACE = "workspace"
    PLAYBOOK = "playbook"
    STEP = "step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdout:
    """A share of the accounts in percent, the salt that draws them, and the version of the rule that says so."""

    percent: int
    salt: str
    rule_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """Where one account fell in one holdout: held out or treated, by which lot, share and salt.

    `probability` is the chance it had to be held out, the same for both arms.
    """

    layer: Layer
    step_key: str
    percent: int
    salt: str
    lot: int
    rule_version: str

    @property
    def is_held_out(self) -> bool:
        """Answer whether the account is held out by it."""
        return is_in_share(self.lot, self.percent)

    @property
    def probability(self) -> float:
        """Return the probability of being held out, 0 to 1."""
        return self.percent / 100

    def table(self) -> dict[str, Any]:
        """Return it as it is kept with the enrolment and in the decision log."""
        return {
            "layer": self.layer.value,
            "step": self.step_key,
            "percent": self.percent,
            "salt": self.salt,
            "lot": self.lot,
            "probability": self.probability,
            "held_out": self.is_held_out,
            "rule": self.rule_version,
        }


def arm_from(table: Mapping[str, Any]) -> Arm:
    """Return the arm that `table` was made of."""
    return Arm(
        layer=Layer(table["layer"]),
        step_key=table["step"],
        percent=table["percent"],
        salt=table["salt"],
        lot=table["lot"],
        rule_version=table["rule"],
    )


def draw_arms(
    definition: Playbook, *, rule_version: str, workspace: Holdout | None, account_id: int
) -> tuple[Arm, ...]:
    """Return the arms of an account that enters a playbook now: those with a share, the widest first.

    The same account, shares and salts give the same arms for ever.
    """
    if workspace is None and not has_holdouts(definition):
        return ()
    return tuple(
        Arm(
            layer=layer,
            step_key=step,
            percent=each.percent,
            salt=each.salt,
            lot=lot_of(each.salt, account_id),
            rule_version=each.rule_version,
        )
        for layer, step, each in _holdouts(definition, rule_version, workspace)
        if each.percent
    )


def has_holdouts(definition: Playbook) -> bool:
    """Answer whether a definition holds anybody out."""
    return bool(definition.holdout_percent) or any(step.holdout_percent for step in definition.steps)


def _holdouts(
    definition: Playbook, rule_version: str, workspace: Holdout | None
) -> Iterator[tuple[Layer, str, Holdout]]:
    salt = f":{definition.holdout_salt}" if definition.holdout_salt else ""
    if workspace is not None:
        yield Layer.WORKSPACE, "", workspace
    own = Holdout(
        percent=definition.holdout_percent, salt=f"playbook:{definition.key}{salt}", rule_version=rule_version
    )
    yield Layer.PLAYBOOK, "", own
    for step in definition.steps:
        if why_never_held_out(step) is None:
            percent, key = step.holdout_percent, f"step:{definition.key}.{step.key}{salt}"
            yield Layer.STEP, step.key, Holdout(percent=percent, salt=key, rule_version=rule_version)


def why_never_held_out(step: Step) -> str | None:
    """Return why a step is done for everybody whatever share is written down, in words; None when it may be withheld.

    A notice, and what is counted from a notice deadline, protects a right; a decision, an escalation and a step of the
    system touch nobody; work that only a person can do is owed.
    """
    if step.message_class is not None and step.message_class not in MEASURED:
        return f"a message of the class {step.message_class.value} is owed to everybody"
    if step.anchor.kind is AnchorKind.NOTICE_DEADLINE:
        return "what is counted from the notice deadline protects a right"
    if step.kind in BY_PEOPLE:
        return None
    if not is_message(step.kind):
        return f"a step of the kind {step.kind.value} is work or a decision, not a touch"
    if step.automation is Automation.HUMAN_ONLY:
        return "what a person is to write is a duty of that person"
    return None


def held_out_by(step: Step, arms: Iterable[Arm]) -> Arm | None:
    """Return the widest arm that withholds this step, None when nothing does."""
    if why_never_held_out(step) is not None:
        return None
    return next((arm for arm in arms if arm.is_held_out and _reaches(arm, step)), None)


def arms_of(step: Step, arms: Iterable[Arm]) -> tuple[Arm, ...]:
    """Return the arms that decide about a step, whichever way they fell."""
    return () if why_never_held_out(step) is not None else tuple(arm for arm in arms if _reaches(arm, step))


def _reaches(arm: Arm, step: Step) -> bool:
    if arm.layer is Layer.STEP:
        return arm.step_key == step.key
    return step.kind not in BY_PEOPLE
