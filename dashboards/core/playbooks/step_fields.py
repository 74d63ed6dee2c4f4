"""The form of one step: what every step states, and what only some kinds do; and the form of a message."""

from dashboards.core.playbooks.fields import Entry, Field, Section
from dashboards.core.playbooks.sections import CONTACT_ROLES, OUTCOMES, PEOPLE_ROLES, ROLES, words_of
from playbooks.core.vocabulary import (
    AnchorKind,
    Automation,
    DayUnit,
    FormFieldKind,
    LatePolicy,
    MessageClass,
    Roll,
    SponsorSide,
    StepFamily,
    StepKind,
    SurveyScale,
    Unanswered,
    UpdateField,
    WhenMissing,
    family_of,
)


def _family(*families: StepFamily) -> frozenset[str]:
    return frozenset(kind.value for kind in StepKind if family_of(kind) in families)


def _only(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


MESSAGES, HUMAN = _family(StepFamily.MESSAGE), _family(StepFamily.HUMAN)
ENDING = HUMAN - {StepKind.APPROVAL.value, StepKind.INFORMATION_REQUEST.value}
"""Approvals and forms end in their own way."""
KINDS = words_of(
    StepKind,
    email="E-mail",
    document_request="Request for documents",
    value_recap="Value recap",
    celebrate_value="Celebrate what was reached",
    survey="Survey",
    expansion_prompt="Ask about expansion",
    sponsor="Executive sponsor",
    information_request="Request for information (a form)",
    webhook="Call of another system",
    field_update="Set a field",
)

_WHO = (
    Field(name="name", label="Name", entry=Entry.TEXT),
    Field(name="kind", label="Kind", entry=Entry.CHOICE, choices=KINDS, renews=True),
    Field(name="phase", label="Phase", entry=Entry.CHOICE, source="phases"),
    Field(
        name="path",
        label="Path of a branch",
        entry=Entry.CHOICE,
        source="paths",
        is_optional=True,
        help="Without one it always runs.",
    ),
    Field(name="operator", label="Who initiates it", entry=Entry.CHOICE, choices=ROLES),
    Field(
        name="automation",
        label="How much happens without a person",
        entry=Entry.CHOICE,
        choices=words_of(
            Automation,
            automatic="Automatic: acts when its checks pass",
            veto_window="Veto window: acts unless somebody objects",
            manual_approval="Approval: written, then a person approves",
            human_only="People only: a task",
        ),
    ),
    Field(
        name="veto_hours", label="Hours in which one may object", entry=Entry.WHOLE, is_optional=True, kinds=MESSAGES
    ),
    Field(name="intended_outcome", label="What it is to bring about", entry=Entry.TEXT),
)
_WHEN = (
    Field(name="anchor.days", label="Day", entry=Entry.OFFSET),
    Field(
        name="anchor.unit",
        label="Counted in",
        entry=Entry.CHOICE,
        choices=words_of(DayUnit, days="calendar days", business_days="business days"),
    ),
    Field(
        name="anchor.from",
        label="From",
        entry=Entry.CHOICE,
        choices=words_of(
            AnchorKind,
            after_previous="the step before (drifts)",
            renewal_date="the renewal date",
            notice_deadline="the notice deadline",
            term_start="the start of the term",
        ),
    ),
    Field(
        name="anchor.roll",
        label="On a closed day",
        entry=Entry.CHOICE,
        is_optional=True,
        choices=words_of(
            Roll, previous_business_day="the business day before", next_business_day="the next business day"
        ),
    ),
    Field(name="at", label="At (where the account is)", entry=Entry.TIME),
    Field(
        name="late.policy",
        label="Late",
        entry=Entry.CHOICE,
        choices=words_of(
            LatePolicy,
            send_late="still happens, up to so many days",
            skip="is skipped",
            task="becomes a task",
            ask="a person is asked whether it should still leave, up to so many days",
        ),
    ),
    Field(name="late.max_days", label="Days late at most", entry=Entry.WHOLE, is_optional=True),
    Field(
        name="condition",
        label="Only when",
        entry=Entry.CONDITION,
        is_optional=True,
        help="What is not known makes it wait.",
    ),
)
_MESSAGE = (
    Field(
        name="message_class",
        label="Class of message",
        entry=Entry.CHOICE,
        choices=words_of(MessageClass),
        kinds=MESSAGES,
        help="It is fixed on the message; here it must be the same.",
    ),
    Field(
        name="to",
        label="To, the first that can be reached",
        help="In this order; what is ticked anew comes last.",
        entry=Entry.CHOICES,
        choices=CONTACT_ROLES,
        kinds=MESSAGES,
    ),
    Field(name="template", label="Message", entry=Entry.CHOICE, source="templates", kinds=MESSAGES),
    Field(
        name="documents",
        label="Documents asked for",
        entry=Entry.LINES,
        kinds=_only("document_request"),
        help="One a line.",
    ),
    Field(name="survey.question", label="Question", entry=Entry.TEXT, kinds=_only("survey")),
    Field(
        name="survey.scale",
        label="Answered",
        entry=Entry.CHOICE,
        choices=words_of(SurveyScale, nps="0 to 10, would recommend", csat="1 to 5, satisfied"),
        kinds=_only("survey"),
    ),
)
_HUMAN = (
    Field(
        name="instructions",
        label="What to do, so that anybody can",
        entry=Entry.LONG,
        kinds=HUMAN,
    ),
    Field(name="task_days", label="Days to do it", entry=Entry.WHOLE, kinds=HUMAN),
    Field(
        name="outcomes",
        label="How it can end",
        entry=Entry.ROWS,
        rows=OUTCOMES,
        noun="outcome",
        key_from="label",
        kinds=ENDING,
    ),
    Field(name="meeting.minutes", label="Minutes", entry=Entry.WHOLE, is_optional=True, kinds=_only("call", "meeting")),
    Field(
        name="meeting.agenda",
        label="Agenda",
        entry=Entry.LINES,
        is_optional=True,
        kinds=_only("call", "meeting"),
        help="One point a line.",
    ),
    Field(
        name="sponsor.side",
        label="Whose sponsor",
        entry=Entry.CHOICE,
        choices=words_of(SponsorSide, ours="ours", theirs="theirs"),
        kinds=_only("sponsor"),
    ),
    Field(
        name="sponsor.when_missing",
        label="While nobody is named",
        entry=Entry.CHOICE,
        choices=words_of(WhenMissing, block="it waits for a name", warn="it goes on and says so"),
        kinds=_only("sponsor"),
    ),
    Field(
        name="form",
        label="The form",
        entry=Entry.ROWS,
        noun="field",
        key_from="label",
        kinds=_only("information_request"),
        rows=(
            Field(name="label", label="Question", entry=Entry.TEXT),
            Field(name="kind", label="Answered by", entry=Entry.CHOICE, choices=words_of(FormFieldKind)),
            Field(name="choices", label="Choices", entry=Entry.LINES, is_optional=True, help="One a line."),
            Field(name="required", label="Must be answered", entry=Entry.TRUTH),
        ),
    ),
    Field(
        name="approvers.roles",
        label="Who may decide",
        entry=Entry.CHOICES,
        choices=PEOPLE_ROLES,
        kinds=_only("approval"),
    ),
    Field(name="approvers.within_hours", label="Within hours", entry=Entry.WHOLE, kinds=_only("approval")),
    Field(
        name="approvers.unanswered",
        label="Silence means",
        entry=Entry.CHOICE,
        choices=words_of(Unanswered, reject="no", escalate="somebody above is asked"),
        kinds=_only("approval"),
    ),
    Field(
        name="receptive.min_milestones",
        label="Milestones reached at least",
        entry=Entry.WHOLE,
        is_optional=True,
        kinds=_only("expansion_prompt"),
    ),
    Field(
        name="receptive.min_health",
        label="Health at least",
        entry=Entry.WHOLE,
        is_optional=True,
        kinds=_only("expansion_prompt"),
    ),
)
_HOLDOUT = (
    Field(
        name="holdout_percent",
        label="Held out, in % of the accounts",
        entry=Entry.WHOLE,
        is_optional=True,
        kinds=MESSAGES | _only("call", "meeting", "expansion_prompt"),
        help="0 to 50. They do not get this step, so that its lift can be measured. Never on a notice.",
    ),
)
_SYSTEM = (
    Field(
        name="escalate.role", label="Who is told", entry=Entry.CHOICE, choices=PEOPLE_ROLES, kinds=_only("escalation")
    ),
    Field(
        name="escalate.response",
        label="What they do",
        entry=Entry.LONG,
        is_optional=True,
        kinds=_only("escalation"),
        help="Left empty: as the escalation path says for this role.",
    ),
    Field(name="webhook.target", label="Target", entry=Entry.TEXT, kinds=_only("webhook"), help="The key of a target."),
    Field(name="webhook.event", label="Event", entry=Entry.TEXT, kinds=_only("webhook"), help="Like renewal.at_risk."),
    Field(
        name="field.name",
        label="Field",
        entry=Entry.CHOICE,
        choices=tuple((each.value, title_of) for each in UpdateField for title_of in (each.value.replace(".", ": "),)),
        kinds=_only("field_update"),
    ),
    Field(name="field.value", label="New value", entry=Entry.TEXT, kinds=_only("field_update")),
    Field(name="wait.until", label="Until", entry=Entry.CONDITION, is_optional=True, kinds=_only("wait")),
    Field(name="wait.max_days", label="Days at most", entry=Entry.WHOLE, kinds=_only("wait")),
    Field(
        name="paths",
        label="Paths, the first that fits",
        entry=Entry.ROWS,
        noun="path",
        key_from="label",
        kinds=_only("branch"),
        rows=(
            Field(name="label", label="Name", entry=Entry.TEXT),
            Field(name="when", label="When", entry=Entry.CONDITION),
        ),
    ),
    Field(name="otherwise.label", label="Otherwise", entry=Entry.TEXT, kinds=_only("branch")),
)
STEP = Section(
    slug="steps",
    title="Step",
    note="",
    base=("playbook", "steps"),
    groups=(
        ("What and who", _WHO),
        ("When", _WHEN),
        ("The message", _MESSAGE),
        ("The work", _HUMAN),
        ("Acts by itself", _SYSTEM),
        ("Holdout", _HOLDOUT),
    ),
)
MESSAGE = Section(
    slug="messages",
    title="Message",
    note="",
    base=("templates",),
    groups=(
        (
            "Message",
            (
                Field(name="name", label="Name", entry=Entry.TEXT),
                Field(name="message_class", label="Class", entry=Entry.CHOICE, choices=words_of(MessageClass)),
                Field(name="subject", label="Subject", entry=Entry.TEXT),
                Field(name="body", label="Text", entry=Entry.LONG, help="Markdown, with the fields beside it."),
            ),
        ),
    ),
)


def step_fields(kind: object) -> tuple[Field, ...]:
    """Return the fields of a step of this kind, in the order of the form."""
    return tuple(field for field in STEP.fields if not field.kinds or str(kind) in field.kinds)


def step_groups(kind: object) -> tuple[tuple[str, tuple[Field, ...]], ...]:
    """Return the groups of the form of a step of this kind; groups without a field are left out."""
    groups = (
        (title, tuple(field for field in fields if not field.kinds or str(kind) in field.kinds))
        for title, fields in STEP.groups
    )
    return tuple((title, fields) for title, fields in groups if fields)


def foreign_names(kind: object) -> frozenset[str]:
    """Return what steps of this kind have no use for: the fields of other kinds only."""
    mine = {field.top for field in step_fields(kind)}
    return frozenset(field.top for field in STEP.fields if field.top not in mine)
