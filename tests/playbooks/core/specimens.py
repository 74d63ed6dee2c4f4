"""Small definitions and facts for the tests of playbooks, each with one line to change."""

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path

from playbooks.core.definition import Anchor, Late, Playbook, Step
from playbooks.core.facts import ContactFacts, PlanFacts, StepFacts
from playbooks.core.messages import MessageTemplate, parse_template
from playbooks.core.validation import read_definition
from playbooks.core.vocabulary import (
    AnchorKind,
    Automation,
    ContactRole,
    DayUnit,
    LatePolicy,
    MessageClass,
    OperatorRole,
    Roll,
    StepKind,
)
from renewals.core.dates import BusinessCalendar, ResolvedZone

LIBRARY = Path(__file__).resolve().parents[3] / "playbooks" / "library"

RENEWAL_ON = date(2027, 3, 31)
BERLIN = ResolvedZone(name="Europe/Berlin", taken_from="contact")
GERMANY = BusinessCalendar(country="DE", holidays=frozenset({date(2026, 12, 25), date(2027, 1, 1), date(2027, 3, 26)}))


def library_table(folder: str, key: str) -> dict[str, object]:
    """Return one shipped file as a mapping."""
    return tomllib.loads((LIBRARY / folder / f"{key}.toml").read_text())


def shipped_keys(folder: str) -> list[str]:
    """Return the keys of the shipped files of a folder."""
    return sorted(path.stem for path in (LIBRARY / folder).glob("*.toml"))


@lru_cache
def shipped_template(key: str) -> MessageTemplate:
    """Return one shipped template."""
    return parse_template(library_table("messages", key))[0]


@lru_cache
def shipped_playbook(key: str) -> Playbook:
    """Return one shipped playbook; fails when it has a problem."""
    reading = read_definition(library_table("playbooks", key))
    assert reading.playbook is not None, reading.problems
    return reading.playbook


def anchor(
    kind: AnchorKind = AnchorKind.RENEWAL_DATE,
    days: int = -30,
    unit: DayUnit = DayUnit.DAYS,
    roll: Roll = Roll.NEXT,
) -> Anchor:
    """Return an anchor, by default 30 days before the renewal date."""
    return Anchor(kind=kind, offset_days=days, unit=unit, roll=roll)


def email_step(key: str = "hello", **changes: object) -> Step:
    """Return an automatic relationship e-mail to the economic buyer, then the champion."""
    step = Step(
        key=key,
        name="Hello",
        kind=StepKind.EMAIL,
        phase="all",
        operator=OperatorRole.SYSTEM,
        intended_outcome="They know.",
        anchor=anchor(),
        at=time(9, 30),
        automation=Automation.AUTOMATIC,
        late=Late(policy=LatePolicy.SEND_LATE, max_days=5),
        message_class=MessageClass.RELATIONSHIP,
        contact_roles=(ContactRole.ECONOMIC_BUYER, ContactRole.CHAMPION),
        template="small_options",
        instructions="",
        task_days=5,
        outcomes=(),
        condition=None,
    )
    return replace(step, **changes)  # type: ignore[arg-type]  # a test names the fields it changes


def task_step(key: str = "call", **changes: object) -> Step:
    """Return a human task of the CSM."""
    base: dict[str, object] = {
        "kind": StepKind.TASK,
        "operator": OperatorRole.CSM,
        "automation": Automation.HUMAN_ONLY,
        "message_class": None,
        "contact_roles": (),
        "template": "",
        "instructions": "Call.",
        "at": time(9, 0),
    }
    return email_step(key, **{**base, **changes})


def playbook(*steps: Step, **changes: object) -> Playbook:
    """Return the shipped small playbook with one phase and these steps."""
    small = shipped_playbook("small")
    phase = replace(small.phases[0], key="all", opens_days=-365, closes_days=30)
    made = replace(small, window_days=180, phases=(phase,), steps=steps or (email_step(),))
    return replace(made, **changes)  # type: ignore[arg-type]  # a test names the fields it changes


def plan_facts(**changes: object) -> PlanFacts:
    """Return facts of an enrolment begun on 1 October 2026 for a renewal due on 31 March 2027 in Berlin."""
    facts = PlanFacts(
        workspace_id=1,
        enrolment_id=7,
        started_at=datetime(2026, 10, 1, 6, 0, tzinfo=UTC),
        occurrence=RENEWAL_ON,
        renewal_on=RENEWAL_ON,
        notice_on=date(2027, 1, 30),
        term_starts_on=date(2026, 4, 1),
        zone=BERLIN,
        calendar=GERMANY,
    )
    return replace(facts, **changes)  # type: ignore[arg-type]  # a test names the fields it changes


def contact(contact_id: int = 11, role: ContactRole = ContactRole.ECONOMIC_BUYER, **changes: object) -> ContactFacts:
    """Return a reachable contact without recent touches."""
    made = ContactFacts(
        contact_id=contact_id, role=role, has_address=True, suppressed_classes=frozenset(), recent_touch_at=()
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test names the fields it changes


def step_facts(**changes: object) -> StepFacts:
    """Return facts under which an e-mail due on Tuesday 2 March 2027 at 09:30 in Berlin may leave."""
    facts = StepFacts(
        workspace_id=1,
        enrolment_id=7,
        occurrence=RENEWAL_ON,
        due_at=datetime(2027, 3, 2, 8, 30, tzinfo=UTC),
        enrolled_at=datetime(2026, 10, 1, 6, 0, tzinfo=UTC),
        renewal_on=RENEWAL_ON,
        is_enrolment_active=True,
        is_enrolment_paused=False,
        is_renewal_open=True,
        is_sending_paused=False,
        is_human_only=False,
        contacts=(contact(),),
        zone=BERLIN,
        calendar=GERMANY,
    )
    return replace(facts, **changes)  # type: ignore[arg-type]  # a test names the fields it changes
