"""The filters of the queue: what is chosen, and the choices of one filter with their counts when it is opened."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet

from dashboards.core.filters import Option, address, closed_filters, opened_filter
from dashboards.core.parts import Filter, FilterBar
from dashboards.core.wording import band_words, title
from dashboards.queries.asker import Asker, Reach
from dashboards.queries.people import person_name
from dashboards.queries.pipeline_sums import quarter_of
from dashboards.queries.saved_views import view_chips
from playbooks.models import QueueEntry
from playbooks.queries.open_entries import open_entries
from renewals.core.roles import Scope, granted_scope
from renewals.queries.people import near_open_renewals

PAGE, PATH = "queue", "/queue/"
PRESSING = ("overdue", "today")
FIELDS = ("segment", "tier", "risk", "quarter", "owner", "group", "mine")


def chosen_of(choice: Mapping[str, str]) -> dict[str, str]:
    """Return those of the parameters of an address that narrow the queue."""
    return {name: choice[name] for name in FIELDS if choice.get(name)}


def queue_entries(asker: Reach) -> QuerySet[QueueEntry]:
    """Return the entries whose renewals the person may work on or look at."""
    entries = open_entries()
    if granted_scope(asker.member, "queue.view") is Scope.ALL:
        return entries
    return entries.filter(near_open_renewals("renewal_id", asker.member, "queue.view"))


def own_filter(asker: Reach) -> dict[str, str]:
    """Return the choice that leaves a person's own renewals, and those whose next task is theirs.

    It is empty for who sees no others.
    """
    is_wide = granted_scope(asker.member, "queue.view") > Scope.OWN
    return {"mine": str(asker.member.user_id)} if is_wide else {}


def own_pressing(asker: Reach) -> QuerySet[QueueEntry]:
    """Return what needs this person today: the number beside the queue, and what stands first on the home page."""
    return filtered(queue_entries(asker), own_filter(asker)).filter(group__in=PRESSING)


def filtered(entries: QuerySet[QueueEntry], chosen: Mapping[str, str]) -> QuerySet[QueueEntry]:
    """Return the entries that fit every choice; words that are no choice fit nothing or are passed over."""
    plain: dict[str, Any] = {name: chosen[name] for name in ("segment", "tier", "group") if name in chosen}
    if "risk" in chosen:
        plain["risk_band"] = chosen["risk"]
    condition = Q(**plain)
    if chosen.get("owner", "").isdecimal():
        condition &= Q(owner_id=int(chosen["owner"]))
    if chosen.get("mine", "").isdecimal():
        person = int(chosen["mine"])
        condition &= Q(owner_id=person) | Q(next_task__assignee_id=person)
    if found := quarter_of(chosen.get("quarter", "")):
        condition &= Q(due_on__year=found[0], due_on__quarter=found[1])
    return entries.filter(condition)


def queue_bar(chosen: Mapping[str, str], count: str, asker: Asker) -> FilterBar:
    """Return the filter bar; no choice is counted before its filter is opened."""
    query = urlencode(chosen)
    return FilterBar(
        filters=closed_filters(PATH, _names(asker), chosen, chosen_words(chosen)),
        count=count,
        clear_href=PATH if chosen else "",
        views=view_chips(asker.membership.user_id, PAGE, query),
        save_href="/views/",
        query=query,
        missing_href=address(f"{PATH}missing/", {"view": query}),
    )


def queue_filter(asker: Asker, name: str, choice: Mapping[str, str]) -> Filter | None:
    """Return one filter with its choices counted over everything the person may see; None for an unknown name."""
    if name not in _names(asker):
        return None
    return opened_filter(PATH, name, _options(queue_entries(asker), name), chosen_of(choice))


def _names(asker: Asker) -> tuple[str, ...]:
    names = ("segment", "tier", "risk", "quarter")
    return (*names, "owner") if granted_scope(asker.member, "queue.view") > Scope.OWN else names


def chosen_words(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the words of those chosen values that do not speak for themselves, by filter."""
    said = {
        "owner": person_name(chosen.get("owner", "")),
        "quarter": " ".join(reversed(chosen.get("quarter", "").split("-"))),
    }
    return said | ({"risk": band_words("risk", chosen["risk"])[0]} if "risk" in chosen else {})


def _options(entries: QuerySet[QueueEntry], name: str) -> list[Option]:
    if name == "quarter":
        found = entries.values_list("due_on__year", "due_on__quarter").annotate(n=Count("id"))
        return [Option(key=f"{y}-Q{q}", text=f"Q{q} {y}", count=n) for y, q, n in sorted(found)]
    if name == "owner":
        people = entries.order_by("owner__name", "owner_id").values_list("owner_id", "owner__name")
        return [Option(key=str(pk), text=words, count=n) for pk, words, n in people.annotate(n=Count("id"))]
    if name == "risk":
        risks = _counted(entries.filter(risk_band__isnull=False), "risk_band")
        return [Option(key=k, text=band_words("risk", k)[0], count=n) for k, n in risks]
    return [Option(key=k, text=title(k), count=n) for k, n in _counted(entries, name)]


def _counted(rows: QuerySet, field: str) -> list[tuple[str, int]]:
    return list(rows.exclude(**{field: ""}).order_by(field).values_list(field).annotate(n=Count("id")))
