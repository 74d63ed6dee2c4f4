"""The library of offers and one offer with its versions, in finished words."""

from dataclasses import dataclass

from django.http import Http404

from dashboards.core.dates import instant_cell
from dashboards.core.offers.words import CAPABILITIES, METHODS, number_words, unit_words
from dashboards.core.parts import Cell, Column, Link, Table
from dashboards.core.playbooks.conditions import condition_words
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from offers.core.library import OfferDefinition
from offers.models import ChoiceVersion, OfferVersion, PolicyVersion, RuleDraft
from offers.queries.drafts import OPEN, drafts
from offers.queries.library import (
    PublishedOffer,
    newest_offer_version,
    offer_versions,
    published_offer,
    published_offers,
)
from renewals.core.roles import can

PATH = "/offers/"


@dataclass(frozen=True, slots=True, kw_only=True)
class OffersPage:
    """The library with its open drafts."""

    title: str
    table: Table
    drafts: tuple[Link, ...]
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPage:
    """One offer as it is in force."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    offer_id: int
    href: str
    is_active: bool
    value: str
    terms: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    versions: Table
    draft: Link | None
    may_change: bool


def offers_page(asker: Asker) -> OffersPage:
    """Return the library."""
    found = published_offers()
    active = sum(each.is_active for each in found)
    may = can(asker.member, "offers.change")
    return OffersPage(
        title=f"{active} offers may be made" if active != 1 else "1 offer may be made",
        table=Table(
            caption="Offers",
            columns=(
                Column(title="Offer"),
                Column(title="Price"),
                Column(title="For"),
                Column(title="Approval class"),
                Column(title="Valid"),
                Column(title="Version"),
            ),
            rows=tuple(_row(each) for each in found),
        ),
        drafts=tuple(draft_link(row) for row in drafts().filter(state__in=OPEN)),
        may_change=may,
    )


def offer_page(asker: Asker, offer_id: int) -> OfferPage:
    """Return one offer; Http404 when there is none."""
    row = newest_offer_version(offer_id)
    if row is None:
        raise Http404
    found, open_one = published_offer(row), drafts().filter(offer_id=offer_id, state__in=OPEN).first()
    offer = found.offer
    return OfferPage(
        title=offer.name,
        unit=f"Version {found.number}",
        crumbs=(Link(text="Offers", href=PATH), Link(text=offer.name)),
        offer_id=offer_id,
        href=f"{PATH}{offer_id}/",
        is_active=found.is_active,
        value=offer.value_proposition,
        terms=offer.terms,
        facts=_facts(offer, row),
        versions=version_table(asker, offer_versions(offer_id)),
        draft=draft_link(open_one) if open_one else None,
        may_change=can(asker.member, "offers.change"),
    )


def draft_name(row: RuleDraft) -> str:
    """Return what a draft is about."""
    named = {RuleDraft.Kind.POLICY: "Pricing policy", RuleDraft.Kind.CHOICE: "How offers are weighed"}
    if row.kind in named:
        return named[RuleDraft.Kind(row.kind)]
    return str(row.content.get("name") or ("Decision tree" if row.kind == RuleDraft.Kind.TREE else "New offer"))


def draft_link(row: RuleDraft) -> Link:
    """Return where an open draft stands, with who made it and why."""
    state = "waits for a second person" if row.state == "waiting" else "draft"
    return Link(text=f"{draft_name(row)}: {state}, by {row.author}: {row.reason}", href=f"{PATH}drafts/{row.id}/")


def version_table(asker: Asker, rows: list[OfferVersion] | list[PolicyVersion] | list[ChoiceVersion]) -> Table:
    """Return published versions, the newest first."""
    zone = asker.workspace.timezone
    return Table(
        caption="Published versions",
        columns=(Column(title="Version"), Column(title="Since"), Column(title="Published by"), Column(title="Why")),
        rows=tuple(
            (
                Cell(text=str(row.number)),
                Cell(date=instant_cell(row.published_at, now=asker.now, zone=zone)),
                Cell(text=row.published_by),
                Cell(text=row.reason),
            )
            for row in rows
        ),
    )


def _row(found: PublishedOffer) -> tuple[Cell, ...]:
    offer = found.offer
    tags = ", ".join(CAPABILITIES.get(word, word) for word in offer.capabilities)
    return (
        Cell(text=offer.name, href=f"{PATH}{found.offer_id}/", note=tags if found.is_active else "retired"),
        Cell(text=_price(offer), note=unit_words(offer.term_months, "months")),
        Cell(text="Everybody" if offer.eligibility is None else "By conditions"),
        Cell(text=title(offer.approval_level) if offer.approval_level else "None"),
        Cell(text=_valid(offer)),
        Cell(text=str(found.number)),
    )


def _price(offer: OfferDefinition) -> str:
    rule = offer.rule
    words = METHODS[rule.method.value]
    if rule.percent is not None:
        words += f" of {number_words(rule.percent)} %"
    return f"{words}, less {number_words(rule.discount_percent)} %" if rule.discount_percent else words


def _valid(offer: OfferDefinition) -> str:
    if offer.valid_from is None and offer.valid_until is None:
        return "Without end"
    first = f"from {offer.valid_from:%-d %b %Y}" if offer.valid_from else ""
    last = f"until {offer.valid_until:%-d %b %Y}" if offer.valid_until else ""
    return " ".join(part for part in (first, last) if part).capitalize()


def _facts(offer: OfferDefinition, row: OfferVersion) -> tuple[tuple[str, str], ...]:
    return (
        ("For", condition_words(row.definition.get("eligibility")) or "everybody"),
        ("Price", _price(offer)),
        ("Term", f"{unit_words(offer.term_months, 'months')}, {unit_words(offer.payment_days, 'days')} to pay"),
        ("Capabilities", ", ".join(CAPABILITIES.get(word, word) for word in offer.capabilities) or "None"),
        ("Approval class", title(offer.approval_level) if offer.approval_level else "None"),
        ("Valid", _valid(offer)),
        ("Owner", title(offer.owner_role) if offer.owner_role else "Nobody named"),
    )
