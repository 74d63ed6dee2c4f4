"""A conversation brief on paper: use against outcomes, milestones, remaining risks, and what the next cycle may bring.

Each line is a fact of the account with its source; nothing is foretold that no rule or person has said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dashboards.core.dates import date_cell, day_words
from dashboards.core.money import count_words
from dashboards.core.offers.notes import KINDS
from dashboards.core.parts import Cell, Column, Link, Reason, Table
from dashboards.core.wording import sentence
from dashboards.queries.account import AccountPage, account_page
from dashboards.queries.asker import Asker
from dashboards.queries.contracts import contract_parts
from dashboards.queries.prices import price_sight
from offers.queries.notes import note_rows
from renewals.core.roles import can
from renewals.models import Account, Milestone, Renewal
from renewals.queries.accounts import milestones_of
from renewals.queries.people import visible_to

NEEDS = ("objection", "competitor")
OPENINGS = ("up_sell", "cross_sell")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBrief:
    """What to talk about; `expansion` and `needs` are what was heard or scored, `terms` what the contract says now."""

    page: AccountPage
    crumbs: tuple[Link, ...]
    title: str
    unit: str
    milestones: Table
    risks: tuple[Reason, ...]
    needs: tuple[Reason, ...]
    expansion: tuple[Reason, ...]
    terms: tuple[Reason, ...]


def account_brief(asker: Asker, row: Account) -> AccountBrief:
    """Return the brief of an account, as far as the person may see it."""
    page, promised = account_page(asker, row), list(milestones_of(row.id))
    standing = page.standing
    heard = _heard(asker, row)
    against = [
        each for part in (standing.risk, standing.health) if part for each in part.reasons if each.state == "bad"
    ]
    likely = [each for each in standing.expansion.reasons if each.state == "good"]
    return AccountBrief(
        page=page,
        crumbs=(Link(text="Accounts", href="/accounts/"), Link(text=row.name, href=page.href), Link(text="Brief")),
        title=_title(row.name, promised),
        unit=f"Conversation brief · {day_words(asker.today)}",
        milestones=_milestones(promised, asker.today),
        risks=_each_once(against),
        needs=tuple(words for kind, words in heard if kind in NEEDS),
        expansion=(*(words for kind, words in heard if kind in OPENINGS), *likely),
        terms=_terms(asker, row),
    )


def _each_once(lines: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return the lines without those that say again what one before them says."""
    found: dict[str, Reason] = {}
    for line in lines:
        found.setdefault(line.text, line)
    return tuple(found.values())


def _title(name: str, promised: Sequence[Milestone]) -> str:
    reached = sum(each.achieved_on is not None for each in promised)
    return f"{name}: {reached} of {count_words(len(promised), 'milestone')} reached" if promised else name


def _heard(asker: Asker, row: Account) -> list[tuple[str, Reason]]:
    """Return what was noted of the talks about its open renewals, for who may see negotiations."""
    if not can(asker.member, "negotiations.view"):
        return []
    open_renewals = Renewal.objects.filter(account_id=row.id, closed_on__isnull=True)
    seen = visible_to(open_renewals, asker.member, "negotiations.view")
    return [
        (note.kind, Reason(text=_note_words(note.kind, note.subject, note.comment), note=day_words(note.heard_on)))
        for note in note_rows(seen, (*NEEDS, *OPENINGS))
    ]


def _note_words(kind: str, subject: str, comment: str) -> str:
    words = f"{KINDS.get(kind, kind)}: {subject}"
    return f"{words} (“{comment}”)" if comment else words


def _milestones(promised: Iterable[Milestone], today: date) -> Table:
    return Table(
        caption="Milestones",
        columns=(Column(title="Milestone"), Column(title="Planned"), Column(title="Reached"), Column(title="Evidence")),
        rows=tuple(
            (
                Cell(text=each.name),
                Cell(date=date_cell(each.target_on, today=today, missing="no day")),
                Cell(date=date_cell(each.achieved_on, today=today, missing="not yet")),
                Cell(text=each.evidence, is_long=True),
            )
            for each in promised
        ),
    )


def _terms(asker: Asker, row: Account) -> tuple[Reason, ...]:
    """Return what each contract says about its end now: what a next term would refine."""
    if not can(asker.member, "contracts.view"):
        return ()
    is_seen = price_sight(asker.member, account_ids=[row.id]).sees_account(row)
    parts = contract_parts(asker, row.id, is_seen=is_seen)
    return tuple(
        Reason(text=sentence(f"{part.name}: {term.rule}"), href=part.href, note=f"until {term.ends.day}")
        for part in parts
        for term in part.terms
        if term.is_current
    )
