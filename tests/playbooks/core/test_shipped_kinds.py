"""Which kinds of steps the shipped playbooks use where the product asks for them."""

import pytest

from playbooks.core.vocabulary import AnchorKind, Automation, SponsorSide, StepFamily, StepKind, family_of
from tests.playbooks.core.specimens import shipped_playbook


@pytest.mark.requirement(24, 83, 111)
def test_strategic_accounts_meet_by_quarter_and_sponsor_by_sponsor() -> None:
    steps = shipped_playbook("strategic").steps
    assert [step.sponsor.side for step in steps if step.sponsor] == [SponsorSide.OURS, SponsorSide.THEIRS]
    assert [step.key for step in steps if step.meeting] == ["business_review_1", "business_review_2"]


@pytest.mark.requirement(84)
def test_mid_market_gets_value_recaps_and_functional_calls() -> None:
    kinds = [step.kind for step in shipped_playbook("mid_market").steps]
    assert (kinds.count(StepKind.VALUE_RECAP), kinds.count(StepKind.CALL)) == (2, 2)


@pytest.mark.requirement(72, 85)
def test_small_accounts_get_a_person_only_by_risk() -> None:
    steps = shipped_playbook("small").steps
    assert [(step.key, step.path) for step in steps if step.outcomes] == [("risk_call", "risk.at_risk")]
    assert [step.key for step in steps if step.kind is StepKind.BRANCH] == ["risk"]


@pytest.mark.requirement(72)
def test_nothing_leaves_to_a_strategic_account_without_a_person_on_a_day_of_the_contract() -> None:
    steps = shipped_playbook("strategic").steps
    assert {step.automation for step in steps} == {Automation.HUMAN_ONLY, Automation.MANUAL_APPROVAL}
    assert {step.anchor.kind for step in steps} <= {AnchorKind.RENEWAL_DATE, AnchorKind.NOTICE_DEADLINE}


@pytest.mark.requirement(72)
@pytest.mark.parametrize(("key", "step_key"), [("mid_market", "risk_plan"), ("small", "risk_call")])
def test_risky_renewal_of_every_other_tier_gets_a_person_on_a_day(key: str, step_key: str) -> None:
    step = shipped_playbook(key).step(step_key)
    assert (family_of(step.kind), step.automation) == (StepFamily.HUMAN, Automation.HUMAN_ONLY)
    assert step.anchor.kind is AnchorKind.RENEWAL_DATE
    assert step.condition is not None or step.path
