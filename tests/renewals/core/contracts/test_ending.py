"""What happens to a term that ended while nobody acted: the whole table."""

from itertools import product

import pytest

from renewals.core.contracts.ending import EndDecision, EndFacts, decide_end
from renewals.core.terms import EndAction

ACTIONS = (None, *EndAction)


def told(facts: EndFacts) -> EndDecision:
    """Tell the decision a second time, as a person would."""
    if not facts.is_due or facts.action in (None, EndAction.MANUAL):
        return EndDecision.ASKED
    if facts.action is EndAction.END:
        return EndDecision.ENDED
    if facts.is_notice_served:
        return EndDecision.ASKED
    return EndDecision.RENEWED if facts.action is EndAction.RENEW else EndDecision.EVERGREEN


@pytest.mark.requirement(52)
def test_every_combination_is_decided_and_a_question_says_why() -> None:
    every = [
        EndFacts(action=action, is_notice_served=served, is_due=due)
        for action, served, due in product(ACTIONS, (True, False), (True, False))
    ]
    assert len(every) == 20
    for facts in every:
        decision, why = decide_end(facts)
        assert decision is told(facts)
        assert bool(why) is (decision is EndDecision.ASKED)
