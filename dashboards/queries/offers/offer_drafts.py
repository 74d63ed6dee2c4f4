"""A draft of an offer as its form, checked as it is typed; and what differs when somebody else was faster."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.core.offers.offer_form import Choices, OfferForm, offer_form
from dashboards.core.offers.rules import differences
from dashboards.core.parts import Difference
from offers.core.catching_up import caught_up
from offers.models import RuleDraft
from offers.queries.drafts import content_of, in_force, problems_of, version_in_force
from offers.queries.library import policy_in_force


def form_of(row: RuleDraft, content: Mapping[str, Any], *, more: bool = False) -> OfferForm:
    """Return the form of a draft with this content and every problem at its input."""
    return offer_form(content, problems_of(row, dict(content)), levels=_levels(), more=more)


def other_edit(row: RuleDraft, content: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return what differs between the draft as it is kept now and what was typed on an earlier one."""
    return differences(row.content, dict(content))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerVersion:
    """A version that was published after the draft was begun: what it changed, and what the draft changed as well."""

    number: int
    who: str
    changes: tuple[Difference, ...]
    both: tuple[str, ...]
    href: str


def newer_version(row: RuleDraft, *, may_change: bool) -> NewerVersion | None:
    """Return what was published meanwhile, None for an ended draft and one that is up to what is in force."""
    number, current = in_force(row)
    if row.state not in ("draft", "waiting") or number == row.based_on_number or current is None:
        return None
    base = content_of(row, row.based_on_number) or {}
    newest = version_in_force(row)
    return NewerVersion(
        number=number,
        who=newest.published_by if newest else "",
        changes=differences(base, current),
        both=caught_up(base=base, mine=row.content, theirs=current).both,
        href=f"/offers/drafts/{row.id}/catching-up/" if may_change and row.state == "draft" else "",
    )


def _levels() -> Choices:
    return tuple((level.key, level.name) for level in policy_in_force().policy.levels)
