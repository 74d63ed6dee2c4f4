"""Invitations: one message per version under one UID; what moves, what is called off, what holds them back."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from playbooks.actions.channels.rsvps import take_rsvp
from playbooks.actions.channels.settings import ChannelTerms, choose_channel
from playbooks.actions.meetings import call_off, call_off_stale, invite
from playbooks.actions.pump import Pump, pump
from playbooks.actions.reactions import record_reaction
from playbooks.actions.stop import stop_enrolment
from playbooks.actions.sweeps import sweep_queue
from playbooks.actions.tasks import complete_task
from playbooks.channels.base import Receipt, SendResult
from playbooks.core.channels.rsvps import read_rsvp
from playbooks.core.errors import MeetingRefused, TaskClosed
from playbooks.core.meetings import MeetingChoice
from playbooks.models import AccountTouch, Decision, Meeting, Message, Reaction, Task, TouchBudget
from renewals.actions.scope import in_workspace
from renewals.actions.suppressions import add_suppression
from renewals.core.actors import Actor, person_actor, system_actor
from renewals.models import Contact, Renewal, Workspace
from tests.playbooks.conftest import Enrol
from tests.playbooks.factories import World, make_contact
from tests.playbooks.stories import KeptChannel, broken_in, task_step

MEETING = {"kind": "meeting", "meeting": {"minutes": 45, "agenda": ["Outcomes", "Next steps"]}}
OPEN_HOURS = {"max_touches": 50, "per_days": 1, "min_gap_days": 0, "send_from": "09:00", "send_until": "17:00"}


@pytest.fixture
def start(now: datetime) -> datetime:
    return now + timedelta(days=7)


@pytest.fixture
def story(enrol: Enrol, workspace: Workspace, actor: Actor, start: datetime, channel: KeptChannel) -> Iterator[World]:
    """A meeting task that is open, in a workspace that the test is inside of."""
    world, _ = enrol(task_step("review", -95, **MEETING), task_step("after", -10))
    pump(Pump(clock=start, channel=channel))
    yield world


def chosen(world: World, starts_at: datetime, **changes: object) -> MeetingChoice:
    values = {"contact_id": world.contact.id, "starts_at": starts_at, "minutes": 45, "place": "https://meet.example/1"}
    return MeetingChoice(**values | changes)


def arrange(world: World, now: datetime, choice: MeetingChoice) -> Meeting:
    person = person_actor(world.workspace.id, world.owner.id, world.owner.name)
    with in_workspace(world.workspace.id, by=person, now=now):
        return invite(task_id=Task.objects.get(kind="meeting").id, choice=choice, by=person, now=now)


def calendar(channel: KeptChannel, place: int) -> list[str]:
    """The unfolded lines of the calendar part of one call."""
    return channel.calls[place].attachments[0].content.replace("\r\n ", "").split("\r\n")


def send(now: datetime, channel: KeptChannel) -> None:
    pump(Pump(clock=now, channel=channel))
    pump(Pump(clock=now, channel=channel))


def test_reply_leaves_an_invitation_that_waits_and_its_meeting(
    story: World, workspace: Workspace, actor: Actor, start: datetime, channel: KeptChannel
) -> None:
    """A playbook that is hushed by itself leaves what a person has arranged."""
    arrange(story, start, chosen(story, start + timedelta(days=3)))
    with in_workspace(workspace.id, by=actor, now=start):
        record_reaction(
            by=actor,
            now=start,
            account_id=story.account.id,
            contact_id=story.contact.id,
            kind="reply",
            occurred_at=start,
            evidence={"key": "m-1"},
        )
        assert (Message.objects.get().state, Task.objects.get(kind="meeting").state) == ("queued", "open")
    send(start, channel)
    assert len(channel.calls) == 1


def test_invitation_that_may_have_left_is_in_doubt_when_the_meeting_moves(
    story: World, workspace: Workspace, actor: Actor, start: datetime, channel: KeptChannel
) -> None:
    channel.answers = [SendResult(receipt=Receipt.UNKNOWN, reason="connection dropped")]
    arrange(story, start, chosen(story, start + timedelta(days=3)))
    pump(Pump(clock=start, channel=channel))
    arrange(story, start, chosen(story, start + timedelta(days=4)))
    with in_workspace(workspace.id, by=actor, now=start):
        assert list(Message.objects.order_by("revision").values_list("state", flat=True)) == ["in_doubt", "queued"]
        assert Task.objects.get(kind="meeting").state == "open"
    assert broken_in(workspace) == ()


@pytest.mark.requirement(79)
def test_meeting_is_invited_moved_and_called_off_under_one_uid(
    story: World, workspace: Workspace, actor: Actor, start: datetime, channel: KeptChannel
) -> None:
    first, second = start + timedelta(days=3), start + timedelta(days=4)
    for _ in range(2):
        arrange(story, start, chosen(story, first))
    send(start, channel)
    arrange(story, start, chosen(story, second))
    send(start + timedelta(minutes=1), channel)
    with in_workspace(workspace.id, by=actor, now=start):
        task = Task.objects.get(kind="meeting")
        assert (task.state, task.due_on) == ("open", second.date())
        assert call_off(task_id=task.id, why="by_hand", by=actor, now=start) is not None
        assert call_off(task_id=task.id, why="by_hand", by=actor, now=start) is None
    send(start + timedelta(minutes=2), channel)
    lines = [calendar(channel, place) for place in range(3)]
    assert len(channel.calls) == 3
    assert len({line for each in lines for line in each if line.startswith("UID:")}) == 1
    assert [line for each in lines for line in each if line.startswith("SEQUENCE")] == [
        "SEQUENCE:0",
        "SEQUENCE:1",
        "SEQUENCE:2",
    ]
    assert [each[4] for each in lines] == ["METHOD:REQUEST", "METHOD:REQUEST", "METHOD:CANCEL"]
    assert f'ORGANIZER;CN="{story.owner.name}":mailto:{story.owner.email}' in lines[0]
    assert [call.subject.partition(":")[0] for call in channel.calls] == ["Invitation", "Changed", "Called off"]
    assert len({call.idem_key for call in channel.calls} | {call.message_id for call in channel.calls}) == 6
    with in_workspace(workspace.id, by=actor):
        assert list(Decision.objects.filter(kind="meeting").order_by("id").values_list("verdict", flat=True)) == [
            "invited",
            "changed",
            "called_off",
        ]
        exempt = AccountTouch.objects.order_by("id").values_list("is_exempt", flat=True)
        assert list(exempt) == [False, True, True]
    assert broken_in(workspace) == ()


def test_what_has_not_left_is_superseded_and_takes_no_cancellation(
    story: World, workspace: Workspace, actor: Actor, start: datetime, channel: KeptChannel
) -> None:
    arrange(story, start, chosen(story, start + timedelta(days=3)))
    arrange(story, start, chosen(story, start + timedelta(days=4)))
    with in_workspace(workspace.id, by=actor, now=start):
        call_off(task_id=Task.objects.get(kind="meeting").id, why="by_hand", by=actor, now=start)
        assert list(Message.objects.order_by("id").values_list("state", "revision")) == [
            ("cancelled", 0),
            ("cancelled", 1),
        ]
    send(start, channel)
    assert channel.calls == []


def test_lost_attempt_is_called_off_all_the_same(
    story: World, workspace: Workspace, actor: Actor, start: datetime, channel: KeptChannel
) -> None:
    channel.answers = [SendResult(receipt=Receipt.UNKNOWN)]
    arrange(story, start, chosen(story, start + timedelta(days=3)))
    pump(Pump(clock=start, channel=channel))
    with in_workspace(workspace.id, by=actor, now=start):
        call_off(task_id=Task.objects.get(kind="meeting").id, why="by_hand", by=actor, now=start)
        assert list(Message.objects.order_by("id").values_list("calendar_method", flat=True)) == ["REQUEST", "CANCEL"]


def test_closed_renewal_and_completed_task_call_a_meeting_off_but_a_stopped_playbook_does_not(
    story: World, workspace: Workspace, actor: Actor, start: datetime, channel: KeptChannel
) -> None:
    arrange(story, start, chosen(story, start + timedelta(days=3)))
    with in_workspace(workspace.id, by=actor, now=start):
        enrolment = Task.objects.get(kind="meeting").enrolment
        stop_enrolment(enrolment_id=enrolment.id, reason="replied", by=actor, now=start)
        assert call_off_stale(by=actor, now=start) == 0
    send(start, channel)
    assert len(channel.calls) == 1
    with in_workspace(workspace.id, by=actor, now=start):
        Renewal.objects.update(closed_on=start.date(), stage="closed", forecast_category="closed", final_amount=0)
        assert (call_off_stale(by=actor, now=start), call_off_stale(by=actor, now=start)) == (1, 0)
        assert Meeting.objects.get().ended_reason == "renewal_closed"
    send(start + timedelta(minutes=1), channel)
    assert [call.subject.partition(":")[0] for call in channel.calls] == ["Invitation", "Called off"]
    sweep_queue(now=start, clock=start)
    assert broken_in(workspace) == ()


def test_completed_task_calls_the_meeting_ahead_off(
    story: World, workspace: Workspace, actor: Actor, start: datetime, channel: KeptChannel
) -> None:
    arrange(story, start, chosen(story, start + timedelta(days=3)))
    send(start, channel)
    person = person_actor(workspace.id, story.owner.id, story.owner.name)
    with in_workspace(workspace.id, by=person, now=start):
        complete_task(task_id=Task.objects.get(kind="meeting").id, outcome_code="done", by=person, now=start)
        assert call_off_stale(by=actor, now=start) == 1
        assert call_off_stale(by=actor, now=start + timedelta(days=4)) == 0


def test_suppressed_contact_gets_no_invitation_and_a_person_is_told(
    story: World, workspace: Workspace, actor: Actor, start: datetime, channel: KeptChannel
) -> None:
    arrange(story, start, chosen(story, start + timedelta(days=3)))
    with in_workspace(workspace.id, by=actor, now=start):
        add_suppression(
            contact_id=story.contact.id, origin="manual", reason="no", message_class="all", by=actor, now=start
        )
    send(start, channel)
    with in_workspace(workspace.id, by=actor):
        assert (Message.objects.get().state, channel.calls) == ("parked", [])
        assert Task.objects.filter(message__isnull=False).count() == 1


def test_budget_holds_an_invitation_until_it_is_too_late_for_it(
    story: World, workspace: Workspace, actor: Actor, start: datetime, channel: KeptChannel
) -> None:
    with in_workspace(workspace.id, by=actor, now=start):
        TouchBudget.objects.update(max_touches=1, per_days=2, min_gap_days=0)
        AccountTouch.objects.create(
            workspace=workspace,
            account=story.account,
            message_class="relationship",
            is_exempt=False,
            slot=1,
            slots=1,
            occurred_at=start,
            frees_at=start + timedelta(days=2),
            rests_until_at=start,
        )
    arrange(story, start, chosen(story, start + timedelta(days=4)))
    send(start, channel)
    with in_workspace(workspace.id, by=actor):
        held = Message.objects.get()
        assert (held.state, held.reasons[0]["code"], channel.calls) == ("queued", "account_budget", [])
    arrange(story, start, chosen(story, start + timedelta(days=1)))
    send(start, channel)
    assert channel.calls == []


def test_window_holds_an_invitation(
    enrol: Enrol, workspace: Workspace, actor: Actor, start: datetime, channel: KeptChannel
) -> None:
    rules = OPEN_HOURS | {"stop_on_reply": True, "rules": ["Be brief."]}
    world, _ = enrol(task_step("review", -95, **MEETING), guardrails=rules)
    pump(Pump(clock=start, channel=channel))
    night = start.replace(hour=22)
    arrange(world, night, chosen(world, night + timedelta(days=5)))
    send(night, channel)
    with in_workspace(workspace.id, by=actor):
        assert (Message.objects.get().reasons[0]["code"], channel.calls) == ("outside_send_window", [])
    send(night + timedelta(days=3, hours=12), channel)
    assert len(channel.calls) == 1


def test_impossible_meetings_are_refused(
    story: World, workspace: Workspace, actor: Actor, start: datetime, channel: KeptChannel
) -> None:
    ahead = start + timedelta(days=3)
    with in_workspace(workspace.id, by=actor, now=start):
        stranger = Contact.objects.exclude(id=story.contact.id).first() or make_contact(
            story.account, key="C-9", roles=("user",)
        )
    bad = (
        chosen(story, start - timedelta(hours=1)),
        chosen(story, start + timedelta(days=500)),
        chosen(story, ahead, minutes=1),
        chosen(story, ahead, contact_id=10**9),
    )
    for choice in bad:
        with pytest.raises(MeetingRefused):
            arrange(story, start, choice)
    arrange(story, start, chosen(story, ahead))
    send(start, channel)
    with pytest.raises(MeetingRefused, match="invited already"):
        arrange(story, start, chosen(story, ahead, contact_id=stranger.id))
    with in_workspace(workspace.id, by=actor, now=start):
        Task.objects.filter(kind="meeting").update(state="cancelled", ended_reason="x")
    with pytest.raises(TaskClosed):
        arrange(story, start, chosen(story, ahead))


REPLY = """BEGIN:VCALENDAR
METHOD:REPLY
BEGIN:VEVENT
UID:{uid}
SEQUENCE:{revision}
DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}
ATTENDEE;CN="Ada: head of IT";PARTSTAT={answer}
 :mailto:{who}
END:VEVENT
END:VCALENDAR
"""


def answered(meeting: Meeting, answer: str, at: datetime, **changes: object) -> str:
    """The calendar text of an answer to a version of a meeting."""
    values = {"uid": meeting.uid, "revision": meeting.revision, "who": meeting.contact.email, "stamp": at}
    return REPLY.format(**(values | {"answer": answer} | changes))


def take(world: World, text: str, now: datetime) -> tuple[str, int]:
    """What stands after an answer came in: the meeting's answer, and how many meetings count as booked."""
    rsvp = read_rsvp(text)
    with in_workspace(world.workspace.id, by=system_actor(world.workspace.id, "mail"), now=now):
        assert rsvp is not None
        take_rsvp(rsvp=rsvp, by=system_actor(world.workspace.id, "mail"), now=now)
        return Meeting.objects.get().answer, Reaction.objects.filter(kind="meeting_booked").count()


@pytest.mark.requirement(79)
def test_answers_mark_the_meeting_and_an_accepted_one_counts_as_booked_once(
    story: World, workspace: Workspace, actor: Actor, start: datetime, channel: KeptChannel
) -> None:
    meeting = arrange(story, start, chosen(story, start + timedelta(days=3)))
    send(start, channel)
    at = start + timedelta(hours=1)
    with in_workspace(workspace.id, by=actor):
        meeting = Meeting.objects.select_related("contact").get()
    assert take(story, answered(meeting, "ACCEPTED", at, who="somebody@else.example"), at) == ("", 0)
    assert take(story, answered(meeting, "ACCEPTED", at, revision=1), at) == ("", 0)
    assert take(story, answered(meeting, "TENTATIVE", at), at) == ("tentative", 0)
    for _ in range(2):
        assert take(story, answered(meeting, "ACCEPTED", at + timedelta(minutes=5)), at + timedelta(minutes=9)) == (
            "accepted",
            1,
        )
    assert take(story, answered(meeting, "DECLINED", at), at + timedelta(hours=2)) == ("accepted", 1)
    with in_workspace(workspace.id, by=actor):
        assert Reaction.objects.get().until_on == (start + timedelta(days=3)).date()
    assert take(story, answered(meeting, "DECLINED", at + timedelta(hours=3)), at + timedelta(hours=3))[0] == "declined"
    with in_workspace(workspace.id, by=actor):
        assert Task.objects.get(kind="meeting").due_on == at.date()
        verdicts = Decision.objects.filter(kind="meeting").order_by("id").values_list("verdict", flat=True)
        assert list(verdicts) == ["invited", "tentative", "accepted", "declined"]
    arrange(story, at, chosen(story, start + timedelta(days=5)))
    with in_workspace(workspace.id, by=actor):
        assert Meeting.objects.get().answer == ""
    assert broken_in(workspace) == ()


def test_organiser_is_an_address_of_ours_where_mail_comes_in(
    story: World, workspace: Workspace, actor: Actor, start: datetime, channel: KeptChannel
) -> None:
    with in_workspace(workspace.id, by=actor, now=start):
        choose_channel(terms=ChannelTerms(kind="console", reply_domain="in.acme.example"), by=actor, now=start)
    arrange(story, start, chosen(story, start + timedelta(days=3)))
    send(start, channel)
    assert f'ORGANIZER;CN="{story.owner.name}":mailto:meetings@in.acme.example' in calendar(channel, 0)
