"""An outdated draft beside the version in force: what of it is kept, and where both changed the same place."""

import json
from dataclasses import dataclass
from typing import Any

from dashboards.core.parts import Cell, Column, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.playbooks.drafts import Draft, Frame, frame_of
from playbooks.core.editing.rebase import ABSENT, Change
from playbooks.queries.drafts import rebased

LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RebasePage:
    """Both tables; `is_current` when the draft stands on the version in force and nothing is to be done."""

    frame: Frame
    kept: Table
    conflicts: Table
    is_current: bool
    may_rebase: bool


def rebase_page(asker: Asker, draft: Draft) -> RebasePage:
    """Return what bringing the draft over would do; nothing is changed."""
    frame, _ = frame_of(asker, draft, "")
    made = rebased(draft)
    return RebasePage(
        frame=frame,
        kept=_table("What is kept of the draft", made.kept if made else ()),
        conflicts=_table("Where both changed the same place", made.conflicts if made else ()),
        is_current=made is None,
        may_rebase=made is not None and frame.may_edit,
    )


def _table(caption: str, changes: tuple[Change, ...]) -> Table:
    names = ("Where", "Before", "In the draft", "Published")
    rows = tuple(
        (
            Cell(text=" › ".join(title(part) for part in each.path)),
            Cell(text=_said(each.base)),
            Cell(text=_said(each.draft)),
            Cell(text=_said(each.published)),
        )
        for each in changes
    )
    return Table(caption=caption, columns=tuple(Column(title=name) for name in names), rows=rows)


def _said(value: Any) -> str:
    if value is ABSENT:
        return "–"
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
