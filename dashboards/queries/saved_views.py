"""The views people kept: a page's filters and columns under a name, their own and the shared ones."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from django.db.models import Q

from dashboards.core.columns import NAME
from dashboards.core.parts import Chip
from renewals.models import SavedView


def view_chips(user_id: int, page: str, query: str) -> tuple[Chip, ...]:
    """Return the kept views of a page as chips; the one that is being looked at is on."""
    kept = SavedView.objects.filter(Q(user_id=user_id) | Q(is_shared=True), page=page).exclude(name="")
    return tuple(
        Chip(
            text=view.name,
            href=f"/{page}/?{view.query}",
            is_on=view.query == query,
            remove_href=f"/views/{view.id}/removal/" if view.user_id == user_id else "",
        )
        for view in kept.order_by("name", "id")
    )


def wanted_columns(user_id: int, page: str, choice: Mapping[str, str]) -> str:
    """Return the columns of a list: those of the address, else those the person chose last, else "" for all."""
    if NAME in choice:
        return choice[NAME]
    own = SavedView.objects.filter(user_id=user_id, page=page, name="").values_list("query", flat=True).first()
    return parse_qs(own or "").get(NAME, [""])[0]
