"""The home page as data: which lines there are, what each counts, where its rows stand, and their order by role."""

from collections.abc import Mapping
from dataclasses import dataclass

from renewals.core.roles import Role

NOTICE_DAYS, DUE_DAYS = 30, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRule:
    """One line: what a person needs the right to, its words for one and for many, and the rule that counts it."""

    key: str
    permission: str
    one: str
    many: str
    rule: str
    state: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the page; `calm` is what it says when none of its lines has anything."""

    key: str
    title: str
    calm: str
    lines: tuple[LineRule, ...]


def _line(key: str, permission: str, words: tuple[str, str], rule: str, state: str = "none") -> LineRule:
    return LineRule(key=key, permission=permission, one=words[0], many=words[1], rule=rule, state=state)


TODAY = Section(
    key="today",
    title="Needs you today",
    calm="Nothing waits for you today.",
    lines=(
        _line(
            "overdue",
            "tasks.change",
            ("renewal with overdue work", "renewals with overdue work"),
            "Open renewals of yours, or with a task of yours, whose next task or date has passed.",
            "bad",
        ),
        _line(
            "due_today",
            "tasks.change",
            ("renewal to work on today", "renewals to work on today"),
            "Open renewals of yours, or with a task of yours, with something to do today.",
            "watch",
        ),
        _line(
            "approvals",
            "approvals.view",
            ("approval waits for your answer", "approvals wait for your answer"),
            "Prices, price revisions and drafts of rules that ask you, or somebody you stand in for.",
            "watch",
        ),
        _line(
            "beside",
            "tasks.change",
            ("task beside the renewals", "tasks beside the renewals"),
            "Tasks of yours that belong to no open renewal: accounts that left, contracts without an end.",
            "watch",
        ),
        _line(
            "decisions",
            "reviews.view",
            ("decision to carry out", "decisions to carry out"),
            "Decisions of reviews with you as their owner that are not done.",
            "watch",
        ),
        _line(
            "messages",
            "messages.change",
            ("message waits for you", "messages wait for you"),
            "Drafts to approve and messages whose delivery is in doubt, of accounts whose messages you decide about.",
        ),
        _line(
            "reviews",
            "reviews.view",
            ("review ahead or open", "reviews ahead or open"),
            "Reviews you may see whose agenda is made and that nobody has closed.",
        ),
    ),
)
RISKS = Section(
    key="risks",
    title="Risks",
    calm="Nothing is at high risk.",
    lines=(
        _line(
            "risk_high",
            "queue.view",
            ("renewal at high risk", "renewals at high risk"),
            "Open renewals whose risk band is high.",
            "bad",
        ),
        _line(
            "health_red",
            "accounts.view",
            ("account in red health", "accounts in red health"),
            "Accounts whose health band is red.",
            "bad",
        ),
        _line(
            "notices_missed",
            "notices.view",
            ("notice of ours missed", "notices of ours missed"),
            "Contractual notices of ours whose last day has passed.",
            "bad",
        ),
    ),
)
DATES = Section(
    key="dates",
    title="Dates",
    calm="No date is near.",
    lines=(
        _line(
            "notice_near",
            "pipeline.view",
            (f"notice deadline within {NOTICE_DAYS} days", f"notice deadlines within {NOTICE_DAYS} days"),
            f"Open renewals whose notice deadline is today or within {NOTICE_DAYS} days.",
            "watch",
        ),
        _line(
            "due_near",
            "pipeline.view",
            (f"renewal due within {DUE_DAYS} days", f"renewals due within {DUE_DAYS} days"),
            f"Open renewals due today or within {DUE_DAYS} days.",
        ),
        _line(
            "date_passed",
            "pipeline.view",
            ("renewal past its date and open", "renewals past their date and open"),
            "Renewals whose date has passed without an outcome.",
            "bad",
        ),
        _line(
            "notices",
            "notices.view",
            ("notice of ours to serve", "notices of ours to serve"),
            "Contractual notices of ours that are planned, due, sent or missed.",
        ),
    ),
)
EXPANSION = Section(
    key="expansion",
    title="Openings",
    calm="No account shows high potential now.",
    lines=(
        _line(
            "expansion_high",
            "accounts.view",
            ("account with high expansion potential", "accounts with high expansion potential"),
            "Accounts whose expansion band is high.",
            "good",
        ),
    ),
)
HYGIENE = Section(
    key="hygiene",
    title="To put in order",
    calm="Everything is in order.",
    lines=(
        _line(
            "forecast_missing",
            "forecasts.view",
            ("renewal without a call", "renewals without a call"),
            "Open renewals within the horizon of the forecast that nobody has called.",
            "watch",
        ),
        _line(
            "forecast_apart",
            "forecasts.view",
            ("renewal whose callers disagree", "renewals whose callers disagree"),
            "Open renewals within the horizon whose calls lie too far apart.",
            "watch",
        ),
        _line(
            "owner_unknown",
            "accounts.view",
            ("account without an owner", "accounts without an owner"),
            "Accounts nobody is named for.",
            "watch",
        ),
        _line(
            "gaps",
            "renewals.view",
            ("gap in who answers", "gaps in who answers"),
            "Open renewals for whose step nobody, or not plainly one person, answers.",
            "watch",
        ),
        _line(
            "unmatched",
            "signals.view",
            ("name of no known account", "names of no known account"),
            "Names that sources send signals for and that match no account.",
        ),
        _line(
            "losses",
            "renewals.view",
            ("loss to look after", "losses to look after"),
            "Lost renewals to be reviewed, or with a day to ask them back.",
        ),
    ),
)
SECTIONS: Mapping[str, Section] = {each.key: each for each in (TODAY, RISKS, DATES, EXPANSION, HYGIENE)}
NUMBERS = "numbers"
"""The person's figures against their target, which are no lines."""

_WORK = ("today", "dates", "risks", "expansion", NUMBERS, "hygiene")
_LEAD = ("today", "risks", NUMBERS, "dates", "hygiene", "expansion")
_WATCH = (NUMBERS, "risks", "dates", "expansion", "today", "hygiene")
_ORDER: Mapping[Role, tuple[str, ...]] = {
    Role.CSM: _WORK,
    Role.RENEWAL_MANAGER: _WORK,
    Role.CS_MANAGER: _LEAD,
    Role.SALES: ("today", "expansion", "dates", "risks", NUMBERS, "hygiene"),
    Role.FINANCE: (NUMBERS, "today", "dates", "risks", "hygiene", "expansion"),
    Role.EXECUTIVE: _WATCH,
    Role.PRODUCT_VIEWER: ("risks", "expansion", "hygiene", "today"),
    Role.ADMIN: ("hygiene", "today", "risks", "dates", NUMBERS, "expansion"),
    Role.AUDITOR: ("hygiene", "dates", "risks", NUMBERS, "expansion"),
}


def sections_for(role: Role) -> tuple[str, ...]:
    """Return the parts of the home page of a role, what matters most to it first."""
    return _ORDER[role]
