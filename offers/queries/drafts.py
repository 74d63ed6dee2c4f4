"""Drafts of the policy and of offers: the open ones, their problems, what is in force beside them."""

import json
import tomllib
from typing import Any

from django.db.models import QuerySet

from offers.core.library import read_offer
from offers.core.policy import read_policy
from offers.models import OfferVersion, PolicyVersion, RuleDraft
from renewals.core.problems import Problem

OPEN = ("draft", "waiting")


def drafts() -> QuerySet[RuleDraft]:
    """Return every draft, the newest first."""
    return RuleDraft.objects.select_related("offer").order_by("-created_at", "-id")


def open_draft(kind: str, offer_id: int | None = None) -> RuleDraft | None:
    """Return the open draft of the policy or of an offer, None when there is none."""
    return drafts().filter(kind=kind, offer_id=offer_id, state__in=OPEN).first()


def problems_of(kind: str, content: dict[str, Any], *, taken_keys: frozenset[str] = frozenset()) -> tuple[Problem, ...]:
    """Return everything wrong with the content of a draft at once; `taken_keys` are those of other offers."""
    if kind == RuleDraft.Kind.POLICY:
        return read_policy(content)[1]
    found = read_offer(content)[1]
    if content.get("key") not in taken_keys:
        return found
    taken = Problem(
        code="E-OFF-12",
        where="offer, key",
        what=f"Another offer has the key '{content['key']}'.",
        remedy="Take another.",
    )
    return (*found, taken)


def version_in_force(kind: str, offer_id: int | None) -> PolicyVersion | OfferVersion | None:
    """Return the version of the policy or of an offer that is in force, None for none."""
    if kind == RuleDraft.Kind.POLICY:
        return PolicyVersion.objects.order_by("-number").first()
    return OfferVersion.objects.filter(offer_id=offer_id).order_by("-number").first() if offer_id else None


def in_force(kind: str, offer_id: int | None) -> tuple[int, dict[str, Any] | None]:
    """Return number and content of what is in force for a draft; 0 and None for nothing."""
    row = version_in_force(kind, offer_id)
    return (0, None) if row is None else (row.number, row.definition)


def content_of(kind: str, offer_id: int | None, number: int) -> dict[str, Any] | None:
    """Return the content of one published version, None for one there never was."""
    if kind == RuleDraft.Kind.POLICY:
        rows: QuerySet[Any] = PolicyVersion.objects.filter(number=number)
    else:
        rows = OfferVersion.objects.filter(offer_id=offer_id, number=number)
    found: dict[str, Any] | None = rows.values_list("definition", flat=True).first()
    return found


def plain_document(text: str) -> dict[str, Any]:
    """Return a document written in TOML as a plain table, dates as text; raises tomllib.TOMLDecodeError."""
    found: dict[str, Any] = json.loads(json.dumps(tomllib.loads(text), default=str))
    return found
