"""A draft of an offer as its form, checked as it is typed; and what differs when somebody else was faster."""

from collections.abc import Mapping
from typing import Any

from dashboards.core.offers.offer_form import Choices, OfferForm, offer_form
from dashboards.core.offers.rules import differences
from dashboards.core.parts import Difference
from offers.models import RuleDraft
from offers.queries.drafts import problems_of
from offers.queries.library import offer_keys, policy_in_force


def form_of(row: RuleDraft, content: Mapping[str, Any], *, more: bool = False) -> OfferForm:
    """Return the form of a draft with this content and every problem at its input."""
    taken = offer_keys() - ({row.offer.key} if row.offer else set())
    problems = problems_of(row.kind, dict(content), taken_keys=frozenset(taken))
    return offer_form(content, problems, levels=_levels(), more=more)


def other_edit(row: RuleDraft, content: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return what differs between the draft as it is kept now and what was typed on an earlier one."""
    return differences(row.content, dict(content))


def _levels() -> Choices:
    return tuple((level.key, level.name) for level in policy_in_force().policy.levels)
