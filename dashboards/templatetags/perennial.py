"""Tags of the templates: icons, the navigation a person may use, and numbers as bars. They hold no rule."""

from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.conf import settings
from django.forms import BoundField
from django.http import HttpRequest
from django.template.context import Context, RequestContext
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import Resolver404, get_urlconf, resolve
from django.utils.safestring import SafeString
from heroicons.templatetags.heroicons import heroicon_mini, heroicon_outline

from dashboards.core.dates import instant_cell
from dashboards.core.filters import address, going_along
from dashboards.core.navigation import NAVIGATION, Page
from dashboards.core.offers.family import offer_tabs
from renewals.core.roles import Member, can

register = template.Library()


@dataclass(frozen=True, slots=True, kw_only=True)
class NavLink:
    """A page of the navigation as this request sees it; `href` takes the filters along that both pages know."""

    page: Page
    href: str
    is_current: bool
    count: str = ""


@register.simple_tag
@lru_cache(maxsize=512)  # a page draws the same few icons hundreds of times
def icon(name: str, size: int = 16, line: bool = False) -> str:
    """Return a decorative icon as inline SVG; the words beside it carry the meaning."""
    draw = heroicon_outline if line else heroicon_mini
    return draw(name, size=size, aria_hidden="true", focusable="false")


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> tuple[tuple[NavLink, ...], ...]:
    """Return the groups of pages that exist and that the person may use."""
    request = context.get("request")
    member = getattr(request, "member", None)
    if member is None or hasattr(request, "gathered"):
        return ()
    counts = getattr(request, "nav_counts", {})
    groups = _pages(member, get_urlconf() or settings.ROOT_URLCONF)
    path = request.path
    here = next((page for group in groups for page in group if page.filters and _is_current(page, path)), None)
    chosen = going_along(request.GET.dict(), here.filters) if here else {}
    return tuple(tuple(_link(page, path, counts, chosen) for page in group) for group in groups)


@register.inclusion_tag("components/tabs.html", takes_context=True)
def offer_pages(context: RequestContext, current: str) -> dict[str, object]:
    """Draw the pages of /offers/ that the person may see as tabs, with `current` marked."""
    return {"tabs": offer_tabs(context.request.member, current), "label": "Offers and prices"}


@register.simple_tag
@lru_cache(maxsize=512)  # one for each set of rights, page and counts that is being looked at
def drawn_navigation(template_name: str, groups: tuple[tuple[NavLink, ...], ...]) -> SafeString:
    """Return the navigation drawn by one of the templates of the shell; the same links are drawn once."""
    return render_to_string(template_name, {"groups": groups})


@register.simple_tag
@lru_cache(maxsize=256)  # the files of a running program do not change
def asset(path: str) -> str:
    """Return the address of a file of ours, as `static` does."""
    return static(path)


@register.filter
def primary(groups: tuple[tuple[NavLink, ...], ...]) -> list[NavLink]:
    """Return the links of the bottom bar."""
    return [link for group in groups for link in group if link.page.is_primary]


@register.filter
def described_by(field: BoundField) -> BoundField | SafeString:
    """Return the widget of a field, marked as wrong and tied to its error and help where it has them."""
    attributes = {}
    marks = [f"{field.id_for_label}-error"] if field.errors else []
    marks += [f"{field.id_for_label}-help"] if field.help_text else []
    if marks:
        attributes["aria-describedby"] = " ".join(marks)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


@register.simple_tag
def as_of_words(request: HttpRequest) -> str:
    """Return the moment a page is of, in the workspace's time zone: "Monday 23 November 2026, 15:20 Europe/Berlin"."""
    return instant_cell(request.now, now=request.now, zone=request.workspace.timezone).full


@register.filter
def is_choice(field: BoundField) -> bool:
    """Answer whether the field is one tick box, whose label stands after it."""
    return getattr(field.field.widget, "input_type", "") == "checkbox"


def _link(page: Page, path: str, counts: dict[str, str], chosen: dict[str, str]) -> NavLink:
    return NavLink(
        page=page,
        href=address(page.address, going_along(chosen, page.filters)),
        is_current=_is_current(page, path),
        count=counts.get(page.slug, ""),
    )


@lru_cache(maxsize=512)  # one for each member; what a member is entitled to is part of the key
def _pages(member: Member, urlconf: str) -> tuple[tuple[Page, ...], ...]:
    found = (
        tuple(page for page in group if can(member, page.permission) and _exists(page.address, urlconf))
        for group in NAVIGATION
    )
    return tuple(group for group in found if group)


def _is_current(page: Page, path: str) -> bool:
    return path.startswith(page.address) if page.slug else path == page.address


@lru_cache(maxsize=256)  # the addresses of a running program do not change
def _exists(address: str, urlconf: str) -> bool:
    try:
        resolve(address, urlconf)
    except Resolver404:
        return False
    return True
