"""What a link is worth: every combination of what decides, and what somebody has to say."""

from datetime import date, timedelta
from itertools import product

import pytest

from offers.core.errors import LinkNotPossible
from offers.core.links import AnswerKind, LinkFacts, LinkStanding, Said, check_said, check_validity, link_standing
from renewals.core.errors import InvalidInput, RequiredValueMissing

TODAY = date(2026, 3, 2)
OPEN = LinkFacts(
    proposal_state="presented",
    is_newest=True,
    is_renewal_open=True,
    is_accepted=False,
    is_declined=False,
    revoked_as="",
    valid_until=TODAY,
)
DANA = Said(name=" Dana  Whitfield", title="CFO", email="dana@Acme.example", words="Why so much?", is_agreed=True)


def test_link_is_open_only_when_nothing_speaks_against_it() -> None:
    states = ("draft", "presented", "signed", "withdrawn")
    booleans = (True, False)
    days = (TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1))
    found = {}
    for state, *rest, revoked, day in product(states, *[booleans] * 4, ("", "withdrawn", "replaced"), days):
        facts = LinkFacts(
            proposal_state=state,
            is_newest=rest[0],
            is_renewal_open=rest[1],
            is_accepted=rest[2],
            is_declined=rest[3],
            revoked_as=revoked,
            valid_until=day,
        )
        found[facts] = link_standing(facts, today=TODAY)
    assert len(found) == 576
    takes = {facts for facts, standing in found.items() if standing is LinkStanding.OPEN}
    assert takes == {OPEN, LinkFacts(**{**_values(OPEN), "valid_until": TODAY + timedelta(days=1)})}
    assert set(found.values()) == set(LinkStanding)


def _values(facts: LinkFacts) -> dict[str, object]:
    return {name: getattr(facts, name) for name in LinkFacts.__dataclass_fields__}


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({"is_accepted": True, "proposal_state": "signed", "is_renewal_open": False}, LinkStanding.ACCEPTED),
        ({"proposal_state": "withdrawn"}, LinkStanding.WITHDRAWN),
        ({"revoked_as": "withdrawn", "proposal_state": "draft"}, LinkStanding.WITHDRAWN),
        ({"revoked_as": "replaced"}, LinkStanding.SUPERSEDED),
        ({"is_newest": False, "proposal_state": "draft"}, LinkStanding.SUPERSEDED),
        ({"proposal_state": "signed"}, LinkStanding.CLOSED),
        ({"is_renewal_open": False}, LinkStanding.CLOSED),
        ({"is_declined": True, "valid_until": date(2026, 1, 1)}, LinkStanding.DECLINED),
        ({"valid_until": date(2026, 3, 1)}, LinkStanding.EXPIRED),
    ],
)
def test_each_ending_has_its_own_standing(change: dict[str, object], standing: LinkStanding) -> None:
    assert link_standing(LinkFacts(**_values(OPEN) | change), today=TODAY) is standing


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=366)])
def test_validity_in_the_past_or_beyond_a_year_is_refused(day: date) -> None:
    with pytest.raises(LinkNotPossible):
        check_validity(day, today=TODAY)
    check_validity(TODAY, today=TODAY)
    check_validity(TODAY + timedelta(days=365), today=TODAY)


@pytest.mark.parametrize(
    ("kind", "gap"),
    [
        (AnswerKind.ACCEPTED, "name"),
        (AnswerKind.ACCEPTED, "title"),
        (AnswerKind.ACCEPTED, "email"),
        (AnswerKind.DECLINED, "words"),
        (AnswerKind.ASKED, "words"),
    ],
)
def test_answer_with_a_gap_names_it(kind: AnswerKind, gap: str) -> None:
    values = {name: getattr(DANA, name) for name in Said.__dataclass_fields__} | {gap: "  "}
    with pytest.raises(RequiredValueMissing) as refused:
        check_said(kind, Said(**values))
    assert refused.value.where == gap


def test_acceptance_without_the_tick_is_refused_and_what_is_said_is_tidied() -> None:
    with pytest.raises(RequiredValueMissing) as refused:
        check_said(AnswerKind.ACCEPTED, Said(name="D", title="CFO", email="d@acme.example"))
    assert refused.value.where == "agree"
    found = check_said(AnswerKind.ACCEPTED, DANA)
    assert (found.name, found.email) == ("Dana Whitfield", "dana@acme.example")
    with pytest.raises(InvalidInput):
        check_said(AnswerKind.ASKED, Said(name="D", email="not an address", words="?"))
