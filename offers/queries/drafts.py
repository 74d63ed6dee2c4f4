"""Drafts of policy, offers, trees and rules of choice: the open ones, their problems, what is in force beside them."""

import json
import tomllib
from typing import Any

from django.db.models import QuerySet

from offers.core.choice import read_choice_rules
from offers.core.library import read_offer
from offers.core.negotiation.trees import read_tree
from offers.core.policy import read_policy
from offers.models import ChoiceVersion, OfferVersion, PolicyVersion, RuleDraft, TreeVersion
from offers.queries.library import offer_keys, shipped_choice
from offers.queries.trees import shipped_trees
from renewals.core.problems import Problem

OPEN = ("draft", "waiting")
Kind = RuleDraft.Kind
Published = PolicyVersion | OfferVersion | TreeVersion | ChoiceVersion


def drafts() -> QuerySet[RuleDraft]:
    """Return every draft, the newest first."""
    return RuleDraft.objects.select_related("offer").order_by("-created_at", "-id")


def open_draft(kind: str, *, key: str = "") -> RuleDraft | None:
    """Return the open draft of the policy, a tree or the rules of choice, None when there is none."""
    return drafts().filter(kind=kind, key=key, state__in=OPEN).first()


def problems_of(draft: RuleDraft, content: dict[str, Any]) -> tuple[Problem, ...]:
    """Return everything wrong with a content of a draft at once."""
    if draft.kind == Kind.POLICY:
        return read_policy(content)[1]
    if draft.kind == Kind.CHOICE:
        return read_choice_rules(content)[1]
    if draft.kind == Kind.TREE:
        found, taken = read_tree(content)[1], content.get("key") != draft.key
        what = f"The key of this tree stays '{draft.key}'."
    else:
        found, taken = read_offer(content)[1], _is_taken(draft, content)
        what = f"Another offer has the key '{content.get('key')}'."
    code, remedy = ("E-OFF-12", "Take another.") if draft.kind == Kind.OFFER else ("E-NEG-05", "Write it as it was.")
    return (*found, Problem(code=code, where=f"{draft.kind}, key", what=what, remedy=remedy)) if taken else found


def version_in_force(draft: RuleDraft) -> Published | None:
    """Return the published version that is in force of what a draft is about, None for none."""
    return _versions(draft).order_by("-number").first()


def in_force(draft: RuleDraft) -> tuple[int, dict[str, Any] | None]:
    """Return number and content of what is in force for a draft; 0 for what is shipped, and None for nothing."""
    row = version_in_force(draft)
    return (0, _shipped(draft)) if row is None else (row.number, row.definition)


def content_of(draft: RuleDraft, number: int) -> dict[str, Any] | None:
    """Return the content of one published version of what a draft is about, None for one there never was."""
    found: dict[str, Any] | None = _versions(draft).filter(number=number).values_list("definition", flat=True).first()
    return _shipped(draft) if found is None and number == 0 else found


def plain_document(text: str) -> dict[str, Any]:
    """Return a document written in TOML as a plain table, dates as text; raises tomllib.TOMLDecodeError."""
    found: dict[str, Any] = json.loads(json.dumps(tomllib.loads(text), default=str))
    return found


def _versions(draft: RuleDraft) -> QuerySet[Any]:
    rows: dict[str, QuerySet[Any]] = {
        Kind.POLICY: PolicyVersion.objects.all(),
        Kind.OFFER: OfferVersion.objects.filter(offer_id=draft.offer_id),
        Kind.TREE: TreeVersion.objects.filter(key=draft.key),
        Kind.CHOICE: ChoiceVersion.objects.all(),
    }
    return rows[draft.kind]


def _shipped(draft: RuleDraft) -> dict[str, Any] | None:
    """What is in force before the first version: shipped trees and rules; policy and offers are published first."""
    if draft.kind == Kind.TREE:
        return shipped_trees().get(draft.key)
    return shipped_choice() if draft.kind == Kind.CHOICE else None


def _is_taken(draft: RuleDraft, content: dict[str, Any]) -> bool:
    own = {draft.offer.key} if draft.offer else set()
    return content.get("key") in offer_keys() - own
