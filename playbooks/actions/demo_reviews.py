"""A weekly at-risk review for the demo workspace: one that was held, with decisions and a carried item, one ahead."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from playbooks.actions.reviews.ending import close_review
from playbooks.actions.reviews.meeting import DecisionWish, decide, note_presence, settle_item, write_minutes
from playbooks.actions.reviews.opening import tend_reviews
from playbooks.actions.reviews.series import SeriesWish, start_series
from playbooks.actions.reviews.settling import end_decision
from playbooks.core.reviews.cadence import Cadence, Every
from playbooks.core.reviews.life import DecisionState, ItemState, Presence
from playbooks.core.reviews.rules import ReviewKind
from playbooks.models import Review, ReviewItem, ReviewSeries
from playbooks.queries.demo import ReviewPeople, review_people
from renewals.core.actors import Actor, person_actor
from renewals.core.dates import local_date

ZONE = "Europe/Berlin"
LEFT_OPEN = 2
DECISIONS = (
    ("Call the sponsor with the value recap; agree on what success is next year", 4, DecisionState.DONE),
    ("Bring product and support to one table about the open tickets", 4, DecisionState.OPEN),
    ("Send the quote for two years before their budget closes", 9, DecisionState.OPEN),
    ("Start the rescue playbook and ask for a new champion", 8, DecisionState.OPEN),
)
NOTE = "The owner is on it; nothing to decide this week."
MINUTES = "Support tickets are behind three of the five largest risks; to be raised with product every week."


def review_some(*, by: Actor, now: datetime) -> int:
    """Start the reviews of a team, hold the one of last week and open the next; returns how many there are."""
    people = review_people()
    if people is None:
        return 0
    today = local_date(now, ZONE)
    cadence = Cadence(
        every=Every.WEEK, weekday=(today + timedelta(days=1)).weekday(), at=time(10), zone=ZONE, minutes=45, lead_days=2
    )
    lead = person_actor(by.workspace_id, people.lead, people.names[people.lead])
    wish = SeriesWish(
        kind=ReviewKind.AT_RISK,
        name="At-risk review Europe",
        cadence=cadence,
        owner_id=people.lead,
        invited=people.invited,
        team_id=people.team_id,
    )
    start_series(wish=wish, by=lead, now=now - timedelta(days=8))
    tend_reviews(by=by, now=now - timedelta(days=7))
    for review in Review.objects.filter(state="open").select_related("series"):
        _hold(review, people, lead, now=now)
    quarterly = replace(
        wish,
        kind=ReviewKind.QUARTERLY,
        name="Quarterly review",
        cadence=replace(cadence, every=Every.QUARTER, lead_days=5, minutes=90),
        team_id=None,
    )
    start_series(wish=quarterly, by=lead, now=now)
    tend_reviews(by=by, now=now)
    return Review.objects.filter(series__in=ReviewSeries.objects.all()).count()


def _hold(review: Review, people: ReviewPeople, lead: Actor, *, now: datetime) -> None:
    at = review.starts_at + timedelta(minutes=20)
    items = list(ReviewItem.objects.filter(review=review).select_related("renewal").order_by("place"))
    for person in (people.lead, *people.invited):
        presence = Presence.ABSENT if person == people.invited[-1] else Presence.PRESENT
        note_presence(review_id=review.id, person_id=person, presence=presence, by=lead, now=at)
    for item, (words, days, state) in zip(items[LEFT_OPEN:], DECISIONS, strict=False):
        owner = item.renewal.owner_id if item.renewal else people.lead
        wish = DecisionWish(words=words, owner_id=owner, due_on=review.held_on + timedelta(days=days))
        made = decide(item_id=item.id, wish=wish, by=lead, now=at)
        if state is DecisionState.DONE:
            on = at + timedelta(days=3)
            end_decision(decision_id=made.id, state=state, result="They want a roadmap call.", by=lead, now=on)
    for item in items[LEFT_OPEN + len(DECISIONS) :]:
        settle_item(item_id=item.id, state=ItemState.NOTED, note=NOTE, by=lead, now=at)
    write_minutes(review_id=review.id, minutes=MINUTES, by=lead, now=at)
    close_review(review_id=review.id, by=lead, now=review.starts_at + timedelta(minutes=45))
