"""The last look at a step that would act now: is this account held out of it? Pure."""

from playbooks.core.definition import Step
from playbooks.core.facts import StepFacts, reason
from playbooks.core.holdouts import CODE, held_out_by
from playbooks.core.keys import decision_key
from playbooks.core.verdicts import StepDecision, StepVerdict

ACTS = (StepVerdict.DO, StepVerdict.ASK_APPROVAL, StepVerdict.ASK_OBJECTION)


def unless_held_out(step: Step, facts: StepFacts, decision: StepDecision) -> StepDecision:
    """Return the decision, or the step withheld from an account that is held out of it.

    Only what would act now is withheld, so both arms came to the step by the same checks. Never withheld: a task in the
    place of a message, what is written already, and what concerns an account that only people write to.
    """
    is_exempt = facts.is_released or facts.is_human_only or facts.account.human_only or facts.is_approved
    arm = None if is_exempt or decision.verdict not in ACTS else held_out_by(step, facts.arms)
    if arm is None:
        return decision
    why = reason(
        CODE,
        layer=arm.layer.value,
        percent=arm.percent,
        lot=arm.lot,
        salt=arm.salt,
        probability=arm.probability,
        rule=arm.rule_version,
    )
    return StepDecision(
        verdict=StepVerdict.SKIP,
        until=None,
        contact_id=None,
        reasons=(why,),
        key=decision_key(CODE, arm.layer.value, decision.key),
    )
