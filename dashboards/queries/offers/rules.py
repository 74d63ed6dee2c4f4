"""The pricing policy in force, a try against it, and the drafts of policy and offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404

from dashboards.core.offers.choice_numbers import choice_numbers
from dashboards.core.offers.offer_form import OfferForm
from dashboards.core.offers.plays import play_words
from dashboards.core.offers.rules import Place, differences, limit_words, measure_words, numbers_of
from dashboards.core.offers.shown import PriceShown, price_shown
from dashboards.core.offers.tree_changes import tree_changes
from dashboards.core.offers.words import METHODS, STATES, number_words, unit_words
from dashboards.core.parts import Cell, Column, Difference, Link, Table
from dashboards.core.playbooks.conditions import condition_words
from dashboards.core.playbooks.shown import NO_SPARE, Spare
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.offers.library import PATH, draft_link, draft_name, version_table
from dashboards.queries.offers.offer_drafts import NewerVersion, form_of, newer_version
from dashboards.queries.offers.tree_drafts import TreeEditor, tree_editor
from offers.core.negotiation.trees import read_tree, walks_through
from offers.core.plain import plain_price, plain_verdict
from offers.core.policy import Policy, Step, verdict_of
from offers.core.pricing import LineFacts, PriceRule, PricingFacts, Wish, price_of
from offers.models import RuleDraft
from offers.queries.drafts import drafts, in_force, open_draft, problems_of
from offers.queries.library import policy_in_force, policy_versions
from renewals.core.money import Money
from renewals.core.roles import can
from renewals.core.written import as_toml

POLICY_PATH = f"{PATH}policy/"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPage:
    """The policy in force: what prices start from, who allows what, and every limit in words."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    defaults: tuple[tuple[str, str], ...]
    levels: Table
    limits: Table
    versions: Table
    draft: Link | None
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """What is written as it is read: its problems; of a tree each walk through it, as (answers, outcome)."""

    problems: tuple[tuple[str, str, str], ...] = ()
    walks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPage:
    """A draft with its problems and what it changes; an empty right is a step this person cannot take."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    href: str
    state: str
    tone: str
    revision: int
    numbers: tuple[Place, ...]
    written: str
    problems: tuple[tuple[str, str, str], ...]
    changes: tuple[Difference, ...]
    ended: str
    try_href: str
    may_edit: bool
    may_take_back: bool
    may_publish: bool
    may_end: bool
    form: OfferForm | None
    tree: TreeEditor | None
    newer: NewerVersion | None
    read: "ReadPage"

    @property
    def figures_href(self) -> str:
        """Return where the figures of another method are asked for."""
        return f"{self.href}figures/"


def policy_page(asker: Asker) -> PolicyPage:
    """Return the policy in force."""
    found = policy_in_force()
    names = {level.key: level.name for level in found.policy.levels}
    open_one = open_draft(RuleDraft.Kind.POLICY)
    return PolicyPage(
        title=f"Pricing policy {found.policy.number}",
        unit="The hardest limit decides; what a contract agreed goes before it",
        crumbs=(Link(text="Offers", href=PATH), Link(text="Pricing policy")),
        defaults=_defaults(found.policy),
        levels=_levels(found.policy),
        limits=_limits(found.definition, names, asker.workspace.currency),
        versions=version_table(asker, policy_versions()),
        draft=draft_link(open_one) if open_one else None,
        may_change=can(asker.member, "offers.change"),
    )


def policy_trial(asker: Asker, given: dict[str, Any]) -> PriceShown:
    """Return what the policy in force says of an invented price; raises PriceNotPossible."""
    policy, currency = policy_in_force().policy, asker.workspace.currency
    line = LineFacts(key="line", name="The line", currency=currency, prior=Money(given["prior"], currency))
    facts = PricingFacts(
        currency=currency,
        lines=(line,),
        rule=PriceRule(method=policy.defaults.method),
        defaults=policy.defaults,
        on=asker.today,
    )
    wish = Wish(
        term_months=given["term_months"],
        payment_days=given["payment_days"],
        discount_percent=given["discount_percent"] or Decimal(0),
    )
    price = price_of(facts, wish)
    known = {"account.tier": given["tier"], "account.region": given["region"] or None}
    known |= {"renewal.amount": given["prior"], "renewal.is_win_back": False}
    verdict = verdict_of(policy, price, known, below_policy=price.given)
    level = policy.level(verdict.level).name if verdict.level else ""
    return price_shown(plain_price(price), plain_verdict(verdict), level=level, currency=currency)


def rule_draft(draft_id: int) -> RuleDraft:
    """Return a draft; Http404 when there is none."""
    row = drafts().filter(id=draft_id).first()
    if row is None:
        raise Http404
    return row


def draft_page(
    asker: Asker,
    row: RuleDraft,
    *,
    written: str | None = None,
    typed: dict[str, Any] | None = None,
    numbered: Mapping[str, Any] | None = None,
    spare: Spare = NO_SPARE,
) -> DraftPage:
    """Return a draft with what was typed (a form in `typed`, numbers, TOML) and the empty rows that were asked for."""
    state, tone = ("Waits for a second person", "watch") if row.state == "waiting" else STATES[row.state]
    may_change = can(asker.member, "offers.change")
    may_edit = may_change and row.state == "draft"
    content = row.content if typed is None else typed
    is_hand = asker.membership.user_id in row.editor_ids
    return DraftPage(
        title=draft_name(row),
        unit=f"{row.reason} · begun by {row.author}, edit {row.revision}",
        crumbs=_crumbs(row),
        href=f"{PATH}drafts/{row.id}/",
        state=state,
        tone=tone,
        revision=row.revision,
        numbers=_numbers(row, row.content if numbered is None else numbered, asker.workspace.currency),
        written=as_toml(row.content) if written is None else written,
        problems=_problems(row),
        changes=_changes(row),
        ended=f"{row.ended_by}: {row.ended_reason}" if row.ended_reason else "",
        try_href=_try_href(row) if may_change else "",
        may_edit=may_edit,
        may_take_back=may_change and row.state == "waiting",
        may_publish=can(asker.member, "offer_approvals.change") and row.state == "waiting" and not is_hand,
        may_end=row.state in ("draft", "waiting") and may_change,
        form=form_of(row, content, more=bool(spare)) if may_edit and row.kind == RuleDraft.Kind.OFFER else None,
        tree=_tree(row, content, spare, may_edit=may_edit),
        read=read_page(row, row.content),
        newer=newer_version(row, may_change=may_change),
    )


def _crumbs(row: RuleDraft) -> tuple[Link, ...]:
    """A draft of a tree stands among the trees."""
    above = (Link(text="Decision trees", href=f"{PATH}trees/"),) if row.kind == RuleDraft.Kind.TREE else ()
    return (Link(text="Offers", href=PATH), *above, Link(text="Draft"))


def _changes(row: RuleDraft) -> tuple[Difference, ...]:
    before = in_force(row)[1]
    found = differences(before, row.content)
    return tree_changes(found, before, row.content) if row.kind == RuleDraft.Kind.TREE else found


def _tree(row: RuleDraft, content: dict[str, Any], spare: Spare, *, may_edit: bool) -> TreeEditor | None:
    return tree_editor(row, content, spare=spare, may_edit=may_edit) if row.kind == RuleDraft.Kind.TREE else None


def _try_href(row: RuleDraft) -> str:
    """Where an open draft of the policy that can be read is tried on past prices."""
    is_tried = row.kind == RuleDraft.Kind.POLICY and row.state in ("draft", "waiting") and not _problems(row)
    return f"{POLICY_PATH}simulations/?policy=draft-{row.id}" if is_tried else ""


def read_page(row: RuleDraft, content: dict[str, Any]) -> ReadPage:
    """Return what is wrong with a content of a draft; of a tree that can be walked, every walk through it."""
    problems = tuple((each.where, each.what, each.remedy) for each in problems_of(row, content))
    if problems or row.kind != RuleDraft.Kind.TREE:
        return ReadPage(problems=problems)
    walks = walks_through(read_tree(content)[0])
    return ReadPage(walks=tuple((" → ".join(said), f"{play_words(end.play)[0]}: {end.text}") for said, end in walks))


def _problems(row: RuleDraft) -> tuple[tuple[str, str, str], ...]:
    return read_page(row, row.content).problems if row.state in ("draft", "waiting") else ()


def _numbers(row: RuleDraft, content: Mapping[str, Any], currency: str) -> tuple[Place, ...]:
    if row.kind == RuleDraft.Kind.POLICY:
        return numbers_of(content, currency=currency)
    return choice_numbers(content, currency=currency) if row.kind == RuleDraft.Kind.CHOICE else ()


def _defaults(policy: Policy) -> tuple[tuple[str, str], ...]:
    given = policy.defaults
    uplift = "not set" if given.uplift_percent is None else f"{number_words(given.uplift_percent)} %"
    index = "not set" if given.cpi_percent is None else f"{number_words(given.cpi_percent)} %"
    return (("Method", METHODS[given.method.value]), ("Price uplift", uplift), ("Price index", index))


def _levels(policy: Policy) -> Table:
    return Table(
        caption="Every level of approval",
        columns=(Column(title="Level"), Column(title="Who is asked"), Column(title="Own limit of")),
        rows=tuple(
            (
                Cell(text=level.name),
                Cell(text="; ".join(_step_words(step) for step in level.steps), is_long=True),
                Cell(text=", ".join(title(role) for role in level.own_roles) or "Nobody"),
            )
            for level in policy.levels
        ),
    )


def _step_words(step: Step) -> str:
    roles = (" and " if step.needs == "all" else " or ").join(title(role) for role in step.roles)
    higher = " or ".join(title(role) for role in step.escalate_to)
    hours = unit_words(step.hours, "hours")
    return f"stage {step.stage}: {roles} within {hours}{f', then also {higher}' if higher else ''}"


def _limits(definition: dict[str, Any], names: dict[str, str], currency: str) -> Table:
    return Table(
        caption="Every limit",
        columns=(Column(title="Limit"), Column(title="Where"), Column(title="What is allowed"), Column(title="Why")),
        rows=tuple(
            (
                Cell(text=measure_words(limit).capitalize(), note=str(limit.get("key", "")).replace("_", " ")),
                Cell(text=condition_words(limit.get("when")) or "everywhere"),
                Cell(text=limit_words(limit, names, currency=currency), is_long=True),
                Cell(text=str(limit.get("why", "")), is_long=True),
            )
            for limit in definition.get("limits", ())
        ),
    )


def blank_offer(name: str, key: str) -> dict[str, Any]:
    """Return what a new offer begins with; its gaps are told as problems until they are filled."""
    return {
        "key": key,
        "name": name,
        "value_proposition": "",
        "capabilities": [],
        "term_months": 12,
        "payment_days": 30,
        "terms": [],
        "owner_role": "renewal_manager",
        "approval_level": "",
        "price": {"method": "same", "discount_percent": 0},
        "eligibility": {"field": "account.segment", "op": "in", "value": ["strategic", "mid_market", "small"]},
    }
