"""Why an account is not in the queue: its open renewal, whose it is, each filter in force, and the work on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from dashboards.core.dates import day_words
from dashboards.core.filters import address
from dashboards.core.missing import Check, Missing, Value, answer_of, filter_check, reach_check
from dashboards.core.parts import Link
from dashboards.core.wording import band_words, title
from dashboards.queries.asker import Asker
from dashboards.queries.pipeline_sums import quarter_of
from dashboards.queries.queue import GROUPS, ROWS_A_GROUP, ROWS_A_PAGE
from dashboards.queries.queue_filters import PATH, chosen_words, filtered, queue_entries
from playbooks.models import QueueEntry
from renewals.core.conditions import Answer
from renewals.core.roles import granted_scope
from renewals.models import Account, Renewal
from renewals.queries.people import visible_to
from renewals.queries.renewals import renewals_of
from signals.models import CurrentRisk

RIGHT = "queue.view"
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One open renewal as the queue sees it; `entry` is None until its line is written."""

    renewal: Renewal
    entry: QueueEntry | None
    risk: CurrentRisk | None
    is_reached: bool


def queue_missing(asker: Asker, row: Account, chosen: Mapping[str, str]) -> Missing:
    """Return why the queue under these filters has no line of the account, or where the line is."""
    renewals = list(renewals_of(row.id))
    cases = _cases(asker, row, [each for each in renewals if each.closed_on is None])
    if not cases:
        return answer_of(row.name, (_closed(row, renewals),), here=None, where="", otherwise="")
    listed = filtered(queue_entries(asker), chosen).filter(account_id=row.id).order_by("-priority", "id").first()
    if listed is not None:
        case = next(case for case in cases if case.renewal.id == listed.renewal_id)
        here = Link(text="Show its line", href=address(PATH, chosen, open=str(listed.renewal_id)))
        where = _where(asker, listed, chosen)
        return answer_of(row.name, _checks(asker, case, chosen), here=here, where=where, otherwise="")
    nearest = max(cases, key=lambda case: sum(check.answer is Answer.YES for check in _checks(asker, case, chosen)))
    otherwise = "fits, and its line is being written; look again in a minute"
    return answer_of(row.name, _checks(asker, nearest, chosen), here=None, where="", otherwise=otherwise)


def _cases(asker: Asker, row: Account, renewals: list[Renewal]) -> list[_Case]:
    ids = [each.id for each in renewals]
    entries = {e.renewal_id: e for e in QueueEntry.objects.select_related("next_task").filter(renewal_id__in=ids)}
    risks = {risk.renewal_id: risk for risk in CurrentRisk.objects.filter(renewal_id__in=ids)}
    rows = visible_to(Renewal.objects.filter(account_id=row.id), asker.member, RIGHT)
    reached = set(rows.values_list("id", flat=True))
    return [
        _Case(renewal=each, entry=entries.get(each.id), risk=risks.get(each.id), is_reached=each.id in reached)
        for each in renewals
    ]


def _closed(row: Account, renewals: list[Renewal]) -> Check:
    closed = [each.closed_on for each in renewals if each.closed_on is not None]
    words = f"its last renewal was closed on {day_words(max(closed))}" if closed else "no contract comes up for renewal"
    return Check(
        name="Open renewal",
        answer=Answer.NO,
        wanted="an open renewal",
        found="closed" if closed else "none",
        because=words,
        mend=Link(text="Open the account", href=f"/accounts/{row.id}/"),
    )


def _checks(asker: Asker, case: _Case, chosen: Mapping[str, str]) -> tuple[Check, ...]:
    renewal = case.renewal
    due = f"{renewal.contract.name or renewal.contract.external_id}, due {day_words(renewal.due_on)}"
    account = Link(text="Open the account", href=f"/accounts/{renewal.account_id}/")
    reach = granted_scope(asker.member, RIGHT)
    return (
        Check(name="Open renewal", answer=Answer.YES, wanted="an open renewal", found=due),
        reach_check(reach, is_reached=case.is_reached, owner=str(renewal.owner), noun="renewals", mend=account),
        *(_filter(case, name, key, chosen) for name, key in chosen.items() if _is_in_force(name, key)),
        *(() if "group" in chosen else (_work(case),)),
    )


def _is_in_force(name: str, key: str) -> bool:
    """An owner that is no number and a quarter that is none narrow nothing."""
    return {"owner": key.isdecimal(), "quarter": quarter_of(key) is not None}.get(name, True)


def _filter(case: _Case, name: str, key: str, chosen: Mapping[str, str]) -> Check:
    words = GROUPS.get(key) if name == "group" else chosen_words(chosen).get(name)
    wanted = Value(key=key, words=words or title(key))
    take_off = Link(text="Take the filter off", href=address(PATH, chosen, **{name: ""}))
    if name == "group" and case.entry is not None and case.entry.group == "snoozed":
        take_off = _open(case, "Open it to wake the task")
    return filter_check(name, wanted, _value(case, name), take_off)


def _value(case: _Case, name: str) -> Value | None:
    renewal, entry, risk = case.renewal, case.entry, case.risk
    if name == "risk":
        known = risk is not None and risk.value is not None and risk.band
        return Value(key=risk.band, words=f"{band_words('risk', risk.band)[0]} ({risk.value:.0f})") if known else None
    if name == "owner":
        return Value(key=str(renewal.owner_id), words=str(renewal.owner))
    if name == "quarter":
        year, quarter = renewal.due_on.year, (renewal.due_on.month + 2) // 3
        return Value(key=f"{year}-Q{quarter}", words=f"Q{quarter} {year}")
    if name == "group":
        return Value(key=entry.group, words=_group_words(entry)) if entry is not None else None
    key = getattr(entry if entry is not None else renewal.account, name)
    return Value(key=key, words=title(key)) if key else None


def _group_words(entry: QueueEntry) -> str:
    task = entry.next_task
    if task is None:
        return f"{GROUPS[entry.group]}: no task is open"
    if entry.group == "snoozed" and task.snoozed_until_on is not None:
        return f"{GROUPS[entry.group]} until {day_words(task.snoozed_until_on)}: {task.title}"
    return f"{GROUPS[entry.group]}: {task.title}, due {day_words(task.due_on)}"


def _work(case: _Case) -> Check:
    """Without a choice of group the queue asks for no task: a renewal waits there, or rests under Snoozed."""
    if case.entry is None:
        because = "its line is not written yet; that takes a minute"
        return Check(name="Work", answer=Answer.UNKNOWN, wanted="any", found="Not written yet", because=because)
    mend = _open(case, "Open it to wake the task") if case.entry.group == "snoozed" and case.is_reached else None
    return Check(name="Work", answer=Answer.YES, wanted="any", found=_group_words(case.entry), mend=mend)


def _open(case: _Case, words: str) -> Link:
    return Link(text=words, href=address(PATH, {"open": str(case.renewal.id)}))


def _where(asker: Asker, entry: QueueEntry, chosen: Mapping[str, str]) -> str:
    """Say under which heading the line stands, and its place when the page shows only those before it."""
    before = filtered(queue_entries(asker), chosen).filter(group=entry.group)
    before = before.filter(Q(priority__gt=entry.priority) | Q(priority=entry.priority, id__lt=entry.id))
    place = before[:MOST_COUNTED].count() + 1
    shown = ROWS_A_PAGE if "group" in chosen else ROWS_A_GROUP[entry.group]
    words = f", under {_group_words(entry)}"
    if place <= shown:
        return words
    exact = f"place {place:,}" if place <= MOST_COUNTED else f"beyond place {MOST_COUNTED:,}"
    return f"{words}. It is {exact} of its group, and the page begins with {shown}"
