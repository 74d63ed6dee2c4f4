"""Several programs at once: one review is opened, one decision made, one pack kept, however many try."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connections

from playbooks.actions.queue import refresh_entries
from playbooks.actions.reviews.ending import close_review
from playbooks.actions.reviews.meeting import DecisionWish, decide
from playbooks.actions.reviews.opening import tend_reviews
from playbooks.actions.reviews.series import SeriesWish, start_series
from playbooks.core.reviews.cadence import Cadence, Every
from playbooks.core.reviews.rules import ReviewKind
from playbooks.models import Review, ReviewDecision, ReviewItem, Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from tests.playbooks.factories import make_world
from tests.plugins.database import make_workspace

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
DAY = date(2026, 11, 24)
PROGRAMS = 3


@pytest.mark.requirement(34)
def test_programs_that_meet_open_decide_and_close_once(committed: None) -> None:
    workspace = make_workspace("reviews")
    by = system_actor(workspace.id, "race")

    def together(work: Callable[[], object]) -> list[object]:
        def alone(_number: int) -> object:
            try:
                with in_workspace(workspace.id, by=by, now=NOW):
                    return work()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(max_workers=PROGRAMS) as pool:
            return list(pool.map(alone, range(PROGRAMS), timeout=60))

    with in_workspace(workspace.id, by=by, now=NOW):
        world = make_world(workspace, due_on=DAY + timedelta(days=80))
        refresh_entries(renewal_ids=[world.renewal.id], now=NOW)
        rule = Cadence(every=Every.WEEK, weekday=1, at=time(10), zone="Europe/Berlin", minutes=45, lead_days=0)
        wish = SeriesWish(kind=ReviewKind.AT_RISK, name="Weekly", cadence=rule, owner_id=world.owner.id)
        start_series(wish=wish, by=by, now=NOW)
    assert sorted(together(lambda: tend_reviews(by=by, now=NOW))) == [0] * (PROGRAMS - 1) + [1]
    with in_workspace(workspace.id, by=by):
        item, review = ReviewItem.objects.get().id, Review.objects.get().id
    said = DecisionWish(words="Send the quote", owner_id=world.owner.id, due_on=DAY)
    together(lambda: decide(item_id=item, wish=said, by=by, now=NOW))
    together(lambda: close_review(review_id=review, by=by, now=NOW))
    with in_workspace(workspace.id, by=by):
        assert (ReviewDecision.objects.count(), Task.objects.count(), Review.objects.get().state) == (1, 1, "closed")
        assert [each["state"] for each in Review.objects.get().pack["items"]] == ["decided"]
