"""The executive brief of an account: alignment, return, risk mitigation, future opportunities, on one page.

Each line is a row that the reader may see, leads to it, and says who or what it comes from and how old it is.
"""

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Q

from dashboards.core.dates import DateCell, age_words, clock_words, day_words
from dashboards.core.executive_sheet import ExecutiveSheet, SheetSection, SheetValue, section
from dashboards.core.parts import Reason
from dashboards.core.scores import ScoreBadge
from dashboards.core.wording import title
from dashboards.queries.account import AccountPage, Duty, RenewalLine
from dashboards.queries.account_brief import AccountBrief, account_brief
from dashboards.queries.account_parts import sources_of
from dashboards.queries.asker import Asker
from dashboards.queries.executive_return import return_section
from dashboards.queries.reviews.access import visible_decisions
from dashboards.queries.scoring import ScorePart
from renewals.core.roles import Scope, can, granted_scope
from renewals.models import Account, ContactRole, Milestone
from renewals.queries.accounts import milestones_of, roles_of
from renewals.queries.sponsors import sponsor_history

TOP_ROLES = (ContactRole.Role.EXECUTIVE_SPONSOR, ContactRole.Role.ECONOMIC_BUYER)


def executive_brief(asker: Asker, row: Account) -> ExecutiveSheet:
    """Return the brief of an account, as far as the person may see it."""
    brief = account_brief(asker, row)
    page, agreed = brief.page, list(milestones_of(row.id))
    first = next((each for each in page.renewals if each.is_open), None)
    day, clock = day_words(asker.today), clock_words(asker.now, zone=asker.workspace.timezone)
    return ExecutiveSheet(
        title=_title(page, first),
        unit=f"Executive brief · {day}, {clock} · every line leads to what it comes from",
        figures=tuple(_figures(page, first)),
        sections=(
            _alignment(asker, row, page, agreed),
            return_section(asker, row, agreed, sees_amounts=page.arr.state != "hidden"),
            _mitigation(asker, row, brief),
            _opportunities(asker, brief),
        ),
        heard=_heard(asker, row),
    )


def _title(page: AccountPage, first: RenewalLine | None) -> str:
    if first is None:
        return f"{page.name}: no renewal is open"
    worth = f" worth {first.amount.text}" if first.amount.state == "known" else ""
    risk = f", risk {first.risk.word.lower()}" if first.risk.word else ""
    return f"{page.name}: renewal{worth} due {first.due.when}{risk}"


def _figures(page: AccountPage, first: RenewalLine | None) -> Iterable[SheetValue]:
    yield SheetValue(name="ARR", value=page.arr.text, note="today's contracts", href=f"{page.href}about/")
    if first is not None:
        yield SheetValue(name="Next renewal", value=first.amount.text, note=_when(first.due), href=first.href)
    parts: tuple[ScorePart | None, ...] = (page.standing.health, page.standing.risk, page.standing.expansion)
    for part in parts:
        if part is not None:
            yield _score(part.badge)


def _score(badge: ScoreBadge) -> SheetValue:
    number = "" if badge.number == "–" else badge.number
    return SheetValue(name=badge.title, value=f"{number} {badge.word}".strip(), note=badge.note, href=badge.href)


def _alignment(asker: Asker, row: Account, page: AccountPage, milestones: Iterable[Milestone]) -> SheetSection:
    """Who stands for it on both sides, what was promised and reached, and what their use says of it."""
    good = [each for each in page.standing.health.reasons if each.state == "good"]
    agreed = (_milestone(asker, row, each) for each in milestones)
    lines = [*_sponsors(asker, row), *agreed, *_leading(good, page.standing.health)]
    return section(
        "Strategic alignment", lines, empty="No sponsor, milestone or use is known.", href=f"{page.href}about/"
    )


def _sponsors(asker: Asker, row: Account) -> Iterable[Reason]:
    href = f"/accounts/{row.id}/about/"
    ours = sponsor_history(row.id).filter(until_on__isnull=True).first()
    if ours is None:
        yield Reason(text="Nobody of us is their executive sponsor", state="watch", href=href)
    else:
        note = f"since {day_words(ours.since_on)}, named by {ours.named_by}"
        yield Reason(text=f"Our executive sponsor: {ours.person}", state="good", href=href, note=note)
    if granted_scope(asker.member, "contacts.view") is Scope.NONE:
        return
    theirs = [each for each in roles_of(row.id, on=asker.today) if each.role in TOP_ROLES]
    for each in theirs:
        job = f", {each.contact.title}" if each.contact.title else ""
        note = f"since {day_words(each.from_on)}"
        yield Reason(text=f"Their {title(each.role).lower()}: {each.contact.name}{job}", href=href, note=note)
    if not theirs:
        yield Reason(text="No economic buyer or executive sponsor of theirs is known", state="watch", href=href)


def _milestone(asker: Asker, row: Account, each: Milestone) -> Reason:
    href = f"/accounts/{row.id}/about/"
    if each.achieved_on is not None:
        note = " · ".join(word for word in (day_words(each.achieved_on), each.evidence) if word)
        return Reason(text=f"Reached: {each.name}", state="good", href=href, note=note)
    is_late = each.target_on is not None and each.target_on < asker.today
    planned = f"planned for {day_words(each.target_on)}" if each.target_on else "no day agreed"
    return Reason(
        text=f"{'Late' if is_late else 'Ahead'}: {each.name}",
        state="bad" if is_late else "none",
        href=href,
        note=planned,
    )


def _mitigation(asker: Asker, row: Account, brief: AccountBrief) -> SheetSection:
    """The risks, and what is planned against them: decisions of reviews, tasks with their people and days."""
    standing = brief.page.standing
    risks, room = _leading(brief.risks, standing.risk or standing.health), 3
    decided = list(_decisions(asker, row))
    known = {each.text for each in decided}
    tasks = (_task(duty, brief.page.href) for duty in brief.page.duties if f"Decided: {duty.text}" not in known)
    planned = [*decided, *tasks]
    if risks and not planned and brief.page.has_tasks:
        planned = [Reason(text="Nothing is planned against it", state="bad", href=brief.page.href)]
    return section(
        "Risk mitigation",
        [*risks[:room], *planned, *risks[room:]],
        empty="No score and no person names a risk.",
        href=brief.page.href,
    )


def _decisions(asker: Asker, row: Account) -> Iterable[Reason]:
    if not can(asker.member, "reviews.view"):
        return
    about = Q(item__account_id=row.id) | Q(item__renewal__account_id=row.id)
    for each in visible_decisions(asker).filter(about, state="open").order_by("due_on", "id"):
        note = f"{each.owner}, by {day_words(each.due_on)}"
        yield Reason(text=f"Decided: {each.words}", state="good", href=f"/reviews/decisions/{each.id}/", note=note)


def _task(duty: Duty, href: str) -> Reason:
    return Reason(text=f"Planned: {duty.text}", href=duty.href or href, note=f"{duty.who}, {_when(duty.date)}")


def _opportunities(asker: Asker, brief: AccountBrief) -> SheetSection:
    """What was heard or scored as growth, what they ask for, and what the contract says about the next term."""
    grown, heard = _leading(brief.expansion, brief.page.standing.expansion), f"{brief.page.href}brief/"
    lines = [*grown, *(replace(each, href=each.href or heard) for each in brief.needs), *brief.terms]
    if brief.page.offers_href and lines:
        lines.append(Reason(text="Offers for the next cycle, by expected value", href=brief.page.offers_href))
    return section(
        "Future opportunities",
        lines,
        empty="No opening was noted, and no measure speaks for one.",
        href=brief.page.offers_href or brief.page.href,
    )


def _leading(reasons: Iterable[Reason], part: ScorePart) -> list[Reason]:
    """Return reasons that lead to the explanation of their score where they have no address of their own."""
    return [replace(each, href=each.href or part.badge.href) for each in reasons]


def _heard(asker: Asker, row: Account) -> str:
    """Return how fresh the facts are, source by source."""
    words = ", ".join(f"{each.name} {each.at.when}" for each in sources_of(asker, row))
    arrived = f"Last heard: {words}" if words else "No source has sent anything about this account"
    return f"{arrived}. Record changed {age_words(row.updated_at, now=asker.now)}."


def _when(cell: DateCell) -> str:
    return f"{cell.when} · {cell.day}" if cell.day else cell.when
