"""The figures a person is measured by, against their target; the one place that reads them for the home page."""

from dataclasses import dataclass

from dashboards.queries.asker import Asker
from renewals.core.roles import can


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure in finished words, how it stands to its target, and where it is reckoned."""

    name: str
    value: str
    target: str
    state: str
    href: str
    term: str = ""


def own_figures(asker: Asker) -> tuple[Figure, ...] | None:
    """Return the figures of the workspace that have a target, none while nobody set one; None without the right."""
    return () if can(asker.member, "pipeline.view") else None
