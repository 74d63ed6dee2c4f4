"""The options of a renewal side by side: what each says, what it comes to, what the policy says of it."""

from dataclasses import dataclass

from django.http import Http404

from dashboards.core.offers.family import family_tabs
from dashboards.core.offers.options import FigureRow, figure_rows
from dashboards.core.offers.shown import PriceShown, price_shown
from dashboards.core.offers.words import number_words, unit_words
from dashboards.core.parts import Link, Tab
from dashboards.queries.asker import Asker
from dashboards.queries.offers.proposal import case_of, may_propose, offers_for
from offers.core.negotiation.scenarios import LETTERS
from offers.core.plain import plain_price, plain_verdict
from offers.core.policy import Policy
from offers.core.pricing import AddedLine
from offers.models import Proposal, Scenario
from offers.queries.approvals import open_proposal
from offers.queries.cases import RenewalCase
from offers.queries.library import policy_in_force, published_offers
from offers.queries.renewals import ending_months, signed_payment_days
from offers.queries.scenarios import Weighed, scenarios_of, today_of, weigh
from renewals.models import Renewal

OptionRow = Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionHead:
    """One option with its addresses and its verdict; `error` says why it has no price, `adopted` what it became."""

    id: int
    letter: str
    name: str
    href: str
    revision: int
    shown: PriceShown | None
    error: str
    adopted: str
    is_current: bool
    edited: str
    added: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsPage:
    """The table; `choices` are the offers that may be made, `seen` is the version of the proposal there is."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    tabs: tuple[Tab, ...]
    href: str
    seen: int
    heads: tuple[OptionHead, ...]
    figures: tuple[FigureRow, ...]
    may_change: bool
    has_room: bool
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsPart:
    """What the page is drawn from: the case, what may be offered, the options as they are kept and weighed.

    `term_months` is the length of the term that ends, None without an end; `payment` what it says of days to pay.
    """

    case: RenewalCase
    term_months: int | None
    payment: str
    choices: tuple[tuple[str, str], ...]
    weighed: tuple[Weighed, ...]
    page: OptionsPage


def option_row(renewal_id: int, scenario_id: int) -> OptionRow:
    """Return an option of a renewal, also one that was removed meanwhile; Http404 when there never was one."""
    found = Scenario.objects.filter(id=scenario_id, renewal_id=renewal_id).first()
    if found is None:
        raise Http404
    return found


def options_part(asker: Asker, row: Renewal, *, failed: dict[int, str] | None = None, error: str = "") -> OptionsPart:
    """Return the options weighed; `failed` says by option what was typed and not kept.

    Raises PriceNotPossible for a renewal whose ending term is not known.
    """
    case, published = case_of(asker, row), policy_in_force()
    offers = {each.offer_id: each for each in published_offers(is_active=True)}
    today = today_of(case, row)
    weighed = tuple(
        weigh(each, case=case, policy=published.policy, offers=offers, today=today) for each in scenarios_of(row.id)
    )
    proposal = open_proposal(row.id)
    may = may_propose(asker, row)
    heads = tuple(
        _head(asker, each, proposal, policy=published.policy, failed=(failed or {}).get(each.row.id, ""))
        for each in weighed
    )
    page = OptionsPage(
        title=f"{row.account.name}: {_count(len(heads))}",
        unit=f"{row.contract.name or row.contract.external_id} · a year's price in {case.currency}, beside today",
        crumbs=_crumbs(row),
        tabs=family_tabs(row.id, "options"),
        href=f"/renewals/{row.id}/proposal/options/",
        seen=proposal.version.number if proposal and proposal.version else 0,
        heads=heads,
        figures=figure_rows([each.worth for each in weighed], today=today),
        may_change=may,
        has_room=may and len(heads) < len(LETTERS),
        error=error,
    )
    return OptionsPart(
        case=case,
        term_months=ending_months(row),
        payment=_payment(row),
        choices=offers_for(case),
        weighed=weighed,
        page=page,
    )


def _payment(row: Renewal) -> str:
    """Days to pay as they were agreed in an earlier cycle; contracts themselves do not say."""
    agreed = signed_payment_days(row)
    return "Not known" if agreed is None else unit_words(agreed, "days")


def _count(number: int) -> str:
    return {0: "no options yet", 1: "one option"}.get(number, f"{number} options side by side")


def _crumbs(row: Renewal) -> tuple[Link, ...]:
    return (
        Link(text="Accounts", href="/accounts/"),
        Link(text=row.account.name, href=f"/accounts/{row.account_id}/"),
        Link(text="Renewal", href=f"/renewals/{row.id}/"),
    )


def _head(asker: Asker, each: Weighed, proposal: Proposal | None, *, policy: Policy, failed: str) -> OptionHead:
    row, version = each.row, each.row.adopted_version
    is_current = version is not None and proposal is not None and proposal.version_id == version.id
    return OptionHead(
        id=row.id,
        letter=row.letter,
        name=row.name,
        href=f"/renewals/{row.renewal_id}/proposal/options/{row.id}/",
        revision=row.revision,
        shown=_shown(asker, each, policy),
        error=failed or each.error,
        adopted=f"Version {version.number} of the proposal" if version else "",
        is_current=is_current and version is not None and version.wish == row.wish,
        edited=f"Edit {row.revision} by {row.edited_by}",
        added=tuple((line.key, _added(line)) for line in (each.wish.added if each.wish else ())),
    )


def _added(line: AddedLine) -> str:
    return f"{line.name}, {number_words(line.quantity)}, list {number_words(line.list_amount)} a year"


def _shown(asker: Asker, each: Weighed, policy: Policy) -> PriceShown | None:
    if each.found is None:
        return None
    verdict = each.found.verdict
    level = policy.level(verdict.level).name if verdict.level else ""
    price, said = plain_price(each.found.price), plain_verdict(verdict)
    return price_shown(price, said, level=level, currency=asker.workspace.currency)
