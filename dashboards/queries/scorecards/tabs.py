"""The tabs of /scores/, for every page that stands below it; a part without an address is left out."""

from django.urls import Resolver404, resolve

from dashboards.core.parts import Tab
from dashboards.core.score_parts import SCORE_TABS


def score_tabs(current: str) -> tuple[Tab, ...]:
    """Return the tabs with `current` (a key of SCORE_TABS) marked."""
    return tuple(
        Tab(text=tab.text, href=tab.address, is_current=tab.key == current)
        for tab in SCORE_TABS
        if _exists(tab.address)
    )


def _exists(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True
