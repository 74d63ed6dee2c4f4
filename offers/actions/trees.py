"""Decision trees: published in versions, walked on a renewal with every answer kept, never overwritten."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from offers.actions.notes import NoteGiven, record_note
from offers.core.errors import DraftOutdated, TreeNotPossible, WalkChanged
from offers.core.negotiation.facts import NoteKind, NoteSource
from offers.core.negotiation.trees import Path, TreeKind, read_tree
from offers.models import TreeVersion, TreeWalk, WalkAnswer
from offers.queries.renewals import is_bargained, locked_renewal
from offers.queries.trees import newest_trees, shipped_trees, walk_of
from renewals.core.actors import Actor
from renewals.core.errors import StateNotAllowed, UnknownReference
from renewals.core.text import check_line

SHIPPED = "Shipped with Perennial."


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSaid:
    """An answer to a question, by their keys, on top of the newest answer that the person saw (0 for none)."""

    question: str
    answer: str
    seen_number: int
    note: str = ""


@transaction.atomic
def set_tree_active(*, key: str, is_active: bool, reason: str, by: Actor, now: datetime) -> TreeVersion:
    """Retire a tree, or bring it back, as its next version that says the same; the state it has already is kept.

    What a tree says changes by a draft and a second person. Raises UnknownReference, RequiredValueMissing without a
    reason, DraftOutdated when another version was published meanwhile.
    """
    said = check_line(reason, label="The reason", longest=300, is_required=True)
    found = _version(key, by=by, now=now)
    if found.is_active is is_active:
        return found
    return _publish(found.definition, found.number + 1, is_active, said, by=by, now=now)


@transaction.atomic
def start_walk(*, renewal_id: int, tree_key: str, by: Actor, now: datetime) -> TreeWalk:
    """Begin a walk with the version in force and return it; the walk there is already is resumed.

    A tree for an objection records the objection on the renewal.

    Raises StateNotAllowed for a closed renewal or a retired tree, UnknownReference.
    """
    if not is_bargained(locked_renewal(renewal_id)):
        raise StateNotAllowed("This renewal is closed.", why="A tree is walked while there is something to decide.")
    version = _version(tree_key, by=by, now=now)
    if not version.is_active:
        raise StateNotAllowed("This tree is retired.", remedy="Choose another.")
    found, is_new = TreeWalk.objects.get_or_create(
        workspace_id=by.workspace_id,
        renewal_id=renewal_id,
        tree=version,
        defaults={"started_at": now, "started_by": by.label},
    )
    if is_new:
        _note_objection(found, by=by, now=now)
    return found


@transaction.atomic
def answer_question(*, walk_id: int, said: AnswerSaid, by: Actor, now: datetime) -> Path:
    """Keep an answer and return the path as it is then; the answer that stands already changes nothing.

    Answering a question of the path again keeps the earlier answer in the record and goes on from there. Raises
    WalkChanged when somebody else answered meanwhile, TreeNotPossible for what is not asked, StateNotAllowed.
    """
    row = TreeWalk.objects.select_for_update(of=("self",)).select_related("tree").filter(id=walk_id).first()
    if row is None:
        raise UnknownReference("There is no such walk.", where="walk")
    if not is_bargained(locked_renewal(row.renewal_id)):
        raise StateNotAllowed("This renewal is closed.")
    walk = walk_of(row, None)
    if any(step.question.key == said.question and step.answer.key == said.answer for step in walk.path.steps):
        return walk.path
    if walk.last != said.seen_number:
        raise WalkChanged(
            f"{walk.answers[-1].answered_by if walk.answers else 'Nobody'} has answered since you opened it.",
            why=f"You saw answer {said.seen_number}, there are {walk.last}.",
        )
    _check_asked(walk.path, said)
    WalkAnswer.objects.create(
        workspace_id=by.workspace_id,
        walk=row,
        number=walk.last + 1,
        question=said.question,
        answer=said.answer,
        note=check_line(said.note, label="The note", longest=300),
        user_id=by.id if by.kind == "person" else None,
        answered_at=now,
        answered_by=by.label,
    )
    return walk_of(TreeWalk.objects.select_related("tree").get(id=row.id), None).path


def _note_objection(walk: TreeWalk, *, by: Actor, now: datetime) -> None:
    tree = read_tree(walk.tree.definition)[0]
    if tree.kind is not TreeKind.OBJECTION:
        return
    given = NoteGiven(
        kind=NoteKind.OBJECTION,
        subject=tree.name,
        source=NoteSource.TREE,
        heard_on=now.date(),
        walk_id=walk.id,
    )
    record_note(renewal_id=walk.renewal_id, given=given, by=by, now=now)


def _check_asked(path: Path, said: AnswerSaid) -> None:
    asked = [step.question for step in path.steps] + ([path.question] if path.question else [])
    question = next((each for each in asked if each.key == said.question), None)
    if question is None or said.answer not in {answer.key for answer in question.answers}:
        raise TreeNotPossible("This is not asked here.", remedy="Load the page again and answer what stands there.")


def _version(key: str, *, by: Actor, now: datetime) -> TreeVersion:
    """A shipped tree is published when it is walked first: every walk names its version."""
    found = newest_trees().get(key)
    if found is not None:
        return found
    if key not in shipped_trees():
        raise UnknownReference("There is no such tree.", where="tree")
    try:
        with transaction.atomic():
            return _publish(shipped_trees()[key], 1, True, SHIPPED, by=by, now=now)
    except DraftOutdated:
        return newest_trees()[key]


def _publish(
    definition: dict[str, Any], number: int, is_active: bool, reason: str, *, by: Actor, now: datetime
) -> TreeVersion:
    try:
        with transaction.atomic():
            return TreeVersion.objects.create(
                workspace_id=by.workspace_id,
                key=definition["key"],
                number=number,
                definition=definition,
                is_active=is_active,
                published_at=now,
                published_by=by.label,
                reason=reason,
            )
    except IntegrityError as error:
        raise DraftOutdated(f"Version {number} was published meanwhile.") from error
