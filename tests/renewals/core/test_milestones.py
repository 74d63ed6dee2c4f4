"""Where a milestone stands, for every combination of its days."""

from datetime import date

import pytest

from renewals.core.errors import NamedError
from renewals.core.milestones import Dates, Standing, checked_drop, checked_reached, standing_of

TODAY = date(2026, 5, 4)
PAST, AHEAD = date(2026, 5, 3), date(2026, 5, 5)


@pytest.mark.parametrize(
    ("target", "achieved", "confirmed", "dropped", "standing"),
    [
        (None, None, None, None, Standing.AHEAD),
        (TODAY, None, None, None, Standing.AHEAD),
        (PAST, None, None, None, Standing.LATE),
        (PAST, None, None, PAST, Standing.DROPPED),
        (AHEAD, PAST, None, None, Standing.REACHED),
        (AHEAD, PAST, None, PAST, Standing.REACHED),
        (PAST, PAST, TODAY, None, Standing.CONFIRMED),
    ],
)
def test_standing_follows_from_the_days(
    target: date | None, achieved: date | None, confirmed: date | None, dropped: date | None, standing: Standing
) -> None:
    dates = Dates(target_on=target, achieved_on=achieved, confirmed_on=confirmed, dropped_on=dropped)
    assert standing_of(dates, today=TODAY) is standing


@pytest.mark.parametrize("standing", Standing)
def test_confirmed_one_stays_and_reached_one_is_not_dropped(standing: Standing) -> None:
    if standing is Standing.CONFIRMED:
        with pytest.raises(NamedError, match="stays as it is"):
            checked_reached(standing, TODAY, "A report", today=TODAY)
    else:
        assert checked_reached(standing, TODAY, " A report ", today=TODAY) == "A report"
    if standing in (Standing.REACHED, Standing.CONFIRMED):
        with pytest.raises(NamedError, match="nothing to drop"):
            checked_drop(standing, "No")
    else:
        assert checked_drop(standing, "  No  use ") == "No use"
