"""The forms of the playbook editor: every part of a definition, in the words of the people who write one."""

from collections.abc import Iterable
from enum import StrEnum

from dashboards.core.playbooks.fields import Entry, Field, Section
from dashboards.core.wording import title
from playbooks.core.reactions import ReactionEffect, ReactionKind
from playbooks.core.vocabulary import (
    ContactRole,
    GoalEffect,
    OperatorRole,
    OutcomeEffect,
    PhasePurpose,
    ReEnrolment,
)


def words_of(members: Iterable[StrEnum], **special: str) -> tuple[tuple[str, str], ...]:
    """Return the choices of a closed list with their words."""
    return tuple((each.value, special.get(each.value, title(each.value))) for each in members)


ROLES = words_of(OperatorRole, system="The system")
PEOPLE_ROLES = tuple(each for each in ROLES if each[0] != "system")
CONTACT_ROLES = words_of(ContactRole)
UNITS = (("share", "share (0 to 1)"), ("days", "days"), ("count", "count"), ("amount", "amount"))

_WHAT = (
    Field(name="name", label="Name", entry=Entry.TEXT),
    Field(
        name="key", label="Key", entry=Entry.TEXT, help="Small letters, digits and _. It stays for ever, also in files."
    ),
    Field(
        name="purpose", label="What is it for?", entry=Entry.LONG, help="One or two sentences a new CSM understands."
    ),
    Field(name="segments", label="Segments it is written for", entry=Entry.CHOICES, source="segments"),
    Field(name="tier", label="Tier", entry=Entry.CHOICE, source="tiers"),
    Field(name="owner_role", label="Who owns an account while it runs?", entry=Entry.CHOICE, choices=PEOPLE_ROLES),
)
_ENTRY = (
    Field(name="window_days", label="Opens how many days before the renewal date?", entry=Entry.WHOLE),
    Field(
        name="entry",
        label="Who enters, besides what the selection order says",
        entry=Entry.CONDITION,
        is_optional=True,
        help="What is not known keeps a renewal out until it is.",
    ),
    Field(
        name="re_enrolment.mode",
        label="May a renewal enter again?",
        entry=Entry.CHOICE,
        choices=words_of(
            ReEnrolment,
            once_per_renewal="No, once per renewal date",
            every_match="Yes, each time the condition above turns to yes",
            at_most="Yes, but at most so often",
        ),
    ),
    Field(name="re_enrolment.times", label="At most how often", entry=Entry.WHOLE, is_optional=True),
    Field(name="re_enrolment.per_days", label="… in how many days", entry=Entry.WHOLE, is_optional=True),
)
_GUARDRAILS = (
    Field(name="max_touches", label="Messages to one person at most", entry=Entry.WHOLE),
    Field(name="per_days", label="… in how many days", entry=Entry.WHOLE),
    Field(name="min_gap_days", label="Days between two messages at least", entry=Entry.WHOLE),
    Field(name="send_from", label="Sends from (where the contact lives)", entry=Entry.TIME),
    Field(name="send_until", label="Sends until", entry=Entry.TIME),
    Field(name="stop_on_reply", label="A reply stops its automatic messages", entry=Entry.TRUTH),
    Field(name="rules", label="What it never does", entry=Entry.LINES, help="One rule a line, at least one."),
)
_DECISIONS = Field(
    name="decision_rights",
    label="Who may decide what",
    entry=Entry.ROWS,
    noun="decision",
    rows=(
        Field(name="decision", label="Decision", entry=Entry.TEXT),
        Field(name="role", label="Who decides", entry=Entry.CHOICE, choices=PEOPLE_ROLES),
        Field(name="limit", label="Within which limit", entry=Entry.TEXT),
    ),
)
_ESCALATION = Field(
    name="escalation",
    label="When it goes wrong",
    entry=Entry.ROWS,
    noun="rung",
    rows=(
        Field(name="trigger", label="When, in words", entry=Entry.TEXT),
        Field(name="when", label="Decided by", entry=Entry.CONDITION, is_optional=True),
        Field(name="is_silence", label="Or: nobody answered the rung before", entry=Entry.TRUTH, is_optional=True),
        Field(name="after_business_days", label="Held for business days", entry=Entry.WHOLE),
        Field(name="role", label="Who is told", entry=Entry.CHOICE, choices=PEOPLE_ROLES),
        Field(name="response", label="What they do", entry=Entry.LONG),
    ),
)
_SUCCESS = Field(
    name="success",
    label="How it is judged",
    entry=Entry.ROWS,
    noun="measure",
    rows=(
        Field(name="metric", label="Measure", entry=Entry.TEXT, help="For example gross_renewal_rate."),
        Field(name="target", label="Target", entry=Entry.NUMBER),
        Field(name="unit", label="Unit", entry=Entry.CHOICE, choices=UNITS),
        Field(name="measured", label="When it is measured", entry=Entry.TEXT),
    ),
)
_EXITS = Field(
    name="exits",
    label="What ends it early",
    entry=Entry.ROWS,
    noun="exit",
    key_from="reason",
    rows=(
        Field(name="reason", label="Reason shown", entry=Entry.TEXT),
        Field(name="when", label="When", entry=Entry.CONDITION),
    ),
)
_REACTIONS = Field(
    name="reactions",
    label="What an answer does, where it is not the usual",
    entry=Entry.ROWS,
    noun="reaction",
    rows=(
        Field(name="kind", label="On", entry=Entry.CHOICE, choices=words_of(ReactionKind)),
        Field(name="effect", label="It", entry=Entry.CHOICE, choices=words_of(ReactionEffect)),
        Field(name="days", label="Days", entry=Entry.WHOLE, is_optional=True),
    ),
)
_GOAL = (
    Field(
        name="goal.when",
        label="Its goal is reached when",
        entry=Entry.CONDITION,
        is_optional=True,
        help="If you like. It is recorded for each account, or ends the playbook.",
    ),
    Field(
        name="goal.within_days",
        label="Within how many days of entering",
        entry=Entry.WHOLE,
        is_optional=True,
        help="0 means at any time.",
    ),
    Field(
        name="goal.effect",
        label="Then",
        entry=Entry.CHOICE,
        is_optional=True,
        choices=words_of(GoalEffect, end="it ends", record="it is recorded and goes on"),
    ),
)
_HOLDOUT = (
    Field(
        name="holdout_percent",
        label="Held out, in % of the accounts",
        entry=Entry.WHOLE,
        is_optional=True,
        help="0 to 50. They enter, but get none of its automatic messages, so that its lift can be measured. "
        "Notices and people's work go on for everybody.",
    ),
    Field(
        name="holdout_salt",
        label="Draw",
        entry=Entry.TEXT,
        is_optional=True,
        help="Leave it empty. Any new word here draws other accounts than before, for the playbook and its steps.",
    ),
)
_PHASES = Field(
    name="phases",
    label="Phases",
    entry=Entry.ROWS,
    noun="phase",
    key_from="name",
    rows=(
        Field(name="name", label="Name", entry=Entry.TEXT),
        Field(
            name="purpose",
            label="Conversation",
            entry=Entry.CHOICE,
            choices=words_of(
                PhasePurpose,
                value="Value: what was reached",
                education="Education: what is not used yet",
                risk_aware="Risk-aware: options and doubts",
                close="Close: getting it signed",
            ),
        ),
        Field(name="opens_days", label="Opens", entry=Entry.OFFSET),
        Field(name="closes_days", label="Closes", entry=Entry.OFFSET),
        Field(name="entry", label="Its steps act only while", entry=Entry.CONDITION, is_optional=True),
        Field(name="exit", label="Its steps stop once", entry=Entry.CONDITION, is_optional=True),
    ),
)
OUTCOMES = (
    Field(name="label", label="Outcome", entry=Entry.TEXT),
    Field(
        name="effect",
        label="Then",
        entry=Entry.CHOICE,
        is_optional=True,  # a definition that leaves it out goes on
        choices=words_of(
            OutcomeEffect, **{"continue": "it goes on", "exit": "the playbook ends", "escalate": "somebody is told"}
        ),
    ),
)
SECTIONS: tuple[Section, ...] = (
    Section(
        slug="what",
        title="What it is for",
        note="Who it is written for, who owns it, and who enters when.",
        base=("playbook",),
        groups=(("What it is for", _WHAT), ("Who enters, and when", _ENTRY)),
    ),
    Section(
        slug="guardrails",
        title="Guardrails",
        note="Limits that no step passes, whatever it says.",
        base=("playbook", "guardrails"),
        groups=(("Limits", _GUARDRAILS),),
    ),
    Section(
        slug="people",
        title="Decisions and escalation",
        note="Who may decide what, and who steps in when.",
        base=("playbook",),
        groups=(("Decision rights", (_DECISIONS,)), ("Escalation path", (_ESCALATION,))),
    ),
    Section(
        slug="ends",
        title="Success and ends",
        note="How it is judged, what its goal is, and what ends it early.",
        base=("playbook",),
        groups=(
            ("Success measures", (_SUCCESS,)),
            ("Exits", (_EXITS,)),
            ("Goal", _GOAL),
            ("Holdout", _HOLDOUT),
            ("Answers", (_REACTIONS,)),
        ),
    ),
    Section(
        slug="phases",
        title="Phases",
        note="They open and close on days counted from the renewal date: value first, then education, then risks.",
        base=("playbook",),
        groups=(("Phases", (_PHASES,)),),
    ),
    Section(
        slug="pilot",
        title="Pilot",
        note="Try this version on some first. Everybody else keeps the one in force; roll-out is a draft of its own.",
        base=("pilot",),
        groups=(
            (
                "Pilot",
                (
                    Field(name="when", label="Only renewals for which", entry=Entry.CONDITION, is_optional=True),
                    Field(name="question", label="What is it to show?", entry=Entry.TEXT, is_optional=True),
                ),
            ),
        ),
    ),
)
BY_SLUG = {section.slug: section for section in SECTIONS}
