"""Which open renewals the page of ARR at risk shows to whom, under which filters, and what each filter offers."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncQuarter

from dashboards.core.at_risk import ACTIONS, NOT_SCORED, quarter_words, reason_words, risk_words
from dashboards.core.filters import Option, opened_filter
from dashboards.core.parts import Filter
from dashboards.core.wording import title
from dashboards.queries.asker import Asker, Reach
from dashboards.queries.people import person_name, team_name, team_options, whose
from dashboards.queries.pipeline_sums import quarter_of
from playbooks.models import QueueEntry
from playbooks.queries.open_entries import open_entries
from renewals.core.roles import Scope, granted_scope
from renewals.queries.people import near_open_renewals

PAGE, PATH = "at-risk", "/at-risk/"
RIGHT = "pipeline.view"
FILTERS = ("quarter", "segment", "risk", "reason", "action", "playbook", "owner", "team")
FIELDS = (*FILTERS, "columns")
PLAYBOOKS = {"open": "A playbook is open", "none": "No open playbook"}
ACTION_FILTERS: Mapping[str, Q] = {
    "swing": Q(is_swing=True),
    "yes": Q(is_actionable=True),
    "no": Q(is_actionable=False),
    "none": Q(is_actionable=None) & ~Q(risk_band=""),
    NOT_SCORED: Q(risk_band=""),
}


def chosen_of(choice: Mapping[str, str]) -> dict[str, str]:
    """Return those of the parameters of an address that the page knows."""
    return {name: choice[name] for name in FIELDS if choice.get(name)}


def visible_entries(asker: Reach) -> QuerySet[QueueEntry]:
    """Return the lines of the open renewals that the person may see."""
    entries = open_entries()
    if granted_scope(asker.member, RIGHT) is Scope.ALL:
        return entries
    return entries.filter(near_open_renewals("renewal_id", asker.member, RIGHT))


def filtered(entries: QuerySet[Any], chosen: Mapping[str, str]) -> QuerySet[Any]:
    """Return the entries that fit every choice; words that are no choice fit nothing or are passed over."""
    condition = Q(**_plain(chosen)) & ACTION_FILTERS.get(chosen.get("action", ""), Q()) & whose(chosen)
    if found := quarter_of(chosen.get("quarter", "")):
        condition &= Q(due_on__year=found[0], due_on__quarter=found[1])
    return entries.filter(condition)


def _plain(chosen: Mapping[str, str]) -> dict[str, Any]:
    wanted: dict[str, Any] = {"segment": chosen["segment"]} if "segment" in chosen else {}
    if "risk" in chosen:
        wanted["risk_band"] = "" if chosen["risk"] == NOT_SCORED else chosen["risk"]
    if chosen.get("playbook") in PLAYBOOKS:
        wanted["has_playbook"] = chosen["playbook"] == "open"
    return wanted | _reason(chosen.get("reason", ""))


def _reason(key: str) -> dict[str, Any]:
    if key == NOT_SCORED:
        return {"risk_band": ""}
    if key == "none":
        return {"risk_reason": "", "risk_band__gt": ""}
    return {"risk_reason": key} if key else {}


def chosen_words(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the words of those chosen values that do not speak for themselves, by filter."""
    words = {
        "owner": person_name(chosen.get("owner", "")),
        "team": team_name(chosen.get("team", "")),
        "quarter": quarter_words(chosen.get("quarter", "")),
        "playbook": PLAYBOOKS.get(chosen.get("playbook", ""), ""),
        "action": ACTIONS.get(chosen.get("action", ""), ""),
    }
    if "risk" in chosen:
        words["risk"] = risk_words(chosen["risk"])
    return words | ({"reason": reason_words(chosen["reason"])} if "reason" in chosen else {})


def at_risk_filter(asker: Asker, name: str, choice: Mapping[str, str]) -> Filter | None:
    """Return one filter with its choices counted over everything the person may see; None for an unknown name."""
    if name not in FILTERS:
        return None
    return opened_filter(PATH, name, _options(visible_entries(asker), name), chosen_of(choice))


def _options(entries: QuerySet[QueueEntry], name: str) -> list[Option]:
    if name == "quarter":
        return _quarters(entries)
    if name == "owner":
        owners = entries.values_list("owner_id", "owner__name").annotate(n=Count("id")).order_by("owner__name")
        return [Option(key=str(pk), text=words, count=n) for pk, words, n in owners]
    if name == "team":
        return team_options(entries)
    if name == "action":
        counted = entries.aggregate(**{key: Count("id", filter=q) for key, q in ACTION_FILTERS.items()})
        return [Option(key=key, text=ACTIONS[key], count=n) for key, n in counted.items() if n]
    if name == "playbook":
        found = entries.values_list("has_playbook").annotate(n=Count("id")).order_by("-has_playbook")
        return [
            Option(key=key, text=PLAYBOOKS[key], count=n) for has, n in found for key in ("open" if has else "none",)
        ]
    return _words(entries, name)


def _quarters(entries: QuerySet[QueueEntry]) -> list[Option]:
    found = entries.annotate(quarter=TruncQuarter("due_on")).values_list("quarter").annotate(n=Count("id"))
    keys = [(f"{day.year}-Q{(day.month + 2) // 3}", n) for day, n in found.order_by("quarter")]
    return [Option(key=key, text=quarter_words(key), count=n) for key, n in keys]


def _words(entries: QuerySet[QueueEntry], name: str) -> list[Option]:
    if name == "segment":
        found = _counted(entries.exclude(segment=""), "segment")
        return [Option(key=key, text=title(key), count=n) for key, n in found]
    if name == "risk":
        found = _counted(entries.filter(risk_band__isnull=False), "risk_band")
        return [Option(key=key or NOT_SCORED, text=risk_words(key or NOT_SCORED), count=n) for key, n in found]
    found = _counted(entries.filter(risk_band__gt=""), "risk_reason")
    return [Option(key=key or "none", text=reason_words(key or "none"), count=n) for key, n in found]


def _counted(entries: QuerySet[QueueEntry], field: str) -> list[tuple[str, int]]:
    return list(entries.order_by(field).values_list(field).annotate(n=Count("id")))
