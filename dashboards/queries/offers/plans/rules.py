"""The rules by which offers are weighed: every number in force, its versions, and the draft that would change them."""

from dataclasses import dataclass
from typing import Any

from dashboards.core.offers.choice_numbers import guesses, plain_numbers
from dashboards.core.offers.rules import Place
from dashboards.core.offers.words import number_words
from dashboards.core.parts import Cell, Column, Link, Table
from dashboards.queries.asker import Asker
from dashboards.queries.offers.library import draft_link, version_table
from offers.models import RuleDraft
from offers.queries.choice import choice_definition, choice_versions
from offers.queries.drafts import open_draft
from renewals.core.roles import can


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRulesPage:
    """The rules in force; who may change them starts a draft, and a second person puts it in force."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    numbers: Table
    effects: Table
    versions: Table
    draft: Link | None
    may_change: bool


def choice_rules_page(asker: Asker) -> ChoiceRulesPage:
    """Return the rules in force."""
    versions, open_one = choice_versions(), open_draft(RuleDraft.Kind.CHOICE)
    rules = choice_definition()
    return ChoiceRulesPage(
        title="How offers are weighed",
        unit=f"Version {versions[0].number} is in force" if versions else "As shipped: experts' guesses",
        crumbs=(
            Link(text="Offers", href="/offers/"),
            Link(text="Who is offered what", href="/offers/assignment/"),
            Link(text="How offers are weighed"),
        ),
        numbers=_numbers(plain_numbers(rules, currency=asker.workspace.currency)),
        effects=_effects(guesses(rules)),
        versions=version_table(asker, versions),
        draft=draft_link(open_one) if open_one else None,
        may_change=can(asker.member, "offers.change"),
    )


def _numbers(rows: tuple[Place, ...]) -> Table:
    return Table(
        caption="Every other number",
        columns=(Column(title="What"), Column(title="Value", is_amount=True)),
        rows=tuple(
            (Cell(text=words, is_long=True), Cell(text=number_words(value), is_amount=True)) for _, words, value in rows
        ),
    )


def _effects(rows: tuple[tuple[str, tuple[Any, ...]], ...]) -> Table:
    titles = ("Effect (log-odds)", "How unsure", "Tasks it takes")
    return Table(
        caption="Every effect with its tasks",
        columns=(Column(title="It can"), *(Column(title=each, is_amount=True) for each in titles)),
        rows=tuple(
            (
                Cell(text=words),
                *(Cell(text="–" if each is None else number_words(each), is_amount=True) for each in values),
            )
            for words, values in rows
        ),
    )
