"""A draft of a decision tree as its form with every problem, and its picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.core.offers.tree_form import TreeForm, tree_form
from dashboards.core.offers.tree_picture import TreePicture, tree_picture
from dashboards.core.playbooks.shown import Spare
from offers.core.negotiation.trees import read_tree
from offers.models import RuleDraft
from offers.queries.drafts import problems_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeEditor:
    """A tree that is being written: where its form goes, None for who cannot change it, and its picture."""

    action: str
    form: TreeForm | None
    picture: TreePicture | None


def tree_editor(row: RuleDraft, content: Mapping[str, Any], *, spare: Spare, may_edit: bool) -> TreeEditor:
    """Return the form and the picture of a draft with this content; `spare` counts empty rows by the name of a list."""
    plain = dict(content)
    return TreeEditor(
        action=f"/offers/drafts/{row.id}/tree/",
        form=tree_form(plain, problems_of(row, plain), spare=spare) if may_edit else None,
        picture=tree_picture(read_tree(plain)[0]),
    )
