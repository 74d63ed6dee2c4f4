"""The tables of a renewal's states cover their enums, and every step outside them is refused."""

import itertools

import pytest

from renewals.core.errors import StateNotAllowed
from renewals.core.renewal_states import (
    CATEGORY_TRANSITIONS,
    ROLL_UP,
    STAGE_OWNERS,
    STAGE_TRANSITIONS,
    ForecastCategory,
    RenewalStage,
    check_category_step,
    check_stage_step,
    states_text,
)


def test_tables_of_states_cover_their_enums() -> None:
    assert set(STAGE_TRANSITIONS) == set(STAGE_OWNERS) == set(RenewalStage)
    assert set(CATEGORY_TRANSITIONS) == set(ROLL_UP) == set(ForecastCategory)


@pytest.mark.parametrize(("current", "wanted"), list(itertools.product(RenewalStage, RenewalStage)))
def test_stage_step_passes_exactly_when_the_table_has_it(current: RenewalStage, wanted: RenewalStage) -> None:
    if current == wanted or wanted in STAGE_TRANSITIONS[current]:
        check_stage_step(current, wanted)
    else:
        with pytest.raises(StateNotAllowed):
            check_stage_step(current, wanted)


def test_closed_renewal_goes_nowhere_and_every_stage_can_close() -> None:
    assert STAGE_TRANSITIONS[RenewalStage.CLOSED] == ()
    assert all(
        RenewalStage.CLOSED in STAGE_TRANSITIONS[stage] for stage in RenewalStage if stage is not RenewalStage.CLOSED
    )


def test_closed_forecast_is_refused_with_what_is_possible() -> None:
    check_category_step(ForecastCategory.PIPELINE, ForecastCategory.COMMIT)
    with pytest.raises(StateNotAllowed) as refusal:
        check_category_step(ForecastCategory.CLOSED, ForecastCategory.COMMIT)
    assert refusal.value.what == "A closed forecast cannot become commit."
    assert refusal.value.remedy == "From here: nothing: it is closed for good."


def test_states_text_lists_every_state_once_per_table() -> None:
    text = states_text()
    assert all(text.count(f"| {stage} | {STAGE_OWNERS[stage]} |") == 1 for stage in RenewalStage)
    assert "| commit | omitted, pipeline, best_case, closed | commit, closed |" in text
