"""The navigation in the order of the work: which page needs which permission. Knows no request."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the navigation; `key` follows g on the keyboard, `is_primary` pages stand in a phone's bottom bar.

    `filters` are those that it shares with other pages: what is chosen on one of them goes along to the next.
    """

    slug: str
    title: str
    icon: str
    permission: str
    key: str = ""
    is_primary: bool = False
    filters: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Return the path of the page; the home page is the root."""
        return f"/{self.slug}/" if self.slug else "/"


WHOSE = ("segment", "owner", "team")
NAVIGATION: tuple[tuple[Page, ...], ...] = (
    (
        Page(slug="", title="Home", icon="home", permission="glossary.view", key="h"),
        Page(
            slug="queue",
            title="Queue",
            icon="inbox",
            permission="queue.view",
            key="q",
            is_primary=True,
            filters=("segment", "owner"),
        ),
        Page(
            slug="accounts",
            title="Accounts",
            icon="building-office",
            permission="accounts.view",
            key="a",
            is_primary=True,
            filters=("segment", "owner"),
        ),
        Page(
            slug="pipeline",
            title="Pipeline",
            icon="calendar-date-range",
            permission="pipeline.view",
            key="p",
            is_primary=True,
            filters=WHOSE,
        ),
        Page(slug="at-risk", title="At risk", icon="fire", permission="pipeline.view", key="r", filters=WHOSE),
        Page(
            slug="forecast",
            title="Forecast",
            icon="presentation-chart-line",
            permission="forecasts.view",
            key="f",
            filters=WHOSE,
        ),
        Page(slug="retention", title="Retention", icon="arrow-path", permission="pipeline.view", filters=WHOSE),
        Page(slug="indicators", title="Indicators", icon="chart-bar-square", permission="pipeline.view", filters=WHOSE),
    ),
    (
        Page(slug="playbooks", title="Playbooks", icon="book-open", permission="playbooks.view", key="b"),
        Page(slug="calendar", title="Calendar", icon="calendar-days", permission="tasks.view", key="c"),
        Page(slug="messages", title="Messages", icon="envelope", permission="messages.view", key="m", is_primary=True),
        Page(slug="notices", title="Notices", icon="scale", permission="notices.view", key="n"),
        Page(slug="ownership", title="Ownership", icon="hand-raised", permission="renewals.view"),
        Page(slug="content", title="Content", icon="document-text", permission="messages.view"),
        Page(slug="offers", title="Offers", icon="tag", permission="offers.view", key="o"),
        Page(slug="approvals", title="Approvals", icon="check-badge", permission="approvals.view", key="v"),
    ),
    (
        Page(slug="experiments", title="Experiments", icon="beaker", permission="playbooks.view", key="e"),
        Page(slug="learnings", title="Learnings", icon="light-bulb", permission="playbooks.view"),
        Page(slug="reviews", title="Reviews", icon="chat-bubble-left-right", permission="reviews.view", key="w"),
    ),
    (
        Page(slug="signals", title="Signals", icon="signal", permission="signals.view", key="s"),
        Page(slug="scores", title="Scores", icon="chart-bar", permission="scores.view"),
        Page(slug="imports", title="Imports", icon="arrow-up-tray", permission="imports.view", key="i"),
        Page(slug="audit", title="Audit", icon="shield-check", permission="audit.view"),
        Page(slug="operations", title="Operations", icon="wrench-screwdriver", permission="operations.view"),
        Page(slug="glossary", title="Glossary", icon="language", permission="glossary.view"),
        Page(slug="settings", title="Settings", icon="cog-6-tooth", permission="settings.view", key=","),
    ),
)
