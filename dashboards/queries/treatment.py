"""How one account is treated, for the pages: people only, pauses, its touch budget, and what was decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.core.dates import day_words, instant_cell
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Link, Table
from dashboards.core.reason_words import reason_sentence
from dashboards.core.wording import decision_title, title
from dashboards.queries.asker import Asker
from dashboards.queries.renewal_steps import DecisionLine
from playbooks.core.account_facts import TouchLimits
from playbooks.core.holdouts import Layer
from playbooks.models import AccountPause, AccountTouch, Decision, HumanOnly, TouchBudget
from playbooks.queries.account_state import NOTHING, account_states
from playbooks.queries.holdouts import HeldOut, held_out_now
from renewals.core.roles import can
from renewals.models import Account
from renewals.queries.people import record_nearness

DOORS = {
    "human": "people-only/",
    "human_end": "people-only/end/",
    "pauses": "pauses/",
    "budget": "budget/",
    "release": "release/",
    "budget_end": "budget/end/",
}
SHOWN_DECISIONS, SHOWN_TOUCHES = 50, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseLine:
    """One pause that is running or ahead, and the address that ends it."""

    words: str
    note: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentPart:
    """The treatment in short: each sentence is one thing that holds today."""

    sentences: tuple[str, ...]
    budget: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentPage:
    """Everything that decides what an account may get, and the log of what was decided."""

    title: str
    crumbs: tuple[Link, ...]
    doors: Mapping[str, str]
    human_only: str
    human_only_note: str
    pauses: tuple[PauseLine, ...]
    budget: str
    limits: TouchLimits
    has_own_budget: bool
    held_out: tuple[str, ...]
    touches: Table
    decisions: tuple[DecisionLine, ...]
    may_change: bool


def treatment_part(asker: Asker, row: Account) -> TreatmentPart:
    """Return what holds for an account today, in words."""
    human_only = HumanOnly.objects.filter(account_id=row.id, ended_at__isnull=True).first()
    said = [_human_words(human_only, row, asker)[0], *(line.words for line in _pauses(asker, row)), *_held_out(row)]
    return TreatmentPart(
        sentences=tuple(words for words in said if words),
        budget=_budget_words(_limits(asker, row)),
        href=f"/accounts/{row.id}/treatment/",
    )


def treatment_page(asker: Asker, row: Account) -> TreatmentPage:
    """Return how an account is treated and what was decided about it, the newest first."""
    human_only = HumanOnly.objects.filter(account_id=row.id, ended_at__isnull=True).first()
    limits, words = _limits(asker, row), _human_words(human_only, row, asker)
    return TreatmentPage(
        title=f"{row.name}: how we treat it",
        crumbs=(Link(text="Accounts", href="/accounts/"), Link(text=row.name, href=f"/accounts/{row.id}/")),
        doors={name: f"/accounts/{row.id}/treatment/{path}" for name, path in DOORS.items()},
        human_only=words[0],
        human_only_note=words[1],
        pauses=_pauses(asker, row),
        budget=_budget_words(limits),
        limits=limits,
        has_own_budget=TouchBudget.objects.filter(account_id=row.id).exists(),
        held_out=_held_out(row),
        touches=_touches(asker, row),
        decisions=_decisions(asker, row) if can(asker.member, "enrolments.view") else (),
        may_change=may_treat(asker, row),
    )


def may_treat(asker: Asker, row: Account) -> bool:
    """Answer whether the person may change how this account is treated."""
    return can(asker.member, "enrolments.change", record=record_nearness(asker.member, row))


def is_pause_of(account_id: int, pause_id: int) -> bool:
    """Answer whether a pause belongs to this account."""
    return AccountPause.objects.filter(id=pause_id, account_id=account_id).exists()


def _limits(asker: Asker, row: Account) -> TouchLimits:
    state = account_states([row.id], kinds=(), now=asker.now).get(row.id, NOTHING)
    return state.facts.limits or TouchLimits(max_touches=0, per_days=0, min_gap_days=0)


def _budget_words(limits: TouchLimits) -> str:
    gap = {0: "no gap", 1: "a day apart"}.get(limits.min_gap_days, f"{limits.min_gap_days} days apart")
    return f"At most {count_words(limits.max_touches, 'touch', 'touches')} in {limits.per_days} days, {gap}"


def _human_words(row: HumanOnly | None, account: Account, asker: Asker) -> tuple[str, str]:
    """Return the sentence and who said so; empty when playbooks may write."""
    if row is None or (row.until_on is not None and row.until_on < asker.today):
        words = "People alone write to this account (set when it was recorded)" if account.is_human_only else ""
        return words, ""
    until = f" until {day_words(row.until_on)}" if row.until_on else ""
    return f"People alone write to this account{until}: {row.reason}", f"Set by {row.created_by}"


def _pauses(asker: Asker, row: Account) -> tuple[PauseLine, ...]:
    rows = AccountPause.objects.filter(account_id=row.id, ended_at__isnull=True, until_on__gte=asker.today)
    return tuple(
        PauseLine(
            words=f"Paused from {day_words(each.from_on)} to {day_words(each.until_on)}: {each.reason}",
            note=f"Asked for by {each.asked_by}, noted by {each.created_by}",
            href=f"/accounts/{row.id}/treatment/pauses/{each.id}/end/",
        )
        for each in rows.order_by("from_on", "id")
    )


def _held_out(row: Account) -> tuple[str, ...]:
    """Return what the account is held out of by chance, until when and what for."""
    return tuple(
        f"Held out of {_withheld(each)} until {day_words(each.until_on)}, to measure what it does"
        for each in held_out_now(row.id)
    )


def _withheld(each: HeldOut) -> str:
    if each.arm.layer is Layer.STEP:
        return f"the step {title(each.arm.step_key)} of {each.playbook}"
    whose = "every playbook" if each.arm.layer is Layer.WORKSPACE else each.playbook
    return f"the automatic messages of {whose}"


def _touches(asker: Asker, row: Account) -> Table:
    rows = AccountTouch.objects.filter(account_id=row.id, released_at__isnull=True)
    found = rows.select_related("playbook", "contact").order_by("-occurred_at")[:SHOWN_TOUCHES]
    return Table(
        caption="The last touches of this account",
        columns=(Column(title="When"), Column(title="To"), Column(title="From"), Column(title="Counts")),
        rows=tuple(
            (
                Cell(date=instant_cell(each.occurred_at, now=asker.now, zone=asker.workspace.timezone)),
                Cell(text=each.contact.name if each.contact else "–"),
                Cell(text=each.playbook.name if each.playbook else "–"),
                Cell(text="Yes, exempt from the limit" if each.is_exempt else f"{each.slot} of {each.slots}"),
            )
            for each in found
        ),
    )


def _decisions(asker: Asker, row: Account) -> tuple[DecisionLine, ...]:
    rows = Decision.objects.filter(account_id=row.id).order_by("-decided_at", "-id")[:SHOWN_DECISIONS]
    zone = asker.workspace.timezone
    return tuple(
        DecisionLine(
            title=decision_title(each.kind, each.verdict, each.step_key),
            at=instant_cell(each.decided_at, now=asker.now, zone=zone),
            rule=title(each.rule_version),
            reasons=tuple(reason_sentence(item, zone=zone) for item in each.reasons),
        )
        for each in rows
    )
