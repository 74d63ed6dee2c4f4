"""The views people kept: a page's filters and columns under a name, their own and the shared ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from django.db.models import Q

from dashboards.core.columns import NAME
from dashboards.core.parts import Chip
from renewals.models import SavedView
from renewals.queries.written import Given, Written

KEPT = Written(
    lambda: (
        SavedView.objects.filter(Q(user_id=Given("person")) | Q(is_shared=True), page=Given("page"))
        .order_by("name", "id")
        .values_list("id", "user_id", "name", "query")
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptViews:
    """What a person kept of a page: `rows` of id, owner, name and query; the nameless one holds the columns."""

    user_id: int
    page: str
    rows: tuple[tuple[int, int, str, str], ...]

    def chips(self, query: str) -> tuple[Chip, ...]:
        """Return the views as chips, their own and the shared ones; the one that is being looked at is on."""
        return tuple(
            Chip(
                text=name,
                href=f"/{self.page}/?{kept}",
                is_on=kept == query,
                remove_href=f"/views/{pk}/removal/" if owner == self.user_id else "",
            )
            for pk, owner, name, kept in self.rows
            if name
        )

    def columns(self, choice: Mapping[str, str]) -> str:
        """Return the columns of a list: those of the address, else those the person chose last, else "" for all."""
        if NAME in choice:
            return choice[NAME]
        own = next((kept for _, owner, name, kept in self.rows if not name and owner == self.user_id), "")
        return parse_qs(own).get(NAME, [""])[0]


def kept_views(user_id: int, page: str) -> KeptViews:
    """Return what a person kept of a page and what others share of it, by name, in one query."""
    return KeptViews(user_id=user_id, page=page, rows=tuple(KEPT.read(person=user_id, page=page)))


def view_chips(user_id: int, page: str, query: str) -> tuple[Chip, ...]:
    """Return the kept views of a page as chips; the one that is being looked at is on."""
    return kept_views(user_id, page).chips(query)
