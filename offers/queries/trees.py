"""Decision trees: what is shipped, what is in force, and the walks on a renewal with the path they have come."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from django.db.models import Prefetch, QuerySet

from offers.core.negotiation.trees import Path, Said, Tree, path_of, read_tree
from offers.models import TreeVersion, TreeWalk, WalkAnswer

FOLDER = FilePath(__file__).resolve().parent.parent / "library" / "trees"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTree:
    """A tree as it is in force; `number` 0: the shipped one, which was not published in this workspace yet."""

    tree: Tree
    number: int
    is_active: bool
    definition: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A walk with its tree and its path; `last` is the number of the newest answer, 0 before the first."""

    row: TreeWalk
    tree: Tree
    path: Path
    answers: tuple[WalkAnswer, ...]
    is_newest: bool

    @property
    def last(self) -> int:
        """Return the number of the newest answer."""
        return self.answers[-1].number if self.answers else 0


@lru_cache(maxsize=1)
def shipped_trees() -> Mapping[str, dict[str, Any]]:
    """Return the plain tables of the trees that ship, by key."""
    tables = (tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml")))
    return {table["key"]: table for table in tables}


def newest_trees() -> dict[str, TreeVersion]:
    """Return the newest published version of each tree, by key."""
    rows = TreeVersion.objects.order_by("key", "-number").distinct("key")
    return {row.key: row for row in rows}


def trees_in_force(*, is_active: bool | None = None) -> tuple[PublishedTree, ...]:
    """Return the trees of the workspace, its own before the shipped ones, objections first, by name."""
    published = newest_trees()
    found = [
        PublishedTree(
            tree=read_tree(row.definition)[0], number=row.number, is_active=row.is_active, definition=row.definition
        )
        for row in published.values()
    ]
    found += [
        PublishedTree(tree=read_tree(table)[0], number=0, is_active=True, definition=table)
        for key, table in shipped_trees().items()
        if key not in published
    ]
    wanted = [each for each in found if is_active is None or each.is_active is is_active]
    return tuple(sorted(wanted, key=lambda each: (each.tree.kind.value != "objection", each.tree.name)))


def tree_in_force(key: str) -> PublishedTree | None:
    """Return the tree of this key, also a retired one; None when there is none."""
    return next((each for each in trees_in_force() if each.tree.key == key), None)


def tree_versions(key: str) -> list[TreeVersion]:
    """Return the published versions of a tree, the newest first."""
    return list(TreeVersion.objects.filter(key=key).order_by("-number"))


def walk_rows(renewal_id: int) -> QuerySet[TreeWalk]:
    """Return the walks of a renewal with their trees and answers, the newest first."""
    answers = Prefetch("answers", WalkAnswer.objects.order_by("number"))
    return (
        TreeWalk.objects.filter(renewal_id=renewal_id).select_related("tree").prefetch_related(answers).order_by("-id")
    )


def walks_of(renewal_id: int) -> tuple[Walk, ...]:
    """Return the walks of a renewal with the paths they have come, the newest first."""
    newest = newest_trees()
    return tuple(walk_of(row, newest.get(row.tree.key)) for row in walk_rows(renewal_id))


def walk_of(row: TreeWalk, newest: TreeVersion | None) -> Walk:
    """Return a walk with its path; the tree is the version that it began with."""
    tree, answers = read_tree(row.tree.definition)[0], tuple(sorted(row.answers.all(), key=lambda each: each.number))
    said = (Said(question=each.question, answer=each.answer) for each in answers)
    return Walk(
        row=row,
        tree=tree,
        path=path_of(tree, said),
        answers=answers,
        is_newest=newest is None or newest.number == row.tree.number,
    )
