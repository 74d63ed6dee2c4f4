"""Answers of calendars: read from folded lines whatever their order, and nothing else is taken for one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.channels.rsvps import Rsvp, RsvpAnswer, read_rsvp

OUTLOOK = (
    "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nPRODID:Exchange\r\nBEGIN:VEVENT\r\n"
    'ATTENDEE;PARTSTAT=DECLINED;CN="Vogel: Ada":MAILTO:Ada.Vogel@Exam\r\n ple.org\r\n'
    "COMMENT;LANGUAGE=de-DE:Leider nicht\r\nUID:meeting-1-2@acme.example\r\nDTSTAMP:20261122T101112Z\r\n"
    "SEQUENCE:3\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
READ = Rsvp(
    uid="meeting-1-2@acme.example",
    revision=3,
    answer=RsvpAnswer.DECLINED,
    attendee="ada.vogel@example.org",
    stamped_at=datetime(2026, 11, 22, 10, 11, 12, tzinfo=UTC),
)


@pytest.mark.requirement(79)
def test_answer_is_read_with_its_version_and_moment() -> None:
    assert read_rsvp(OUTLOOK) == READ
    assert read_rsvp(OUTLOOK.replace("\r\n", "\n")) == READ


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("METHOD:REPLY", "METHOD:REQUEST"),
        ("DECLINED", "NEEDS-ACTION"),
        ("DECLINED", "DELEGATED"),
        ("UID:meeting-1-2@acme.example\r\n", ""),
        ("MAILTO:", "tel:"),
        ("SEQUENCE:3", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:another@example.org"),
    ],
)
def test_what_is_not_one_answer_of_one_person_is_none(old: str, new: str) -> None:
    assert read_rsvp(OUTLOOK.replace(old, new)) is None


def test_missing_version_and_moment_are_the_first_and_unknown() -> None:
    short = OUTLOOK.replace("SEQUENCE:3\r\n", "").replace("DTSTAMP:20261122T101112Z\r\n", "DTSTAMP:soon\r\n")
    found = read_rsvp(short)
    assert found is not None
    assert (found.revision, found.stamped_at) == (0, None)


@given(st.text(max_size=400))
def test_any_text_is_read_or_left(text: str) -> None:
    assert read_rsvp(text) is None or "REPLY" in text.upper()
