"""Comments call colleagues by name; visits tell since when a page is new."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from renewals.actions.comments import CommentRow, add_comment
from renewals.actions.scope import in_workspace
from renewals.actions.visits import note_visit
from renewals.core.actors import Actor, person_actor
from renewals.core.errors import NotPermitted, RequiredValueMissing, UnknownReference
from renewals.core.mentions import mentioned_ids
from renewals.models import Account, Comment, Renewal, Visit, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.world import World, make_world

NAMES = {1: "Ana Ruiz", 2: "Mo Idris", 3: "Ana Berg"}


@pytest.mark.parametrize(
    ("text", "names", "called"),
    [
        ("@Mo please look", NAMES, (2,)),
        ("@ana ruiz and @mo idris", NAMES, (1, 2)),
        ("@Ana, who of you?", NAMES, ()),
        ("mo@example.com @Most", NAMES, ()),
        ("no call", NAMES, ()),
        ("@", NAMES, ()),
    ],
)
def test_mention_calls_whole_names_that_are_not_shared(
    text: str, names: Mapping[int, str], called: tuple[int, ...]
) -> None:
    assert mentioned_ids(text, names) == called


@pytest.fixture
def world(workspace: Workspace) -> World:
    return make_world(workspace, now=database_now(), accounts=2, roles=("cs_manager",))


def me(world: World) -> Actor:
    return person_actor(world.workspace.id, world.people["csm"].id, "Ana Ruiz")


def test_comment_is_kept_with_its_author_and_whom_it_calls(world: World) -> None:
    with in_workspace(world.workspace.id, by=me(world)):
        account = Account.objects.order_by("id").first()
        row = CommentRow(account_id=account.id, body=" @Mo Idris they want a call \r\n tomorrow ", about="Call them")
        kept = add_comment(row=row, by=me(world), now=world.now)
        assert (kept.body, kept.about, kept.author_id) == (
            "@Mo Idris they want a call \n tomorrow",
            "Call them",
            world.people["csm"].id,
        )
        assert kept.mentioned == [world.people["cs_manager"].id]


def test_comment_cannot_be_changed_or_deleted(world: World) -> None:
    with in_workspace(world.workspace.id, by=me(world)):
        account = Account.objects.order_by("id").first()
        kept = add_comment(row=CommentRow(account_id=account.id, body="x"), by=me(world), now=world.now)
        with pytest.raises(DatabaseError), transaction.atomic():
            Comment.objects.filter(id=kept.id).update(body="y")
        with pytest.raises(DatabaseError), transaction.atomic():
            kept.delete()


def test_comment_without_words_account_or_person_is_refused(world: World) -> None:
    with in_workspace(world.workspace.id, by=me(world)):
        first, second = Account.objects.order_by("id")
        other = Renewal.objects.get(account=second)
        with pytest.raises(RequiredValueMissing):
            add_comment(row=CommentRow(account_id=first.id, body="  "), by=me(world), now=world.now)
        with pytest.raises(UnknownReference):
            add_comment(row=CommentRow(account_id=0, body="x"), by=me(world), now=world.now)
        with pytest.raises(UnknownReference, match="no renewal"):
            row = CommentRow(account_id=first.id, renewal_id=other.id, body="x")
            add_comment(row=row, by=me(world), now=world.now)
        with pytest.raises(NotPermitted):
            add_comment(row=CommentRow(account_id=first.id, body="x"), by=world.actor, now=world.now)
        assert Comment.objects.count() == 0


def test_visit_tells_when_the_one_before_ended(world: World) -> None:
    def look(minutes: int) -> datetime | None:
        return note_visit(place="queue", by=me(world), now=world.now + timedelta(minutes=minutes))

    with in_workspace(world.workspace.id, by=me(world)):
        assert look(0) is None
        assert look(10) is None
        assert look(41) == world.now + timedelta(minutes=10)
        assert look(50) == world.now + timedelta(minutes=10)
        assert look(45) == world.now + timedelta(minutes=10)
        assert Visit.objects.count() == 1
        assert note_visit(place="queue", by=world.actor, now=world.now) is None
