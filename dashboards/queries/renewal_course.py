"""What a renewal belongs to and what came of it: contract, timing and shape, the review of a loss, its clause."""

from dataclasses import dataclass

from dashboards.core.contract_words import SHAPES, timing_words
from dashboards.core.dates import DateCell, date_cell
from dashboards.core.money import count_words
from dashboards.core.parts import Link
from dashboards.queries.asker import Asker
from dashboards.queries.contracts import END_ACTIONS
from renewals.core.contracts.following import ending_lines, renewal_shape, renewal_timing
from renewals.core.contracts.phases import item_of
from renewals.core.roles import can
from renewals.core.terms import EndAction
from renewals.models import LossReview, Renewal, Succession
from renewals.queries.contract_views import loss_review_of
from renewals.queries.running_on import planned_ends
from renewals.queries.term_rows import live_term, term_row

BY_ITSELF = (EndAction.RENEW, EndAction.EVERGREEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPart:
    """The review of a loss; `href` takes what was found, empty where the person may not write it."""

    id: int
    who: str
    due: DateCell
    win_back: DateCell
    findings: str
    held: DateCell | None
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePart:
    """Timing in a sentence once it is closed or lapsed; `clause_href` where its own clause may be carried out."""

    contract: Link
    timing: str
    review: ReviewPart | None
    clause: str
    clause_href: str


def course_part(asker: Asker, row: Renewal, *, may_close: bool) -> CoursePart:
    """Return the course of a renewal; an open one that is not lapsed and forecast costs no query."""
    timing = renewal_timing(due_on=row.due_on, closed_on=row.closed_on, today=asker.today)
    words = timing_words(timing, due_on=row.due_on, closed_on=row.closed_on, today=asker.today)
    clause = _clause(row) if may_close and timing == "lapsed" else ""
    review = loss_review_of(row.id) if row.closed_on else None
    return CoursePart(
        contract=Link(text=row.contract.name or row.contract.external_id, href=f"/contracts/{row.contract_id}/"),
        timing=_planned_end(row) if timing == "open" else _sentence(row, words),
        review=_review(asker, row, review) if review else None,
        clause=clause,
        clause_href=f"/renewals/{row.id}/clause/" if clause else "",
    )


def _sentence(row: Renewal, words: str) -> str:
    if row.closed_on is None:
        return f"It has {words}."
    held = live_term(row.contract_id, row.term_number)
    if held is None or not row.final_amount:
        return f"Closed {words}."
    after = live_term(row.contract_id, row.term_number + 1)
    merged = Succession.objects.filter(way="merged", from_contract_id=row.contract_id, from_term=row.term_number)
    split = Succession.objects.filter(way="split", from_contract_id=row.contract_id, from_term=row.term_number)
    contracts_before, contracts_after = 1 + merged.count(), max(1, split.count())
    if after is None and contracts_before == contracts_after == 1:
        return f"Closed {words}. The next term is not known yet."
    shape = renewal_shape(
        before=(item_of(line) for line in ending_lines(term_row(held))),
        after=(line.item or line.external_id for line in after.lines.all()) if after else ("elsewhere",),
        contracts_before=contracts_before,
        contracts_after=contracts_after,
    )
    return f"Closed {words}; {SHAPES[shape]}."


def _planned_end(row: Renewal) -> str:
    """Say that an open renewal ends by agreement; asked only where nothing is forecast."""
    if row.forecast_category != "omitted" or row.id not in planned_ends([row.id]):
        return ""
    return "Its contract ends with this term by agreement: nothing is forecast until somebody expects that it goes on."


def _clause(row: Renewal) -> str:
    """Return what the contract says happens by itself; empty when it needs a decision or ends."""
    term = live_term(row.contract_id, row.term_number)
    if term is None or term.end_action not in BY_ITSELF:
        return ""
    length = _for_months(term.renewal_months) if term.end_action == "renew" else ""
    return f"Nobody acted by the due date, and the contract {END_ACTIONS[term.end_action]}{length}."


def _for_months(months: int | None) -> str:
    return f" for {count_words(months, 'month')}" if months else ""


def _review(asker: Asker, row: Renewal, review: LossReview) -> ReviewPart:
    may_write = can(asker.member, "outcomes.change")
    return ReviewPart(
        id=review.id,
        who=str(review.owner),
        due=date_cell(review.due_on, today=asker.today, is_deadline=review.held_on is None),
        win_back=date_cell(review.win_back_on, today=asker.today, missing="never"),
        findings=review.findings,
        held=date_cell(review.held_on, today=asker.today) if review.held_on else None,
        href=f"/renewals/{row.id}/loss-review/" if may_write else "",
    )
