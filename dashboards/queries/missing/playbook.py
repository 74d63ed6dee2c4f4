"""Why an account is not in a playbook: whose it is, what it went through, and each gate of the selection."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashboards.core.dates import day_words
from dashboards.core.filters import address
from dashboards.core.missing import GATE_NAMES, Check, Missing, answer_of, gate_check, reach_check
from dashboards.core.parts import Chip, Link
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.prices import price_sight
from playbooks.core.audience import Gate, chosen_playbook, playbook_gates
from playbooks.models import Enrolment, Playbook
from playbooks.queries.audience import AudienceCase, Audiences, audience_cases, audiences
from renewals.core.conditions import Answer
from renewals.core.roles import granted_scope
from renewals.models import Account, Renewal
from renewals.queries.people import record_nearness, visible_to
from renewals.queries.renewals import open_renewals

PATH = "/playbooks/missing/"
RIGHT = "enrolments.view"
LIVE = ("active", "paused", "parked")
PRICES = ("renewal.amount", "account.arr_amount")
RIGHTS = {"contact": "contacts.view", "touch": "touchpoints.view", "health": "scores.view", "risk": "scores.view"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookAnswer:
    """The answer for one playbook, and the others to ask about."""

    name: str
    chips: tuple[Chip, ...]
    missing: Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    asker: Asker
    account: Account
    renewal: Renewal
    case: AudienceCase


def playbook_missing(asker: Asker, row: Account, wanted: str) -> PlaybookAnswer:
    """Return why the account is not in a playbook, or that it is.

    `wanted` is the key of a playbook; anything else asks about the one the account would come to.
    """
    rules, names = audiences(), dict(Playbook.objects.order_by("name").values_list("key", "name"))
    renewals = list(open_renewals().filter(account_id=row.id))
    reached = set(
        visible_to(Renewal.objects.filter(account_id=row.id), asker.member, RIGHT).values_list("id", flat=True)
    )
    cases = {case.facts.renewal_id: case for case in audience_cases([each.id for each in renewals], now=asker.now)}
    subjects = [
        _Subject(asker=asker, account=row, renewal=each, case=cases[each.id])
        for each in renewals
        if each.id in reached and each.id in cases
    ]
    key = wanted if wanted in names else _nearest(rules, subjects)
    missing = _answer(subjects, rules, key, names) if subjects else _nothing(asker, row, renewals)
    return PlaybookAnswer(name=names.get(key, title(key)), chips=_chips(names, key, row), missing=missing)


def _nearest(rules: Audiences, subjects: list[_Subject]) -> str:
    live = (each.playbook.key for subject in subjects for each in subject.case.enrolments if each.state in LIVE)
    chosen = (chosen_playbook(rules.rules, subject.case.facts) for subject in subjects)
    return next(live, None) or next(chosen, rules.rules.default_playbook)


def _chips(names: Mapping[str, str], key: str, row: Account) -> tuple[Chip, ...]:
    return tuple(
        Chip(text=name, href=address(PATH, {"id": str(row.id), "playbook": each}), is_on=each == key)
        for each, name in names.items()
    )


def _nothing(asker: Asker, row: Account, renewals: list[Renewal]) -> Missing:
    """No open renewal, or none that the person's right to enrolments reaches."""
    account = Link(text="Open the account", href=f"/accounts/{row.id}/")
    checks: tuple[Check, ...] = (
        Check(
            name="Open renewal",
            answer=Answer.YES if renewals else Answer.NO,
            wanted="an open renewal",
            found=f"due {day_words(renewals[0].due_on)}" if renewals else "none",
            because="it has no open renewal",
            mend=None if renewals else account,
        ),
    )
    if renewals:
        reach, owner = granted_scope(asker.member, RIGHT), str(renewals[0].owner)
        checks += (reach_check(reach, is_reached=False, owner=owner, noun="renewals", mend=account),)
    return answer_of(row.name, checks, here=None, where="", otherwise="")


def _answer(subjects: list[_Subject], rules: Audiences, key: str, names: Mapping[str, str]) -> Missing:
    found = [(subject, _checks(subject, rules, key, names), _enrolment(subject, key)) for subject in subjects]
    subject, checks, live = next((each for each in found if each[2]), None) or max(
        found, key=lambda each: sum(check.answer is Answer.YES for check in each[1])
    )
    here = Link(text="Show the renewal", href=f"/renewals/{subject.renewal.id}/") if live else None
    where = f": in the playbook since {day_words(live.started_at.date())}" if live else ""
    otherwise = "fulfils every condition and enters with the next sweep, within the hour"
    if live:
        checks = tuple(check for check in checks if check.name != GATE_NAMES["not_enrolled"])
    return answer_of(subject.account.name, checks, here=here, where=where, otherwise=otherwise)


def _enrolment(subject: _Subject, key: str) -> Enrolment | None:
    mine = (each for each in subject.case.enrolments if each.playbook.key == key and each.state in LIVE)
    return next(mine, None)


def _checks(subject: _Subject, rules: Audiences, key: str, names: Mapping[str, str]) -> tuple[Check, ...]:
    case = subject.case
    gates = playbook_gates(rules.rules, key, rules.playbooks_for(case.facts).get(key), case.facts, today=case.today)
    checks = tuple(gate_check(gate, names, is_hidden=_is_hidden(subject, gate)) for gate in gates)
    return tuple(
        _with_past(check, subject) if gate.code == "not_enrolled" else check
        for check, gate in zip(checks, gates, strict=True)
    )


def _with_past(check: Check, subject: _Subject) -> Check:
    """Name the playbook the renewal is in, or went through, and how that ended."""
    if not subject.case.enrolments:
        return check
    newest = subject.case.enrolments[0]
    since = day_words(newest.started_at.date())
    words = f"it is in “{newest.playbook.name}” since {since}"
    if newest.ended_at is not None:
        ended, why = day_words(newest.ended_at.date()), title(newest.ended_reason).lower()
        words = f"it went through “{newest.playbook.name}” from {since} to {ended} ({why}), once for each due date"
    mend = Link(text="Open the renewal", href=f"/renewals/{subject.renewal.id}/")
    return replace(check, found=newest.playbook.name, because=words, mend=mend)


def _is_hidden(subject: _Subject, gate: Gate) -> bool:
    """A condition on amounts, people, touches or scores is told only to who may see them of this renewal."""
    return any(not _shows(subject, item.evidence.field) for item in gate.deciding)


def _shows(subject: _Subject, field: str) -> bool:
    member, account, renewal = subject.asker.member, subject.account, subject.renewal
    if field in PRICES:
        return price_sight(member, account_ids=[account.id]).sees_renewal(renewal, account)
    right = RIGHTS.get(field.partition(".")[0])
    return right is None or granted_scope(member, right) >= record_nearness(member, account, renewal)
