"""Calendar invitations: what RFC 5545 asks of every line, and what stays the same when a meeting moves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.channels.invitations import (
    Attendee,
    Invitation,
    escape_text,
    fold,
    invitation_text,
    meeting_uid,
)

BERLIN = ZoneInfo("Europe/Berlin")
MEETING = Invitation(
    uid=meeting_uid(workspace_id=3, task_id=41, domain="acme.example"),
    revision=0,
    starts_at=datetime(2026, 3, 29, 9, 30, tzinfo=BERLIN),  # the day the clocks change
    ends_at=datetime(2026, 3, 29, 10, 15, tzinfo=BERLIN),
    stamped_at=datetime(2026, 3, 1, 8, 0, tzinfo=UTC),
    summary="Renewal; options, and what next",
    description="First line\nSecond, with a comma",
    location="",
    url="https://meet.example/r?x=1",
    organiser=Attendee(name='Jan "JJ" Ruiz', email="jan@acme.example"),
    attendees=(Attendee(name="Ines Kovač", email="ines@customer.example"),),
)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def test_invitation_is_a_request_in_utc_with_escaped_text() -> None:
    lines = unfolded(invitation_text(MEETING))
    assert lines[:5] == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Perennial//Renewals//EN", "CALSCALE:GREGORIAN", "METHOD:REQUEST",
    ]  # fmt: skip
    for line in (
        "UID:meeting-3-41@acme.example",
        "SEQUENCE:0",
        "DTSTART:20260329T073000Z",
        "DTEND:20260329T081500Z",
        "SUMMARY:Renewal\\; options\\, and what next",
        "DESCRIPTION:First line\\nSecond\\, with a comma",
        "STATUS:CONFIRMED",
        "ORGANIZER;CN=\"Jan 'JJ' Ruiz\":mailto:jan@acme.example",
    ):
        assert lines.count(line) == 1, line


def test_moved_and_cancelled_meeting_keeps_its_uid_and_counts_on() -> None:
    moved = replace(MEETING, revision=1, starts_at=MEETING.starts_at + timedelta(days=1),
                    ends_at=MEETING.ends_at + timedelta(days=1))  # fmt: skip
    cancelled = replace(moved, revision=2, is_cancelled=True)
    texts = [unfolded(invitation_text(each)) for each in (MEETING, moved, cancelled)]
    assert len({next(line for line in lines if line.startswith("UID:")) for lines in texts}) == 1
    assert [next(line for line in lines if line.startswith("SEQUENCE:")) for lines in texts] == [
        "SEQUENCE:0", "SEQUENCE:1", "SEQUENCE:2",
    ]  # fmt: skip
    assert {"METHOD:CANCEL", "STATUS:CANCELLED"} <= set(texts[2])


@given(st.text(max_size=300), st.text(max_size=80))
def test_invitation_any_words_keep_lines_short_and_values_whole(words: str, name: str) -> None:
    text = invitation_text(replace(MEETING, description=words, summary=words, location=words,
                                   attendees=(Attendee(name=name, email="a@b.example"),)))  # fmt: skip
    assert text.endswith("\r\n")
    assert all(len(line.encode(errors="surrogatepass")) <= 75 for line in text.split("\r\n"))
    lines = unfolded(text)
    assert [line.partition(":")[0].partition(";")[0] for line in lines].count("ATTENDEE") == 1
    assert lines[-1] == "END:VCALENDAR"
    if escape_text(words):
        assert f"SUMMARY:{escape_text(words)}" in lines


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=400))
def test_folded_line_unfolds_to_itself(line: str) -> None:
    parts = list(fold(line))
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line


@pytest.mark.parametrize(
    "change",
    [
        {"ends_at": MEETING.starts_at},
        {"starts_at": datetime(2026, 3, 29, 9, 30)},  # noqa: DTZ001 - the zone is what is missing
        {"attendees": ()},
        {"revision": -1},
    ],
)
def test_impossible_invitation_is_refused(change: dict) -> None:
    with pytest.raises(ValueError, match=r"invitation|meeting"):
        replace(MEETING, **change)
