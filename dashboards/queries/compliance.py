"""The compliance audit as a page: what broke a rule, what a rule prevented, and who settled which exception."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboards.core.dates import day_words, instant_cell
from dashboards.core.filters import address
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Pager, Tab, Table
from dashboards.core.reason_words import reason_sentence
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.people import small_id
from playbooks.models import Playbook
from playbooks.queries.compliance import (
    CODES,
    RULES,
    ComplianceAsk,
    ComplianceFinding,
    compliance_findings,
    every_finding,
)
from renewals.core.dates import start_of_day
from renewals.core.roles import Scope, can, granted_scope
from renewals.models import Account
from renewals.queries.people import visible_to

PATH = "/audit/compliance/"
ROWS_A_PAGE = 50
DAYS = 90
SHEET = ("kind", "rule", "code", "account", "playbook", "touch", "at", "times", "settled_by", "settled_at", "why")
KINDS = {"": "Broken", "prevented": "Prevented", "settled": "Everything"}
BROKEN_WORDS: Mapping[str, str] = {
    "sent_outside_hours": "It left outside the hours of its playbook",
    "sent_on_a_closed_day": "It left on a day on which messages rest",
    "over_contact_cap": "The contact had had enough touches",
    "over_account_cap": "The account had had enough touches",
    "sent_though_suppressed": "The contact did not want this kind of message",
    "sent_though_people_only": "Only people may write to this account",
    "sent_though_paused": "The account had asked us to stay away",
    "sent_after_its_deadline": "The notice left after its deadline",
    "sent_without_approval": "Nobody had approved it",
    "notice_missed": "A notice of ours was not served in time",
    "served_outside_the_rule": "A proof of service does not count under the rule",
    "closed_below_policy": "Closed below policy without approval",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenTouch:
    """One broken rule in finished words; `finding` is what an acknowledgement names."""

    finding: str
    title: str
    rule: str
    account: str
    account_href: str
    what: str
    href: str
    when: str
    settled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompliancePage:
    """The audit under its filters: exceptions as a list, what was prevented as a table."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    rules: tuple[tuple[str, str, bool], ...]
    playbooks: tuple[tuple[str, str, bool], ...]
    since: str
    until: str
    account: str
    kind: str
    exceptions: tuple[BrokenTouch, ...]
    prevented: Table
    is_prevented: bool
    pager: Pager
    export_href: str
    may_note: bool


def compliance_page(asker: Asker, choice: Mapping[str, str]) -> CompliancePage:
    """Return one page of the audit; four statements whatever it finds."""
    chosen, ask = _asked(asker, choice)
    skip = small_id(choice.get("skip", ""))
    found = compliance_findings(ask, codes=json.dumps(dict(CODES)), most=ROWS_A_PAGE + 1, skip=min(skip, 100_000))
    shown, has_more = found.findings[:ROWS_A_PAGE], len(found.findings) > ROWS_A_PAGE
    counts = {"": found.broken, "prevented": found.prevented}
    return CompliancePage(
        title=_title(found.unsettled),
        unit=f"{day_words(date.fromisoformat(chosen['since']))} to {day_words(date.fromisoformat(chosen['until']))}",
        tabs=tuple(
            Tab(
                text=words,
                href=address(PATH, chosen, kind=key),
                count=f"{counts[key]:,}",
                is_current=chosen["kind"] == key,
            )
            for key, words in KINDS.items()
            if key in counts
        ),
        rules=tuple((key, words, chosen["rule"] == key) for key, words in RULES.items()),
        playbooks=_playbooks(chosen["playbook"]),
        since=chosen["since"],
        until=chosen["until"],
        account=chosen["account"],
        kind=chosen["kind"],
        exceptions=tuple(_exception(each, asker) for each in shown if each.kind == "broken"),
        prevented=_table([each for each in shown if each.kind == "prevented"], asker),
        is_prevented=chosen["kind"] == "prevented",
        pager=Pager(
            shown=count_words(len(shown), "touch", "touches"),
            first_href=address(PATH, chosen) if skip else "",
            next_href=address(PATH, chosen, skip=str(skip + ROWS_A_PAGE)) if has_more else "",
        ),
        export_href=address(f"{PATH}export/", chosen) if can(asker.member, "exports.view") else "",
        may_note=can(asker.member, "compliance.change"),
    )


def compliance_lines(asker: Asker, choice: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Yield the findings of both kinds under the filters as the lines of a sheet, head first; needs a transaction."""
    _, ask = _asked(asker, {**choice, "kind": "settled"})
    yield SHEET
    for each in every_finding(ask, codes=json.dumps(dict(CODES))):
        yield (
            each.kind,
            each.rule,
            each.code,
            each.account,
            each.playbook,
            each.what,
            each.at.isoformat(),
            str(each.times),
            each.by_label or "",
            each.noted_at.isoformat() if each.noted_at else "",
            each.why or "",
        )


def visible_finding(asker: Asker, finding: str, *, permission: str) -> ComplianceFinding | None:
    """Return a broken touch this person's right reaches, None when there is none."""
    long_ago = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    visible, values = _visible(asker, permission)
    ask = ComplianceAsk(
        since=long_ago,
        until=asker.now + timedelta(days=1),
        kind="broken",
        finding=finding,
        visible=visible,
        values=values,
    )
    found = compliance_findings(ask, codes=json.dumps(dict(CODES)), most=1)
    return found.findings[0] if found.findings else None


def _asked(asker: Asker, choice: Mapping[str, str]) -> tuple[dict[str, str], ComplianceAsk]:
    until = _day(choice.get("until", "")) or asker.today
    since = _day(choice.get("since", "")) or until - timedelta(days=DAYS)
    chosen = {
        "kind": choice.get("kind", "") if choice.get("kind", "") in KINDS else "",
        "rule": choice.get("rule", "") if choice.get("rule") in RULES else "",
        "account": choice.get("account", "").strip(),
        "playbook": choice.get("playbook", ""),
        "since": since.isoformat(),
        "until": until.isoformat(),
    }
    visible, values = _visible(asker, "compliance.view")
    if chosen["account"]:
        visible += " AND a.name ILIKE '%%' || %(name)s || '%%'"
        values["name"] = chosen["account"].replace("%", "").replace("_", r"\_")
    zone = asker.workspace.timezone
    ask = ComplianceAsk(
        since=start_of_day(since, zone),
        until=start_of_day(until + timedelta(days=1), zone),
        kind={"": "broken", "prevented": "prevented", "settled": ""}[chosen["kind"]],
        rule=chosen["rule"],
        playbook=chosen["playbook"],
        visible=visible,
        values=values,
    )
    return chosen, ask


def _visible(asker: Asker, permission: str) -> tuple[str, dict[str, object]]:
    """The accounts a right reaches, as a condition; nothing is asked where it reaches all of them."""
    if granted_scope(asker.member, permission) is Scope.ALL:
        return "true", {}
    ids = visible_to(Account.objects.all(), asker.member, permission).values_list("id", flat=True)
    return "f.account_id = ANY(%(visible)s)", {"visible": list(ids)}


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def _title(unsettled: int) -> str:
    if not unsettled:
        return "No broken rule waits for an answer"
    waits = "waits" if unsettled == 1 else "wait"
    return f"{count_words(unsettled, 'finding', 'findings')} broke a rule and {waits} for an answer"


def _playbooks(chosen: str) -> tuple[tuple[str, str, bool], ...]:
    rows = Playbook.objects.order_by("name").values_list("key", "name")
    return tuple((key, name, key == chosen) for key, name in rows)


def _exception(each: ComplianceFinding, asker: Asker) -> BrokenTouch:
    at = instant_cell(each.at, now=asker.now, zone=asker.workspace.timezone)
    by_message = ":message:" in each.finding
    other = f"/renewals/{each.renewal_id}/" if each.renewal_id else f"/accounts/{each.account_id}/"
    noted = each.noted_at and instant_cell(each.noted_at, now=asker.now, zone=asker.workspace.timezone)
    return BrokenTouch(
        finding=each.finding,
        title=BROKEN_WORDS[each.code],
        rule=RULES[each.rule],
        account=each.account,
        account_href=f"/accounts/{each.account_id}/",
        what=each.what,
        href=f"/messages/{each.row_id}/" if by_message else other,
        when=f"{at.day} ({each.playbook_name})" if each.playbook_name else at.day,
        settled=f"{each.why} ({each.by_label}, {noted.day})" if noted else "",
    )


def _table(rows: list[ComplianceFinding], asker: Asker) -> Table:
    columns = (
        Column(title="Account"),
        Column(title="Rule"),
        Column(title="What it said"),
        Column(title="Step"),
        Column(title="Times", is_amount=True),
        Column(title="Last"),
    )
    return Table(caption="Touches a rule prevented", columns=columns, rows=tuple(_row(each, asker) for each in rows))


def _row(each: ComplianceFinding, asker: Asker) -> tuple[Cell, ...]:
    sentence = (
        reason_sentence({"code": each.code}).text if each.code == "outside_send_window" else PREVENTED_WORDS[each.code]
    )
    return (
        Cell(text=each.account, href=f"/renewals/{each.renewal_id}/" if each.renewal_id else ""),
        Cell(text=RULES[each.rule]),
        Cell(text=sentence, is_long=True),
        Cell(text=title(each.what), note=each.playbook_name, is_long=True),
        Cell(text=f"{each.times:,}", is_amount=True),
        Cell(date=instant_cell(each.at, now=asker.now, zone=asker.workspace.timezone)),
    )


PREVENTED_WORDS: Mapping[str, str] = {
    "touch_budget": "The contact had had enough messages",
    "minimum_gap": "Too soon after the last message to the contact",
    "account_budget": "The account had had enough touches",
    "account_gap": "Too soon after the last touch of the account",
    "ledger_refused": "The ledger of touches had no room",
    "suppressed": "The contact did not want this kind of message",
    "no_reachable_contact": "Nobody in its roles may be written to",
    "address_is_dead": "The address is dead",
    "human_only_account": "Only people may write to this account",
    "account_paused": "The account had asked us to stay away",
    "too_late": "Too late to be of use",
    "no_time_left": "No time was left before the deadline",
    "needs_approval": "It waited for somebody to approve it",
    "approval_refused": "The draft was refused",
}
