"""Tags of the templates: icons, the navigation a person may use, and numbers as bars. They hold no rule."""

from collections.abc import Mapping
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
FILTERS_OF: Mapping[str | None, tuple[str, ...]] = {page.slug: page.filters for group in NAVIGATION for page in group}


@dataclass(frozen=True, slots=True, kw_only=True)
class NavLink:
    """A page of the navigation as this request sees it; `href` takes the filters along that both pages know."""

    page: Page
    href: str
    is_current: bool
    count: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Navigation:
    """All that the navigation of a page follows from: who looks, at which section, what is counted, what goes along."""

    member: Member
    urlconf: str
    section: str | None
    counts: tuple[tuple[str, str], ...]
    chosen: tuple[tuple[str, str], ...]


@register.simple_tag
@lru_cache(maxsize=512)  # a page draws the same few icons hundreds of times
def icon(name: str, size: int = 16, line: bool = False) -> str:
    """Return a decorative icon as inline SVG; the words beside it carry the meaning."""
    draw = heroicon_outline if line else heroicon_mini
    return draw(name, size=size, aria_hidden="true", focusable="false")


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> Navigation | None:
    """Return what the navigation is drawn from; None where nobody is logged in, or nothing is drawn."""
    request = context.get("request")
    member = getattr(request, "member", None)
    if member is None or hasattr(request, "gathered"):
        return None
    section = _section(request.path)
    return Navigation(
        member=member,
        urlconf=get_urlconf() or settings.ROOT_URLCONF,
        section=section,
        counts=tuple(getattr(request, "nav_counts", {}).items()),
        chosen=tuple(going_along(request.GET.dict(), FILTERS_OF.get(section, ())).items()),
    )


@register.inclusion_tag("components/tabs.html", takes_context=True)
def offer_pages(context: RequestContext, current: str) -> dict[str, object]:
    """Draw the pages of /offers/ that the person may see as tabs, with `current` marked."""
    return {"tabs": offer_tabs(context.request.member, current), "label": "Offers and prices"}


@register.simple_tag
@lru_cache(maxsize=512)  # one for each set of rights, section and counts that is being looked at
def drawn_navigation(template_name: str, asked: Navigation | None) -> SafeString:
    """Return the pages that exist and that the person may use, drawn by one of the templates of the shell."""
    return render_to_string(template_name, {"groups": _groups(asked) if asked else ()})


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


def _groups(asked: Navigation) -> tuple[tuple[NavLink, ...], ...]:
    groups = _pages(asked.member, asked.urlconf)
    return tuple(tuple(_link(page, asked) for page in group) for group in groups)


def _link(page: Page, asked: Navigation) -> NavLink:
    return NavLink(
        page=page,
        href=address(page.address, going_along(dict(asked.chosen), page.filters)),
        is_current=page.slug == asked.section,
        count=dict(asked.counts).get(page.slug, ""),
    )


def _section(path: str) -> str | None:
    """Return the slug of the page of the navigation that an address belongs to, "" for the root, None for no page."""
    slug, slash, _ = path.removeprefix("/").partition("/")
    return slug if slash or not slug else None


@lru_cache(maxsize=512)  # one for each member; what a member is entitled to is part of the key
def _pages(member: Member, urlconf: str) -> tuple[tuple[Page, ...], ...]:
    found = (
        tuple(page for page in group if can(member, page.permission) and _exists(page.address, urlconf))
        for group in NAVIGATION
    )
    return tuple(group for group in found if group)


@lru_cache(maxsize=256)  # the addresses of a running program do not change
def _exists(address: str, urlconf: str) -> bool:
    try:
        resolve(address, urlconf)
    except Resolver404:
        return False
    return True
