"""The views people kept: a page's filters under a name, their own and the shared ones."""

from django.db.models import Q

from dashboards.core.parts import Chip
from renewals.models import SavedView


def view_chips(user_id: int, page: str, query: str) -> tuple[Chip, ...]:
    """Return the kept views of a page as chips; the one that is being looked at is on."""
    kept = SavedView.objects.filter(Q(user_id=user_id) | Q(is_shared=True), page=page).order_by("name", "id")
    return tuple(
        Chip(
            text=view.name,
            href=f"/{page}/?{view.query}",
            is_on=view.query == query,
            remove_href=f"/views/{view.id}/removal/" if view.user_id == user_id else "",
        )
        for view in kept
    )
