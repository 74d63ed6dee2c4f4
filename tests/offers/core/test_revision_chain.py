"""The chain of a price revision: stages, all of the roles, who stands in, what time does; signatures alone decide."""

from datetime import timedelta

import pytest

from offers.core.approvals import Away
from offers.core.policy import Level, Step
from offers.core.revisions import Chain, Signature, chain_of, seat_in_chain
from tests.offers.core.test_approvals import ANNA, BEN, CARA, DORA, NOW, PEOPLE

HOUR = timedelta(hours=1)


def asked(key: str, stage: int, *roles: str, needs: str = "one", escalate_to: tuple[str, ...] = ()) -> Step:
    return Step(key=key, stage=stage, roles=roles, needs=needs, hours=24, escalate_to=escalate_to)


LEVEL = Level(
    key="board",
    name="Board",
    own_roles=(),
    steps=(
        asked("money", 1, "finance", "renewal_manager", needs="all", escalate_to=("executive",)),
        asked("top", 2, "executive"),
    ),
)


def chain(*signed: tuple[str, str]) -> Chain:
    return chain_of(
        LEVEL,
        (Signature(step=step, role=role, at=NOW + HOUR * place) for place, (step, role) in enumerate(signed, start=1)),
        opened_at=NOW,
    )


@pytest.mark.requirement(32)
@pytest.mark.parametrize(
    ("signed", "states"),
    [
        ((), ("open", "coming")),
        ((("top", "executive"),), ("open", "coming")),
        ((("money", "csm"),), ("open", "coming")),
        ((("money", "finance"),), ("open", "coming")),
        ((("money", "finance"), ("money", "finance")), ("open", "coming")),
        ((("money", "finance"), ("money", "renewal_manager")), ("approved", "open")),
        ((("money", "finance"), ("money", "renewal_manager"), ("top", "executive")), ("approved", "approved")),
    ],
)
def test_chain_is_what_its_signatures_say(signed: tuple[tuple[str, str], ...], states: tuple[str, ...]) -> None:
    found = chain(*signed)
    assert tuple(step.state.value for step in found.steps) == states
    assert found.is_complete is (states == ("approved", "approved"))


@pytest.mark.parametrize(
    ("user_id", "away", "barred", "hours", "expected"),
    [
        (BEN, {}, (), 0, ("finance", None)),
        (DORA, {}, (), 0, None),
        (DORA, {}, (), 24, ("finance", None)),
        (DORA, {}, (ANNA, BEN, CARA), 0, ("finance", None)),
        (BEN, {}, (BEN,), 0, None),
        (DORA, {ANNA: DORA}, (), 0, ("renewal_manager", ANNA)),
    ],
)
def test_seat_goes_by_role_absence_time_and_who_had_a_hand_in_it(
    user_id: int, away: Away, barred: tuple[int, ...], hours: int, expected: tuple[str, int | None] | None
) -> None:
    found = seat_in_chain(chain(), user_id, people=PEOPLE, away=away, barred=frozenset(barred), now=NOW + HOUR * hours)
    assert (None if found is None else (found[1].role, found[1].on_behalf_of)) == expected
