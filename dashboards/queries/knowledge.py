"""What people know about an account: the notes that count, earlier ones, and the scores set by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dashboards.core.dates import DateCell, date_cell, instant_cell
from dashboards.core.parts import Link
from dashboards.core.rule_words import number_words
from dashboards.core.scores import ScoreBadge
from dashboards.queries.asker import Asker
from dashboards.queries.people import small_id
from dashboards.queries.scoring import badge_of
from renewals.core.roles import can
from renewals.models import Account, Renewal
from renewals.queries.people import record_nearness
from signals.core.noted import SOFT_KINDS, STANDINGS
from signals.models import CurrentRisk, CurrentScore, NotedFact, ScoreOverride
from signals.queries.noted import facts_of, measures_by_hand

ENDED = {
    "expired": "expired",
    "replaced": "replaced by a newer one",
    "withdrawn": "withdrawn",
    "closed": "the renewal closed",
}
EARLIER = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note in words; `ended` is empty while it counts."""

    id: int
    about: str
    stands: str
    state: str
    text: str
    who: str
    seen: DateCell
    until: DateCell
    budget: DateCell | None
    ended: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandSet:
    """A score set by hand in words; `verdict` says who was nearer once the renewal had closed."""

    id: int
    about: str
    value: str
    rules: str
    reason: str
    who: str
    until: DateCell
    ended: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgePage:
    """What people know about an account, and what this person may add. `renewal_id` is 0 on the account's own page."""

    account_id: int
    query: str
    href: str
    title: str
    crumbs: tuple[Link, ...]
    renewal_id: int
    badge: ScoreBadge
    notes: tuple[Note, ...]
    earlier_notes: tuple[Note, ...]
    standing: tuple[HandSet, ...]
    earlier_sets: tuple[HandSet, ...]
    may_note: bool
    may_override: bool


def knowledge_page(asker: Asker, account: Account, renewal: Renewal | None) -> KnowledgePage:
    """Return what people know about an account; the scores set by hand are those of the account or the renewal."""
    near = record_nearness(asker.member, account, renewal)
    labels = dict(SOFT_KINDS) | {each.kind: each.label for each in measures_by_hand()}
    facts = list(facts_of(account.id)[: EARLIER * 2])
    overrides = ScoreOverride.objects.filter(account=account, renewal=renewal).order_by("-starts_at", "-id")[:EARLIER]
    notes = [_note(fact, labels, asker) for fact in facts]
    sets = [_set(each, asker) for each in overrides] if can(asker.member, "overrides.view", record=near) else []
    query = f"?renewal={renewal.id}" if renewal else ""
    row = (
        CurrentRisk.objects.filter(renewal=renewal).first()
        if renewal
        else CurrentScore.objects.filter(account=account).first()
    )
    return KnowledgePage(
        account_id=account.id,
        query=query,
        href=f"/accounts/{account.id}/knowledge/{query}",
        title=f"What people know about {account.name}",
        crumbs=(Link(text=account.name, href=f"/accounts/{account.id}/"),),
        renewal_id=renewal.id if renewal else 0,
        badge=badge_of(row, "risk" if renewal else "health", now=asker.now),
        notes=tuple(each for each in notes if not each.ended),
        earlier_notes=tuple(each for each in notes if each.ended),
        standing=tuple(each for each in sets if not each.ended),
        earlier_sets=tuple(each for each in sets if each.ended),
        may_note=can(asker.member, "signals.change", record=near),
        may_override=can(asker.member, "overrides.change", record=near),
    )


def note_again(asker: Asker, page: KnowledgePage, asked: str) -> Mapping[str, Any] | None:
    """Return a note that counts as the fields of a new one in its place; None for one that cannot be replaced."""
    if small_id(asked) not in {note.id for note in page.notes}:
        return None
    fact = NotedFact.objects.get(id=small_id(asked), account_id=page.account_id)
    last_day = (fact.expires_at - timedelta(microseconds=1)).astimezone(ZoneInfo(asker.workspace.timezone)).date()
    is_soft = fact.kind in SOFT_KINDS
    return {
        "kind": fact.kind,
        "standing": f"{fact.value:g}" if is_soft and fact.value is not None else "",
        "number": None if is_soft else fact.value,
        "text": fact.text,
        "observed_on": fact.observed_on,
        "budget_on": fact.budget_on,
        "expires_on": last_day,
    }


def _note(fact: NotedFact, labels: dict[str, str], asker: Asker) -> Note:
    words, state = _stands(fact)
    is_over = fact.ended_at is None and fact.expires_at <= asker.now
    ended = ENDED.get(fact.ended_how, "") or ("expired" if is_over else "")
    return Note(
        id=fact.id,
        about=labels.get(fact.kind, fact.kind),
        stands=words,
        state=state,
        text=fact.text,
        who=fact.author,
        seen=date_cell(fact.observed_on, today=asker.today),
        until=instant_cell(fact.expires_at, now=asker.now, zone=asker.workspace.timezone),
        budget=date_cell(fact.budget_on, today=asker.today) if fact.budget_on else None,
        ended=": ".join(part for part in (ended, fact.ended_reason) if part),
    )


def _stands(fact: NotedFact) -> tuple[str, str]:
    if fact.value is None:
        return "", ""
    if fact.kind not in SOFT_KINDS:
        return number_words(fact.value), "accent"
    words = STANDINGS.get(fact.value, number_words(fact.value))
    return words, "bad" if fact.value < 0 else "good" if fact.value > 0 else ""


def _set(row: ScoreOverride, asker: Asker) -> HandSet:
    return HandSet(
        id=row.id,
        about="Health" if row.kind == "health" else "Risk",
        value=f"{row.value:.0f}",
        rules="not scored" if row.machine_value is None else f"{row.machine_value:.0f}",
        reason=row.reason,
        who=row.author,
        until=instant_cell(row.expires_at, now=asker.now, zone=asker.workspace.timezone),
        ended=": ".join(part for part in (ENDED.get(row.ended_how, ""), row.ended_reason) if part),
        verdict=verdict_words(row),
    )


def verdict_words(row: ScoreOverride) -> str:
    """Return who was nearer to what happened; "" while the renewal is open."""
    if row.person_error is None:
        return ""
    ending = "lost" if row.was_lost else "kept"
    if row.machine_error is None:
        return f"{ending}; the rules had no number"
    if row.person_error == row.machine_error:
        return f"{ending}; both were as near"
    return f"{ending}; {'the person' if row.person_error < row.machine_error else 'the machine'} was nearer"
