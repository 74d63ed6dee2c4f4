"""What a contract agrees about its next price as its page shows it: in words, where it says so, who noted it when."""

from dataclasses import dataclass
from datetime import date, datetime

from dashboards.core.contract_words import price_terms_words
from dashboards.core.dates import DateCell, instant_cell
from dashboards.queries.asker import Asker
from renewals.models import Contract, TermVersion
from renewals.queries.term_rows import price_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTermsPart:
    """The sentence; who recorded it and when, None where nothing is said."""

    text: str
    who: str = ""
    recorded: DateCell | None = None
    href: str = ""


def price_terms_part(asker: Asker, row: Contract, *, on: date, known_at: datetime | None) -> PriceTermsPart:
    """Return what holds for the price after the term of a day, as it was known at an instant."""
    href = f"/contracts/{row.id}/amendments/?change=price"
    terms = [each for each in row.terms.all() if _was_known(each, known_at) and each.starts_on <= on]
    said = [each for each in terms if price_terms(each).is_said]
    if not said:
        return PriceTermsPart(text="Nothing is noted: offer and policy make the next price.", href=href)
    term = max(said, key=lambda each: each.number)
    first = _first_said(row, term)
    return PriceTermsPart(
        text=price_terms_words(price_terms(term)),
        who=first.recorded_by,
        recorded=instant_cell(first.recorded_at, now=asker.now, zone=asker.workspace.timezone),
        href=href,
    )


def _was_known(term: TermVersion, known_at: datetime | None) -> bool:
    if known_at is None:
        return term.superseded_at is None
    return term.recorded_at <= known_at and (term.superseded_at is None or known_at < term.superseded_at)


def _first_said(row: Contract, term: TermVersion) -> TermVersion:
    """Return the version that said so first: later ones that changed something else carry it on."""
    versions = sorted(
        (each for each in row.terms.all() if each.number == term.number and each.version <= term.version),
        key=lambda each: -each.version,
    )
    first = versions[0]
    for each in versions[1:]:
        if price_terms(each) != price_terms(term):
            break
        first = each
    return first
