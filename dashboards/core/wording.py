"""The words for codes: measures and bands of scores, stages, roles. Unknown codes stay readable."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from dashboards.core.money import percent_words

CODE = re.compile(r"[a-z]+(_[a-z0-9]+)+")

MEASURES: Mapping[str, tuple[str, str]] = {
    "usage_velocity": ("growth", "use {value} a week"),
    "feature_adoption": ("count", "{value} features in use"),
    "usage_depth": ("share", "{value} of the paid seats are active"),
    "time_to_value": ("day_count", "{value} to the first milestone"),
    "support_sentiment": ("tone", "tone of support is {value}"),
    "backlog_resolution": ("share", "{value} of the tickets are resolved"),
    "perceived_value": ("share", "perceived value is {value}"),
    "payment_timeliness": ("share", "{value} of the invoices are paid in time"),
    "sponsor_stability": ("share", "sponsor stability is {value}"),
    "engagement": ("tenth", "{value} recent meetings and replies, weighed by age"),
    "marketing_engagement": ("tenth", "{value} marks of interest in mailings and events"),
    "soft_concern": ("tone", "what people noted is {value}"),
    "adoption_growth": ("growth_share", "breadth of use {value} against the four weeks before"),
    "headroom": ("share", "{value} of the employees have no seat yet"),
    "health": ("count", "health is {value}"),
    "days_to_renewal": ("days", "{value} the due date"),
}
BANDS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("health", "green"): ("Healthy", "good"),
    ("health", "amber"): ("Needs care", "watch"),
    ("health", "red"): ("At risk", "bad"),
    ("risk", "low"): ("Low", "good"),
    ("risk", "elevated"): ("Elevated", "watch"),
    ("risk", "high"): ("High", "bad"),
    ("expansion", "low"): ("Low", "watch"),
    ("expansion", "medium"): ("Medium", "good"),
    ("expansion", "high"): ("High", "good"),
}
TITLES: Mapping[str, str] = {
    "csm": "CSM",
    "cs_manager": "CS manager",
    "mid_market": "Mid-market",
    "best_case": "Best case",
    "in_app": "In the product",
    "email": "E-mail",
    "nps": "NPS",
    "csat": "CSAT",
}
SIGNALS: Mapping[str, str] = {
    "usage.events": "Events in the product: {value:,.0f}",
    "usage.logins": "Logins: {value:,.0f}",
    "usage.feature_used": "Feature used {value:,.0f} ×",
    "usage.usage_ratio": "{value:.0%} of the seats used",
    "usage.active_users": "{value:,.0f} people active",
    "usage.seats": "{value:,.0f} seats paid for",
    "support.ticket_resolved": "Ticket resolved after {value:,.0f} h",
    "support.csat": "Satisfaction {value:.0f} of 5",
    "relationship.nps": "Would recommend us: {value:.0f} of 10",
    "billing.invoice_overdue": "Invoice {value:,.0f} days late",
    "health.outside": "Health elsewhere: {value:.0f} of 100",
}
DECISIONS: Mapping[tuple[str, str], str] = {
    ("enrol", "enrol"): "Entered a playbook",
    ("enrol", "wait"): "The playbook waits for its window",
    ("enrol", "none"): "No playbook",
    ("enrol", "unknown"): "No playbook while something is not known",
    ("holdout", "held_out"): "By chance held out, to measure what the playbook does",
    ("holdout", "treated"): "By chance not held out",
    ("holdout", "released"): "Let out of its holdouts by a person",
    ("step", "do"): "{step}: done",
    ("step", "ask_approval"): "{step}: the draft waits for a person",
    ("step", "skip"): "{step}: skipped",
    ("step", "hold"): "{step}: put off",
    ("step", "make_task"): "{step}: given to a person",
    ("step", "parked"): "{step}: set aside for a person",
    ("step", "exit"): "Left the playbook",
    ("stop", "exited"): "The playbook was stopped",
    ("replan", "moved"): "{step}: moved with the contract",
    ("migrate", "migrated"): "Goes on under a new version of the playbook",
    ("deviate", "skip"): "{step}: skipped by a person",
    ("deviate", "retime"): "{step}: put on another day by a person",
    ("deviate", "swap"): "{step}: swapped by a person",
    ("deviate", "alternative"): "{step}: done in another way",
    ("deviate", "as_planned"): "{step}: as the playbook says again",
    ("meeting", "invited"): "{step}: a contact was invited",
    ("meeting", "changed"): "{step}: the meeting was changed",
    ("meeting", "called_off"): "{step}: the meeting was called off",
    ("meeting", "accepted"): "{step}: they accepted the meeting",
    ("meeting", "declined"): "{step}: they declined the meeting",
    ("meeting", "tentative"): "{step}: they may come to the meeting",
    ("task", "done"): "Task done",
    ("task", "moved"): "Task moved for want of hands",
    ("reaction", "stop"): "They reacted: messages stopped",
    ("reaction", "hold"): "They reacted: messages wait",
    ("reaction", "advance"): "They reacted: the next step came forward",
    ("reaction", "none"): "They reacted: this playbook goes on",
    ("trigger", "task"): "A trigger made a task",
    ("trigger", "enrolled"): "A trigger enrolled them",
    ("trigger", "already_enrolled"): "A trigger fired: in that playbook already",
    ("trigger", "no_such_playbook"): "A trigger fired: its playbook is not there",
    ("trigger", "nobody_to_do_it"): "A trigger fired: nobody answers for the account",
    ("treatment", "paused"): "A pause was noted",
    ("treatment", "resumed"): "A pause was ended",
    ("treatment", "on"): "People only: switched on",
    ("treatment", "off"): "People only: switched off",
    ("treatment", "set"): "A tighter touch budget was set",
    ("treatment", "dropped"): "The workspace's touch budget holds again",
}
TOGETHER = " (together)"
COLUMN_FAMILIES = ("attribute", "account", "contract", "measure", "health", "touches", "volume")
MOVES = {"growth": ("grows", "falls", "changes"), "growth_share": ("grew", "fell", "changed")}
TONE_WORDS = ((-0.3, "negative"), (0.3, "neutral"), (2.0, "positive"))


def measure_sentence(key: str, value: float | str | None) -> str:
    """Return what a measure says in words: "62% of the paid seats are active"; its name for None.

    `key` may be a column of a learned model, such as "attribute.Plan"; a word is shown as it is.
    """
    name = key.removeprefix("measure.")
    if name.endswith(TOGETHER):
        return f"{title(name.removesuffix(TOGETHER))}, all taken together"
    if value is None:
        return f"{column_title(name)} is not known"
    if isinstance(value, str) or name not in MEASURES:
        return f"{column_title(name)} is {value if isinstance(value, str) else _figure('tenth', value)}"
    form, words = MEASURES[name]
    return words.format(value=_figure(form, value))


def measure_figure(key: str, value: float) -> str:
    """Return the value of a measure as its sentence has it: "62%", "falls by 4%", "12 days"."""
    return _figure(MEASURES[key][0] if key in MEASURES else "tenth", value)


def column_title(name: str) -> str:
    """Return a column of a model as words: "attribute.Plan" is "Plan", "contract.tenure_months" "Tenure months"."""
    family, _, rest = name.partition(".")
    return title(rest.replace(".", " ")) if rest and family in COLUMN_FAMILIES else title(name)


def points_words(points: float) -> str:
    """Return how far a part moves a risk: "+6 pp vs similar accounts". It goes with losses; it is no cause."""
    return f"{points * 100:+.0f} pp vs similar accounts".replace("-", "−")


def decision_title(kind: str, verdict: str, step: str) -> str:
    """Return a decision in words: "Value summary: skipped"."""
    words = DECISIONS.get((kind, verdict), f"{{step}}: {title(verdict).lower()}")
    return words.format(step=title(step or kind))


def signal_title(kind: str, value: float | None, subject: str) -> str:
    """Return a signal in words: "Ticket resolved after 31 h: T-42"; a value without a known unit is left out."""
    _, _, name = kind.partition(".")
    words = title(name)
    if value is not None and kind in SIGNALS:
        words = SIGNALS[kind].format(value=value)
    elif value is not None and kind == "billing.invoice_paid":
        side = "late" if value > 0 else "early"
        words = f"Invoice paid {abs(value):,.0f} days {side}" if value else "Invoice paid in time"
    return f"{words}: {subject}" if subject else words


def title(code: str) -> str:
    """Return a code as a word of the page: "cs_manager" is "CS manager", "verbal" is "Verbal"."""
    return TITLES.get(code) or code.replace("_", " ").replace("-", " ").capitalize()


def value_words(value: object) -> str:
    """Return a stored value as a person reads it; '' for none. A code loses its dashes, an amount its empty digits."""
    match value:
        case None | "":
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value:,.2f}".removesuffix(".00")
        case datetime():
            return f"{value:%d %b %Y, %H:%M} UTC"
        case date():
            return f"{value.day} {value:%b %Y}"
        case str() if CODE.fullmatch(value):
            return value.replace("_", " ")
        case _:
            return str(value)


def band_words(kind: str, band: str) -> tuple[str, str]:
    """Return the word and the state (good, watch, bad, none) of a band of health or risk."""
    return BANDS.get((kind, band), (title(band), "none"))


def sentence(words: str) -> str:
    """Return the words with a capital at the front, the rest as it is."""
    return words[:1].upper() + words[1:]


def counted(number: float, noun: str) -> str:
    """Return the whole number with its noun: "1 day", "12 days"."""
    shown = f"{number:,.0f}"
    return f"{shown} {noun}" if shown == "1" else f"{shown} {noun}s"


def _figure(form: str, value: float) -> str:
    if form in MOVES:
        up, down, level = MOVES[form]
        share = percent_words(abs(value))
        return f"{level} by less than 1%" if share == "0%" else f"{up if value > 0 else down} by {share}"
    if form == "day_count":
        return counted(value, "day")
    if form == "days":
        return f"{counted(value, 'day')} to" if value >= 0 else f"{counted(-value, 'day')} past"
    if form == "share":
        return percent_words(value)
    if form == "tone":
        return next(word for limit, word in TONE_WORDS if value <= limit)
    return f"{value:,.0f}" if form == "count" else f"{value:,.1f}"
