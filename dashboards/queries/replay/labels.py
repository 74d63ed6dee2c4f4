"""What was asked of a replay, in words: days, whose renewals, what is another than it was, in which version."""

from collections.abc import Iterator
from typing import Any

from dashboards.core.dates import day_words
from dashboards.core.money import count_words
from dashboards.core.parts import Link
from dashboards.core.wording import title
from playbooks.core.replay.asked import Asked, Whose, asked_from
from playbooks.models import ReplayRun
from renewals.models import Team


def days_label(asked: Asked) -> str:
    """Return the days of a replay."""
    return f"{day_words(asked.first_on)} to {day_words(asked.last_on)}"


def whose_label(asked: Asked) -> str:
    """Return whose renewals are replayed."""
    if asked.whose is Whose.SEGMENT:
        return f"Segment {', '.join(title(each) for each in asked.chosen)}"
    if asked.whose is Whose.TEAM:
        names = Team.objects.filter(id__in=[int(each) for each in asked.chosen]).values_list("name", flat=True)
        return f"Team {', '.join(names)}"
    if asked.whose is Whose.ACCOUNTS:
        return count_words(len(asked.chosen), "chosen account")
    return "The whole book within reach"


def changed_labels(run: ReplayRun) -> tuple[Link, ...]:
    """Return what is another than it was, each leading to it where it has a page; empty for an unchanged replay."""
    return tuple(_changed(asked_from(run.asked), run.frozen))


def short_label(run: ReplayRun) -> str:
    """Return in a few words what is replayed."""
    return ", ".join(each.text for each in changed_labels(run)) or "Unchanged, as a check"


def _changed(asked: Asked, frozen: dict[str, Any]) -> Iterator[Link]:
    if "playbook" in frozen:
        kept = frozen["playbook"]
        if "content" in kept:
            name = kept["content"]["playbook"].get("name", kept["key"])
            yield Link(text=f"{name}, draft of that moment", href=f"/playbooks/drafts/{asked.draft_id}/")
        else:
            yield Link(text=f"{title(kept['key'])}, version {kept['version']}, all along")
    if "selection" in frozen:
        yield Link(
            text="Order of playbooks, draft of that moment", href=f"/playbooks/selection/drafts/{asked.selection_id}/"
        )
    for kind, words in (("health", "Health"), ("risk", "Renewal risk")):
        if kind in frozen:
            kept = frozen[kind]
            revision = f", edit {kept['revision']}" if "draft" in kept["name"] else ""
            name = kept["name"].removeprefix(kind).strip()
            yield Link(text=f"{words} by {name}{revision}", href=f"/scores/drafts/{kept['id']}/")
    if asked.budget:
        most = count_words(asked.budget.max_touches, "touch", "touches")
        gap = asked.budget.min_gap_days
        yield Link(text=f"{most} in {count_words(asked.budget.per_days, 'day')}, {gap} days between")
    for key, value in asked.lines.items():
        yield Link(text=f"Trigger {title(key)} at {value:g}")
